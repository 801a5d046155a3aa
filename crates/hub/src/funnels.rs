//! Funnels: listed, and where a customer may stand in them.

use domain::change::{Subject, What};
use domain::customer::Standing;
use domain::funnel::{Funnel, Stage};
use domain::{Customer, Error, Id, Result, text};
use store::{Tx, funnels};

use crate::{history, settings};

/// Letters of a name at most.
const LONGEST_NAME: usize = 250;
/// Stages of a level at most.
const MOST_STAGES: usize = 100;

/// Every funnel, in order.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Funnel>> {
    funnels::list(tx)
}

/// The funnel with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Funnel>> {
    funnels::find(tx, id)
}

/// A place in a funnel, counted from 1, if the funnel has it.
pub fn standing(tx: &mut Tx<'_>, funnel: Id, first: i64, second: Option<i64>) -> Result<Standing> {
    let found = funnels::find(tx, funnel)?.ok_or_else(|| Error::not_found("Không tìm thấy phễu này"))?;
    if found.has(first, second) {
        return Ok(Standing { funnel, first, second });
    }
    let place = second.map_or_else(|| first.to_string(), |second| format!("{first}.{second}"));
    Err(Error::invalid("", format!("Phễu {} không có trạng thái {place}", found.name)))
}

/// Puts a customer at a place, instead of where they stood in that funnel; other funnels stay as they are.
pub fn place(customer: &mut Customer, standing: Standing) {
    match customer.standings.iter_mut().find(|known| known.funnel == standing.funnel) {
        Some(known) => *known = standing,
        None => customer.standings.push(standing),
    }
    // In the order in which they are read back.
    customer.standings.sort_by_key(|standing| standing.funnel);
}

/// Makes a funnel behind the others.
pub fn create(tx: &mut Tx<'_>, name: &str, stages: &[Stage]) -> Result<Funnel> {
    let (name, stages) = checked(name, stages)?;
    let funnel = funnels::insert(tx, &name, &stages)?;
    let said = format!("Thêm phễu {}", funnel.name);
    history::record(tx, None, Subject::Setting(funnel.id), What::Created, &[], &said)?;
    Ok(funnel)
}

/// Changes the names of a funnel and its stages, and adds stages behind them. Customers stand at places that are counted, so
/// that no stage can be taken out, and none gets another place once somebody stands in the funnel.
pub fn change(tx: &mut Tx<'_>, number: i64, name: &str, stages: &[Stage]) -> Result<Funnel> {
    let known = funnels::list(tx)?.into_iter().find(|funnel| funnel.number == number);
    let before = known.ok_or_else(|| Error::not_found(format!("Không có phễu số {number}")))?;
    let (name, stages) = checked(name, stages)?;
    let loses_steps = before.stages.iter().zip(&stages).any(|(old, new)| new.steps.len() < old.steps.len());
    if stages.len() < before.stages.len() || loses_steps {
        let message = "Không thể bớt bước của phễu: khách hàng đang đứng theo thứ tự bước. Hãy đổi tên hoặc thêm bước";
        return Err(Error::invalid("stages", message));
    }
    if moves(&before.stages, &stages) && funnels::is_used(tx, before.id)? {
        let message = "Không thể đổi chỗ hay chèn bước khi đã có khách hàng trong phễu: họ sẽ sang bước khác. Hãy đổi tên hoặc thêm bước ở cuối";
        return Err(Error::invalid("stages", message));
    }
    let after = Funnel { name, stages, ..before };
    if after != before {
        funnels::update(tx, &after)?;
        let said = format!("Sửa phễu {}", before.name);
        let names = settings::change("name", &before.name, &after.name);
        let fields: Vec<_> =
            names.into_iter().chain(settings::change("stages", &told(&before), &told(&after))).collect();
        history::record(tx, None, Subject::Setting(before.id), What::Updated, &fields, &said)?;
    }
    Ok(after)
}

/// The stages of a funnel as history tells them: `Mới (Gọi lần 1, Gọi lần 2) › Đang tư vấn`.
fn told(funnel: &Funnel) -> String {
    let stage = |stage: &Stage| match stage.steps.is_empty() {
        true => stage.name.clone(),
        false => format!("{} ({})", stage.name, stage.steps.join(", ")),
    };
    funnel.stages.iter().map(stage).collect::<Vec<_>>().join(" › ")
}

/// Whether a stage or step is found at another place than before: not renamed, but moved.
fn moves(before: &[Stage], after: &[Stage]) -> bool {
    let names = |stages: &[Stage]| stages.iter().map(|stage| stage.name.clone()).collect::<Vec<_>>();
    let is_elsewhere =
        |old: &[String], new: &[String]| old.iter().zip(new).any(|(was, is)| was != is && new.contains(was));
    is_elsewhere(&names(before), &names(after))
        || before.iter().zip(after).any(|(old, new)| is_elsewhere(&old.steps, &new.steps))
}

fn checked(name: &str, stages: &[Stage]) -> Result<(String, Vec<Stage>)> {
    let tidy = |name: &str| {
        let name = text::tidy(name).into_owned();
        match (1..=LONGEST_NAME).contains(&name.chars().count()) {
            true => Ok(name),
            false => Err(Error::invalid("name", format!("Tên phải có từ 1 đến {LONGEST_NAME} ký tự"))),
        }
    };
    let few = |count: usize| count <= MOST_STAGES;
    if stages.is_empty() || !few(stages.len()) || !stages.iter().all(|stage| few(stage.steps.len())) {
        return Err(Error::invalid("stages", format!("Phễu có từ 1 đến {MOST_STAGES} bước mỗi cấp")));
    }
    let stage = |stage: &Stage| {
        let steps = stage.steps.iter().map(|step| tidy(step)).collect::<Result<Vec<_>>>()?;
        Ok(Stage { name: tidy(&stage.name)?, steps })
    };
    Ok((tidy(name)?, stages.iter().map(stage).collect::<Result<Vec<_>>>()?))
}

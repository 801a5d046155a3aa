//! How history is told: fields and values in the reader's words, and who was faster when two changed one record.

use std::collections::HashMap;

use domain::change::{Change, FieldChange, funnel_field};
use domain::field::{FieldEntity, FieldType};
use domain::funnel::Funnel;
use domain::{Id, Instant, Result};
use hub::{Tx, fields, funnels, journal};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{deals, words};
use crate::messages::Messages;
use crate::show;

/// How the fields of history begin that an org made itself.
const PREFIX: &str = "fields.";

/// A history with custom fields called by their labels, and with those calls that can be looked at.
pub fn named(tx: &mut Tx<'_>, find: impl FnOnce(&mut Tx<'_>) -> Result<Vec<Change>>) -> Result<Vec<Change>> {
    let mut history = find(tx)?;
    name_fields(tx, &mut history)?;
    leave_calls(tx, &mut history)?;
    Ok(history)
}

/// Forgets which call a line came by where the journal does not hold it: a link would lead nowhere.
pub fn leave_calls(tx: &mut Tx<'_>, history: &mut [Change]) -> Result<()> {
    let mut calls: Vec<Id> = history.iter().filter_map(|change| change.request).collect();
    calls.sort_unstable();
    calls.dedup();
    let known = journal::known(tx, &calls)?;
    history.iter_mut().for_each(|change| change.request = change.request.filter(|call| known.contains(call)));
    Ok(())
}

/// Calls custom fields by their labels and funnels and stages by their names: history keeps codes, ids and places. What was deleted
/// since keeps those.
pub fn name_fields(tx: &mut Tx<'_>, history: &mut [Change]) -> Result<()> {
    let fields = history.iter_mut().flat_map(|change| {
        let entity = FieldEntity::of(&change.subject);
        change.fields.iter_mut().map(move |field| (entity, field))
    });
    name(tx, fields.collect())
}

/// The same for fields of a customer without their values.
pub fn name_facts(tx: &mut Tx<'_>, facts: Vec<String>) -> Result<Vec<String>> {
    let bare = |field| FieldChange { field, old: String::new(), new: String::new() };
    let mut facts: Vec<FieldChange> = facts.into_iter().map(bare).collect();
    name(tx, facts.iter_mut().map(|fact| (Some(FieldEntity::Customer), fact)).collect())?;
    Ok(facts.into_iter().map(|fact| fact.field).collect())
}

fn name(tx: &mut Tx<'_>, mut told: Vec<(Option<FieldEntity>, &mut FieldChange)>) -> Result<()> {
    if told.iter().any(|(_, field)| field.field.starts_with(FUNNELS)) {
        let funnels = funnels::list(tx)?;
        told.iter_mut().for_each(|(_, field)| name_stages(&funnels, field));
    }
    if !told.iter().any(|(_, field)| field.field.starts_with(PREFIX)) {
        return Ok(());
    }
    let mut labels = HashMap::new();
    for entity in [FieldEntity::Customer, FieldEntity::Lead, FieldEntity::Deal, FieldEntity::Ticket] {
        let own = fields::list(tx, entity)?.into_iter();
        labels.extend(own.map(|field| ((entity.word(), field.code), (field.label, field.kind))));
    }
    for (entity, field) in told {
        let Some(entity) = entity else { continue };
        let code = field.field.strip_prefix(PREFIX).map(str::to_owned);
        let Some((label, kind)) = code.and_then(|code| labels.get(&(entity.word(), code))) else { continue };
        field.field = format!("{PREFIX}{label}");
        (field.old, field.new) = (own(kind, &field.old), own(kind, &field.new));
    }
    Ok(())
}

/// A value of a custom field as people read it: of several, history has bars between them.
fn own(kind: &FieldType, value: &str) -> String {
    let each = |own: fn(&str) -> String| value.split('|').map(own).collect::<Vec<_>>().join(", ");
    match kind {
        FieldType::Date => each(show::day_of),
        FieldType::Select | FieldType::Checkbox | FieldType::Radio | FieldType::Other(_) => each(str::to_owned),
        FieldType::Text | FieldType::LongText | FieldType::Number | FieldType::Phone => value.to_owned(),
    }
}

/// How the fields of history begin that are places in funnels.
pub const FUNNELS: &str = "funnels.";

fn name_stages(funnels: &[Funnel], field: &mut FieldChange) {
    let Some(funnel) = funnels.iter().find(|funnel| funnel_field(funnel.id) == field.field) else { return };
    field.field = format!("{FUNNELS}{}", funnel.name);
    for side in [&mut field.old, &mut field.new] {
        *side = stage_at(funnel, side);
    }
}

/// What people read for a place as history keeps it, `2` or `2.1`; what is none stays as it is.
fn stage_at(funnel: &Funnel, place: &str) -> String {
    let (first, second) = place.split_once('.').map_or((place, None), |(first, second)| (first, Some(second)));
    let at = |place: &str| place.parse::<usize>().ok()?.checked_sub(1);
    let Some(stage) = at(first).and_then(|at| funnel.stages.get(at)) else { return place.to_owned() };
    match second.map(|second| at(second).and_then(|at| stage.steps.get(at))) {
        None => stage.name.clone(),
        Some(Some(step)) => format!("{} › {step}", stage.name),
        Some(None) => place.to_owned(),
    }
}

/// What a field of a change is called; the same name may mean another thing of another kind of record.
pub fn field(change: &Change, name: &str, t: &'static Messages) -> String {
    let known = match (change.subject.as_str(), name) {
        ("deal", "stage") => t.catalog.deal_stage,
        ("deal", "customer") => t.leads.customer,
        ("deal", "contacts") => t.deals.contacts,
        ("deal", "teams") => t.deals.team,
        ("deal", "close_at") => t.leads.expected_close,
        ("lead", "reference_url") => t.leads.reference,
        ("lead", "company_name") => t.leads.company,
        ("ticket", "title") => t.tickets.title,
        ("ticket", "body") => t.tickets.body,
        ("ticket", "closed_at") => t.tickets.closed_at,
        _ => return words::field(name, t),
    };
    known.to_owned()
}

/// A value of a change: moments at home, words of ours in the reader's language, everything else as it was.
pub fn value(change: &Change, name: &str, value: &str, zone: &TimeZone, t: &'static Messages) -> String {
    let moment = || Some(show::moment(&Instant(value.parse::<Timestamp>().ok()?.as_microsecond()), zone));
    let known = match (change.subject.as_str(), name, value) {
        ("deal", "stage", _) => Some(show::visible(value)),
        ("deal", "value", _) => domain::deal::hundredths(value).map(|amount| deals::money(amount.into(), None)),
        ("lead", "closing", "converted") => Some(t.leads.ended_deal.to_owned()),
        ("lead", "closing", "unqualified") => Some(t.leads.ended_given_up.to_owned()),
        ("lead", "expected_close", _) | ("deal", "close_at", _) | ("ticket", "closed_at", _) => moment(),
        _ => None,
    };
    known.unwrap_or_else(|| words::value(name, value, t))
}

/// Who changed a record last, and what they did to it; nothing when its history does not tell.
pub fn last(history: &[Change], zone: &TimeZone, t: &'static Messages) -> Option<(String, String)> {
    let change = history.iter().find(|change| !change.fields.is_empty())?;
    let told = change
        .fields
        .iter()
        .map(|one| format!("{}: {}", field(change, &one.field, t), value(change, &one.field, &one.new, zone, t)));
    Some((show::visible(&change.actor), told.collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::VI;
    use domain::change::What;
    use domain::funnel::Stage;

    #[test]
    fn places_in_a_funnel_are_called_by_their_names() {
        let stage = |name: &str, steps: &[&str]| Stage {
            name: name.to_owned(),
            steps: steps.iter().map(|step| (*step).to_owned()).collect(),
        };
        let stages = vec![stage("Mới", &["Chưa liên hệ"]), stage("Quan tâm", &[])];
        let funnel = Funnel { id: Id(1), number: 1, name: "Bán hàng".to_owned(), stages };
        for (place, told) in
            [("1", "Mới"), ("1.1", "Mới › Chưa liên hệ"), ("2", "Quan tâm"), ("2.1", "2.1"), ("0", "0"), ("", "")]
        {
            assert_eq!(stage_at(&funnel, place), told, "{place}");
        }
    }

    #[test]
    fn names_and_moments_are_told() {
        let of = |subject: &str, field: &str, new: &str| Change {
            id: Id(1),
            at: Instant(0),
            actor: "An".to_owned(),
            dialect: "web".to_owned(),
            request: None,
            subject: subject.to_owned(),
            subject_id: Id(2),
            what: What::Updated,
            fields: vec![FieldChange { field: field.to_owned(), old: String::new(), new: new.to_owned() }],
            text: String::new(),
        };
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        for (change, told) in [
            (of("deal", "stage", "lead"), format!("{}: lead", VI.catalog.deal_stage)),
            (of("customer", "stage", "lead"), format!("{}: {}", VI.customers.stage, VI.customers.stage_lead)),
            (of("deal", "value", "84480000"), format!("{}: 84.480.000", VI.customers.deal_value)),
            (of("lead", "closing", "converted"), format!("{}: {}", VI.customers.closing, VI.leads.ended_deal)),
            (of("ticket", "closed_at", "2024-03-21T08:11:06Z"), format!("{}: 21/03/2024 15:11", VI.tickets.closed_at)),
            (of("lead", "expected_close", "nonsense"), format!("{}: nonsense", VI.customers.expected_close)),
        ] {
            assert_eq!(last(&[change], &zone, &VI), Some(("An".to_owned(), told)));
        }
        assert_eq!(last(&[], &zone, &VI), None);
    }
}

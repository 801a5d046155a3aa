//! Funnels: stages in two levels through which customers go, written as lines with dashes for the second level.

use askama::Template;
use axum::extract::Path;
use domain::funnel::{Funnel, Stage};
use hub::funnels;

use super::{Part, Sent, page};
use crate::Visitor;
use crate::page::{Answer, Page, Toast, go, show as show_page};

#[derive(Template)]
#[template(path = "settings/funnels.html")]
struct Funnels {
    page: Page,
    part: Part,
    funnels: Vec<Funnel>,
}

/// `GET /settings/funnels`
pub async fn list(visitor: Visitor) -> Answer {
    let funnels = visitor.read(funnels::list).await?;
    show_page(&visitor, &Funnels { page: page(&visitor, Part::Funnels), part: Part::Funnels, funnels })
}

/// Stages as lines: one a line, those of the second level with a dash before them.
pub fn written(funnel: &Funnel) -> String {
    let mut lines = Vec::new();
    for stage in &funnel.stages {
        lines.push(stage.name.clone());
        lines.extend(stage.steps.iter().map(|step| format!("- {step}")));
    }
    lines.join("\n")
}

fn stages(text: &str) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match (line.strip_prefix('-').map(str::trim), stages.last_mut()) {
            (Some(step), Some(stage)) => stage.steps.push(step.to_owned()),
            _ => stages.push(Stage { name: line.trim_start_matches('-').trim().to_owned(), steps: Vec::new() }),
        }
    }
    stages
}

/// `POST /settings/funnels`
pub async fn add(visitor: Visitor, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let (name, stages) = (sent.text("name").to_owned(), stages(sent.text("stages")));
    visitor.write(move |tx| funnels::create(tx, &name, &stages)).await?;
    go(&visitor, "/settings/funnels", Some(&Toast::good(visitor.t.settings.saved)))
}

/// `POST /settings/funnels/{number}`
pub async fn change(visitor: Visitor, Path(number): Path<i64>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let (name, stages) = (sent.text("name").to_owned(), stages(sent.text("stages")));
    visitor.write(move |tx| funnels::change(tx, number, &name, &stages)).await?;
    go(&visitor, "/settings/funnels", Some(&Toast::good(visitor.t.settings.saved)))
}

#[cfg(test)]
mod tests {
    use domain::Id;

    use super::*;

    #[test]
    fn stages_are_read_as_they_are_written() {
        let stages = stages("Mới\n  - Gọi lần 1\n- Gọi lần 2\n\nĐang tư vấn\n");
        assert_eq!((stages.len(), stages[0].steps.len(), stages[1].steps.len()), (2, 2, 0));
        let funnel = Funnel { id: Id(1), number: 1, name: "Bán hàng".to_owned(), stages };
        assert_eq!(written(&funnel), "Mới\n- Gọi lần 1\n- Gọi lần 2\nĐang tư vấn");
        assert_eq!(super::stages(&written(&funnel)), funnel.stages);
    }

    #[test]
    fn a_dash_without_a_stage_before_it_is_a_stage() {
        assert_eq!(stages("- Mới")[0].name, "Mới");
    }
}

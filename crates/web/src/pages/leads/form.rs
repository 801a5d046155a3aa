//! The forms of a lead: its facts, and what is asked for when it is converted or given up.

use domain::field::Field;
use domain::{CatalogKind, Lead};
use jiff::tz::TimeZone;

use crate::messages::Messages;
use crate::pages::own_fields::{self, Own};
use crate::pages::sent::{Choices, Pick, Sent, day_of};
use crate::pages::words;
use crate::show as shown;

/// The form of the facts, as the lead has them or as they were just sent.
pub(super) struct Form {
    pub(super) subject: String,
    pub(super) picks: Vec<Pick>,
    pub(super) labels: Vec<(i64, String, bool)>,
    pub(super) expected_close: String,
    pub(super) reference_url: String,
    pub(super) company_name: String,
    pub(super) own: Vec<Own>,
}

/// What is asked for when a lead is converted or given up.
pub(super) struct Ending {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) close_at: String,
    pub(super) picks: Vec<Pick>,
    pub(super) reason: Pick,
}

/// The form of the facts, with what was just sent in it.
pub(super) fn form(
    lead: &Lead,
    choices: &Choices,
    own: Vec<Field>,
    sent: Option<&Sent>,
    t: &'static Messages,
    zone: &TimeZone,
) -> Form {
    // Every form of the page posts to its own address: only that of the facts has a subject.
    let sent = sent.filter(|sent| sent.has("facts"));
    let text = |name: &str, known: &str| sent.map_or(known, |sent| sent.text(name)).to_owned();
    let picked = |name: &str, known: Option<i64>| sent.map_or(known, |sent| sent.number(name));
    let label = |kind| lead.label(kind).map(|label| label.number);
    let mut users = choices.users.clone();
    // Who is locked is not offered, but stays where they are until somebody takes them away.
    let gone = lead.assignee.iter().filter(|user| choices.users.iter().all(|(number, _)| *number != user.number));
    users.extend(gone.map(|user| (user.number, words::user(user))));
    let picks = vec![
        Pick::of(
            "service",
            t.catalog.service,
            choices.list(CatalogKind::Service),
            picked("service", label(CatalogKind::Service)),
        ),
        Pick::of(
            "source",
            t.catalog.source,
            choices.list(CatalogKind::Source),
            picked("source", label(CatalogKind::Source)),
        ),
        Pick::of("team", t.leads.team, &choices.teams, picked("team", lead.team.as_ref().map(|team| team.number))),
        Pick::of(
            "assignee",
            t.leads.assignee,
            &users,
            picked("assignee", lead.assignee.as_ref().map(|user| user.number)),
        ),
    ];
    let marked = sent.map(|sent| sent.numbers("label"));
    let has = |number: i64| match &marked {
        Some(marked) => marked.contains(&number),
        None => lead.labels.iter().any(|label| label.kind == CatalogKind::LeadLabel && label.number == number),
    };
    let labels = choices.list(CatalogKind::LeadLabel).iter();
    Form {
        subject: text("subject", &lead.subject),
        picks,
        labels: labels.map(|(number, label)| (*number, label.clone(), has(*number))).collect(),
        expected_close: text("expected_close", &day_of(lead.expected_close, zone)),
        reference_url: text("reference_url", &lead.reference_url),
        company_name: text("company_name", &lead.company_name),
        own: own_fields::asked(own, &lead.values, sent),
    }
}

/// What is asked for at the end, with what was just sent in it.
pub(super) fn ending(lead: &Lead, choices: &Choices, sent: Option<&Sent>, t: &'static Messages) -> Ending {
    let text = |name: &str| sent.map(|sent| sent.text(name).to_owned()).unwrap_or_default();
    let picked = |name: &str| sent.and_then(|sent| sent.number(name));
    let currencies = choices.list(CatalogKind::Currency);
    let currency = picked("currency").or(currencies.first().map(|(number, _)| *number));
    let stages = choices.list(CatalogKind::DealStage);
    let stage = picked("stage").or(stages.first().map(|(number, _)| *number));
    let reasons = choices.list(CatalogKind::UnqualifiedReason);
    let name = text("name");
    Ending {
        name: if name.is_empty() { shown::visible(&lead.subject) } else { name },
        value: text("value"),
        close_at: text("close_at"),
        picks: vec![
            Pick::of("currency", t.catalog.currency, currencies, currency),
            Pick::of("stage", t.catalog.deal_stage, stages, stage).must(),
        ],
        reason: Pick::of("reason", t.catalog.unqualified_reason, reasons, picked("reason")).needed(),
    }
}

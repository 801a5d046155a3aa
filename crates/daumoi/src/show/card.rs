//! One customer for people to read.

use anyhow::Result;
use domain::contact_point::ContactKind;
use domain::customer::Address;
use domain::field::FieldValue;
use domain::{CatalogKind, Customer, Instant};
use hub::customers::{self, Whole};

use super::{Table, line};

/// Lines of history that are shown; `--json` has more.
const HISTORY: usize = 30;

/// Prints a customer with everything that belongs to them.
pub fn card(whole: &Whole) -> Result<()> {
    let customer = &whole.customer;
    line(format_args!("{}  {}", customers::reading_code(customer), customer.name))?;
    facts(customer).into_iter().try_for_each(|(name, value)| line(format_args!("  {name:<12} {value}")))?;
    leads(whole)?;
    deals(whole)?;
    tickets(whole)?;
    notes(whole)?;
    messages(whole)?;
    attachments(whole)?;
    history(whole)
}

/// The facts that are known, each with its name.
fn facts(customer: &Customer) -> Vec<(String, String)> {
    let points = |kind: ContactKind| {
        let texts = customer.points_of(kind).map(|point| match (kind, point.label.is_empty()) {
            (ContactKind::Im, false) => format!("{}: {}", point.label, point.raw),
            _ => point.raw.clone(),
        });
        texts.collect::<Vec<_>>().join(", ")
    };
    let labels = |kind| customer.labels_of(kind).map(|label| label.label.clone()).collect::<Vec<_>>().join(", ");
    let codes = customer.codes.iter().map(|(system, code)| format!("{} {code}", system.word()));
    let owners = customer.owners.iter().map(|owner| owner.email.clone());
    let mut facts = vec![
        ("kind", format!("{}, {}", customer.kind.word(), customer.stage.word())),
        ("phones", points(ContactKind::Phone)),
        ("e-mails", points(ContactKind::Email)),
        ("messengers", points(ContactKind::Im)),
        ("websites", points(ContactKind::Website)),
        ("addresses", customer.addresses.iter().map(Address::line).collect::<Vec<_>>().join("; ")),
        ("national id", customer.national_id.number.clone()),
        ("tax code", customer.tax_code.clone()),
        ("born", customer.birth_date.map(|date| date.to_string()).unwrap_or_default()),
        ("company", customer.company.as_ref().map(|company| company.name.clone()).unwrap_or_default()),
        ("job title", customer.job_title.clone()),
        ("status", labels(CatalogKind::Status)),
        ("type", labels(CatalogKind::Type)),
        ("source", labels(CatalogKind::Source)),
        ("groups", labels(CatalogKind::Group)),
        ("industries", labels(CatalogKind::Industry)),
        ("tags", labels(CatalogKind::Tag)),
        ("owners", owners.collect::<Vec<_>>().join(", ")),
        ("codes", codes.collect::<Vec<_>>().join(", ")),
        ("created", format!("{} by {}", customer.created_at.rfc3339(), customer.created_by)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), one_line(&value)))
    .collect::<Vec<_>>();
    facts.extend(customer.values.iter().map(|value| (value.label.clone(), one_line(&FieldValue::joined(value)))));
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// Control characters could play tricks on a terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn section(name: &str, table: &Table, rows: usize) -> Result<()> {
    if rows == 0 {
        return Ok(());
    }
    line(format_args!("\n{name}"))?;
    table.print()
}

fn label(labels: &[domain::Label], kind: CatalogKind) -> String {
    labels.iter().find(|label| label.kind == kind).map(|label| label.label.clone()).unwrap_or_default()
}

fn leads(whole: &Whole) -> Result<()> {
    let mut table = Table::new(["lead", "subject", "status", "assignee", "at"]);
    for lead in &whole.leads {
        let assignee = lead.assignee.as_ref().map(|user| user.email.clone()).unwrap_or_default();
        let status = label(&lead.labels, CatalogKind::LeadStatus);
        table.row([lead.number.to_string(), lead.subject.clone(), status, assignee, at(lead.created_at)]);
    }
    section("Leads", &table, whole.leads.len())
}

fn deals(whole: &Whole) -> Result<()> {
    let mut table = Table::new(["deal", "name", "stage", "value", "at"]);
    for deal in &whole.deals {
        let value = format!("{} {}", deal.value, label(&deal.labels, CatalogKind::Currency));
        let stage = label(&deal.labels, CatalogKind::DealStage);
        table.row([deal.number.to_string(), deal.name.clone(), stage, value, at(deal.created_at)]);
    }
    section("Deals", &table, whole.deals.len())
}

fn tickets(whole: &Whole) -> Result<()> {
    let mut table = Table::new(["ticket", "title", "channel", "state", "at"]);
    for ticket in &whole.tickets {
        let state = if ticket.closed_at.is_some() { "solved" } else { "open" };
        let channel = label(&ticket.labels, CatalogKind::TicketChannel);
        table.row([ticket.number.to_string(), ticket.title.clone(), channel, state.into(), at(ticket.created_at)]);
    }
    section("Tickets", &table, whole.tickets.len())
}

fn notes(whole: &Whole) -> Result<()> {
    let mut table = Table::new(["at", "author", "note"]);
    for note in &whole.notes {
        table.row([at(note.created_at), note.author_name.clone(), note.body.clone()]);
    }
    section("Notes", &table, whole.notes.len())
}

fn messages(whole: &Whole) -> Result<()> {
    let mut table = Table::new(["at", "kind", "to", "state", "text"]);
    for message in &whole.messages {
        let (kind, state) = (message.kind.word().to_owned(), message.state.word().to_owned());
        table.row([at(message.created_at), kind, message.recipient.clone(), state, message.body.clone()]);
    }
    section("Messages", &table, whole.messages.len())
}

fn attachments(whole: &Whole) -> Result<()> {
    let mut table = Table::new(["at", "file", "type", "bytes"]);
    for file in &whole.attachments {
        table.row([at(file.created_at), file.name.clone(), file.media_type.clone(), file.size.to_string()]);
    }
    section("Files", &table, whole.attachments.len())
}

fn history(whole: &Whole) -> Result<()> {
    let mut table = Table::new(["at", "actor", "through", "what", "fields"]);
    for change in whole.history.iter().take(HISTORY) {
        let fields = change.fields.iter().map(|field| format!("{}={}", field.field, field.new)).collect::<Vec<_>>();
        let fields = fields.join(", ");
        table.row([at(change.at), change.actor.clone(), change.dialect.clone(), change.text.clone(), fields]);
    }
    section("History", &table, whole.history.len())
}

fn at(at: Instant) -> String {
    at.rfc3339()
}

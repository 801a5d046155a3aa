//! What facts of the domain are called on pages: kinds, stages, lists, systems, fields of history.

use std::borrow::Borrow;

use domain::catalog::CatalogKind;
use domain::contact_point::ContactKind;
use domain::customer::{Gender, Kind, Stage, UserRef};
use domain::field::{FieldType, FieldValue};
use domain::message::MessageState;
use domain::{Permit, System};

use super::trail::FUNNELS;
use crate::messages::Messages;
use crate::show;

/// What a kind of contact point is called.
pub fn points(kind: impl Borrow<ContactKind>, t: &'static Messages) -> &'static str {
    match kind.borrow() {
        ContactKind::Phone => t.customers.phones,
        ContactKind::Email => t.customers.emails,
        ContactKind::Im => t.customers.ims,
        ContactKind::Website => t.customers.websites,
    }
}

/// What a list of the catalog is called.
pub fn list(kind: &CatalogKind, t: &'static Messages) -> &'static str {
    let words = &t.catalog;
    match kind {
        CatalogKind::Status => words.status,
        CatalogKind::Type => words.kind,
        CatalogKind::Group => words.group,
        CatalogKind::Tag => words.tag,
        CatalogKind::Industry => words.industry,
        CatalogKind::Source => words.source,
        CatalogKind::Scale => words.scale,
        CatalogKind::LeadStatus => words.lead_status,
        CatalogKind::UnqualifiedReason => words.unqualified_reason,
        CatalogKind::LeadLabel => words.lead_label,
        CatalogKind::Service => words.service,
        CatalogKind::DealStage => words.deal_stage,
        CatalogKind::DealCategory => words.deal_category,
        CatalogKind::Package => words.package,
        CatalogKind::Currency => words.currency,
        CatalogKind::Sla => words.sla,
        CatalogKind::TicketChannel => words.ticket_channel,
    }
}

/// What the code of a system is called.
pub fn code(system: System, t: &'static Messages) -> String {
    let name = match system {
        System::OneOffice => "1Office",
        System::OmicrmRefId => "OMICRM refId",
        System::OmicrmRefCode => "OMICRM refCode",
        System::Vbot => "VBot",
        System::Beeiq => "BeeIQ",
    };
    t.customers.code_in(name)
}

/// Lead or customer.
pub fn stage(stage: &Stage, t: &'static Messages) -> &'static str {
    match stage {
        Stage::Lead => t.customers.stage_lead,
        Stage::Customer => t.customers.stage_customer,
    }
}

/// Person or organization.
pub fn kind(kind: Kind, t: &'static Messages) -> &'static str {
    match kind {
        Kind::Person => t.customers.person,
        Kind::Organization => t.customers.organization,
    }
}

/// A gender.
pub fn gender(gender: Gender, t: &'static Messages) -> &'static str {
    match gender {
        Gender::Male => t.customers.male,
        Gender::Female => t.customers.female,
        Gender::Other => t.customers.other_gender,
    }
}

/// With whom a record is shared.
pub fn permit(permit: &Permit, t: &'static Messages) -> &'static str {
    match permit {
        Permit::Everybody => t.customers.permit_everybody,
        Permit::OnlyMe { .. } => t.customers.permit_only_me,
        Permit::MeAndTeam { .. } => t.customers.permit_team,
        Permit::MeAndUsers { .. } => t.customers.permit_users,
    }
}

/// A user's name, or the e-mail address of one who has none.
pub fn user(user: &UserRef) -> String {
    show::visible(if user.name.is_empty() { &user.email } else { &user.name })
}

/// A user of the org: name, or e-mail address.
pub fn person(user: &domain::User) -> String {
    show::visible(if user.name.is_empty() { &user.email } else { &user.name })
}

/// What a field of history is called; one that only a dialect knows keeps its own name.
pub fn field(name: &str, t: &'static Messages) -> String {
    let c = &t.customers;
    let known = match name {
        "name" => c.name,
        "given_name" => c.given_name,
        "family_name" => c.family_name,
        "kind" => c.kind,
        "stage" => c.stage,
        "salutation" => c.salutation,
        "gender" => c.gender,
        "birth_date" => c.birth_date,
        "national_id" => c.national_id,
        "national_id_date" => c.national_id_date,
        "national_id_place" => c.national_id_place,
        "tax_code" => c.tax_code,
        "founding_date" => c.founding_date,
        "job_title" => c.job_title,
        "note" => c.note,
        "avatar_url" => c.avatar_url,
        "partner" => c.partner,
        "branch" => c.branch,
        "do_not_contact" => c.do_not_contact,
        "phones" => c.phones,
        "emails" => c.emails,
        "ims" => c.ims,
        "websites" => c.websites,
        "addresses" => c.addresses,
        "persons" | "contacts" => c.persons,
        "owners" => c.owners,
        "company" | "company_name" => c.company,
        "customer" => c.stage_customer,
        "permit" => c.permit,
        "groups" => t.catalog.group,
        "industries" => t.catalog.industry,
        "tags" => t.catalog.tag,
        "lead_labels" => t.catalog.lead_label,
        "category" => t.catalog.deal_category,
        "subject" => c.lead_subject,
        "team" | "teams" => c.team,
        "assignee" => c.assignee,
        "expected_close" | "close_at" => c.expected_close,
        "closing" => c.closing,
        "value" => c.deal_value,
        "code" => c.deal_code,
        "description" => c.description,
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    if let Some(system) = name.strip_prefix("codes.").and_then(System::of) {
        return code(system, t);
    }
    if let Some(funnel) = name.strip_prefix(FUNNELS) {
        return format!("{} {}", c.funnel, show::visible(funnel));
    }
    match CatalogKind::of(name) {
        Some(kind) => list(&kind, t).to_owned(),
        None => show::visible(name.strip_prefix("fields.").unwrap_or(name)),
    }
}

/// A value of history: words of ours in the reader's language, everything else as it was.
pub fn value(field: &str, value: &str, t: &'static Messages) -> String {
    let known = match (field, value) {
        ("kind", word) => kind(Kind::of(word), t),
        ("stage", word) => stage(&Stage::of(word), t),
        ("gender", word) => Gender::of(word).map_or("", |word| gender(word, t)),
        ("do_not_contact", "yes") => t.common.yes,
        ("birth_date" | "founding_date" | "national_id_date", day) => {
            return day.parse().map_or_else(|_| show::visible(value), |day| show::date(&day));
        }
        ("permit", "everybody") => t.customers.permit_everybody,
        ("permit", "only me") => t.customers.permit_only_me,
        ("permit", "me and team") => t.customers.permit_team,
        ("permit", "me and users") => t.customers.permit_users,
        _ => "",
    };
    if known.is_empty() { show::visible(value) } else { known.to_owned() }
}

/// How many facts of a group are not known.
pub fn blanks(group: &[crate::pages::customer::Shown]) -> usize {
    group.iter().filter(|fact| fact.lines.is_empty()).count()
}

/// The type of a contact point: the types that vendors' documents name are translated, others stay as their sender wrote them.
pub fn point_label(label: &str, t: &'static Messages) -> String {
    let known = match label.to_ascii_lowercase().as_str() {
        "work" | "office" | "company" => t.customers.label_work,
        "mobile" | "cell" => t.customers.label_mobile,
        "home" => t.customers.label_home,
        "personal" => t.customers.label_personal,
        "other" => t.customers.label_other,
        "main" | "primary" => t.customers.label_main,
        _ => return show::visible(label),
    };
    known.to_owned()
}

/// What an interface is called.
pub fn door(word: &str) -> &str {
    match word {
        "oneoffice" => "1Office",
        "omicrm" => "OMICRM",
        "vbot" => "VBot",
        "caresoft" => "CareSoft",
        "beeiq" => "BeeIQ",
        "web" => "Web",
        "cli" => "CLI",
        other => other,
    }
}

/// What a lead, deal or ticket is called: its subject, or its number when it has none.
pub fn subject(text: &str, number: &i64) -> String {
    let text = show::visible(text);
    if text.is_empty() { format!("#{number}") } else { text }
}

/// The values of a custom field as people read them.
pub fn own(value: &FieldValue) -> impl Iterator<Item = String> {
    let is_day = value.kind == FieldType::Date;
    let text = move |text: &str| if is_day { show::day_of(text) } else { text.to_owned() };
    value.items.iter().map(move |item| show::visible(&text(&item.text)))
}

/// How far a message has come.
pub fn message_state(state: &MessageState, t: &'static Messages) -> &'static str {
    match state {
        MessageState::Queued => t.customer.state_queued,
        MessageState::Sent => t.customer.state_sent,
        MessageState::Failed => t.customer.state_failed,
        MessageState::Trial => t.customer.state_trial,
        MessageState::Held => t.customer.state_held,
    }
}

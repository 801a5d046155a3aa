//! Between CareSoft's words and ours, without looking anything up.

use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::{CustomerRef, Gender};
use domain::field::{Field, FieldType};
use domain::identity::Country;
use domain::lead::{Closing, Conversion};
use domain::{CatalogKind, Customer, Instant, Label, Lead, Note, Role, Team, User};
use hub::enquiries::{Comment, Enquiry, Reference};
use hub::leads::{Query, Range};
use jiff::tz::TimeZone;
use kit::dates;

use crate::wire;

/// What `ticket_source` says of a lead without a source.
const SOURCE: &str = "API";

/// A lead that came in.
pub fn enquiry(sent: wire::Lead, country: Country) -> Enquiry {
    let wire::Lead {
        username,
        subject,
        phone,
        email,
        requester_id,
        service_id,
        group_id,
        assignee_id,
        lead_status_id,
        estimated_closed_date,
        lead_label,
        custom_fields,
        comments,
        unqualify_reason,
        ref_url,
    } = sent;
    let mut customer = Customer { name: username.unwrap_or_default(), ..Customer::default() };
    let point = |kind, raw: Option<String>| ContactPoint::new(kind, &raw.unwrap_or_default(), "", country);
    customer.add_points(point(ContactKind::Phone, phone));
    customer.add_points(point(ContactKind::Email, email));
    Enquiry {
        requester: requester_id.map(reference),
        customer,
        subject,
        service: service_id,
        team: group_id,
        assignee: assignee_id,
        status: lead_status_id.map(reference),
        reason: unqualify_reason.map(reference),
        labels: lead_label,
        values: values(custom_fields),
        own: Vec::new(),
        expected_close: estimated_closed_date.map(Instant),
        reference_url: ref_url,
        comments: comments.into_iter().map(comment).collect(),
    }
}

fn comment(wire::Comment { body, is_public, author_id }: wire::Comment) -> Comment {
    Comment { body, is_public, author: author_id.map(reference) }
}

fn reference(wire::Reference { id, name }: wire::Reference) -> Reference {
    Reference { number: id, field: name }
}

/// Custom values by the number of their field.
pub fn values(fields: Vec<wire::CustomField>) -> Vec<(i64, Vec<String>)> {
    fields.into_iter().map(|wire::CustomField { id, value }| (id, value)).collect()
}

/// What the list of leads is asked for. Instants are printed in whole seconds, so that the second of `…_to` belongs to it.
pub fn query(sent: &wire::LeadsQuery) -> Query {
    let wire::LeadsQuery {
        requester_id,
        assignee_id,
        service_id,
        status_ids,
        convert_type,
        created,
        updated,
        convert,
        page: _,
    } = sent;
    Query {
        customer: *requester_id,
        assignee: *assignee_id,
        service: *service_id,
        statuses: status_ids.clone(),
        how: convert_type.and_then(Conversion::of),
        created: range(*created),
        updated: range(*updated),
        closed: range(*convert),
    }
}

/// From the first moment to the end of the second that the other begins.
pub fn range((since, to): (Option<i64>, Option<i64>)) -> Range {
    (since.map(Instant), to.map(|to| Instant(to).plus_seconds(1)))
}

/// Brings what was sent onto a contact. What was not sent stays.
pub fn apply(sent: &wire::Contact, organization: Option<&CustomerRef>, country: Country, customer: &mut Customer) {
    let wire::Contact { username, phones, emails, gender, organization_id: _, custom_fields: _ } = sent;
    if let Some(name) = username {
        customer.rename(name);
    }
    customer.gender = match gender {
        Some(0) => Some(Gender::Male),
        Some(1) => Some(Gender::Female),
        Some(_) => None,
        None => customer.gender,
    };
    customer.company = organization.cloned().or(customer.company.take());
    put_points(customer, ContactKind::Phone, phones, country);
    put_points(customer, ContactKind::Email, emails, country);
}

/// The first, second and third place of a kind of contact point, each replaced when it was sent.
fn put_points(customer: &mut Customer, kind: ContactKind, sent: &[Option<String>], country: Country) {
    let mut points: Vec<ContactPoint> = customer.points_of(kind).cloned().collect();
    for (place, raw) in sent.iter().enumerate() {
        let Some(new) = raw.as_deref().and_then(|raw| ContactPoint::new(kind, raw, "", country)) else { continue };
        match points.get_mut(place) {
            Some(old) => *old = ContactPoint { label: old.label.clone(), ..new },
            None => points.push(new),
        }
    }
    let mut kept: Vec<ContactPoint> = Vec::new();
    for point in points {
        if !kept.iter().any(|known| known.same_address(&point)) {
            kept.push(point);
        }
    }
    customer.replace_points(kind, kept);
}

/// A lead that was made or changed.
pub fn saved(lead: &Lead, zone: &TimeZone) -> wire::SavedLead {
    wire::SavedLead {
        updated_at: dates::local(lead.updated_at.0, zone),
        subject: lead.subject.clone(),
        created_at: dates::local(lead.created_at.0, zone),
        id: lead.number,
        requester_id: lead.customer.as_ref().map(|customer| customer.number),
    }
}

/// A lead of the list.
pub fn row(lead: &Lead) -> wire::LeadRow {
    let z = |at: Instant| dates::utc_z(at.0);
    let facts = Facts::of(lead, z);
    wire::LeadRow {
        id: lead.number,
        lead_no: lead.number,
        requester_id: lead.customer.as_ref().map(|customer| customer.number),
        ticket_source_end_status: (),
        assignee_id: facts.assignee_id,
        ticket_priority: "Normal",
        ticket_source: facts.source,
        is_overdue: (),
        subject: lead.subject.clone(),
        created_at: z(lead.created_at),
        updated_at: z(lead.updated_at),
        duedate: (),
        service_id: facts.service_id,
        incident_id: (),
        satisfaction: (),
        satisfaction_at: (),
        satisfaction_content: (),
        campaign_id: (),
        automessage_id: (),
        source_detail_id: facts.source_id,
        convert_by: facts.convert_by,
        convert_at: facts.convert_at,
        convert_type: facts.convert_type,
        unqualified_reasons: facts.reason,
        last_lead_status_id: facts.last_status_id,
        lead_status_id: facts.status_id,
        estimated_closed_date: facts.expected_close,
    }
}

/// What list and detail say alike, but for the form of instants.
struct Facts {
    assignee_id: Option<i64>,
    service_id: Option<i64>,
    source: String,
    source_id: Option<i64>,
    convert_by: Option<i64>,
    convert_at: Option<String>,
    convert_type: Option<i64>,
    reason: Option<i64>,
    last_status_id: Option<i64>,
    status_id: Option<i64>,
    expected_close: Option<String>,
}

impl Facts {
    fn of(lead: &Lead, written: impl Fn(Instant) -> String) -> Self {
        let number = |kind| lead.label(kind).map(|label| label.number);
        let (convert_by, convert_at, convert_type) = match &lead.closing {
            Some(Closing { how, at, by: _, by_number }) => (*by_number, Some(written(*at)), Some(how.number())),
            None => (None, None, None),
        };
        Self {
            assignee_id: lead.assignee.as_ref().map(|user| user.number),
            service_id: number(CatalogKind::Service),
            source: lead.label(CatalogKind::Source).map_or_else(|| SOURCE.to_owned(), |source| source.label.clone()),
            source_id: number(CatalogKind::Source),
            convert_by,
            convert_at,
            convert_type,
            reason: number(CatalogKind::UnqualifiedReason),
            last_status_id: lead.last_status.as_ref().map(|status| status.number),
            status_id: number(CatalogKind::LeadStatus),
            expected_close: lead.expected_close.map(written),
        }
    }
}

/// All that the detail of a lead is made of.
pub struct Whole {
    /// Number of the org.
    pub account: i64,
    /// The lead.
    pub lead: Lead,
    /// Whose it is.
    pub customer: Customer,
    /// Who takes care of it, with a team of theirs.
    pub assignee: Option<(User, Option<Team>)>,
    /// Its comments, each with who wrote it.
    pub notes: Vec<(Note, Option<User>)>,
    /// Every field that a lead may have.
    pub fields: Vec<Field>,
}

/// A lead, whole.
pub fn detail(whole: &Whole, zone: &TimeZone) -> wire::LeadDetail {
    let Whole { account, lead, customer, assignee, notes, fields } = whole;
    let local = |at: Instant| dates::local(at.0, zone);
    let facts = Facts::of(lead, local);
    let labels = lead.labels.iter().filter(|label| label.kind == CatalogKind::LeadLabel);
    let named = |label: &Label| wire::Named { id: label.number, label: label.label.clone() };
    wire::LeadDetail {
        account_id: *account,
        id: lead.number,
        lead_no: lead.number,
        requester_id: customer.number,
        group_id: lead.team.as_ref().map(|team| team.number),
        ticket_source_end_status: (),
        assignee_id: facts.assignee_id,
        ticket_source: facts.source,
        merge_status: (),
        merge_to: (),
        clone_from: (),
        subject: lead.subject.clone(),
        created_at: local(lead.created_at),
        updated_at: local(lead.updated_at),
        duedate: (),
        satisfaction: (),
        satisfaction_content: (),
        satisfaction_at: (),
        satisfaction_send: (),
        campaign_id: (),
        campaign_action_id: -1,
        campaign_status: (),
        automessage_id: (),
        manualmessage_id: (),
        incident_id: -1,
        service_id: facts.service_id,
        qa_script_id: (),
        qa_agent: (),
        current_agent: (),
        ticket_source_detail_id: facts.source_id,
        convert_by: facts.convert_by,
        convert_at: facts.convert_at,
        convert_type: facts.convert_type,
        unqualified_reasons: facts.reason,
        last_lead_status_id: facts.last_status_id,
        estimated_closed_date: facts.expected_close,
        lead_status_id: facts.status_id,
        comments: notes.iter().map(|(note, author)| written(note, author.as_ref(), lead, zone)).collect(),
        custom_fields: fields.iter().map(|field| value(field, &lead.values)).collect(),
        tags: customer.labels_of(CatalogKind::Tag).map(|tag| tag.label.clone()).collect(),
        ccs: [],
        follows: [],
        labels: labels.map(named).collect(),
        campaign: (),
        campaign_action: (),
        assignee: assignee.as_ref().map(|(user, team)| agent(user, team.as_ref())),
        requester: requester(customer),
        ref_url: Some(lead.reference_url.clone()).filter(|url| !url.is_empty()),
    }
}

fn written(note: &Note, author: Option<&User>, lead: &Lead, zone: &TimeZone) -> wire::WrittenComment {
    wire::WrittenComment {
        ticket_comments_id: note.number,
        ticket_id: lead.number,
        comment: note.body.clone(),
        commentator_id: author.map(|user| user.number),
        username: note.author_name.clone(),
        facebook: (),
        facebook_name: (),
        comment_source: (),
        created_at: dates::local(note.created_at.0, zone),
        attack_file_id: (),
        file_name: (),
        file_id: (),
        download_connection_string: (),
        call_id: (),
        email_receive_id: (),
        addition_details: (),
        is_public: i64::from(note.is_public),
        can_hide: (),
        can_remove: (),
        can_reply_privately: (),
        facebook_comment_state: 0,
        role_id: author.map(|user| role_id(user.role)),
        avatar: (),
    }
}

fn agent(user: &User, team: Option<&Team>) -> wire::Assignee {
    let User { id: _, number, email, name: _, staff_code, phone, role, active: _ } = user;
    wire::Assignee {
        id: *number,
        username: hub::users::display_name(user).to_owned(),
        email: email.clone(),
        phone_no: phone.clone(),
        agent_id: staff_code.clone(),
        role_id: role_id(*role),
        group_id: team.map(|team| team.number),
        group_name: team.map(|team| team.name.clone()),
    }
}

fn requester(customer: &Customer) -> wire::Requester {
    let first = |kind| customer.points_of(kind).next().map(|point| point.raw.clone());
    wire::Requester {
        id: customer.number,
        username: customer.name.clone(),
        email: first(ContactKind::Email),
        phone_no: first(ContactKind::Phone),
        organization_id: customer.company.as_ref().map(|company| company.number),
    }
}

/// 1 as the document's `Admin1` has it; 2 for all others.
pub fn role_id(role: Role) -> i64 {
    if role.sees_everything() { 1 } else { 2 }
}

/// A contact.
pub fn contact(customer: &Customer, fields: &[Field], zone: &TimeZone) -> wire::ContactOf {
    let point = |kind, place| customer.points_of(kind).nth(place).map(|point| point.raw.clone());
    wire::ContactOf {
        id: customer.number,
        username: customer.name.clone(),
        email: point(ContactKind::Email, 0),
        email2: point(ContactKind::Email, 1),
        phone_no: point(ContactKind::Phone, 0),
        phone_no2: point(ContactKind::Phone, 1),
        phone_no3: point(ContactKind::Phone, 2),
        gender: match customer.gender {
            Some(Gender::Male) => 0,
            Some(Gender::Female) => 1,
            Some(Gender::Other) | None => 2,
        },
        organization_id: customer.company.as_ref().map(|company| company.number),
        created_at: dates::local(customer.created_at.0, zone),
        updated_at: dates::local(customer.updated_at.0, zone),
        custom_fields: fields.iter().map(|field| value(field, &customer.values)).collect(),
    }
}

/// What a record has in a field: choices as the numbers of their options, as clients send them.
fn value(field: &Field, values: &[domain::field::FieldValue]) -> wire::FieldValue {
    let spelt = |text: &str| match field.options.iter().find(|option| option.label == text) {
        Some(option) => option.number.to_string(),
        None => text.to_owned(),
    };
    let known = values.iter().find(|value| value.field == field.id);
    let texts = known.map(|value| value.items.iter().map(|item| spelt(&item.text)).collect::<Vec<_>>().join(","));
    wire::FieldValue { id: field.number, label: field.label.clone(), kind: type_name(&field.kind), value: texts }
}

/// The vendor has seven types and prints the names of two.
pub fn type_name(kind: &FieldType) -> String {
    match kind {
        FieldType::Text => "Text",
        FieldType::LongText => "Multi-line text",
        FieldType::Number => "Number",
        FieldType::Date => "Date",
        FieldType::Phone => "Phone",
        FieldType::Select | FieldType::Radio => "Single drop-down list",
        FieldType::Checkbox => "Multi drop-down list",
        FieldType::Other(word) => word,
    }
    .to_owned()
}

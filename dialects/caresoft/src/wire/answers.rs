//! What is answered, member by member in the document's order. `Null` stands where the document prints `null` and we have
//! nothing that could stand there.

use serde::Serialize;

/// A member that is always `null`.
pub type Null = ();

/// `{"code":"ok", …}`
#[derive(Serialize)]
pub struct Ok<T> {
    /// `code`
    pub code: &'static str,
    /// The rest.
    #[serde(flatten)]
    pub rest: T,
}

impl<T> Ok<T> {
    /// With the word that clients look for.
    pub fn new(rest: T) -> Self {
        Self { code: "ok", rest }
    }
}

/// Under `lead`.
#[derive(Serialize)]
pub struct OfLead<T> {
    /// `lead`
    pub lead: T,
}

/// A lead that was made or changed.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct SavedLead {
    pub updated_at: String,
    pub subject: String,
    pub created_at: String,
    pub id: i64,
    pub requester_id: Option<i64>,
}

/// Section 3, with `ref_url` behind it.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct LeadDetail {
    pub account_id: i64,
    pub id: i64,
    pub lead_no: i64,
    pub requester_id: i64,
    pub group_id: Option<i64>,
    pub ticket_source_end_status: Null,
    pub assignee_id: Option<i64>,
    pub ticket_source: String,
    pub merge_status: Null,
    pub merge_to: Null,
    pub clone_from: Null,
    pub subject: String,
    pub created_at: String,
    pub updated_at: String,
    pub duedate: Null,
    pub satisfaction: Null,
    pub satisfaction_content: Null,
    pub satisfaction_at: Null,
    pub satisfaction_send: Null,
    pub campaign_id: Null,
    pub campaign_action_id: i64,
    pub campaign_status: Null,
    pub automessage_id: Null,
    pub manualmessage_id: Null,
    pub incident_id: i64,
    pub service_id: Option<i64>,
    pub qa_script_id: Null,
    pub qa_agent: Null,
    pub current_agent: Null,
    pub ticket_source_detail_id: Option<i64>,
    pub convert_by: Option<i64>,
    pub convert_at: Option<String>,
    pub convert_type: Option<i64>,
    pub unqualified_reasons: Option<i64>,
    pub last_lead_status_id: Option<i64>,
    pub estimated_closed_date: Option<String>,
    pub lead_status_id: Option<i64>,
    pub comments: Vec<WrittenComment>,
    pub custom_fields: Vec<FieldValue>,
    pub tags: Vec<String>,
    pub ccs: [Null; 0],
    pub follows: [Null; 0],
    pub labels: Vec<Named>,
    pub campaign: Null,
    pub campaign_action: Null,
    pub assignee: Option<Assignee>,
    pub requester: Requester,
    pub ref_url: Option<String>,
}

/// `comments[]` of section 3.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct WrittenComment {
    pub ticket_comments_id: i64,
    pub ticket_id: i64,
    pub comment: String,
    pub commentator_id: Option<i64>,
    pub username: String,
    pub facebook: Null,
    pub facebook_name: Null,
    pub comment_source: Null,
    pub created_at: String,
    pub attack_file_id: Null,
    pub file_name: Null,
    pub file_id: Null,
    pub download_connection_string: Null,
    pub call_id: Null,
    pub email_receive_id: Null,
    pub addition_details: Null,
    pub is_public: i64,
    pub can_hide: Null,
    pub can_remove: Null,
    pub can_reply_privately: Null,
    pub facebook_comment_state: i64,
    pub role_id: Option<i64>,
    pub avatar: Null,
}

/// `custom_fields[]` of section 3.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct FieldValue {
    pub id: i64,
    pub label: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub value: Option<String>,
}

/// An item of a list.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Named {
    pub id: i64,
    pub label: String,
}

/// `assignee` of section 3.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Assignee {
    pub id: i64,
    pub username: String,
    pub email: String,
    pub phone_no: Option<String>,
    pub agent_id: Option<String>,
    pub role_id: i64,
    pub group_id: Option<i64>,
    pub group_name: Option<String>,
}

/// `requester` of section 3.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Requester {
    pub id: i64,
    pub username: String,
    pub email: Option<String>,
    pub phone_no: Option<String>,
    pub organization_id: Option<i64>,
}

/// `leads[]` of section 4.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct LeadRow {
    pub id: i64,
    pub lead_no: i64,
    pub requester_id: Option<i64>,
    pub ticket_source_end_status: Null,
    pub assignee_id: Option<i64>,
    pub ticket_priority: &'static str,
    pub ticket_source: String,
    pub is_overdue: Null,
    pub subject: String,
    pub created_at: String,
    pub updated_at: String,
    pub duedate: Null,
    pub service_id: Option<i64>,
    pub incident_id: Null,
    pub satisfaction: Null,
    pub satisfaction_at: Null,
    pub satisfaction_content: Null,
    pub campaign_id: Null,
    pub automessage_id: Null,
    pub source_detail_id: Option<i64>,
    pub convert_by: Option<i64>,
    pub convert_at: Option<String>,
    pub convert_type: Option<i64>,
    pub unqualified_reasons: Option<i64>,
    pub last_lead_status_id: Option<i64>,
    pub lead_status_id: Option<i64>,
    pub estimated_closed_date: Option<String>,
}

/// Section 4.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Leads {
    #[serde(rename = "numFound")]
    pub num_found: i64,
    pub leads: Vec<LeadRow>,
}

/// Sections 5.1 to 5.3.
#[derive(Serialize)]
pub struct Data<T> {
    /// `data`
    pub data: Vec<T>,
}

/// `data[]` of section 5.1.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Status {
    pub id: i64,
    pub label: String,
    pub status_type: i64,
}

/// `data[]` of section 5.3.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct LeadLabel {
    pub id: i64,
    pub label: String,
    pub created_at: String,
    pub updated_at: String,
}

/// `agents[]` of the vendor's page on agents.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Agent {
    pub id: i64,
    pub username: String,
    pub email: String,
    pub phone_no: Option<String>,
    pub agent_id: Option<String>,
    pub created_at: String,
    pub updated_at: String,
    pub group_id: Option<i64>,
    pub group_name: Option<String>,
    pub role_id: i64,
    pub login_status: Null,
    pub call_status: Null,
}

/// Under `agents`.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Agents {
    pub agents: Vec<Agent>,
}

/// `groups[]` of the vendor's page on groups.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Group {
    pub group_id: i64,
    pub group_name: String,
    pub created_at: String,
}

/// Under `groups`.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Groups {
    pub groups: Vec<Group>,
}

/// `services[]`, made like a group.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Service {
    pub service_id: i64,
    pub service_name: String,
    pub created_at: String,
}

/// Under `services`.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Services {
    pub services: Vec<Service>,
}

/// `custom_fields[]` of the vendor's page on custom fields, with its spelling.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct CustomFieldOf {
    pub custom_field_id: i64,
    pub custom_field_lable: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub values: Vec<OptionOf>,
}

/// `values[]` of a custom field.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct OptionOf {
    pub id: i64,
    pub lable: String,
    pub parent_value_id: i64,
}

/// Under `custom_fields`.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct CustomFields {
    pub custom_fields: Vec<CustomFieldOf>,
}

/// A contact.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct ContactOf {
    pub id: i64,
    pub username: String,
    pub email: Option<String>,
    pub email2: Option<String>,
    pub phone_no: Option<String>,
    pub phone_no2: Option<String>,
    pub phone_no3: Option<String>,
    pub gender: i64,
    pub organization_id: Option<i64>,
    pub created_at: String,
    pub updated_at: String,
    pub custom_fields: Vec<FieldValue>,
}

/// Under `contact`.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct OfContact {
    pub contact: ContactOf,
}

/// A page of contacts.
#[derive(Serialize)]
#[expect(missing_docs, reason = "the document's own names")]
pub struct Contacts {
    #[serde(rename = "numFound")]
    pub num_found: i64,
    pub contacts: Vec<ContactOf>,
}

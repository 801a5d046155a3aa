//! An org as its clients know it, and the calls that they send through the five doors.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use stories::{Answer, Client, Program};

use crate::mark::Mark;

/// What the clients of an org hold: its secrets and its codes.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Id of the org.
    pub org: i64,
    /// Short name of the org.
    pub slug: String,
    token: String,
    listener: String,
    vbot_id: String,
    project_code: String,
}

/// Who sends to the listener.
const SENDER: &str = "chu@example.com";

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// BeeIQ `add-contact`.
    Contact,
    /// BeeIQ `update-contact`: its background information.
    ContactUpdate,
    /// BeeIQ `add-note` on the contact.
    Note,
    /// BeeIQ `add-ticket` of the contact.
    Ticket,
    /// BeeIQ `add-lead`.
    Enquiry,
    /// OMICRM `contact/add`.
    Omicrm,
    /// OMICRM `contact/update`: its note.
    OmicrmUpdate,
    /// VBot `customer/create`.
    Vbot,
    /// VBot `customer/update`: its address.
    VbotUpdate,
    /// CareSoft `lead` with a comment.
    Lead,
    /// CareSoft `lead/{id}`: one more comment.
    LeadUpdate,
    /// 1Office `contact/insert`.
    OneOffice,
    /// 1Office `contact/update`: its description.
    OneOfficeUpdate,
}

/// The order in which a connection goes through all of them. What changes a record comes after what makes it.
pub const ROUND_TRIP: [Kind; 13] = [
    Kind::Contact,
    Kind::Omicrm,
    Kind::Vbot,
    Kind::Lead,
    Kind::OneOffice,
    Kind::ContactUpdate,
    Kind::OmicrmUpdate,
    Kind::VbotUpdate,
    Kind::LeadUpdate,
    Kind::OneOfficeUpdate,
    Kind::Note,
    Kind::Ticket,
    Kind::Enquiry,
];

impl Kind {
    /// Whether it makes a customer.
    pub fn makes_customer(self) -> bool {
        matches!(self, Self::Contact | Self::Enquiry | Self::Omicrm | Self::Vbot | Self::Lead | Self::OneOffice)
    }

    /// What makes the record that it is about.
    pub fn maker(self) -> Self {
        match self {
            Self::ContactUpdate | Self::Note | Self::Ticket => Self::Contact,
            Self::OmicrmUpdate => Self::Omicrm,
            Self::VbotUpdate => Self::Vbot,
            Self::LeadUpdate => Self::Lead,
            Self::OneOfficeUpdate => Self::OneOffice,
            maker => maker,
        }
    }

    /// Whether an answer says that it was done.
    pub fn is_done(self, answer: &Answer) -> bool {
        let words: &[&str] = match self {
            Self::Omicrm | Self::OmicrmUpdate => &[r#""payload":true"#],
            Self::Vbot | Self::VbotUpdate => &[r#""error":0"#],
            Self::Lead | Self::LeadUpdate => &[r#""code":"ok""#],
            Self::OneOffice | Self::OneOfficeUpdate => &[r#""error":false"#],
            Self::ContactUpdate => &[r#""status":"updated""#],
            Self::Contact | Self::Note | Self::Ticket | Self::Enquiry => &[r#""status":"created""#],
        };
        answer.status == 200 && words.iter().any(|word| answer.body.contains(word))
    }
}

/// One call, ready to be sent.
#[derive(Debug, Clone)]
pub struct Call {
    /// HTTP method.
    pub method: &'static str,
    /// Path with its query.
    pub path: String,
    /// JSON body.
    pub body: String,
}

impl Desk {
    /// Makes an org with the documents' lists through the program's command line.
    pub fn make(program: &Program, slug: &str) -> Result<Self> {
        let arguments =
            ["org", "create", "--slug", slug, "--name", "Sổ cái", "--admin-email", SENDER, "--preset", "vendor-docs"];
        Self::read(&program.json(&arguments)).context("the answer of `org create` lacks something")
    }

    /// What `org create --json` told.
    fn read(told: &Value) -> Option<Self> {
        let text = |pointer: &str| told.pointer(pointer)?.as_str().map(str::to_owned);
        Some(Self {
            org: told.pointer("/org/id")?.as_i64()?,
            slug: text("/org/slug")?,
            token: text("/token")?,
            listener: text("/listener/path")?,
            vbot_id: text("/vbot/vbot_id")?,
            project_code: text("/vbot/project_code")?,
        })
    }

    /// The same org with secrets that are known beforehand, as those who work in process make it.
    pub fn known(org: i64, slug: &str, token: &str, listener: &str) -> Self {
        Self {
            org,
            slug: slug.to_owned(),
            token: token.to_owned(),
            listener: format!("/webhook/listener/{listener}"),
            vbot_id: format!("vbot-{slug}"),
            project_code: format!("PR-{slug}"),
        }
    }

    /// The headers that open every door.
    pub fn headers(&self) -> [(&'static str, String); 2] {
        [("content-type", "application/json".to_owned()), ("authorization", format!("Bearer {}", self.token))]
    }

    /// Sends a call.
    pub fn send(&self, client: &mut Client, call: &Call) -> std::io::Result<Answer> {
        let headers = self.headers();
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        client.send(call.method, &call.path, &headers, call.body.as_bytes())
    }

    /// A call of a kind under a mark. `about` is the call that made the record it is about, `lead` the number of the lead that
    /// that one made.
    pub fn call(&self, kind: Kind, mark: Mark, about: Mark, lead: i64) -> Call {
        let (word, phone, email, code) = (mark.to_string(), mark.phone(), mark.email(), about.to_string());
        let name = format!("Khách {mark}");
        match kind {
            Kind::Contact => self.delivery("add-contact", &json!({"name": name, "phones": [phone], "emails": [email]})),
            Kind::Enquiry => {
                self.delivery("add-lead", &json!({"name": name, "phones": [phone], "emails": [email], "bgInfo": word}))
            }
            Kind::ContactUpdate => self.delivery("update-contact", &json!({"emails": [about.email()], "bgInfo": word})),
            Kind::Note => {
                self.delivery("add-note", &json!({"contactType": "customer", "emails": [about.email()], "body": word}))
            }
            Kind::Ticket => self.delivery(
                "add-ticket",
                &json!({"contactType": "customer", "email": about.email(), "title": word, "body": "Máy không lên"}),
            ),
            Kind::Omicrm => self.post(
                "/api/v2/contact/add",
                &json!({"refId": word, "fullName": name, "phones": [{"data": phone}], "emails": [{"data": email}]}),
            ),
            Kind::OmicrmUpdate => self.post("/api/v2/contact/update", &json!({"refId": code, "note": word})),
            Kind::Vbot => self.vbot(
                "create",
                &json!({"customer_no": word, "customer_name": name, "customer_phones": [phone], "customer_email": email,
                    "customer_status_code": "MA_TRANG_THAI_KHACH_HANG", "customer_type_code": "MA_LOAI_KHACH_HANG",
                    "customer_group_name": "Ten_nhom_khach_hang"}),
            ),
            Kind::VbotUpdate => self.vbot("update", &json!({"customer_no": code, "customer_address": word})),
            Kind::Lead => self.post(
                &format!("/{}/api/v1/lead", self.slug),
                &json!({"lead": {"username": name, "phone": phone, "email": email, "subject": word,
                    "comment": "Một", "service_id": 1244}}),
            ),
            Kind::LeadUpdate => Call {
                method: "PUT",
                ..self.post(
                    &format!("/{}/api/v1/lead/{lead}", self.slug),
                    &json!({"lead": {"comment": {"body": word, "is_public": 1}}}),
                )
            },
            Kind::OneOffice => self.post(
                "/api/customer/contact/insert",
                &json!({"code": word, "type": "Cá nhân", "name": name, "phones": phone, "emails": email,
                    "fountain_head_id": "Tổng đài", "trade_ids": "PHIÊN DỊCH (VUT)"}),
            ),
            Kind::OneOfficeUpdate => self.post("/api/customer/contact/update", &json!({"code": code, "desc": word})),
        }
    }

    /// A call with a JSON body.
    pub fn post(&self, path: &str, body: &Value) -> Call {
        Call { method: "POST", path: path.to_owned(), body: body.to_string() }
    }

    /// One item through the listener.
    pub fn delivery(&self, action: &str, data: &Value) -> Call {
        self.post(&self.listener, &json!({"senderUser": SENDER, "data": [{"actionType": action, "data": data}]}))
    }

    /// A call of VBot's about a customer.
    pub fn vbot(&self, verb: &str, members: &Value) -> Call {
        let mut body = json!({"vbot_id": self.vbot_id, "project_code": self.project_code});
        if let (Some(body), Some(members)) = (body.as_object_mut(), members.as_object()) {
            body.extend(members.clone());
        }
        self.post(&format!("/api/crm/customer/{verb}"), &body)
    }
}

/// Where a release build put a program that stands beside this one.
pub fn beside(name: &str) -> Result<std::path::PathBuf> {
    let own = std::env::current_exe()?;
    Ok(own.parent().unwrap_or(Path::new(".")).join(name))
}

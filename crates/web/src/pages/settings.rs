//! The settings: what there is to set, grouped as people look for it, and what their forms have in common.

pub mod accounts;
pub mod catalogs;
pub mod connections;
pub mod curls;
pub mod endpoints;
pub mod fields;
pub mod funnels;
pub mod history;
pub mod listeners;
pub mod org;
pub mod teams;
pub mod tokens;
pub mod users;

use askama::Template;
use domain::Role;
use domain::field::FieldType;
use domain::org::OFF;

use crate::Visitor;
use crate::messages::{Language, Messages};
use crate::page::{Answer, Page, Section, fragment, show as show_page};
use crate::pages::sent::Sent;
use crate::pages::words;

/// A page of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Tổ chức
    Org,
    /// Người dùng
    Users,
    /// Nhóm
    Teams,
    /// Token API
    Tokens,
    /// Kết nối
    Connections,
    /// Danh mục
    Catalogs,
    /// Trường thông tin
    Fields,
    /// Phễu
    Funnels,
    /// Máy chủ e-mail
    Mail,
    /// Nhà cung cấp SMS
    Sms,
    /// Webhook
    Webhook,
    /// Lịch sử cài đặt
    History,
}

impl Part {
    /// Where it is.
    pub fn path(&self) -> &'static str {
        match self {
            Self::Org => "/settings/org",
            Self::Users => "/settings/users",
            Self::Teams => "/settings/teams",
            Self::Tokens => "/settings/tokens",
            Self::Connections => "/settings/connections",
            Self::Catalogs => "/settings/catalogs",
            Self::Fields => "/settings/fields",
            Self::Funnels => "/settings/funnels",
            Self::Mail => "/settings/mail",
            Self::Sms => "/settings/sms",
            Self::Webhook => "/settings/webhook",
            Self::History => "/settings/history",
        }
    }

    /// What people read.
    pub fn label(&self, t: &Messages) -> &'static str {
        match self {
            Self::Org => t.settings.org,
            Self::Users => t.settings.users,
            Self::Teams => t.settings.teams,
            Self::Tokens => t.settings.tokens,
            Self::Connections => t.settings.connections,
            Self::Catalogs => t.settings.catalogs,
            Self::Fields => t.settings.fields,
            Self::Funnels => t.settings.funnels,
            Self::Mail => t.settings.mail,
            Self::Sms => t.settings.sms,
            Self::Webhook => t.settings.webhook,
            Self::History => t.settings.history,
        }
    }

    /// What it is about, in a sentence.
    pub fn about(&self, t: &Messages) -> &'static str {
        match self {
            Self::Org => t.settings.org_about,
            Self::Users => t.settings.users_about,
            Self::Teams => t.settings.teams_about,
            Self::Tokens => t.settings.tokens_about,
            Self::Connections => t.settings.connections_about,
            Self::Catalogs => t.settings.catalogs_about,
            Self::Fields => t.settings.fields_about,
            Self::Funnels => t.settings.funnels_about,
            Self::Mail => t.settings.mail_about,
            Self::Sms => t.settings.sms_about,
            Self::Webhook => t.settings.webhook_about,
            Self::History => t.settings.history_about,
        }
    }

    /// Its drawing.
    pub fn icon(&self) -> &'static str {
        match self {
            Self::Org => "companies",
            Self::Users => "person",
            Self::Teams => "customers",
            Self::Tokens => "key",
            Self::Connections => "leads",
            Self::Catalogs => "tag",
            Self::Fields => "columns",
            Self::Funnels => "down",
            Self::Mail => "mail",
            Self::Sms => "chat",
            Self::Webhook => "globe",
            Self::History => "file",
        }
    }

    /// Whether members may look at it: who works here and which words are used is no secret among colleagues.
    fn is_for_members(self) -> bool {
        matches!(self, Self::Users | Self::Teams | Self::Catalogs | Self::Fields | Self::Funnels)
    }
}

/// What a setting is called in its history; one that has no words of its own keeps its key.
pub fn field(name: &str, t: &'static Messages) -> String {
    let of = |group: &str, name: &str| format!("{group}: {name}");
    let known = match name {
        "role" => t.account.role,
        "staff_code" => t.settings_people.staff_code,
        "phone" => t.common.phone,
        "dialects" => t.settings_people.token_doors,
        "provider" => t.settings_sending.provider,
        "networks" => t.settings_people.networks,
        "active" => t.settings.state,
        "label" => t.settings_lists.label,
        "field_code" => t.settings_lists.code,
        "field_kind" => t.settings_lists.field_kind,
        "options" => t.settings_lists.options,
        "description" => t.settings_lists.description,
        "stages" => t.settings_lists.stages,
        "parent" => t.settings_lists.parent,
        "colour" => t.settings_lists.colour,
        "extra" => t.settings_lists.status_type,
        "default_tag" => t.settings_webhook.default_tag,
        "contact_source" => t.settings_webhook.contact_source,
        "lead_source" => t.settings_webhook.lead_source,
        "email_subject" => t.settings_webhook.email_subject,
        "sms_body" => t.settings_webhook.sms_body,
        "oneoffice.required" | "caresoft.required" => t.settings_doors.required,
        "vbot.unknown" => t.settings_doors.vbot_unknown,
        "beeiq.unknown_sender" => t.settings_doors.unknown_sender,
        "caresoft.rate_limit" => t.settings_doors.rate_limit,
        "sms.trial" => t.settings_org.trial,
        "sms.daily_cap" => return of(t.settings_org.limits_sms, t.settings_org.daily_cap),
        "sms.recipient_daily_cap" => return of(t.settings_org.limits_sms, t.settings_org.recipient_cap),
        "sms.quiet_hours" => return of(t.settings_org.limits_sms, t.settings_org.quiet_hours),
        "email.daily_cap" => return of(t.settings_org.limits_email, t.settings_org.daily_cap),
        "email.recipient_daily_cap" => return of(t.settings_org.limits_email, t.settings_org.recipient_cap),
        "email.quiet_hours" => return of(t.settings_org.limits_email, t.settings_org.quiet_hours),
        "time_zone" => t.settings_org.time_zone,
        "locale" => t.settings_org.locale,
        "country" => t.settings_org.country,
        "permit.default" => t.settings_org.permit,
        "journal.retention_days" => t.settings_org.journal_days,
        "delivery.retention_days" => t.settings_org.delivery_days,
        _ => return words::field(name, t),
    };
    known.to_owned()
}

/// A value of a setting as people read it.
pub fn value(name: &str, value: &str, t: &'static Messages) -> String {
    let known = match (name, value) {
        ("role", word) => Role::of(word).map_or("", |role| users::role_label(&role, t)),
        ("active", "yes") => t.settings.on,
        ("active", _) => t.settings.off,
        ("permit.default", "only_me") => t.customers.permit_only_me,
        ("permit.default", "team") => t.customers.permit_team,
        ("permit.default", _) => t.customers.permit_everybody,
        ("oneoffice.required" | "caresoft.required", "document") => t.settings_doors.strict,
        ("oneoffice.required", _) => t.settings_doors.oneoffice_lenient,
        ("caresoft.required", _) => t.settings_doors.caresoft_lenient,
        ("vbot.unknown" | "beeiq.unknown_sender", "refuse") => t.settings_doors.refuse,
        ("vbot.unknown", _) => t.settings_doors.create,
        ("beeiq.unknown_sender", _) => t.settings_doors.accept,
        ("caresoft.rate_limit", "on") => t.settings_doors.limit_on,
        ("caresoft.rate_limit", _) => t.settings_doors.limit_off,
        ("locale", word) => match Language::of(word) {
            Some(Language::Vietnamese) => t.shell.vi,
            Some(Language::English) => t.shell.en,
            None => "",
        },
        ("extra", "0") => t.settings_lists.type_middle,
        ("extra", "1") => t.settings_lists.type_first,
        ("extra", "2") => t.settings_lists.type_converted,
        ("extra", "3") => t.settings_lists.type_unqualified,
        ("provider", word) => return accounts::provider_name(word),
        ("field_kind", word) => return fields::kind_label(&FieldType::of(word), t),
        ("dialects", doors) => {
            return doors.split(", ").map(words::door).collect::<Vec<_>>().join(", ");
        }
        ("sms.quiet_hours" | "email.quiet_hours", OFF) => t.settings_org.always,
        (limit, OFF) if domain::org::Settings::can_be_off(limit) => t.settings_org.unlimited,
        _ => return crate::show::visible(value),
    };
    known.to_owned()
}

/// Some of the settings under a heading.
pub struct Group {
    /// What people read.
    pub label: &'static str,
    /// What stands under it.
    pub parts: Vec<Part>,
}

/// The settings that somebody may look at.
pub fn groups(page: &Page) -> Vec<Group> {
    let t = page.t;
    let all = [
        (t.settings.group_org, &[Part::Org, Part::Users, Part::Teams][..]),
        (t.settings.group_doors, &[Part::Connections, Part::Tokens]),
        (t.settings.group_data, &[Part::Catalogs, Part::Fields, Part::Funnels]),
        (t.settings.group_sending, &[Part::Mail, Part::Sms]),
        (t.settings.group_other, &[Part::Webhook, Part::History]),
    ];
    let is_admin = page.is_admin();
    all.into_iter()
        .map(|(label, parts)| Group {
            label,
            parts: parts.iter().copied().filter(|part| is_admin || part.is_for_members()).collect(),
        })
        .filter(|group| !group.parts.is_empty())
        .collect()
}

#[derive(Template)]
#[template(path = "settings/show.html")]
struct Settings {
    page: Page,
}

/// `GET /settings`
pub async fn show(visitor: Visitor) -> Answer {
    show_page(&visitor, &Settings { page: visitor.page(Section::Settings, visitor.t.nav.settings) })
}

/// The frame of a page of the settings.
fn page(visitor: &Visitor, part: Part) -> Page {
    visitor.page(Section::Settings, part.label(visitor.t))
}

/// What is shown once: a secret that was just made, with what to do with it.
#[derive(Template)]
#[template(path = "settings/made.html")]
struct Made {
    page: Page,
    part: Part,
    heading: String,
    note: &'static str,
    /// What it is called, and what is to be copied.
    items: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "settings/made_page.html")]
struct MadePage {
    page: Page,
    part: Part,
    made: Made,
}

impl Made {
    /// In the page that asked for it, or as a page of its own.
    fn show(self, visitor: &Visitor) -> Answer {
        if visitor.wants_fragment {
            return fragment(&self);
        }
        show_page(visitor, &MadePage { page: self.page.clone(), part: self.part, made: self })
    }
}

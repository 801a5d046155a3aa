//! The frame around every page, and the three ways in which a handler answers: a page, a fragment, or the way to another page.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Role;
use serde::{Deserialize, Serialize};

use crate::messages::{Language, Messages};
use crate::visitor::{Visit, Visitor};
use crate::{Fault, assets, cookies, sayings};

/// What a handler gives.
pub type Answer = Result<Response, Fault>;

/// An entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Tổng quan
    Dashboard,
    /// Khách hàng
    Customers,
    /// Đầu mối
    Leads,
    /// Cơ hội
    Deals,
    /// Phiếu hỗ trợ
    Tickets,
    /// Công ty
    Companies,
    /// Hộp thư gọi vào
    Inbox,
    /// Trùng lặp
    Duplicates,
    /// Hộp thư đi
    Outbox,
    /// Cài đặt
    Settings,
    /// None of them.
    None,
}

impl Section {
    /// Those that stand in the navigation, in their order.
    pub const ALL: [Self; 10] = [
        Self::Dashboard,
        Self::Customers,
        Self::Leads,
        Self::Deals,
        Self::Tickets,
        Self::Companies,
        Self::Inbox,
        Self::Duplicates,
        Self::Outbox,
        Self::Settings,
    ];

    /// Where it is.
    pub fn path(self) -> &'static str {
        match self {
            Self::Dashboard | Self::None => "/",
            Self::Customers => "/customers",
            Self::Leads => "/leads",
            Self::Deals => "/deals",
            Self::Tickets => "/tickets",
            Self::Companies => "/companies",
            Self::Inbox => "/inbox",
            Self::Duplicates => "/duplicates",
            Self::Outbox => "/outbox",
            Self::Settings => "/settings",
        }
    }

    /// What people read.
    pub fn label(self, t: &'static Messages) -> &'static str {
        match self {
            Self::Dashboard => t.nav.dashboard,
            Self::Customers => t.nav.customers,
            Self::Leads => t.nav.leads,
            Self::Deals => t.nav.deals,
            Self::Tickets => t.nav.tickets,
            Self::Companies => t.nav.companies,
            Self::Inbox => t.nav.inbox,
            Self::Duplicates => t.nav.duplicates,
            Self::Outbox => t.nav.outbox,
            Self::Settings => t.nav.settings,
            Self::None => "",
        }
    }

    /// The name of its drawing in `components/icon.html`.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Dashboard | Self::None => "dashboard",
            Self::Customers => "customers",
            Self::Leads => "leads",
            Self::Deals => "deals",
            Self::Tickets => "tickets",
            Self::Companies => "companies",
            Self::Inbox => "inbox",
            Self::Duplicates => "duplicates",
            Self::Outbox => "outbox",
            Self::Settings => "settings",
        }
    }

    /// Whether members are refused there: calls and messages hold what was not shared with them.
    pub fn is_for_admins(self) -> bool {
        matches!(self, Self::Inbox | Self::Outbox)
    }

    /// The letter that goes there after `g`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Dashboard => "t",
            Self::Customers => "k",
            Self::Leads => "m",
            Self::Deals => "c",
            Self::Tickets => "p",
            Self::Companies => "y",
            Self::Inbox => "v",
            Self::Duplicates => "l",
            Self::Outbox => "o",
            Self::Settings => "d",
            Self::None => "",
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the machine has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in cookie and `data-theme`.
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a word.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.word() == word).unwrap_or_default()
    }

    /// What people read.
    pub fn label(self, t: &'static Messages) -> &'static str {
        match self {
            Self::System => t.shell.theme_system,
            Self::Light => t.shell.theme_light,
            Self::Dark => t.shell.theme_dark,
        }
    }
}

/// A line in a corner of the page: what was done, and how to take it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toast {
    /// What people read.
    pub text: String,
    /// Whether something went wrong.
    pub is_bad: bool,
    /// Where a form posts to that takes it back; a path of ours.
    pub undo: Option<String>,
}

impl Toast {
    /// Something was done.
    pub fn good(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_bad: false, undo: None }
    }

    /// Something went wrong.
    pub fn bad(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_bad: true, undo: None }
    }

    /// With the way to take it back.
    pub fn with_undo(mut self, path: impl Into<String>) -> Self {
        self.undo = Some(path.into());
        self
    }
}

/// Who is signed in, as the frame shows them.
#[derive(Debug, Clone)]
pub struct Who {
    /// Name, or e-mail address.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The org's name.
    pub org: String,
    /// What they may do.
    pub role: Role,
}

/// The frame around a page; every template that extends `layout.html` has one as `page`.
#[derive(Debug, Clone)]
pub struct Page {
    /// The words of the visitor's language.
    pub t: &'static Messages,
    /// That language.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// Title of the page, as tab and heading show it.
    pub title: String,
    /// Where in the navigation it is.
    pub section: Section,
    /// Path and query, to come back to.
    pub place: String,
    /// Who is signed in.
    pub who: Option<Who>,
    /// What the page before wanted said.
    pub said: Option<Toast>,
}

impl Page {
    pub(crate) fn new(visit: &Visit, visitor: Option<&Visitor>, section: Section, title: String) -> Self {
        let who = visitor.map(|visitor| Who {
            name: hub::users::display_name(&visitor.user).to_owned(),
            email: visitor.user.email.clone(),
            org: visitor.org.name.clone(),
            role: visitor.user.role,
        });
        Self {
            t: visit.t,
            language: visit.language,
            theme: visit.theme,
            title,
            section,
            place: visit.place.clone(),
            who,
            said: visit.said.clone(),
        }
    }

    /// Entries of the navigation that lead somewhere for whoever looks.
    pub fn sections(&self) -> Vec<Section> {
        Section::ALL.into_iter().filter(|section| self.is_admin() || !section.is_for_admins()).collect()
    }

    /// What a verb said, in the language of the page.
    pub fn said(&self, text: &str) -> String {
        crate::show::visible(&sayings::said(text, self.language))
    }

    /// Choices of language.
    pub fn languages(&self) -> [Language; 2] {
        Language::ALL
    }

    /// Choices of theme.
    pub fn themes(&self) -> [Theme; 3] {
        Theme::ALL
    }

    /// Whether an admin or owner looks.
    pub fn is_admin(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.role.sees_everything())
    }

    /// Where the style is served.
    pub fn style(&self) -> &'static str {
        assets::STYLE
    }

    /// Where the script is served.
    pub fn script(&self) -> &'static str {
        assets::SCRIPT
    }

    /// Where the icon is served.
    pub fn icon(&self) -> &'static str {
        assets::ICON
    }

    /// Where the icon for home screens is served.
    pub fn touch_icon(&self) -> &'static str {
        assets::ICON_192
    }

    /// The files of the typeface that every page needs.
    pub fn fonts(&self) -> [&'static str; 2] {
        [assets::FONT_LATIN, assets::FONT_VIETNAMESE]
    }
}

/// HTML on the wire.
pub(crate) fn render(html: String) -> Response {
    let mut response = html.into_response();
    let head = response.headers_mut();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // One address gives a page or a fragment.
    head.insert(header::VARY, HeaderValue::from_static("hx-request"));
    response
}

/// A whole page. What the page before wanted said is said with it, and then forgotten.
pub fn show(visit: &Visit, template: &impl Template) -> Answer {
    let mut response = render(template.render()?);
    if visit.said.is_some() {
        response.headers_mut().append(header::SET_COOKIE, cookies::unsay());
    }
    Ok(response)
}

/// A whole page with another status, such as 422 for a form with what is wrong in it.
pub fn show_with(visit: &Visit, status: StatusCode, template: &impl Template) -> Answer {
    let mut response = show(visit, template)?;
    *response.status_mut() = status;
    Ok(response)
}

/// A part of a page, to be put where the request came from.
pub fn fragment(template: &impl Template) -> Answer {
    Ok(render(template.render()?))
}

#[derive(Template)]
#[template(path = "components/toasts.html")]
struct Toasts<'t> {
    toast: &'t Toast,
    page: &'t Page,
}

/// A part of a page, and a toast beside it.
pub fn fragment_and_say(page: &Page, template: &impl Template, toast: &Toast) -> Answer {
    let toast = Toasts { toast, page }.render()?;
    Ok(render(template.render()? + &toast))
}

/// A part of a page with another status, such as 422 for a form with what is wrong in it, put where the request came from.
pub fn fragment_with(status: StatusCode, template: &impl Template) -> Answer {
    fragment_at("this", status, template)
}

/// The same, put where `target` finds a place from there.
pub fn fragment_at(target: &'static str, status: StatusCode, template: &impl Template) -> Answer {
    let mut response = render(template.render()?);
    *response.status_mut() = status;
    let head = response.headers_mut();
    // Otherwise the answer to a failed request is taken for a toast.
    head.insert("hx-retarget", HeaderValue::from_static(target));
    head.insert("hx-reswap", HeaderValue::from_static("outerHTML"));
    Ok(response)
}

/// On to another page of ours, which says what was done. Works for a form and for a fragment's request alike.
pub fn go(visit: &Visit, place: &str, toast: Option<&Toast>) -> Answer {
    let mut response = if visit.wants_fragment {
        let mut response = StatusCode::NO_CONTENT.into_response();
        let place = HeaderValue::from_str(place).map_err(domain::Error::broken)?;
        response.headers_mut().insert("hx-redirect", place);
        response
    } else {
        Redirect::to(place).into_response()
    };
    if let Some(toast) = toast {
        let said = serde_json::to_string(toast).map_err(domain::Error::broken)?;
        response.headers_mut().append(header::SET_COOKIE, cookies::say(&said));
    }
    Ok(response)
}

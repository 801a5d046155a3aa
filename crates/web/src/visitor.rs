//! Who asks for a page: anybody with their language and theme, or somebody who is signed in, with what they may see.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use domain::org::Org;
use domain::session::Session;
use domain::{Actor, Error, Result, User, Viewer};
use front::{BodyBudget, ClientAddress};
use hub::sessions::{Origin, SignedIn};
use hub::{Hub, Tx};
use jiff::tz::TimeZone;
use kit::courier::Courier;
use kit::lens::Lens;
use kit::replay::Player;

use crate::messages::{Language, Messages};
use crate::page::{Page, Section, Theme, Toast};
use crate::{Fault, cookies};

/// What every page is drawn from.
#[derive(Clone)]
pub struct Web {
    /// What can be done.
    pub hub: Hub,
    /// How much of large uploads may be in memory at once.
    pub budget: BodyBudget,
    /// How each dialect shows a customer.
    pub lenses: Arc<[Arc<dyn Lens>]>,
    /// Who can send; none where nothing goes out.
    pub courier: Option<Arc<dyn Courier>>,
    /// What old calls are played through again; none where no dialect is served.
    pub player: Option<Player>,
}

impl Web {
    /// Over a hub, with the lenses of the dialects in the order of their tabs.
    pub fn new(hub: Hub, lenses: Vec<Arc<dyn Lens>>) -> Self {
        Self { hub, budget: BodyBudget::default(), lenses: lenses.into(), courier: None, player: None }
    }

    /// With somebody who can send.
    #[must_use]
    pub fn with_courier(mut self, courier: Arc<dyn Courier>) -> Self {
        self.courier = Some(courier);
        self
    }

    /// With the dialects that old calls are played through again.
    #[must_use]
    pub fn with_player(mut self, player: Player) -> Self {
        self.player = Some(player);
        self
    }
}

/// Anybody who asks for a page.
#[derive(Clone)]
pub struct Visit {
    /// What pages are drawn from.
    pub web: Web,
    /// Their language.
    pub language: Language,
    /// The words of that language.
    pub t: &'static Messages,
    /// Light or dark.
    pub theme: Theme,
    /// Path and query that were asked for.
    pub place: String,
    /// Whether only a part of a page is wanted, to be put into the one that is shown.
    pub wants_fragment: bool,
    /// What the page before wanted said.
    pub said: Option<Toast>,
    /// The address asked from.
    pub address: Option<IpAddr>,
    /// The headers of the request.
    pub headers: HeaderMap,
}

impl Visit {
    /// What a verb said, in their language.
    pub fn said(&self, text: &str) -> String {
        crate::sayings::said(text, self.language).into_owned()
    }

    /// From where somebody signs in.
    pub fn origin(&self) -> Origin {
        let agent = self.headers.get("user-agent").and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Origin { address: self.address, agent: agent.to_owned() }
    }

    /// Path and query of the page into which a part is put, where the browser says so.
    pub fn shown(&self) -> Option<Uri> {
        self.headers.get("hx-current-url")?.to_str().ok()?.parse().ok()
    }

    /// A page for somebody who is not signed in.
    pub fn page(&self, title: impl Into<String>) -> Page {
        Page::new(self, None, Section::None, title.into())
    }

    /// Scheme and host under which we are reached, such as `https://crm.example.vn`, for addresses that people copy.
    pub fn base_url(&self) -> String {
        let text = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        let host = text("host").unwrap_or("127.0.0.1:8080");
        // A proxy that ends TLS says so; a wrong claim only changes what its own user reads.
        let is_safe = text("x-forwarded-proto").is_some_and(|scheme| scheme.starts_with("https"));
        format!("{}://{host}", if is_safe { "https" } else { "http" })
    }

    fn of(parts: &Parts, web: &Web) -> Self {
        let headers = &parts.headers;
        let language = cookies::find(headers, cookies::LANGUAGE).and_then(Language::of).unwrap_or_default();
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let has = |name: &str| headers.get(name).is_some_and(|value| value == "true");
        Self {
            web: web.clone(),
            language,
            t: language.messages(),
            theme: cookies::find(headers, cookies::THEME).map(Theme::of).unwrap_or_default(),
            place: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            wants_fragment: has("hx-request") && !has("hx-boosted") && !has("hx-history-restore-request"),
            said: cookies::said(headers).and_then(|said| serde_json::from_str(&said).ok()),
            address: parts.extensions.get::<ClientAddress>().map(|address| address.0),
            headers: headers.clone(),
        }
    }
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> std::result::Result<Self, Fault> {
        Ok(Self::of(parts, web))
    }
}

/// Somebody who is signed in. A handler that takes one is reached by nobody else.
#[derive(Clone)]
pub struct Visitor {
    visit: Visit,
    /// The org.
    pub org: Org,
    /// The user.
    pub user: User,
    /// On whose behalf records are read.
    pub viewer: Viewer,
    /// The session.
    pub session: Session,
    /// The org's time zone, in which every time is shown.
    pub zone: TimeZone,
}

impl Deref for Visitor {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl Visitor {
    /// What to sign history with.
    pub fn actor(&self) -> Actor {
        self.signed_in().actor()
    }

    /// As the hub knows them.
    pub fn signed_in(&self) -> SignedIn {
        let Self { org, user, viewer, session, .. } = self.clone();
        SignedIn { org, user, viewer, session }
    }

    /// Looks something up in one unit of work.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.web.hub.read(self.org.id, work).await
    }

    /// Changes something in one unit of work, signed by this user through the door `web`.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.web.hub.write(self.actor(), work).await
    }

    /// Refuses who is neither admin nor owner.
    pub fn must_be_admin(&self) -> Result<()> {
        if self.user.role.sees_everything() {
            Ok(())
        } else {
            Err(Error::forbidden("Chỉ quản trị viên làm được việc này"))
        }
    }

    /// The frame of a page in a section of the navigation.
    pub fn page(&self, section: Section, title: impl Into<String>) -> Page {
        Page::new(self, Some(self), section, title.into())
    }
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> std::result::Result<Self, Fault> {
        let mut visit = Visit::of(parts, web);
        let signed_in = match cookies::session(&parts.headers) {
            Some(secret) => web.hub.signed_in(secret).await?,
            None => None,
        };
        let Some(SignedIn { org, user, viewer, session }) = signed_in else {
            return Err(Fault(Error::unauthorized("Vui lòng đăng nhập")));
        };
        if cookies::find(&parts.headers, cookies::LANGUAGE).is_none() {
            visit.language = Language::of(org.settings.text("locale")).unwrap_or_default();
            visit.t = visit.language.messages();
        }
        let zone = org.settings.time_zone();
        Ok(Self { visit, org, user, viewer, session, zone })
    }
}

/// A path of our own to go on to: what a form named, if it does not lead elsewhere.
pub fn local(next: &str) -> &str {
    let is_local = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if is_local && next.parse::<Uri>().is_ok_and(|uri| uri.host().is_none()) { next } else { "/" }
}

//! What the pages ask of the part that sends: to read an account from a form, to try it, and to try a webhook at once.

use std::future::Future;
use std::pin::Pin;

use domain::message::MessageKind;
use domain::org::Org;
use domain::{OrgId, Result};
use hub::outbox::Load;

/// Something that takes its time.
pub type Errand<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Who can send. The pages know no provider and open no connection; the program puts both together.
pub trait Courier: Send + Sync {
    /// Reads what a form says about an account; the fields are named as the flags of `daumoi mail set` and `daumoi sms set`,
    /// with `_` for `-`. A form that cannot work is refused, naming its field.
    fn read_account(&self, kind: MessageKind, form: &[(String, String)]) -> Result<NewAccount>;

    /// An account for people to read, without its secrets: fields as in the form, and values.
    fn describe_account(&self, kind: MessageKind, settings: &str) -> Result<Vec<(&'static str, String)>>;

    /// Sends one message now, past outbox, caps and quiet hours. `settings` are those of the account, opened.
    fn try_account<'a>(&'a self, org: &'a Org, kind: MessageKind, settings: String, to: String) -> Errand<'a, Tried>;

    /// Refuses an address that events may not be posted to.
    fn check_url(&self, url: &str) -> Result<()>;

    /// Delivers one event that was claimed, now.
    fn try_delivery(&self, org: OrgId, load: Load) -> Errand<'_, Tried>;
}

/// An account that was read from a form.
#[derive(Clone)]
pub struct NewAccount {
    /// The provider's word.
    pub provider: String,
    /// Settings with credentials, as JSON: to be sealed.
    pub settings: String,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Whether it arrived.
    pub arrived: bool,
    /// Status of the answer, where there was one.
    pub status: Option<u16>,
    /// What was answered, or what went wrong.
    pub answer: String,
}

//! Webhooks out: endpoints made and changed, and events put on their way to them.

mod payload;

use domain::change::{FieldChange, Subject, What};
use domain::webhook::{Endpoint, EndpointState, Event, Format};
use domain::{Actor, Dialect, Error, Id, Message, OrgId, Result};
use store::{Tx, deliveries, endpoints};

use crate::history::{self, Whose};
use crate::{Hub, secret};

pub use payload::test as test_body;

/// What secrets of endpoints are sealed for.
pub const PURPOSE: &str = "webhook";
/// How long the old secret signs after a rotation, in seconds: a day.
const OVERLAP: i64 = 86_400;
/// Letters of a URL at most.
const LONGEST_URL: usize = 2_000;
/// Endpoints of an org at most: each costs every change a row.
const MOST_ENDPOINTS: usize = 50;

/// An endpoint to be made.
#[derive(Debug, Clone)]
pub struct NewEndpoint {
    /// Where events are posted; checked beforehand by whoever will post them.
    pub url: String,
    /// Which events; all when the list is empty.
    pub events: Vec<Event>,
    /// Of changes through which doors; all when the list is empty.
    pub dialects: Vec<Dialect>,
    /// How events are written.
    pub format: Format,
}

impl Hub {
    /// Makes an endpoint with a secret of its own, or the one given; gives its number and the secret, which is shown once.
    pub async fn create_endpoint(
        &self,
        actor: Actor,
        new: NewEndpoint,
        secret: Option<String>,
    ) -> Result<(i64, String)> {
        let secret = match secret {
            Some(secret) => checked_secret(new.format, secret)?,
            None => new_secret(new.format)?,
        };
        let sealed = self.seal(actor.org, PURPOSE, &secret)?;
        let number = self.write(actor, move |tx| create(tx, &new, &sealed)).await?;
        Ok((number, secret))
    }

    /// Gives an endpoint a new secret; for a day the old one signs as well. Gives the new one, which is shown once.
    pub async fn rotate_endpoint(&self, actor: Actor, number: i64) -> Result<String> {
        let format = self.read(actor.org, move |tx| Ok(find(tx, number)?.format)).await?;
        let secret = new_secret(format)?;
        let sealed = self.seal(actor.org, PURPOSE, &secret)?;
        self.write(actor, move |tx| {
            let until = tx.now().plus_seconds(OVERLAP);
            change(tx, number, "Đổi khóa ký webhook", |endpoint| {
                let old = std::mem::replace(&mut endpoint.secret, sealed.clone());
                endpoint.old_secret = Some((old, until));
            })
        })
        .await?;
        Ok(secret)
    }

    /// The secrets that sign for an endpoint now, the newest first.
    pub fn signing_secrets(&self, org: OrgId, endpoint: &Endpoint) -> Result<Vec<String>> {
        let now = self.now();
        let old = endpoint.old_secret.iter().filter(|(_, until)| *until > now).map(|(sealed, _)| sealed);
        std::iter::once(&endpoint.secret).chain(old).map(|sealed| self.unseal(org, PURPOSE, sealed)).collect()
    }
}

fn new_secret(format: Format) -> Result<String> {
    Ok(match format {
        Format::Standard => format!("whsec_{}", secret::random_base64()?),
        Format::Caresoft => secret::random()?,
    })
}

/// A secret that somebody brings: of Standard Webhooks 24 to 64 bytes behind `whsec_`.
fn checked_secret(format: Format, secret: String) -> Result<String> {
    let is_sound = match format {
        Format::Standard => secret.strip_prefix("whsec_").is_some_and(|text| secret::is_base64_of(text, 24..=64)),
        Format::Caresoft => (1..=256).contains(&secret.len()),
    };
    match is_sound {
        true => Ok(secret),
        false => Err(Error::invalid("secret", "Khóa ký phải có dạng whsec_ và 24 đến 64 byte viết bằng Base64")),
    }
}

fn create(tx: &mut Tx<'_>, new: &NewEndpoint, sealed: &str) -> Result<i64> {
    if new.url.len() > LONGEST_URL {
        return Err(Error::invalid("url", format!("URL dài quá {LONGEST_URL} ký tự")));
    }
    if endpoints::list(tx)?.len() >= MOST_ENDPOINTS {
        return Err(Error::conflict(format!("Một tổ chức có nhiều nhất {MOST_ENDPOINTS} webhook")));
    }
    let endpoint = Endpoint {
        id: tx.new_id(),
        number: 0,
        url: new.url.clone(),
        events: new.events.clone(),
        dialects: new.dialects.clone(),
        format: new.format,
        secret: sealed.to_owned(),
        old_secret: None,
        state: EndpointState::On,
        reason: String::new(),
        failing_since: None,
        created_at: tx.now(),
    };
    let number = endpoints::insert(tx, &endpoint)?;
    note(tx, endpoint.id, What::Created, &format!("Thêm webhook số {number}"))?;
    Ok(number)
}

/// Every endpoint, by number.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Endpoint>> {
    endpoints::list(tx)
}

/// The endpoint with a number.
pub fn find(tx: &mut Tx<'_>, number: i64) -> Result<Endpoint> {
    endpoints::find_by_number(tx, number)?.ok_or_else(|| Error::not_found(format!("Không có webhook số {number}")))
}

/// Changes an endpoint, with a line of history that says `text`.
pub fn change(tx: &mut Tx<'_>, number: i64, text: &str, edit: impl FnOnce(&mut Endpoint)) -> Result<Endpoint> {
    let mut endpoint = find(tx, number)?;
    edit(&mut endpoint);
    endpoints::update(tx, &endpoint)?;
    note(tx, endpoint.id, What::Updated, &format!("{text} số {number}"))?;
    Ok(endpoint)
}

/// Switches an endpoint on again after it was switched off.
pub fn enable(tx: &mut Tx<'_>, number: i64) -> Result<Endpoint> {
    change(tx, number, "Bật lại webhook", |endpoint| {
        endpoint.state = EndpointState::On;
        endpoint.reason.clear();
        endpoint.failing_since = None;
    })
}

/// Switches an endpoint off: it is told nothing more, and what waits for it is given up.
pub fn disable(tx: &mut Tx<'_>, id: Id, reason: &str) -> Result<Option<Endpoint>> {
    let Some(mut endpoint) = endpoints::find(tx, id)?.filter(|endpoint| endpoint.state == EndpointState::On) else {
        return Ok(None);
    };
    endpoint.state = EndpointState::Disabled;
    reason.clone_into(&mut endpoint.reason);
    endpoints::update(tx, &endpoint)?;
    deliveries::give_up(tx, id)?;
    note(tx, id, What::Updated, &format!("Tắt webhook số {}: {reason}", endpoint.number))?;
    Ok(Some(endpoint))
}

/// Takes an endpoint away, with what waits for it.
pub fn remove(tx: &mut Tx<'_>, number: i64) -> Result<()> {
    let endpoint = find(tx, number)?;
    endpoints::delete(tx, endpoint.id)?;
    deliveries::give_up(tx, endpoint.id)?;
    note(tx, endpoint.id, What::Deleted, &format!("Xóa webhook số {number}"))
}

fn note(tx: &mut Tx<'_>, id: Id, what: What, text: &str) -> Result<()> {
    history::record(tx, None, Subject::Setting(id), what, &[], text)
}

/// Puts a line of history on its way to the endpoints that want it.
pub(crate) fn tell_change(
    tx: &mut Tx<'_>,
    whose: Whose<'_>,
    subject: Subject,
    what: What,
    fields: &[FieldChange],
) -> Result<()> {
    let Some(event) = Event::of_change(subject, what, fields) else { return Ok(()) };
    let dialect = tx.actor().dialect;
    tell(tx, event, dialect, whose.id(), |tx, format| payload::of_change(tx, format, event, whose, subject, fields))
}

/// Puts the end of a message on its way to the endpoints that want it. `dialect` is the door through which it was asked for.
pub(crate) fn tell_message(tx: &mut Tx<'_>, event: Event, dialect: Dialect, message: &Message) -> Result<()> {
    tell(tx, event, dialect, message.customer, |tx, format| payload::of_message(tx, format, event, dialect, message))
}

/// Each form is written once, however many endpoints want it; none when nobody does.
fn tell(
    tx: &mut Tx<'_>,
    event: Event,
    dialect: Dialect,
    customer: Option<Id>,
    mut write: impl FnMut(&mut Tx<'_>, Format) -> Result<String>,
) -> Result<()> {
    if tx.story().holds_messages {
        // What is played again was told the first time.
        return Ok(());
    }
    let subscriptions = tx.subscriptions()?;
    let mut written: [Option<String>; 2] = [None, None];
    for subscription in subscriptions.iter().filter(|subscription| subscription.wants(event, dialect)) {
        let place = usize::from(subscription.format == Format::Caresoft);
        let body = match written[place].take() {
            Some(body) => body,
            None => write(tx, subscription.format)?,
        };
        deliveries::insert(tx, subscription.endpoint, event.word(), customer, &body)?;
        written[place] = Some(body);
    }
    Ok(())
}

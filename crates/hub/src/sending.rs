//! Which message goes out now, which later and which never, and why; and the accounts they go out by.

use domain::change::{FieldChange, Subject, What};
use domain::identity::{self, Country};
use domain::message::{MessageKind, MessageState};
use domain::org::Settings;
use domain::sending::{self, TRIAL_DAY};
use domain::{Error, Id, Instant, Message, Result, text};
use jiff::tz::TimeZone;
use store::accounts::{self, Account};
use store::{Tx, messages, orgs, send_counts};

use crate::history;

/// How long a message waits for an account before it is given up, in seconds: three days. A welcome that comes weeks late
/// is worse than none.
const ACCOUNT_PATIENCE: i64 = 3 * 86_400;
/// How soon it is looked again whether there is an account, in seconds. Setting the first one makes what waits due at once.
const LOOK_AGAIN: i64 = 3_600;

/// What to do with a message that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Send it, to the address in the one spelling that providers read: E.164, or the e-mail address.
    Now {
        /// Where it goes.
        recipient: String,
    },
    /// Look at it again.
    Later {
        /// When.
        at: Instant,
        /// For people to read.
        reason: String,
    },
    /// Do not send it.
    Never {
        /// For people to read.
        reason: String,
    },
}

/// What holds for the messages of one kind in one org at one moment: read once, asked for each message.
#[derive(Debug, Clone)]
pub struct Rules {
    kind: MessageKind,
    settings: Settings,
    zone: TimeZone,
    country: Country,
    now: Instant,
    account: Option<Account>,
}

impl Rules {
    /// The rules of the org as they are now.
    pub fn read(tx: &mut Tx<'_>, kind: MessageKind) -> Result<Self> {
        let settings = settings(tx)?;
        let account = accounts::find(tx, kind)?;
        Ok(Self { kind, zone: settings.time_zone(), country: settings.country(), settings, now: tx.now(), account })
    }

    /// The account that messages go out by; nothing goes out without one.
    pub fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// Decides about a message that is due. One that may go now is counted against the caps of the day, at its first try only.
    pub fn decide(&self, tx: &mut Tx<'_>, message: &Message) -> Result<Decision> {
        if self.account.is_none() {
            return Ok(self.without_account(message));
        }
        let (recipient, key) = match self.destination(tx, message)? {
            Ok(destination) => destination,
            Err(reason) => return Ok(never(reason)),
        };
        if let Some(end) =
            self.settings.quiet_hours(&self.key("quiet_hours")).and_then(|it| it.until(self.now, &self.zone))
        {
            return Ok(Decision::Later { at: end, reason: "Đang trong giờ yên tĩnh".to_owned() });
        }
        if message.attempts == 0
            && let Some(reason) = self.over_cap(tx, &key)?
        {
            return Ok(Decision::Later { at: sending::next_day(self.now, &self.zone), reason });
        }
        Ok(Decision::Now { recipient })
    }

    /// Why a message cannot be sent whenever that is tried, for people to read; none when it can.
    pub fn obstacle(&self, tx: &mut Tx<'_>, message: &Message) -> Result<Option<&'static str>> {
        match self.account {
            Some(_) => Ok(self.destination(tx, message)?.err()),
            None => Ok(Some(self.no_account())),
        }
    }

    /// Where a message goes and the key under which the recipient is counted, or why it must not go there.
    fn destination(
        &self,
        tx: &mut Tx<'_>,
        message: &Message,
    ) -> Result<std::result::Result<(String, String), &'static str>> {
        let Some(destination) = self.recipient(&message.recipient) else {
            return Ok(Err(match self.kind {
                MessageKind::Sms => "Số điện thoại người nhận không hợp lệ",
                MessageKind::Email => "Địa chỉ e-mail người nhận không hợp lệ",
            }));
        };
        if message.body.trim().is_empty() && message.html.is_none() {
            return Ok(Err("Tin nhắn không có nội dung"));
        }
        if let Some(customer) = message.customer
            && messages::unwanted_by(tx, customer)?
        {
            return Ok(Err("Khách hàng không muốn nhận tin nhắn, hoặc đã bị xoá"));
        }
        Ok(Ok(destination))
    }

    fn no_account(&self) -> &'static str {
        match self.kind {
            MessageKind::Sms => "Chưa khai báo nhà cung cấp SMS",
            MessageKind::Email => "Chưa khai báo máy chủ gửi e-mail",
        }
    }

    fn without_account(&self, message: &Message) -> Decision {
        let reason = self.no_account();
        if self.now > message.created_at.plus_seconds(ACCOUNT_PATIENCE) {
            return never(reason);
        }
        Decision::Later { at: self.now.plus_seconds(LOOK_AGAIN), reason: reason.to_owned() }
    }

    /// Where a message goes, and the key under which the recipient is counted. An e-mail address keeps its capitals: what
    /// stands before the @ is the receiver's own affair.
    fn recipient(&self, raw: &str) -> Option<(String, String)> {
        match self.kind {
            MessageKind::Sms => identity::phone(raw, self.country).map(|phone| (phone.clone(), phone)),
            MessageKind::Email => identity::email(raw).map(|key| (text::tidy(raw).into_owned(), key)),
        }
    }

    /// Counts one more message, unless that would be more than a cap allows: then gives the reason. Caps are looked at before
    /// anything is counted; when two nodes look at once, what the second adds is over the cap and waits.
    fn over_cap(&self, tx: &mut Tx<'_>, recipient: &str) -> Result<Option<String>> {
        let day = sending::day(self.now, &self.zone);
        let caps = [
            (self.settings.count(&self.key("daily_cap")), "", "của tổ chức"),
            (self.settings.count(&self.key("recipient_daily_cap")), recipient, "cho một người nhận"),
        ];
        let reason = |cap: i64, whose: &str| Some(format!("Đã đủ {cap} tin trong ngày {whose}"));
        for (cap, counted, whose) in caps {
            if let Some(cap) = cap
                && send_counts::find(tx, self.kind, day, counted)? >= cap
            {
                return Ok(reason(cap, whose));
            }
        }
        for (cap, counted, whose) in caps {
            if let Some(cap) = cap
                && send_counts::add(tx, self.kind, day, counted)? > cap
            {
                return Ok(reason(cap, whose));
            }
        }
        Ok(None)
    }

    fn key(&self, setting: &str) -> String {
        format!("{}.{setting}", self.kind.word())
    }
}

/// How a new message begins. Without a provider an SMS is kept as a trial, so many times, and then refused; an e-mail waits
/// for its server.
pub fn first_state(tx: &mut Tx<'_>, kind: MessageKind) -> Result<MessageState> {
    if kind == MessageKind::Email || accounts::find(tx, kind)?.is_some() {
        return Ok(MessageState::Queued);
    }
    if let Some(trial) = settings(tx)?.count("sms.trial") {
        let over = || {
            Error::forbidden(format!(
                "Tài khoản chưa khai báo nhà cung cấp SMS và đã dùng hết {trial} SMS dùng thử nên không gửi được nữa"
            ))
        };
        let used = send_counts::find(tx, kind, TRIAL_DAY, "")?;
        if used >= trial || send_counts::add(tx, kind, TRIAL_DAY, "")? > trial {
            return Err(over());
        }
    }
    Ok(MessageState::Trial)
}

/// Sets the account that messages of a kind go out by; `settings` are sealed. What waits for the first one is due at once;
/// under an account that is replaced, what is due later may be on its way just now. History tells the provider, never a setting.
pub fn set_account(tx: &mut Tx<'_>, kind: MessageKind, provider: &str, settings: &str) -> Result<()> {
    let before = accounts::find(tx, kind)?;
    accounts::replace(tx, kind, provider, settings)?;
    let (what, text) = match (&before, kind) {
        (None, MessageKind::Email) => (What::Created, "Khai báo máy chủ e-mail"),
        (None, MessageKind::Sms) => (What::Created, "Khai báo nhà cung cấp SMS"),
        (Some(_), MessageKind::Email) => (What::Updated, "Thay máy chủ e-mail"),
        (Some(_), MessageKind::Sms) => (What::Updated, "Thay nhà cung cấp SMS"),
    };
    note(tx, what, before.as_ref().map_or("", |before| before.provider.as_str()), provider, text)?;
    if before.is_none() { messages::hasten(tx, kind) } else { Ok(()) }
}

/// How many trial messages were used, and how many there are; `None` when there is no limit.
pub fn trial(tx: &mut Tx<'_>) -> Result<(i64, Option<i64>)> {
    let used = send_counts::find(tx, MessageKind::Sms, TRIAL_DAY, "")?;
    Ok((used, settings(tx)?.count("sms.trial")))
}

/// The account that messages of a kind go out by, its settings sealed.
pub fn account(tx: &mut Tx<'_>, kind: MessageKind) -> Result<Option<Account>> {
    accounts::find(tx, kind)
}

/// Takes an account away. `false` when there was none.
pub fn remove_account(tx: &mut Tx<'_>, kind: MessageKind) -> Result<bool> {
    let Some(before) = accounts::find(tx, kind)? else { return Ok(false) };
    let text = match kind {
        MessageKind::Email => "Bỏ máy chủ e-mail",
        MessageKind::Sms => "Bỏ nhà cung cấp SMS",
    };
    note(tx, What::Deleted, &before.provider, "", text)?;
    accounts::delete(tx, kind)
}

/// A line of the org's own history. Other credentials of the same provider are a change that has nothing to show.
fn note(tx: &mut Tx<'_>, what: What, old: &str, new: &str, text: &str) -> Result<()> {
    let field = FieldChange { field: "provider".to_owned(), old: old.to_owned(), new: new.to_owned() };
    let fields: Vec<FieldChange> = Some(field).filter(|field| field.old != field.new).into_iter().collect();
    let org = Id(tx.org().0);
    history::record(tx, None, Subject::Setting(org), what, &fields, text)
}

/// The settings of the org.
pub(crate) fn settings(tx: &mut Tx<'_>) -> Result<Settings> {
    let id = tx.org();
    let org = orgs::find(tx, id)?.ok_or_else(|| Error::not_found("Không tìm thấy tổ chức"))?;
    Ok(org.settings)
}

fn never(reason: &str) -> Decision {
    Decision::Never { reason: reason.to_owned() }
}

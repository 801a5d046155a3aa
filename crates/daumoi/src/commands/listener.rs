//! `daumoi listener`: the secret addresses that BeeIQ webhooks are posted to.

use anyhow::Result;
use clap::{Args, Subcommand};
use domain::listener::EmailTemplate;
use domain::{Actor, Error, Id, OrgId, User};
use hub::tokens::Secret;
use hub::{Hub, Tx, listeners};
use serde::Serialize;

use crate::args::{JsonArg, OrgArg};
use crate::ground::{self, Ground};
use crate::show::{self, Table};

/// Webhook listeners: make one, set what it adds, give it a new address, list them
#[derive(Debug, Subcommand)]
pub enum Listener {
    Create(Create),
    Set(Box<Set>),
    Rotate(Rotate),
    List(List),
}

/// Make a listener and show its address
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi listener create --org acme --name 'Form trang chủ'")]
pub struct Create {
    #[command(flatten)]
    org: OrgArg,
    /// What it is for
    #[arg(long)]
    name: String,
    #[command(flatten)]
    output: JsonArg,
}

/// Change a listener from its next call on; an empty text clears what it replaces
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi listener set --org acme 1 --allow 203.0.113.0/24 --allow 198.51.100.7 --default-tag Website --lead-source Website
  daumoi listener set --org acme 1 --sms-body 'Chào {{ name }}, mã của bạn là {{ code }}'

Templates know name, given_name, family_name, salutation, phone, email, code, number, company and fields.<code>.")]
pub struct Set {
    #[command(flatten)]
    org: OrgArg,
    /// Number of the listener
    #[arg(value_name = "ID")]
    id: i64,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    output: JsonArg,
}

/// What can be set.
#[derive(Debug, Clone, Default, Args)]
pub struct Changes {
    /// What it is for
    #[arg(long)]
    name: Option<String>,
    /// Take calls in
    #[arg(long, conflicts_with = "off")]
    on: bool,
    /// Take no calls in
    #[arg(long)]
    off: bool,
    /// Network that may post, in place of those before; repeat for more, `none` lets everybody
    #[arg(long, value_name = "CIDR")]
    allow: Vec<String>,
    /// User it acts as when an unknown sender is accepted, by e-mail address
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
    /// Tag for new records that bring none
    #[arg(long, value_name = "TAG")]
    default_tag: Option<String>,
    /// Source of new contacts and accounts
    #[arg(long, value_name = "SOURCE")]
    contact_source: Option<String>,
    /// Source of new leads
    #[arg(long, value_name = "SOURCE")]
    lead_source: Option<String>,
    /// Subject of the e-mail to new records
    #[arg(long, value_name = "TEMPLATE")]
    email_subject: Option<String>,
    /// Text of the e-mail to new records
    #[arg(long, value_name = "TEMPLATE")]
    email_body: Option<String>,
    /// Text of the SMS to new records
    #[arg(long, value_name = "TEMPLATE")]
    sms_body: Option<String>,
}

/// Give a listener a new address; the old one works for seven days more
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi listener rotate --org acme 1")]
pub struct Rotate {
    #[command(flatten)]
    org: OrgArg,
    /// Number of the listener
    #[arg(value_name = "ID")]
    id: i64,
    #[command(flatten)]
    output: JsonArg,
}

/// List the listeners of an org, without their addresses
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi listener list --org acme")]
pub struct List {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    output: JsonArg,
}

impl Listener {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        match self {
            Self::Create(command) => command.run(ground),
            Self::Set(command) => command.run(ground),
            Self::Rotate(command) => command.run(ground),
            Self::List(command) => command.run(ground),
        }
    }
}

#[derive(Debug, Serialize)]
struct Made {
    id: i64,
    path: String,
    /// Whether it can be looked up again: there is a key to keep it with.
    #[serde(skip)]
    is_kept: bool,
}

impl Made {
    fn print(&self, output: JsonArg) -> Result<()> {
        if output.json {
            return show::json(self);
        }
        show::line(format_args!("listener {}: {}", self.id, self.path))?;
        show::line("The path follows the host. Whoever has it may post.")?;
        show::line(self.advice())
    }

    fn advice(&self) -> &'static str {
        match self.is_kept {
            true => "The settings page shows it again.",
            false => "Keep it: it is not shown again. There is no key to keep it with; DAUMOI_SECRET_KEY is one.",
        }
    }
}

/// Gives a listener that `settle` finds or makes an address, kept where there is a key for it.
fn address(
    hub: &Hub,
    org: OrgId,
    settle: impl Fn(&mut Tx<'_>, &Secret) -> domain::Result<i64> + Send + 'static,
) -> Result<Made> {
    let secret = Secret::random()?;
    let (path, sealed) = (listeners::path(&secret), hub.sealed_path(org, &secret));
    let is_kept = sealed.is_some();
    let settled = hub.write(Actor::cli(org), move |tx| {
        let number = settle(tx, &secret)?;
        listeners::keep(tx, number, sealed.as_deref())?;
        Ok(number)
    });
    Ok(Made { id: settled.wait()?, path, is_kept })
}

impl Create {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let name = self.name;
        address(&hub, org.id, move |tx, secret| listeners::create(tx, &name, secret))?.print(self.output)
    }
}

impl Rotate {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let id = self.id;
        address(&hub, org.id, move |tx, secret| listeners::rotate(tx, id, secret).map(|()| id))?.print(self.output)
    }
}

impl Set {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let (id, changes) = (self.id, self.changes);
        let line = hub.write(Actor::cli(org.id), move |tx| {
            let user = match changes.user.as_deref() {
                None => None,
                Some("") => Some(None),
                Some(email) => Some(Some(ground::find_user(tx, email)?.id)),
            };
            let mut applied = Ok(());
            let listener = hub::settings::change_listener(tx, id, |listener| applied = changes.apply(listener, user))?;
            applied?;
            Ok(Line::of(&listener, &hub::users::list(tx)?))
        });
        let line = line.wait()?;
        if self.output.json { show::json(&line) } else { line.print() }
    }
}

impl Changes {
    /// Writes what was given into a listener. `user` is the one to act as, when that was given.
    fn apply(&self, listener: &mut domain::Listener, user: Option<Option<Id>>) -> domain::Result<()> {
        if let Some(name) = &self.name {
            listener.name.clone_from(name);
        }
        if self.on || self.off {
            listener.active = self.on;
        }
        if !self.allow.is_empty() {
            let given = self.allow.iter().map(|network| network.trim());
            listener.networks = given.filter(|network| !["", "none"].contains(network)).map(str::to_owned).collect();
        }
        if let Some(user) = user {
            listener.user = user;
        }
        replace(&self.default_tag, &mut listener.default_tag);
        replace(&self.contact_source, &mut listener.contact_source);
        replace(&self.lead_source, &mut listener.lead_source);
        replace(&self.sms_body, &mut listener.sms);
        let (mut subject, mut body) = listener.email.take().map(|email| (email.subject, email.body)).unzip();
        replace(&self.email_subject, &mut subject);
        replace(&self.email_body, &mut body);
        let given = [&self.email_subject, &self.email_body];
        let is_cleared = given.iter().all(|text| text.as_ref().is_none_or(|text| text.trim().is_empty()))
            && given.iter().any(|text| text.is_some());
        if subject.is_some() != body.is_some() && !is_cleared {
            return Err(Error::invalid("email", "an e-mail needs both --email-subject and --email-body"));
        }
        listener.email = subject.zip(body).map(|(subject, body)| EmailTemplate { subject, body });
        Ok(())
    }
}

/// Puts a text that was given in place of the one that was kept; an empty one clears it.
fn replace(given: &Option<String>, kept: &mut Option<String>) {
    if let Some(text) = given {
        *kept = Some(text.clone()).filter(|text| !text.trim().is_empty());
    }
}

#[derive(Debug, Serialize)]
struct Line {
    id: i64,
    name: String,
    active: bool,
    allow: Vec<String>,
    /// E-mail of the user it acts as when an unknown sender is accepted.
    user: Option<String>,
    default_tag: Option<String>,
    contact_source: Option<String>,
    lead_source: Option<String>,
    email_subject: Option<String>,
    email_body: Option<String>,
    sms_body: Option<String>,
    calls: i64,
    items: i64,
    refused: i64,
    last_used_at: Option<String>,
    created_at: String,
}

impl Line {
    fn of(listener: &domain::Listener, users: &[User]) -> Self {
        let user = users.iter().find(|user| Some(user.id) == listener.user);
        Self {
            id: listener.number,
            name: listener.name.clone(),
            active: listener.active,
            allow: listener.networks.clone(),
            user: user.map(|user| user.email.clone()),
            default_tag: listener.default_tag.clone(),
            contact_source: listener.contact_source.clone(),
            lead_source: listener.lead_source.clone(),
            email_subject: listener.email.as_ref().map(|email| email.subject.clone()),
            email_body: listener.email.as_ref().map(|email| email.body.clone()),
            sms_body: listener.sms.clone(),
            calls: listener.calls,
            items: listener.items,
            refused: listener.refused,
            last_used_at: listener.last_used_at.map(domain::Instant::rfc3339),
            created_at: listener.created_at.rfc3339(),
        }
    }

    fn print(&self) -> Result<()> {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        show::line(format_args!("id              {}", self.id))?;
        show::line(format_args!("name            {}", self.name))?;
        show::line(format_args!("state           {}", if self.active { "on" } else { "off" }))?;
        let allow = if self.allow.is_empty() { "everybody".to_owned() } else { self.allow.join(", ") };
        show::line(format_args!("allow           {allow}"))?;
        show::line(format_args!("user            {}", text(&self.user)))?;
        show::line(format_args!("default tag     {}", text(&self.default_tag)))?;
        show::line(format_args!("contact source  {}", text(&self.contact_source)))?;
        show::line(format_args!("lead source     {}", text(&self.lead_source)))?;
        show::line(format_args!("e-mail subject  {}", text(&self.email_subject)))?;
        show::line(format_args!("e-mail body     {}", text(&self.email_body)))?;
        show::line(format_args!("SMS body        {}", text(&self.sms_body)))
    }
}

impl List {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let (listeners, users) = hub.read(org.id, |tx| Ok((listeners::list(tx)?, hub::users::list(tx)?))).wait()?;
        let lines = listeners.iter().map(|listener| Line::of(listener, &users));
        if self.output.json {
            return show::json(&lines.collect::<Vec<_>>());
        }
        let mut table = Table::new(["id", "name", "state", "calls", "items", "refused", "last used", "user", "allow"]);
        for line in lines {
            let state = if line.active { "on" } else { "off" };
            let used = line.last_used_at.unwrap_or_else(|| "never".to_owned());
            let [calls, items, refused] = [line.calls, line.items, line.refused].map(|count| count.to_string());
            table.row([
                line.id.to_string(),
                line.name,
                state.into(),
                calls,
                items,
                refused,
                used,
                line.user.unwrap_or_else(|| "-".to_owned()),
                line.allow.join(", "),
            ]);
        }
        table.print()
    }
}

#[cfg(test)]
mod tests {
    use hub::sealed::KeySource;

    use super::*;

    #[test]
    fn an_address_is_promised_again_only_where_it_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (hub, made) = crate::tests::made(folder.path());
        let org = made.org.id;
        let made = address(&hub, org, |tx, secret| listeners::create(tx, "Form", secret)).unwrap();
        assert!(made.is_kept && made.advice().contains("shows it again"));
        let hub = hub.with_key(KeySource::Nowhere);
        let made = address(&hub, org, |tx, secret| listeners::create(tx, "Form", secret)).unwrap();
        assert!(!made.is_kept && made.advice().contains("not shown again"));
    }

    #[test]
    fn the_user_it_acts_as_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (hub, made) = crate::tests::made(folder.path());
        let told = hub.write(Actor::cli(made.org.id), |tx| {
            let user = ground::find_user(tx, "admin@example.com")?.id;
            let listener = hub::settings::change_listener(tx, 1, |listener| listener.user = Some(user))?;
            Ok(Line::of(&listener, &hub::users::list(tx)?))
        });
        assert_eq!(serde_json::to_value(told.wait().unwrap()).unwrap()["user"], "admin@example.com");
    }

    fn applied(listener: &domain::Listener, changes: &Changes) -> domain::Result<domain::Listener> {
        let mut listener = listener.clone();
        changes.apply(&mut listener, None).map(|()| listener)
    }

    #[test]
    fn what_is_given_replaces_and_an_empty_text_clears() {
        let some = |text: &str| Some(text.to_owned());
        let given = Changes {
            allow: vec!["10.0.0.0/8".into(), " 192.0.2.1".into()],
            default_tag: some("Web"),
            email_subject: some("Chào"),
            email_body: some("Chào {{ name }}"),
            on: true,
            ..Changes::default()
        };
        let listener = applied(&domain::Listener::default(), &given).unwrap();
        assert!(listener.active);
        assert_eq!(listener.networks, ["10.0.0.0/8", "192.0.2.1"]);
        assert_eq!(applied(&listener, &Changes::default()).unwrap(), listener, "nothing given, nothing changed");
        let subject = applied(&listener, &Changes { email_subject: some("Xin chào"), ..Changes::default() }).unwrap();
        assert_eq!(subject.email.unwrap().subject, "Xin chào");
        let cleared = Changes {
            allow: vec!["none".into()],
            default_tag: some(""),
            email_body: some(""),
            off: true,
            ..Changes::default()
        };
        let cleared = applied(&listener, &cleared).unwrap();
        assert_eq!(cleared, domain::Listener::default());
        assert!(applied(&cleared, &Changes { email_body: some("x"), ..Changes::default() }).is_err());
        let half = Changes { email_subject: some("x"), email_body: some(" "), ..Changes::default() };
        assert!(applied(&cleared, &half).is_err(), "half a letter is not dropped in silence");
        assert!(applied(&listener, &half).is_err());
        let neither = Changes { email_subject: some(""), email_body: some(""), ..Changes::default() };
        assert_eq!(applied(&listener, &neither).unwrap().email, None);
    }
}

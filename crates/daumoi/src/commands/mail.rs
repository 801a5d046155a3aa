//! `daumoi mail`: the server that an org's e-mail goes out by.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use delivery::Outcome;
use delivery::mail::{self, Letter, MailAccount};
use domain::message::MessageKind;
use domain::{Actor, identity};
use hub::sending;
use serde::Serialize;

use crate::args::{JsonArg, NetworksArg, OrgArg};
use crate::ground::{self, Ground};
use crate::show;

/// Mail server of an org: set it, try it, look at it
#[derive(Debug, Subcommand)]
pub enum Mail {
    Set(Set),
    Test(Test),
    Show(Show),
    Remove(Remove),
}

/// Set the mail server of an org, in place of the one before; its password is kept encrypted
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi mail set --org acme --smtp smtps://crm%40example.vn:PASSWORD@mail.example.vn --from 'ACME <crm@example.vn>'
  DAUMOI_SMTP_PASSWORD=… daumoi mail set --org acme --smtp smtp+starttls://crm@mail.example.vn:587 --from crm@example.vn

smtps:// speaks TLS from the first byte (port 465), smtp+starttls:// after STARTTLS (port 587). smtp:// is not encrypted within
the networks of --allow-networks, and is smtp+starttls:// everywhere else. Signs that mean something in an address are
written with percent signs: %40 for @.")]
pub struct Set {
    #[command(flatten)]
    org: OrgArg,
    /// Address of the server
    #[arg(long, value_name = "URL")]
    smtp: String,
    /// Password, so that it need not stand in the address
    #[arg(long, value_name = "PASSWORD")]
    smtp_password: Option<String>,
    /// Sender of all letters: an address, or a name with the address in angle brackets behind it
    #[arg(long, value_name = "ADDR")]
    from: String,
    /// Certificate of an authority of your own, in PEM
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    #[command(flatten)]
    output: JsonArg,
}

/// Send an e-mail now, past outbox, caps and quiet hours, and show what the server answers
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi mail test --org acme --to you@example.com")]
pub struct Test {
    #[command(flatten)]
    org: OrgArg,
    /// Address that it goes to
    #[arg(long, value_name = "ADDR")]
    to: String,
    #[command(flatten)]
    networks: NetworksArg,
    #[command(flatten)]
    output: JsonArg,
}

/// Show the mail server of an org without its password
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi mail show --org acme")]
pub struct Show {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    output: JsonArg,
}

/// Forget the mail server of an org
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi mail remove --org acme")]
pub struct Remove {
    #[command(flatten)]
    org: OrgArg,
}

impl Mail {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        match self {
            Self::Set(command) => command.run(ground),
            Self::Test(command) => command.run(ground),
            Self::Show(command) => command.run(ground),
            Self::Remove(command) => command.run(ground),
        }
    }
}

#[derive(Debug, Serialize)]
struct Shown {
    smtp: Option<String>,
    user: Option<String>,
    from: Option<String>,
    ca: bool,
}

impl Shown {
    fn of(account: Option<&MailAccount>) -> Self {
        Self {
            smtp: account.map(MailAccount::place),
            user: account.and_then(|account| account.user.clone()),
            from: account.map(|account| account.from.clone()),
            ca: account.is_some_and(|account| account.ca.is_some()),
        }
    }

    fn print(&self, output: JsonArg) -> Result<()> {
        if output.json {
            return show::json(self);
        }
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        show::line(format_args!("server  {}", or_none(&self.smtp)))?;
        show::line(format_args!("user    {}", or_none(&self.user)))?;
        show::line(format_args!("from    {}", or_none(&self.from)))
    }
}

impl Set {
    fn run(self, ground: &Ground) -> Result<()> {
        let ca = match &self.ca {
            Some(file) => Some(fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?),
            None => None,
        };
        let account = MailAccount::read(&self.smtp, self.smtp_password, &self.from, ca)?;
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let sealed = hub.seal(org.id, MessageKind::Email.word(), &serde_json::to_string(&account)?)?;
        hub.write(Actor::cli(org.id), move |tx| sending::set_account(tx, MessageKind::Email, "smtp", &sealed))
            .wait()?;
        Shown::of(Some(&account)).print(self.output)
    }
}

#[derive(Debug, Serialize)]
struct Tried<'a> {
    sent: bool,
    status: Option<u16>,
    answer: &'a str,
}

impl Test {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let Some(account) = hub.read(org.id, |tx| sending::account(tx, MessageKind::Email)).wait()? else {
            bail!("this org has no mail server; `daumoi mail set --help` tells how to set one")
        };
        if identity::email(&self.to).is_none() {
            bail!("{} is no e-mail address", self.to);
        }
        let settings = hub.unseal(org.id, MessageKind::Email.word(), &account.settings)?;
        let net = self.networks.net()?;
        let letter = Letter {
            key: format!("test_{}", hub.now().0),
            to: self.to,
            subject: format!("Thư thử từ {}", org.name),
            text: format!(
                "Đây là thư thử của {}. Nếu bạn đọc được thư này, máy chủ e-mail đã được khai báo đúng.",
                org.name
            ),
            html: None,
            at: hub.now(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let outcome = runtime.block_on(mail::send(&net, &settings, &letter));
        let sent = matches!(outcome, Outcome::Sent { .. });
        if self.output.json {
            show::json(&Tried { sent, status: outcome.status(), answer: outcome.answer() })?;
        } else if sent {
            show::line(outcome.answer())?;
        }
        if sent { Ok(()) } else { bail!("not sent: {}", outcome.answer()) }
    }
}

impl Show {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let account: Option<MailAccount> =
            match hub.read(org.id, |tx| sending::account(tx, MessageKind::Email)).wait()? {
                Some(account) => {
                    Some(serde_json::from_str(&hub.unseal(org.id, MessageKind::Email.word(), &account.settings)?)?)
                }
                None => None,
            };
        Shown::of(account.as_ref()).print(self.output)
    }
}

impl Remove {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        if !hub.write(Actor::cli(org.id), |tx| sending::remove_account(tx, MessageKind::Email)).wait()? {
            bail!("this org has no mail server");
        }
        show::line("The mail server is forgotten.")
    }
}

//! `daumoi sms`: the provider that carries an org's SMS.

use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use delivery::Outcome;
use delivery::sms::{self, Esms, Gateway, Provider, SmsAccount, Speedsms, Stringee, Text, Twilio};
use domain::message::MessageKind;
use domain::sms::{Alphabet, length};
use domain::{Actor, Error, identity};
use hub::sending;
use serde::Serialize;

use crate::args::{JsonArg, NetworksArg, OrgArg};
use crate::ground::{self, Ground};
use crate::show;

/// Provider of SMS: set it, try it, look at it
#[derive(Debug, Subcommand)]
pub enum Sms {
    Set(Box<Set>),
    Test(Test),
    Show(Show),
    Remove(Remove),
}

/// Who carries the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    Http,
    Esms,
    Speedsms,
    Stringee,
    Twilio,
}

/// Set the provider of an org, in place of the one before; credentials are kept encrypted
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi sms set --org acme --provider esms --api-key K --api-secret S --brandname ACME
  daumoi sms set --org acme --provider speedsms --access-token T --brandname ACME
  daumoi sms set --org acme --provider stringee --api-key SK… --api-secret S --brandname ACME
  daumoi sms set --org acme --provider twilio --account-sid AC… --auth-token T --from +15005550006
  daumoi sms set --org acme --provider http --url https://sms.example.vn/send --method POST \\
      --header 'Authorization: Bearer T' --body '{\"to\":\"{{phone}}\",\"text\":\"{{text}}\"}' --success '$.status=ok'

A gateway's address, headers and body may have {{phone}} (+84912345678), {{phone84}} (84912345678), {{phone0}} (0912345678),
{{text}}, {{id}} (the same at every try) and {{brandname}}; in a JSON body they stand within quotes. --url in front of another
provider stands in for its own address.")]
pub struct Set {
    #[command(flatten)]
    org: OrgArg,
    /// Who carries the messages
    #[arg(long, value_enum)]
    provider: Name,
    #[command(flatten)]
    credentials: Credentials,
    #[command(flatten)]
    gateway: GatewayArgs,
    /// Send without accents: a brandname may take no Unicode
    #[arg(long)]
    no_accents: bool,
    #[command(flatten)]
    output: JsonArg,
}

/// What the providers want to know.
#[derive(Debug, Args)]
struct Credentials {
    /// eSMS: ApiKey; Stringee: API key SID
    #[arg(long, value_name = "KEY")]
    api_key: Option<String>,
    /// eSMS: SecretKey; Stringee: API key secret
    #[arg(long, value_name = "SECRET")]
    api_secret: Option<String>,
    /// SpeedSMS: API access token
    #[arg(long, value_name = "TOKEN")]
    access_token: Option<String>,
    /// Twilio: account SID
    #[arg(long, value_name = "SID")]
    account_sid: Option<String>,
    /// Twilio: auth token
    #[arg(long, value_name = "TOKEN")]
    auth_token: Option<String>,
    /// Twilio: number, sender ID or messaging service that sends
    #[arg(long, value_name = "SENDER")]
    from: Option<String>,
    /// Brandname that recipients see, registered with the provider
    #[arg(long, value_name = "NAME")]
    brandname: Option<String>,
}

/// What a gateway is asked.
#[derive(Debug, Args)]
struct GatewayArgs {
    /// Address of the gateway, or what stands in for a provider's own
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Gateway: method of the request
    #[arg(long, value_name = "METHOD", default_value = "POST")]
    method: String,
    /// Gateway: header of the request; repeat for more
    #[arg(long, value_name = "K: V")]
    header: Vec<String>,
    /// Gateway: body of the request
    #[arg(long, value_name = "TEMPLATE")]
    body: Option<String>,
    /// Gateway: what must stand in a JSON answer for a success; any 2xx answer unless given
    #[arg(long, value_name = "JSONPATH=VALUE")]
    success: Option<String>,
}

/// Send an SMS now, past outbox, caps and quiet hours, and show what the provider answers
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi sms test --org acme --to '0912 345 678'")]
pub struct Test {
    #[command(flatten)]
    org: OrgArg,
    /// Phone that it goes to
    #[arg(long, value_name = "PHONE")]
    to: String,
    /// What it says
    #[arg(long, value_name = "TEXT", default_value = "Tin thử từ Đầu Mối")]
    text: String,
    #[command(flatten)]
    networks: NetworksArg,
    #[command(flatten)]
    output: JsonArg,
}

/// Show the provider of an org without its credentials, or how much of the trial is left
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi sms show --org acme")]
pub struct Show {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    output: JsonArg,
}

/// Forget the provider of an org
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi sms remove --org acme")]
pub struct Remove {
    #[command(flatten)]
    org: OrgArg,
}

impl Sms {
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
    provider: Option<String>,
    sender: Option<String>,
    host: Option<String>,
    no_accents: Option<bool>,
    trial: Option<Trial>,
}

#[derive(Debug, Serialize)]
struct Trial {
    used: i64,
    limit: Option<i64>,
}

impl Shown {
    fn of(account: &SmsAccount) -> Self {
        Self {
            provider: Some(account.name().to_owned()),
            sender: account.sender().map(str::to_owned),
            host: Some(account.host()),
            no_accents: Some(account.plain),
            trial: None,
        }
    }

    fn print(&self, output: JsonArg) -> Result<()> {
        if output.json {
            return show::json(self);
        }
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        show::line(format_args!("provider    {}", or_none(&self.provider)))?;
        if let Some(Trial { used, limit }) = &self.trial {
            let limit = limit.map_or_else(|| "without limit".to_owned(), |limit| format!("of {limit}"));
            return show::line(format_args!("trial       {used} {limit} used; sent to nobody"));
        }
        show::line(format_args!("sender      {}", or_none(&self.sender)))?;
        show::line(format_args!("host        {}", or_none(&self.host)))?;
        show::line(format_args!("accents     {}", if self.no_accents == Some(true) { "removed" } else { "kept" }))
    }
}

impl Set {
    fn run(self, ground: &Ground) -> Result<()> {
        let (org, output) = (self.org.org.clone(), self.output);
        let account = self.account()?;
        account.check()?;
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &org)?;
        let sealed = hub.seal(org.id, MessageKind::Sms.word(), &serde_json::to_string(&account)?)?;
        let provider = account.name();
        hub.write(Actor::cli(org.id), move |tx| sending::set_account(tx, MessageKind::Sms, provider, &sealed))
            .wait()?;
        Shown::of(&account).print(output)
    }

    fn account(self) -> Result<SmsAccount> {
        let Self { provider: name, credentials: given, gateway, no_accents, .. } = self;
        let (url, brandname) = (gateway.url.clone(), given.brandname.clone());
        let must = |value: &Option<String>, flag: &str| match value.clone().filter(|text| !text.trim().is_empty()) {
            Some(text) => Ok(text),
            None => Err(Error::invalid(flag, format!("--{flag} is needed for this provider"))),
        };
        let provider = match name {
            Name::Http => Provider::Http(gateway.gateway(brandname)?),
            Name::Esms => Provider::Esms(Esms {
                api_key: must(&given.api_key, "api-key")?,
                api_secret: must(&given.api_secret, "api-secret")?,
                brandname,
                url,
            }),
            Name::Speedsms => Provider::Speedsms(Speedsms {
                access_token: must(&given.access_token, "access-token")?,
                brandname,
                url,
            }),
            Name::Stringee => Provider::Stringee(Stringee {
                api_key: must(&given.api_key, "api-key")?,
                api_secret: must(&given.api_secret, "api-secret")?,
                brandname: must(&brandname, "brandname")?,
                url,
            }),
            Name::Twilio => Provider::Twilio(Twilio {
                account_sid: must(&given.account_sid, "account-sid")?,
                auth_token: must(&given.auth_token, "auth-token")?,
                from: must(&given.from.or(brandname), "from")?,
                url,
            }),
        };
        Ok(SmsAccount { provider, plain: no_accents })
    }
}

impl GatewayArgs {
    fn gateway(self, brandname: Option<String>) -> Result<Gateway> {
        let Some(url) = self.url else { bail!("--url is needed for a gateway") };
        let mut headers = Vec::new();
        for header in &self.header {
            let Some((name, value)) = header.split_once(':') else {
                bail!(
                    "a header is written 'Name: value', not {:?}",
                    header.split_whitespace().next().unwrap_or_default()
                )
            };
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        let method = self.method.to_ascii_uppercase();
        Ok(Gateway { url, method, headers, body: self.body, success: self.success, brandname })
    }
}

#[derive(Debug, Serialize)]
struct Tried<'a> {
    sent: bool,
    status: Option<u16>,
    answer: &'a str,
    segments: usize,
    alphabet: &'static str,
}

impl Test {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let Some(account) = hub.read(org.id, |tx| sending::account(tx, MessageKind::Sms)).wait()? else {
            bail!("this org has no SMS provider; `daumoi sms set --help` tells how to set one")
        };
        let settings = hub.unseal(org.id, MessageKind::Sms.word(), &account.settings)?;
        let Some(phone) = identity::phone(&self.to, org.settings.country()) else {
            bail!("{} is no phone number", self.to)
        };
        let net = self.networks.net()?;
        let key = format!("test_{}", hub.now().0);
        let text = Text { key, phone, body: self.text, at: hub.now() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let outcome = runtime.block_on(sms::send(&net, &settings, &text));
        let size = length(&text.body);
        let sent = matches!(outcome, Outcome::Sent { .. });
        let alphabet = if size.alphabet == Alphabet::Gsm7 { "GSM-7" } else { "UCS-2" };
        if self.output.json {
            let (status, answer) = (outcome.status(), outcome.answer());
            show::json(&Tried { sent, status, answer, segments: size.segments, alphabet })?;
        } else if sent {
            show::line(format_args!("{} ({} segments of {alphabet})", outcome.answer(), size.segments))?;
        }
        if sent { Ok(()) } else { bail!("not sent: {}", outcome.answer()) }
    }
}

impl Show {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let found = hub.read(org.id, |tx| Ok((sending::account(tx, MessageKind::Sms)?, sending::trial(tx)?))).wait()?;
        let shown = match found {
            (Some(account), _) => {
                let settings = hub.unseal(org.id, MessageKind::Sms.word(), &account.settings)?;
                Shown::of(&serde_json::from_str(&settings)?)
            }
            (None, (used, limit)) => {
                let trial = Some(Trial { used, limit });
                Shown { provider: None, sender: None, host: None, no_accents: None, trial }
            }
        };
        shown.print(self.output)
    }
}

impl Remove {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        if !hub.write(Actor::cli(org.id), |tx| sending::remove_account(tx, MessageKind::Sms)).wait()? {
            bail!("this org has no SMS provider");
        }
        show::line("The provider is forgotten.")
    }
}

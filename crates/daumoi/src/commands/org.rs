//! `daumoi org`: tenants, made with all they need, set and listed.

use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use domain::{Actor, OrgId};
use hub::listeners;
use hub::orgs::{MadeOrg, NewOrg, VbotPair};
use serde::Serialize;

use crate::args::{JsonArg, OrgArg};
use crate::ground::{self, FOR_A_COMMAND, Ground};
use crate::show::{self, Table};

/// Orgs: make one, change its settings, list them
#[derive(Debug, Subcommand)]
pub enum Org {
    Create(Create),
    Set(Set),
    List(List),
}

/// Make an org with an owner, a token for all dialects and a webhook listener; the secrets are shown once
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi org create --slug acme --name 'Công ty ACME' --admin-email admin@acme.example")]
pub struct Create {
    /// Short name, as it stands in addresses: a-z, 0-9 and dashes
    #[arg(long)]
    slug: String,
    /// Name for people to read
    #[arg(long)]
    name: String,
    /// E-mail address of the first owner
    #[arg(long, value_name = "EMAIL")]
    admin_email: String,
    /// Lists to begin with
    #[arg(long, value_enum, default_value_t = Lists::Usual)]
    preset: Lists,
    /// The vbot_id that VBot clients send; a random one unless given
    #[arg(long, value_name = "ID", requires = "project_code")]
    vbot_id: Option<String>,
    /// The project_code that VBot clients send
    #[arg(long, value_name = "CODE", requires = "vbot_id")]
    project_code: Option<String>,
    #[command(flatten)]
    output: JsonArg,
}

/// Lists to begin with.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Lists {
    /// What most companies begin with
    Usual,
    /// Every list and id that the vendors' documents print, for testing against them
    VendorDocs,
}

/// Change settings, or show them when none is named; they hold from the next request
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi org set --org acme oneoffice.required=lenient journal.retention_days=90")]
pub struct Set {
    #[command(flatten)]
    org: OrgArg,
    /// Settings
    #[arg(value_name = "KEY=VALUE")]
    settings: Vec<String>,
    #[command(flatten)]
    output: JsonArg,
}

/// List all orgs
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi org list")]
pub struct List {
    #[command(flatten)]
    output: JsonArg,
}

impl Org {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        match self {
            Self::Create(command) => command.run(ground),
            Self::Set(command) => command.run(ground),
            Self::List(command) => command.run(ground),
        }
    }
}

/// A new org as programs read it.
#[derive(Debug, Serialize)]
pub struct Made<'m> {
    org: MadeName<'m>,
    admin: Admin<'m>,
    token: &'m str,
    vbot: Vbot<'m>,
    listener: Listener,
}

#[derive(Debug, Serialize)]
struct MadeName<'m> {
    id: i64,
    slug: &'m str,
    name: &'m str,
}

#[derive(Debug, Serialize)]
struct Admin<'m> {
    email: &'m str,
    password: &'m str,
}

#[derive(Debug, Serialize)]
struct Vbot<'m> {
    vbot_id: &'m str,
    project_code: &'m str,
}

#[derive(Debug, Serialize)]
struct Listener {
    id: i64,
    path: String,
}

impl<'m> Made<'m> {
    /// The JSON of a new org.
    pub fn new(made: &'m MadeOrg, email: &'m str) -> Self {
        Self {
            org: MadeName { id: made.org.id.0, slug: &made.org.slug, name: &made.org.name },
            admin: Admin { email, password: &made.password },
            token: made.token.reveal(),
            vbot: Vbot { vbot_id: &made.org.vbot_id, project_code: &made.org.project_code },
            listener: Listener { id: made.listener, path: listeners::path(&made.listener_secret) },
        }
    }
}

/// What to do with the secrets of a new org.
fn advice(is_listener_kept: bool) -> &'static str {
    match is_listener_kept {
        true => "Keep these secrets: only the listener's path is shown again, on its settings page.",
        false => {
            "Keep these secrets: they are not shown again. Without DAUMOI_SECRET_KEY, listener paths are not either."
        }
    }
}

impl Create {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open_or_make(FOR_A_COMMAND)?;
        let email = self.admin_email.trim();
        if domain::identity::email(email).is_none() {
            bail!("{email:?} is not an e-mail address");
        }
        let preset = match self.preset {
            Lists::Usual => hub::preset::Preset::Usual,
            Lists::VendorDocs => hub::preset::Preset::VendorDocs,
        };
        let vbot = self.vbot_id.zip(self.project_code);
        let vbot = vbot.map(|(vbot_id, project_code)| VbotPair { vbot_id, project_code });
        let made =
            hub.create_org(NewOrg { slug: self.slug, name: self.name, admin_email: email.to_owned(), preset, vbot })?;
        if self.output.json {
            return show::json(&Made::new(&made, email));
        }
        show::line(format_args!("org         {} ({})", made.org.slug, made.org.name))?;
        show::line(format_args!("owner       {email}"))?;
        show::line(format_args!("password    {}", made.password))?;
        show::line(format_args!("token       {}   (all dialects; also the OMICRM apiKey)", made.token.reveal()))?;
        show::line(format_args!("VBot        {} {}", made.org.vbot_id, made.org.project_code))?;
        show::line(format_args!("listener {}  {}", made.listener, listeners::path(&made.listener_secret)))?;
        show::line(advice(made.is_listener_kept))
    }
}

impl Set {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let mut org = ground::find_org(&hub, &self.org.org)?;
        let mut changes = Vec::new();
        for setting in &self.settings {
            let Some((key, value)) = setting.split_once('=') else {
                bail!("{setting:?} is not of the form KEY=VALUE");
            };
            changes.push((key.trim().to_owned(), value.to_owned()));
        }
        if !changes.is_empty() {
            org = hub.write(Actor::cli(org.id), move |tx| hub::settings::set(tx, &changes)).wait()?;
        }
        if self.output.json {
            return show::json(&org.settings.all().collect::<std::collections::BTreeMap<_, _>>());
        }
        org.settings.all().try_for_each(|(key, value)| show::line(format_args!("{key}={value}")))
    }
}

#[derive(Debug, Serialize)]
struct Line {
    id: i64,
    slug: String,
    name: String,
    vbot: LineVbot,
    created_at: String,
}

#[derive(Debug, Serialize)]
struct LineVbot {
    vbot_id: String,
    project_code: String,
}

impl List {
    fn run(self, ground: &Ground) -> Result<()> {
        let orgs = ground.open()?.read(OrgId(0), hub::orgs::list).wait()?;
        let lines = orgs.into_iter().map(|org| Line {
            id: org.id.0,
            slug: org.slug,
            name: org.name,
            vbot: LineVbot { vbot_id: org.vbot_id, project_code: org.project_code },
            created_at: org.created_at.rfc3339(),
        });
        if self.output.json {
            return show::json(&lines.collect::<Vec<_>>());
        }
        let mut table = Table::new(["id", "slug", "name", "vbot id", "project code", "created at"]);
        for line in lines {
            let Line { id, slug, name, vbot: LineVbot { vbot_id, project_code }, created_at } = line;
            table.row([id.to_string(), slug, name, vbot_id, project_code, created_at]);
        }
        table.print()
    }
}

#[cfg(test)]
mod tests {
    use hub::sealed::KeySource;

    use super::*;
    use crate::args::GroundArgs;

    #[test]
    fn a_new_org_keeps_its_shape() {
        let folder = tempfile::tempdir().unwrap();
        let ground = Ground::from(&GroundArgs { data: Some(folder.path().to_owned()), ..GroundArgs::default() });
        let (slug, name, preset) = ("acme".to_owned(), "ACME".to_owned(), hub::preset::Preset::VendorDocs);
        let new = NewOrg { slug, name, admin_email: "a@example.com".into(), preset, vbot: None };
        let made = ground.open_or_make(FOR_A_COMMAND).unwrap().create_org(new).unwrap();
        let shown = serde_json::to_value(Made::new(&made, "a@example.com")).unwrap();
        let expected = serde_json::json!({
            "org": {"id": 1, "slug": "acme", "name": "ACME"},
            "admin": {"email": "a@example.com", "password": made.password},
            "token": made.token.reveal(),
            "vbot": {"vbot_id": made.org.vbot_id, "project_code": made.org.project_code},
            "listener": {"id": 1, "path": format!("/webhook/listener/{}", made.listener_secret.reveal())},
        });
        assert_eq!(shown, expected);
        assert!(made.is_listener_kept && advice(true).contains("is shown again"));
    }

    #[test]
    fn what_cannot_be_looked_up_again_is_not_promised() {
        let folder = tempfile::tempdir().unwrap();
        let ground = Ground::from(&GroundArgs { data: Some(folder.path().to_owned()), ..GroundArgs::default() });
        let hub = ground.open_or_make(FOR_A_COMMAND).unwrap().with_key(KeySource::Nowhere);
        let preset = hub::preset::Preset::VendorDocs;
        let new = NewOrg {
            slug: "acme".into(),
            name: "ACME".into(),
            admin_email: "a@example.com".into(),
            preset,
            vbot: None,
        };
        let made = hub.create_org(new).unwrap();
        assert!(!made.is_listener_kept && advice(false).contains("not shown again"));
    }
}

//! `daumoi demo`: an invented company with nine months of history, to look at and to try calls on.

mod calls;
mod cast;
mod fill;
mod life;
mod names;
mod parcels;
mod people;
#[cfg(test)]
mod tests;
mod timeline;
mod words;

use std::fmt::Write as _;
use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Result, bail};
use clap::Args;
use hub::Options;
use hub::listeners;
use hub::orgs::MadeOrg;
use tempfile::TempDir;

use crate::args::GroundArgs;
use crate::ground::Ground;
use crate::serve::{ServeOptions, Server};
use crate::show;

/// Ports that are tried one after the other.
const PORTS: std::ops::Range<u16> = 8080..8100;

/// Serve an org with invented customers, and print its address, sign-in, token and a working curl per dialect
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLES
  daumoi demo
  daumoi demo --listen 127.0.0.1:9000 --data ./example     keep the data in ./example

Without --data everything is in a temporary folder, which is gone when the program ends.")]
pub struct Demo {
    /// Address and port; 127.0.0.1:8080 or the next free port unless given
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    #[command(flatten)]
    options: ServeOptions,
}

impl Demo {
    /// Does it.
    pub fn run(mut self, args: &GroundArgs) -> Result<()> {
        if args.database.as_ref().is_some_and(|url| !url.is_empty()) {
            bail!("the demo always uses a SQLite file of its own: leave --database (DAUMOI_DATABASE) out");
        }
        // Kept until the end: dropping it takes the folder away.
        let throw_away = match args.data {
            None => Some(private_folder()?),
            Some(_) => None,
        };
        let mut args = args.clone();
        if let Some(folder) = &throw_away {
            args.data = Some(folder.path().to_owned());
        }
        let ground = Ground::from(&args);
        if ground.exists() {
            let folder = ground.folder.display();
            bail!("{folder} holds data already: `daumoi serve --data {folder}` serves it, or name a new folder");
        }
        if self.options.log == "info" {
            // A line for every call would bury what is printed below.
            self.options.log = "warn".to_owned();
        }
        let server = Server::start(&self.options, self.addresses())?;
        let made = fill::fill(&ground)?;
        let hub = ground.open_or_make(Options::default())?;
        show::line(welcome(server.address()?, &ground.folder, &made))?;
        let end = server.run(hub);
        drop(throw_away);
        end
    }

    /// What to listen on: what was asked for, or the first free of some ports.
    fn addresses(&self) -> Vec<String> {
        match &self.listen {
            Some(address) => vec![address.clone()],
            None => PORTS.chain([0]).map(|port| format!("127.0.0.1:{port}")).collect(),
        }
    }
}

/// A new folder that only its owner may enter.
fn private_folder() -> Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("daumoi-demo-").permissions(Permissions::from_mode(0o700)).tempdir()?)
}

/// Everything one needs to begin.
fn welcome(address: SocketAddr, folder: &Path, made: &MadeOrg) -> String {
    let (url, folder) = (format!("http://{address}"), folder.display());
    let mut text = format!(
        "\
listening on {url}

  org        {}
  sign-in    {} / {}
  token      {}   (all dialects)
  data       {folder}

Open {url} in a browser, or look from another terminal:

  daumoi customers --data {folder} --org demo nguyen
  daumoi customer --data {folder} --org demo 1
",
        made.org.slug,
        fill::OWNER,
        made.password,
        made.token.reveal(),
    );
    for (dialect, curl) in curls(&url, made) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{dialect}:\n\n{curl}\n");
    }
    text.push_str("\nCtrl-C ends it.");
    text
}

/// A call for each dialect that works as it stands.
fn curls(url: &str, made: &MadeOrg) -> Vec<(&'static str, String)> {
    let listener = listeners::path(&made.listener_secret);
    let beeiq = format!(
        r#"curl '{url}{listener}' -H 'Content-Type: application/json' -d '{{"senderUser":"{}","data":[{{"actionType":"add-contact","data":{{"name":"Nguyễn Thanh Bình","phones":[{{"type":"Mobile","value":"0912 345 678"}}],"emails":[{{"type":"Work","value":"binh@example.com"}}]}}}}]}}'"#,
        fill::OWNER,
    );
    let vbot = format!(
        r#"curl '{url}/api/crm/status/create' -H 'Authorization: Bearer {}' -H 'Content-Type: application/json' -d '{{"vbot_id":"{}","project_code":"{}","status_no":"HEN_GOI_LAI","status_name":"Hẹn gọi lại"}}'"#,
        made.token.reveal(),
        made.org.vbot_id,
        made.org.project_code,
    );
    let omicrm = format!(
        r#"curl '{url}/api/v2/contact/add' -H 'Authorization: Bearer {}' -H 'Content-Type: application/json' -d '{{"refId":"KH-OMI-1","fullName":"Trần Thị Bình","tags":["Website"],"phones":[{{"data":"0912 345 679","type":"personal","valueType":"Cá nhân"}}]}}'"#,
        made.token.reveal(),
    );
    let oneoffice = format!(
        r#"curl '{url}/api/customer/contact/insert?access_token={}' -d code=KH-0001 --data-urlencode 'type=Cá nhân' --data-urlencode 'name=Lê Thu Hà' -d phones=0912345679 -d fountain_head_id=Website --data-urlencode 'trade_ids=Bán lẻ'"#,
        made.token.reveal(),
    );
    let caresoft = format!(
        r#"curl '{url}/{}/api/v1/lead' -H 'Authorization: Bearer {}' -H 'Content-Type: application/json' -d '{{"lead":{{"username":"Phạm Minh Châu","phone":"0912345680","subject":"Hỏi báo giá","service_id":1,"comment":"Gọi lại sau 17 giờ"}}}}'"#,
        made.org.slug,
        made.token.reveal(),
    );
    vec![
        ("1Office", oneoffice),
        ("BeeIQ / AntBuddy", beeiq),
        ("CareSoft", caresoft),
        ("OMICRM", omicrm),
        ("VBot", vbot),
    ]
}

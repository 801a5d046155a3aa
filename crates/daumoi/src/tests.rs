//! The command line as a whole, and the JSON that outside programs read.

use std::ffi::OsString;

use clap::{Command, CommandFactory};
use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::{Address, NationalId};
use domain::field::{Field, FieldEntity, FieldType};
use domain::identity::Country;
use domain::message::MessageKind;
use domain::{Actor, CatalogKind, Customer, Deal, Id, Lead, Note, System, Ticket, Viewer};
use hub::orgs::{MadeOrg, NewOrg};
use hub::preset::Preset;
use hub::{Hub, catalog, customers, deals, fields, files, leads, messages, notes, tickets};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::args::{self, Cli, GroundArgs};
use crate::commands;
use crate::ground::{FOR_A_COMMAND, Ground};
use crate::show;

fn run(line: &[&str]) -> anyhow::Result<std::process::ExitCode> {
    let line = ["daumoi"].iter().chain(line).map(OsString::from);
    commands::run(args::parse(line)?)
}

fn sentence(line: &[&str]) -> String {
    crate::sentence(&run(line).unwrap_err())
}

/// Every command with its whole name, and those below it.
fn each(command: &Command, name: &str, check: &mut dyn FnMut(&Command, &str)) {
    check(command, name);
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        each(below, &format!("{name} {}", below.get_name()), check);
    }
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
    args::command().debug_assert();
}

#[test]
fn every_flag_has_a_variable_and_every_command_an_example() {
    each(&args::command(), "daumoi", &mut |command, name| {
        for arg in command.get_arguments().filter(|arg| !["help", "version"].contains(&arg.get_id().as_str())) {
            let Some(long) = arg.get_long() else { continue };
            let variable = arg.get_env().and_then(|variable| variable.to_str());
            let expected = format!("DAUMOI_{}", long.to_uppercase().replace('-', "_"));
            assert_eq!(variable, Some(expected.as_str()), "{name} --{long}");
            assert!(arg.get_help().is_some(), "{name} --{long} says nothing");
        }
        let is_leaf = command.get_subcommands().next().is_none();
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(!is_leaf || after.contains(name) && after.contains("EXAMPLE"), "{name} has no example");
        assert!(command.get_about().is_some(), "{name} says nothing");
    });
}

#[test]
fn mistakes_of_use_exit_with_two() {
    let parse = |line: &[&str]| args::parse(["daumoi"].iter().chain(line).map(OsString::from));
    for line in [
        &["customers"][..],
        &["org", "create"],
        &["nonsense"],
        &["serve", "--log-format", "xml"],
        &["customers", "--org", "a", "--limit", "0"],
        &["merge", "1", "2"],
        &["merge", "--org", "a", "1"],
        &["merge", "undo", "1"],
    ] {
        assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line:?}");
    }
}

#[test]
fn errors_are_one_sentence() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().to_str().unwrap();
    let missing = folder.path().join("missing");
    let at = |rest: &[&'static str]| sentence(&[&["--data", data], rest].concat());
    assert_eq!(
        sentence(&["--data", missing.to_str().unwrap(), "org", "list"]),
        format!(
            "there is no database in {}; name its folder with --data, or make one with `daumoi org create`",
            missing.display()
        )
    );
    assert!(!missing.exists(), "looking makes nothing");
    run(&["--data", data, "migrate"]).unwrap();
    assert_eq!(at(&["customers", "--org", "x"]), r#"there is no org "x"; `daumoi org list` names those there are"#);
    assert_eq!(
        at(&["org", "create", "--slug", "a", "--name", "A", "--admin-email", "nobody"]),
        r#""nobody" is not an e-mail address"#
    );
    made(folder.path());
    assert_eq!(at(&["customer", "--org", "acme", "9"]), "there is no customer 9 in this org");
    assert_eq!(
        at(&["customer", "--org", "acme", "XID-9"]),
        r#""XID-9" is not a customer number such as 212 or PID-212"#
    );
    assert_eq!(at(&["customers", "--org", "acme", "--tag", "x"]), r#"there is no tag "x" in this org"#);
    assert_eq!(at(&["customers", "--org", "acme", "--as", "x@y"]), r#"there is no user "x@y" in this org"#);
    assert_eq!(
        at(&["listener", "set", "--org", "acme", "1", "--email-subject", "x"]),
        "an e-mail needs both --email-subject and --email-body"
    );
    assert!(
        at(&["token", "create", "--org", "acme", "--dialects", "zalo"]).starts_with(r#"there is no dialect "zalo"; "#)
    );
    assert!(at(&["listener", "create", "--org", "acme", "--name", " "]).contains("từ 1 đến 250"));
    assert!(
        at(&["listener", "set", "--org", "acme", "1", "--email-subject", "x", "--email-body", ""]).contains("both")
    );
    assert_eq!(
        at(&["replay", "--org", "acme", "5..1"]),
        r#""5..1" runs backwards: the first call comes before the .."#
    );
    assert!(at(&["org", "set", "--org", "acme", "x"]).contains("KEY=VALUE"));
    assert_eq!(
        sentence(&["--data", data, "--database", "postgres://nowhere/x", "backup", "b"]),
        "a PostgreSQL database is copied with its own tool: pg_dump --format=custom --file=FILE URL"
    );
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let closed = || std::io::Error::from(std::io::ErrorKind::BrokenPipe);
    assert!(crate::is_broken_pipe(&closed().into()));
    assert!(crate::is_broken_pipe(&serde_json::Error::io(closed()).into()));
    assert!(!crate::is_broken_pipe(&anyhow::anyhow!("x")));
}

pub fn made(folder: &std::path::Path) -> (Hub, MadeOrg) {
    let ground = Ground::from(&GroundArgs { data: Some(folder.to_owned()), ..GroundArgs::default() });
    let hub = ground.open_or_make(FOR_A_COMMAND).unwrap();
    let new = NewOrg {
        slug: "acme".into(),
        name: "ACME".into(),
        admin_email: "admin@example.com".into(),
        preset: Preset::Usual,
        vbot: None,
    };
    let made = hub.create_org(new).unwrap();
    (hub, made)
}

#[test]
fn data_is_for_its_owner_only_and_a_copy_too() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("a/b");
    let copy = folder.path().join("copy.db");
    made(&data);
    run(&["--data", data.to_str().unwrap(), "backup", copy.to_str().unwrap()]).unwrap();
    assert!(run(&["--data", data.to_str().unwrap(), "backup", copy.to_str().unwrap()]).is_err(), "never written over");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&data), mode(&data.join("files"))), (0o700, 0o700));
    assert_eq!((mode(&data.join("daumoi.db")), mode(&copy)), (0o600, 0o600));
}

fn add_customer(hub: &Hub, made: &MadeOrg) -> customers::Whole {
    let point = |kind, raw: &str, label: &str| ContactPoint::new(kind, raw, label, Country::VIET_NAM);
    let mut new = Customer { name: "Lê Bình".into(), ..Customer::default() };
    new.add_points(point(ContactKind::Phone, "0905 000 001", "Mobile"));
    new.add_points(point(ContactKind::Email, "Binh@example.com", ""));
    new.add_points(point(ContactKind::Im, "binh.le", "Facebook"));
    new.add_points(point(ContactKind::Website, "https://binh.example.com", ""));
    new.addresses.push(Address { street: "1 Lê Lợi".into(), city: "Huế".into(), ..Address::default() });
    new.national_id = NationalId { number: "012345678901".into(), ..NationalId::default() };
    new.codes.insert(System::OneOffice, "KH-1".into());
    new.codes.insert(System::OmicrmRefId, "R1".into());
    let field = Field {
        id: Id::default(),
        number: 0,
        entity: FieldEntity::Customer,
        code: "thu_cung".into(),
        label: "Thú cưng".into(),
        kind: FieldType::Checkbox,
        options: Vec::new(),
        description: String::new(),
    };
    let whole = hub.write(Actor::cli(made.org.id), move |tx| {
        let mut new = new.clone();
        new.replace_value(fields::value(&fields::create(tx, &field)?, "Chó|Mèo"));
        for (kind, label) in [(CatalogKind::Tag, "VIP"), (CatalogKind::Status, "Mới"), (CatalogKind::Source, "Website")]
        {
            new.add_label(catalog::find_or_create(tx, kind, label)?);
        }
        let id = customers::create(tx, new, &[])?.id;
        customers::note(tx, id, "Đã gọi")?;
        let lead = leads::create(tx, Lead { subject: "Hỏi giá".into(), ..Lead::default() }, id)?;
        let comment = Note { customer: Some(id), lead: Some(lead.id), body: "Chào".into(), ..Note::default() };
        notes::create(tx, comment)?;
        let customer = customers::find_ref(tx, id)?;
        let deal = Deal { name: "Bàn".into(), value: "5".into(), customer: customer.clone(), ..Deal::default() };
        let deal = deals::create(tx, deal)?;
        tickets::create(tx, Ticket { title: "Hỏng".into(), customer, deal: Some(deal.id), ..Ticket::default() })?;
        messages::queue(tx, MessageKind::Sms, Some(id), "0905 000 001", "", "Chào")?;
        messages::queue(tx, MessageKind::Email, Some(id), "binh@example.com", "Chào", "Chào")?;
        files::attach(tx, id, "hợp đồng.pdf", "application/pdf", 5, &"0".repeat(64))?;
        customers::whole(tx, &Viewer::Org, id)
    });
    whole.wait().unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn customers_keep_their_shape() {
    let folder = TempDir::new().unwrap();
    let (hub, made) = made(folder.path());
    let whole = add_customer(&hub, &made);
    let short = serde_json::to_value(show::Customer::from(&whole.customer)).unwrap();
    let created_at = short["created_at"].clone();
    assert!(created_at.as_str().unwrap().ends_with('Z'));
    let expected = json!({
        "number": 1, "kind": "person", "stage": "customer", "name": "Lê Bình", "phones": ["0905 000 001"],
        "emails": ["Binh@example.com"], "ims": ["binh.le"], "websites": ["https://binh.example.com"],
        "addresses": ["1 Lê Lợi, Huế"], "national_id": "012345678901", "codes": {"omicrm_ref_id": "R1", "oneoffice": "KH-1"},
        "tags": ["VIP"], "groups": [], "industries": [], "status": "Mới", "type": null, "source": "Website",
        "fields": {"thu_cung": "Chó|Mèo"}, "created_at": created_at,
    });
    assert_eq!(short, expected);
    assert_eq!(keys(&short), keys(&expected), "in this order");

    let long = serde_json::to_value(show::Whole::from(&whole)).unwrap();
    let lists = ["history", "leads", "deals", "tickets", "notes", "messages", "attachments"];
    assert_eq!(keys(&long)[..short.as_object().unwrap().len()], keys(&short)[..]);
    assert_eq!(keys(&long)[short.as_object().unwrap().len()..], [&lists[..], &["details"]].concat()[..]);
    let history = long["history"].as_array().unwrap();
    assert!(history.iter().all(|entry| keys(entry) == ["at", "actor", "dialect", "field", "old", "new", "text"]));
    let name = history.iter().find(|entry| entry["field"] == "name").unwrap();
    assert_eq!((&name["old"], &name["new"], &name["dialect"]), (&json!(""), &json!("Lê Bình"), &json!("cli")));
    assert!(history.iter().any(|entry| entry["field"] == "deal.name" && entry["new"] == "Bàn"));
    let called = history.iter().find(|entry| entry["text"] == "Đã gọi").unwrap();
    assert_eq!((&called["field"], &called["old"], &called["new"]), (&Value::Null, &Value::Null, &Value::Null));
    let place = |entry: &Value| history.iter().position(|other| other == entry);
    assert!(place(called) < place(name), "newest first");
    assert_eq!(long["leads"][0]["comments"][0]["body"], "Chào");
    assert_eq!(long["leads"][0]["status"], "Mới");
    assert_eq!((&long["deals"][0]["value"], &long["tickets"][0]["deal"]), (&json!("5"), &long["deals"][0]["number"]));
    assert_eq!(long["notes"][0]["about"], "lead");
    let numbers: Vec<_> = long["messages"].as_array().unwrap().iter().map(|message| &message["number"]).collect();
    assert_eq!(numbers, [1, 1], "SMS and e-mails count on their own");
    let file = json!({"name": "hợp đồng.pdf", "media_type": "application/pdf", "size": 5, "created_at": created_at});
    assert_eq!(keys(&long["attachments"][0]), keys(&file), "in this order");
    let known = ["name", "media_type", "size"].map(|key| &long["attachments"][0][key]);
    assert_eq!(known, ["name", "media_type", "size"].map(|key| &file[key]));
}

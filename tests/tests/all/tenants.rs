//! Every route × every kind of id of one org, in every place that takes one, asked with another org's token: nothing is read and
//! nothing changes.

use domain::Dialect;
use domain::catalog::CatalogKind;
use domain::field::FieldEntity;
use serde_json::{Value, json};

use super::doors::{Doors, Tenant, enter};
use super::questions::{self, Question};

/// Stands in the name of everybody in the org that is not to be reached.
pub const NAME: &str = "Bí Mật";

/// What an id is of, and the id.
pub type Ids = Vec<(&'static str, String)>;

#[test]
fn another_orgs_token_reaches_nothing_through_oneoffice() {
    reaches_nothing(Dialect::OneOffice, &["number", "1Office code", "phone"], 1_000);
}

#[test]
fn another_orgs_token_reaches_nothing_through_omicrm() {
    reaches_nothing(Dialect::Omicrm, &["hex id", "public id", "OMICRM refId", "phone", "label"], 2_000);
}

#[test]
fn another_orgs_token_reaches_nothing_through_vbot() {
    reaches_nothing(Dialect::Vbot, &["VBot code", "phone"], 5_000);
}

#[test]
fn another_orgs_token_reaches_nothing_through_caresoft() {
    reaches_nothing(Dialect::Caresoft, &["number", "lead number", "phone"], 3_000);
}

#[test]
fn another_orgs_token_reaches_nothing_through_the_listener() {
    // A listener tells nothing: there is no way to see that the ids are good ones.
    reaches_nothing(Dialect::Beeiq, &[], 2_000);
}

/// Asks everything. `readable` are the kinds of ids by which the right token reads something: if it did not, the silence of the
/// others would prove nothing. `least` is about how many questions there must be.
fn reaches_nothing(door: Dialect, readable: &[&str], least: usize) {
    let doors = Doors::new();
    let (mine, theirs) = (doors.tenant("cua-toi"), doors.tenant("cua-ho"));
    let ids = furnish(&doors, &mine);
    for door in [Dialect::OneOffice, Dialect::Omicrm, Dialect::Vbot] {
        enter(&doors, &theirs, door, "Của Họ", "0911000001", "CH-1");
    }
    enter(&doors, &theirs, Dialect::Caresoft, "Của Họ", "0911000001", "Hỏi giá");
    for (kind, id) in ids.iter().filter(|(kind, _)| readable.contains(kind)) {
        let nobody = if id.parse::<i64>().is_ok() { "987654321" } else { "khong-co-gi" };
        assert!(told(&doors, door, &mine, id) > told(&doors, door, &mine, nobody), "{kind} {id} reads nothing");
    }
    // There is one SQL text: PostgreSQL, which takes its time, is tried with a third of the kinds.
    let every = if doors.place.is_postgres() { 3 } else { 1 };
    let ids: Ids = ids.into_iter().enumerate().filter(|(index, _)| index % every == 0).map(|(_, id)| id).collect();
    let before = doors.place.everything_of(mine.org);
    assert!(before.iter().any(|(table, rows)| table == "customers" && rows.len() > 5));
    let mut asked = 0;
    for (kind, id) in &ids {
        for Question { method, path, body, .. } in questions::of(door, &theirs, Some(id)) {
            // Whoever has the secret itself may come in with it.
            if path.contains(id) && matches!(*kind, "listener secret" | "token") {
                continue;
            }
            let (status, answer) = doors.ask(&theirs, method, &path, &body);
            assert!(status < 500, "{kind}: {method} {path} {body}: {status} {answer}");
            assert!(!answer.to_string().contains(NAME), "{kind}: {method} {path} {body} tells: {answer}");
            asked += 1;
        }
        // The first kind after which something differs is the one that reached in.
        assert_eq!(doors.place.number(&newest_of(&mine)), newest(&before), "{kind} changed something");
    }
    assert!(asked > least / every, "{asked}");
    assert_eq!(doors.place.everything_of(mine.org), before);
}

/// To how many questions about an id the right token is told a name.
fn told(doors: &Doors, door: Dialect, tenant: &Tenant, id: &str) -> usize {
    let questions = questions::of(door, tenant, Some(id)).into_iter().filter(|question| question.reads);
    let tells = |Question { method, path, body, .. }: &Question| {
        doors.ask(tenant, method, path, body).1.to_string().contains(NAME)
    };
    questions.filter(tells).count()
}

fn newest_of(tenant: &Tenant) -> String {
    format!("SELECT count(*) FROM changes WHERE org_id = {}", tenant.org.0)
}

fn newest(everything: &[(String, Vec<String>)]) -> i64 {
    everything.iter().find(|(table, _)| table == "changes").map_or(0, |(_, rows)| rows.len() as i64)
}

/// Gives an org one of everything; gives the ids of all of it.
pub fn furnish(doors: &Doors, tenant: &Tenant) -> Ids {
    for (index, door) in Dialect::DOORS.into_iter().enumerate() {
        enter(doors, tenant, door, NAME, &format!("090500000{index}"), &format!("BM-{index}"));
    }
    let pair = |mut body: Value| {
        body["vbot_id"] = Value::from(format!("vbot-{}", tenant.slug));
        body["project_code"] = Value::from(format!("PR-{}", tenant.slug));
        body
    };
    for list in ["status", "type", "group"] {
        let body = json!({format!("{list}_no"): format!("BM_{list}"), format!("{list}_name"): format!("Kín {list}")});
        assert_eq!(doors.post(tenant, &format!("/api/crm/{list}/create"), &pair(body))["error"], 0);
    }
    let field =
        json!({"field_no": "BM_FIELD", "field_name": "Kín", "field_type": ["SELECT"], "field_options": ["mật"]});
    assert_eq!(doors.post(tenant, "/api/crm/field/create", &pair(field))["error"], 0);
    let items = [
        ("add-lead", json!({"name": NAME, "phones": ["0905000010"], "passport": "079000000001", "contactId": "BM-10"})),
        ("add-deal", json!({"dealId": "BM-D", "name": NAME, "dealWith": {"phones": ["0905000000"]}})),
        ("add-ticket", json!({"title": NAME, "body": NAME, "phone": "0905000010", "groupName": "Nhóm kín"})),
        ("add-note", json!({"model": "deal", "dealId": "BM-D", "body": NAME})),
        ("update-contact", json!({"phones": ["0905000010"], "emails": ["bi-mat@example.com"], "tag": "nhãn kín"})),
    ];
    for (action, data) in items {
        let told = doors.deliver(tenant, action, &data);
        assert_ne!(told["status"], "error", "{action}: {told}");
    }
    let lead =
        json!({"lead": {"username": NAME, "phone": "0905000011", "subject": NAME, "service_id": 1244, "labels": [6]}});
    let lead = doors.post(tenant, &format!("/{}/api/v1/lead", tenant.slug), &lead)["lead"]["id"].to_string();
    let file = json!({"code": "BM-F", "type": "Cá nhân", "name": NAME, "fountain_head_id": "Tổng đài",
        "trade_ids": "PHIÊN DỊCH (VUT)", "files": [{"name": "a.txt", "file": "eA=="}]});
    assert_eq!(doors.post(tenant, "/api/customer/contact/insert", &file)["error"], false);
    let mut ids = named(tenant);
    ids.push(("lead number", lead));
    ids.extend(looked_up(doors, tenant));
    ids
}

/// Ids that the org was given here.
fn named(tenant: &Tenant) -> Ids {
    let slug = tenant.slug;
    let secret = tenant.listener.rsplit('/').next().unwrap_or_default();
    let code = |door: Dialect| format!("BM-{}", Dialect::DOORS.iter().position(|known| *known == door).unwrap());
    [
        ("1Office code", code(Dialect::OneOffice)),
        ("OMICRM refId", code(Dialect::Omicrm)),
        ("VBot code", code(Dialect::Vbot)),
        ("BeeIQ code", "BM-10".to_owned()),
        ("reading code", "PID-2".to_owned()),
        ("deal code", "BM-D".to_owned()),
        ("deal", "DEAL-1".to_owned()),
        ("ticket", "TICKET-1".to_owned()),
        ("status code", "BM_status".to_owned()),
        ("type code", "BM_type".to_owned()),
        ("group name", "Kín group".to_owned()),
        ("field code", "BM_FIELD".to_owned()),
        ("label", "nhãn kín".to_owned()),
        ("team name", "Nhóm kín".to_owned()),
        ("phone", "0905000001".to_owned()),
        ("e-mail", "bi-mat@example.com".to_owned()),
        ("papers", "079000000001".to_owned()),
        ("user", tenant.sender.clone()),
        ("slug", slug.to_owned()),
        ("vbot_id", format!("vbot-{slug}")),
        ("project_code", format!("PR-{slug}")),
        ("listener path", tenant.listener.clone()),
        ("listener secret", secret.to_owned()),
        ("token", tenant.token.clone()),
    ]
    .into()
}

/// Ids that the program gave.
fn looked_up(doors: &Doors, tenant: &Tenant) -> Ids {
    let item = doors.post(tenant, "/api/v2/contact/search", &json!({"keyword": "BM-1", "size": 1}))["payload"]["items"]
        [0]
    .clone();
    let funnels = doors.get(tenant, "/api/v2/contact/filterContact/list");
    let mut ids: Ids = vec![
        ("hex id", item["id"].as_str().unwrap().to_owned()),
        ("public id", item["public_id"].as_str().unwrap().to_owned()),
        ("funnel", funnels["payload"][0]["id"].as_str().unwrap().to_owned()),
    ];
    let number = doors.customers(tenant).iter().map(|customer| customer.number).max().unwrap();
    ids.push(("number", number.to_string()));
    let rest = doors.hub.read(tenant.org, |tx| {
        let listener = hub::listeners::list(tx)?[0].number;
        let field = hub::fields::find_by_code(tx, FieldEntity::Customer, "BM_FIELD")?.unwrap();
        let status = hub::catalog::find_by_code(tx, CatalogKind::Status, "BM_status")?.unwrap().number;
        let tag = hub::catalog::find_by_label(tx, CatalogKind::Tag, "nhãn kín")?.unwrap().number;
        let deal = hub::deals::find_by_code(tx, "BM-D")?.unwrap();
        let deal = hub::deals::find(tx, deal)?.number;
        let user = hub::users::list(tx)?[0].number;
        Ok([
            ("listener number", listener),
            ("field number", field.number),
            ("option number", field.options[0].number),
            ("status number", status),
            ("tag number", tag),
            ("deal number", deal),
            ("user number", user),
            ("label number", 6),
        ])
    });
    ids.extend(rest.wait().unwrap().map(|(kind, number)| (kind, number.to_string())));
    ids
}

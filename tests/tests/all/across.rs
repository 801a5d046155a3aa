//! Written through one door, read through another: all five see the same people.

use domain::dialect::System;
use domain::{Dialect, OrgId};
use serde_json::{Value, json};

use super::doors::{Doors, Tenant, enter};

const NAME: &str = "Nguyễn Văn An";

/// Whether the answer of some door shows a phone in the spelling it came in.
fn shows(answer: &Value, phone: &str) -> bool {
    answer.to_string().contains(phone)
}

/// What each door that reads answers about whoever has a phone.
fn reads(doors: &Doors, tenant: &Tenant, phone: &str) -> Vec<(Dialect, Value)> {
    let key = phone.replace('+', "%2B").replace(' ', "%20");
    vec![
        (Dialect::OneOffice, doors.get(tenant, &format!("/api/customer/contact/gets?search={key}"))),
        (Dialect::Omicrm, doors.post(tenant, "/api/v2/contact/search", &json!({"keyword": phone}))),
        (Dialect::Caresoft, doors.get(tenant, &format!("/{}/api/v1/contactsByPhone?phoneNo={key}", tenant.slug))),
    ]
}

#[test]
fn written_in_one_read_in_all() {
    for door in Dialect::DOORS {
        let doors = Doors::new();
        let tenant = doors.tenant("dau-moi");
        enter(&doors, &tenant, door, NAME, "0905000001", "A-1");
        for (reader, answer) in reads(&doors, &tenant, "+84 905 000 001") {
            assert!(shows(&answer, "0905000001"), "{door:?} → {reader:?}: {answer}");
            assert!(shows(&answer, NAME), "{door:?} → {reader:?}: {answer}");
        }
        // Through the listener one reads by sending again: it is known.
        let again = doors.deliver(&tenant, "add-contact", &json!({"name": "An", "phones": ["84905000001"]}));
        assert_ne!(again["status"], "created", "{door:?} → beeiq: {again}");
        assert_eq!(doors.customers(&tenant).len(), 1);
    }
}

#[test]
fn updated_through_one_seen_in_another_and_nothing_lost() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    enter(&doors, &tenant, Dialect::OneOffice, NAME, "0905000001", "O-1");
    enter(&doors, &tenant, Dialect::Omicrm, NAME, "0905000001", "R-1");
    let before = doors.customers(&tenant).remove(0);
    let update = json!({"refId": "R-1", "note": "đã gọi", "tags": ["vip"]});
    assert_eq!(doors.post(&tenant, "/api/v2/contact/update", &update)["payload"], json!(true));
    let row = doors.get(&tenant, "/api/customer/contact/item?code=O-1");
    assert_eq!(row["data"]["desc"], json!("đã gọi"));
    assert_eq!(row["data"]["trade_ids"], json!("PHIÊN DỊCH (VUT)"), "OMICRM did not send it: it stays");
    let after = doors.customers(&tenant).remove(0);
    assert_eq!(after.points, before.points);
    assert_eq!(after.codes, before.codes);
    assert_eq!(after.label(domain::CatalogKind::Source), before.label(domain::CatalogKind::Source));
}

#[test]
fn five_doors_one_person() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    let spellings = ["0905000001", "+84905000001", "84 905 000 001", "0084.905.000.001", "0905-000-001"];
    for (door, phone) in Dialect::DOORS.into_iter().zip(spellings) {
        enter(&doors, &tenant, door, NAME, phone, &format!("{}-1", door.word()));
    }
    // The listener takes a known person for a duplicate and links nothing; an update brings its code.
    let update = json!({"phones": ["0905000001"], "contactId": "beeiq-1"});
    assert_eq!(doors.deliver(&tenant, "update-contact", &update)["status"], "updated");
    let customers = doors.customers(&tenant);
    assert_eq!(customers.len(), 1, "{customers:#?}");
    let codes = &customers[0].codes;
    assert_eq!(codes.get(&System::OneOffice).map(String::as_str), Some("oneoffice-1"));
    assert_eq!(codes.get(&System::OmicrmRefId).map(String::as_str), Some("omicrm-1"));
    assert_eq!(codes.get(&System::Vbot).map(String::as_str), Some("vbot-1"));
    assert_eq!(codes.get(&System::Beeiq).map(String::as_str), Some("beeiq-1"));
    assert!(doors.pairs(&tenant).is_empty());
}

#[test]
fn a_family_phone_is_two_records_and_a_pair() {
    for door in [Dialect::OneOffice, Dialect::Vbot, Dialect::Omicrm] {
        let doors = Doors::new();
        let tenant = doors.tenant("dau-moi");
        enter(&doors, &tenant, Dialect::Beeiq, NAME, "0905000001", "B-1");
        enter(&doors, &tenant, door, "Trần Thị Bình", "0905 000 001", "X-1");
        let customers = doors.customers(&tenant);
        assert_eq!(customers.len(), 2, "{door:?}");
        assert_eq!(doors.pairs(&tenant), [(customers[0].id, customers[1].id)], "{door:?}");
    }
}

#[test]
fn leads_cross_over() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    doors.deliver(&tenant, "add-lead", &json!({"name": "An", "lastname": "Nguyen", "phones": ["0905000001"]}));
    let leads = doors.get(&tenant, "/dau-moi/api/v1/leads");
    assert_eq!(leads["numFound"], 1);
    let number = doors.customers(&tenant)[0].number;
    assert_eq!(leads["leads"][0]["requester_id"], number);
    enter(&doors, &tenant, Dialect::Caresoft, "Lê Thị Cúc", "0905000002", "Hỏi giá");
    let found = doors.post(&tenant, "/api/v2/contact/search", &json!({"keyword": "le cuc"}));
    assert_eq!(found["payload"]["total_items"], 1);
}

/// Every route × every kind of id of one org, asked with another org's token: nothing is read and nothing changes.
#[test]
fn another_orgs_token_reaches_nothing() {
    let doors = Doors::new();
    let (mine, theirs) = (doors.tenant("cua-toi"), doors.tenant("cua-ho"));
    for (index, door) in Dialect::DOORS.into_iter().enumerate() {
        enter(&doors, &mine, door, "Bí Mật", &format!("090500000{index}"), &format!("BM-{index}"));
    }
    doors.deliver(
        &mine,
        "add-deal",
        &json!({"dealId": "D-1", "name": "Bí Mật", "dealWith": {"phones": ["0905000000"]}}),
    );
    let ids = ids(&doors, &mine);
    // The same questions find it with the right token; otherwise silence would prove nothing.
    let reads = ids.iter().flat_map(|id| questions(&mine, id)).filter(|(method, ..)| *method == "GET");
    let told =
        reads.filter(|(method, path, body)| doors.ask(&mine, method, path, body).1.to_string().contains("Bí Mật"));
    assert!(told.count() > 20);
    let before = everything(&doors, mine.org);
    let mut asked = 0;
    for id in &ids {
        for (method, path, body) in questions(&mine, id) {
            let (status, answer) = doors.ask(&theirs, method, &path, &body);
            assert!(status < 500, "{method} {path}: {status} {answer}");
            assert!(!answer.to_string().contains("Bí Mật"), "{method} {path} tells: {answer}");
            asked += 1;
        }
    }
    assert!(asked > 300, "{asked}");
    assert_eq!(everything(&doors, mine.org), before);
}

/// Ids of all kinds that name something in an org.
fn ids(doors: &Doors, tenant: &Tenant) -> Vec<String> {
    let mut ids =
        vec!["D-1".to_owned(), "DEAL-1".to_owned(), tenant.slug.to_owned(), "MA_TRANG_THAI_KHACH_HANG".to_owned()];
    for customer in doors.customers(tenant) {
        ids.extend(customer.codes.values().cloned());
        ids.extend([
            customer.number.to_string(),
            format!("PID-{}", customer.number),
            format!("{:08x}{:016x}", tenant.org.0, customer.id.0),
        ]);
    }
    ids.extend(["1", "2", "THONG_TIN_KHAC"].map(str::to_owned));
    ids.sort();
    ids.dedup();
    ids
}

/// Every route with an id in every place that takes one.
fn questions(tenant: &Tenant, id: &str) -> Vec<(&'static str, String, Value)> {
    let slug = tenant.slug;
    let mut all = Vec::new();
    for (method, route) in caresoft::ROUTES {
        let path = route.replace("{domain}", slug).replace("{leadId}", id).replace("{contactId}", id);
        let lead = json!({"lead": {"subject": "x", "requester_id": id, "phone": "0905000000", "service_id": 1244}, "contact": {"username": "x", "phone_no": "0905000000"}});
        all.push((method, format!("{path}?requester_id={id}&phoneNo=0905000000"), lead));
    }
    for (method, route) in omicrm::ROUTES {
        let path = route.replace("{id}", id).replace("{public_id}", id);
        let body = json!({"refId": id, "_id": id, "id": id, "public_id": id, "fullName": "x", "keyword": "bi mat", "includeIds": [id]});
        all.push((method, path, body));
    }
    for (method, route) in oneoffice::ROUTES {
        let body = json!({"code": id, "delIds": id, "name": "x", "branch_id": id, "ID": id});
        all.push((method, format!("{route}?code={id}&ID={id}&search=bi%20mat"), body));
    }
    for route in vbot::ROUTES {
        let (method, path) = route.name.split_once(' ').unwrap();
        let body = json!({"vbot_id": format!("vbot-{slug}"), "project_code": format!("PR-{slug}"), "customer_no": id, "customer_code": id,
            "customer_no_old": id, "customer_no_new": "x", "status_no": id, "type_no": id, "group_no": id, "field_no": id, "customer_name": "x"});
        all.push((if method == "GET" { "GET" } else { "POST" }, path.to_owned(), body));
    }
    all
}

/// All that an org has, except the journal, as one text.
fn everything(doors: &Doors, org: OrgId) -> String {
    let all = doors.hub.read(org, |tx| {
        let mut all = String::new();
        let filter = hub::Filter::everything(domain::Viewer::Org);
        for customer in hub::customers::search(tx, &filter, 0, 1_000)?.0 {
            all.push_str(&format!("{:?}", hub::customers::whole(tx, &domain::Viewer::Org, customer.id)?));
        }
        for kind in domain::CatalogKind::ALL {
            all.push_str(&format!("{:?}", hub::catalog::list(tx, kind)?));
        }
        Ok(all)
    });
    all.wait().unwrap()
}

//! What the actions write: every field of a contact, lead, deal, note and ticket, looked at where it is kept.

use domain::customer::{Gender, Kind, Stage};
use domain::dialect::System;
use domain::{CatalogKind, ContactKind, Customer, Permit};
use serde_json::{Value, json};

use super::support::{House, labels, points};

fn contact() -> Value {
    json!({
        "type": 0, "name": "An", "lastname": "Nguyen", "title": "Kế toán", "passport": "1945295865", "gender": 1,
        "bgInfo": "Thành viên", "dateOfBirth": "Fri Jan 01 1993 00:00:00 GMT+0700 (ICT)", "contactId": "KH-1",
        "emails": [{"type": "Work", "value": "an.nguyen@example.com"}], "phones": [{"value": "01234567890"}],
        "addresses": [{"type": "Home", "street": "58 Ton That Dam", "city": "Da Nang", "state": "Thanh Khe",
            "zip": "5100000", "country": {"code": "VN", "name": "Việt Nam"}}],
        "websites": [{"value": "htk-inc.com"}], "im": [{"protocol": "Facebook", "value": "An Nguyen Van"}],
        "tag": "webhook, mới", "cusFields": [{"name": "What animal do you like?", "value": "Dog|Cat"}],
        "permit": {"status": 1}
    })
}

/// What people read of a custom field.
fn field(customer: &Customer, label: &str) -> Option<String> {
    customer.values.iter().find(|value| value.label == label).map(domain::field::FieldValue::joined)
}

#[test]
fn every_field_of_a_contact_is_kept() {
    let house = House::new();
    let (_, id) = house.one("add-contact", &contact());
    let whole = house.whole(&id);
    let an = &whole.customer;
    assert_eq!((an.name.as_str(), an.given_name.as_str(), an.family_name.as_str()), ("An Nguyen", "An", "Nguyen"));
    assert_eq!((an.kind, an.stage, an.gender), (Kind::Person, Stage::Customer, Some(Gender::Female)));
    assert_eq!((an.job_title.as_str(), an.note.as_str()), ("Kế toán", "Thành viên"));
    assert_eq!(an.national_id.number, "1945295865");
    assert_eq!(an.birth_date.unwrap().to_string(), "1993-01-01");
    assert_eq!(an.codes[&System::Beeiq], "KH-1");
    assert_eq!(points(an, ContactKind::Phone), ["01234567890"]);
    assert_eq!(an.points_of(ContactKind::Phone).next().unwrap().key.as_deref(), Some("+84834567890"));
    assert_eq!(points(an, ContactKind::Email), ["an.nguyen@example.com"]);
    assert_eq!(an.points_of(ContactKind::Email).next().unwrap().label, "Work");
    assert_eq!(points(an, ContactKind::Website), ["htk-inc.com"]);
    assert_eq!(an.points_of(ContactKind::Im).next().unwrap().label, "Facebook");
    assert_eq!(an.addresses[0].line(), "58 Ton That Dam, Thanh Khe, Da Nang, 5100000, Việt Nam");
    assert_eq!((an.addresses[0].label.as_str(), an.addresses[0].country_code.as_str()), ("Home", "VN"));
    assert_eq!(labels(an, CatalogKind::Tag), ["webhook", "mới"]);
    assert_eq!(labels(an, CatalogKind::Source), [""; 0]);
    assert_eq!(field(an, "What animal do you like?").as_deref(), Some("Dog|Cat"));
    assert_eq!((&an.permit, an.created_by.as_str()), (&Permit::Everybody, "Người gửi"));
    assert!(whole.leads.is_empty());
    assert_eq!(whole.history[0].dialect, "beeiq");
}

#[test]
fn a_blank_value_takes_away_and_makes_no_field() {
    let house = House::new();
    let fields = || house.read(|tx| hub::fields::list(tx, domain::field::FieldEntity::Customer)).len();
    let before = fields();
    let blank =
        json!({"name": "An", "phones": ["0905000001"], "cusFields": {"Chưa có": "", "Cũng chưa": "  ", "Nữa": null}});
    let (_, id) = house.one("add-contact", &blank);
    assert_eq!((fields(), house.customer(&id).values.len()), (before, 0));
    for blank in ["", " \t"] {
        house.one("update-contact", &json!({"phones": ["0905000001"], "cusFields": {"Referred By": "Cong Tran"}}));
        assert_eq!(field(&house.customer(&id), "Referred By").as_deref(), Some("Cong Tran"));
        house.one("update-contact", &json!({"phones": ["0905000001"], "cusFields": {"Referred By": blank}}));
        assert_eq!(field(&house.customer(&id), "Referred By"), None, "{blank:?}");
    }
}

#[test]
fn defaults_of_what_is_not_sent() {
    let house = House::new();
    let person = house.customer(&house.one("add-contact", &json!({"name": "An"})).1);
    assert_eq!((person.kind, person.gender), (Kind::Person, Some(Gender::Other)));
    let account = house.customer(&house.one("add-contact", &json!({"name": "Công ty A", "type": 1})).1);
    assert_eq!((account.kind, account.stage, account.gender), (Kind::Organization, Stage::Customer, None));
    assert_eq!(
        house.customer(&house.one("add-contact", &json!({"name": "B", "gender": [0, 1, 2]})).1).gender,
        Some(Gender::Other)
    );
}

#[test]
fn every_form_of_a_date_is_the_day_that_was_written() {
    let house = House::new();
    for date in ["Fri Jan 01 1993 00:00:00 GMT+0700 (ICT)", "1993-01-01T00:00:00+07:00", "01/01/1993", "725827800000"] {
        let born = house.customer(&house.one("add-contact", &json!({"name": "An", "dateOfBirth": date})).1).birth_date;
        assert_eq!(born.unwrap().to_string(), "1993-01-01", "{date}");
    }
}

#[test]
fn a_lead_is_a_record_and_an_open_enquiry() {
    let house = House::new();
    let mut lead = contact();
    lead["companyLead"] = json!("GOOGLE");
    let (status, id) = house.one("add-lead", &lead);
    assert_eq!((status.as_str(), id.as_str()), ("created", "LID-1"));
    let whole = house.whole(&id);
    assert_eq!(whole.customer.stage, Stage::Lead);
    assert_eq!(whole.customer.company.as_ref().unwrap().name, "GOOGLE");
    assert_eq!(house.customer("CID-2").kind, Kind::Organization);
    assert_eq!(whole.leads.len(), 1);
    assert_eq!((whole.leads[0].subject.as_str(), whole.leads[0].company_name.as_str()), ("Thành viên", "GOOGLE"));
    assert!(whole.leads[0].is_open());
}

#[test]
fn a_duplicate_changes_nothing_but_the_history() {
    let house = House::new();
    let (_, id) = house.one("add-contact", &contact());
    let before = house.whole(&id);
    let other =
        json!({"name": "Khác", "phones": ["0834567890", "0905000009"], "tag": "khác", "companyContact": {"name": "B"}});
    assert_eq!(house.one("add-contact", &other), ("duplicated".into(), id.clone()));
    let after = house.whole(&id);
    assert_eq!(after.customer, before.customer);
    assert_eq!(after.history.len(), before.history.len() + 1);
    let line = &after.history[0];
    assert_eq!(line.what, domain::change::What::Duplicate);
    assert_eq!(line.text, "Dữ liệu trùng được gửi qua webhook listener \"Listener golden\", không tạo mới");
    assert_eq!(house.count(), 1);
}

#[test]
fn a_lead_that_comes_as_a_contact_moves_on() {
    let house = House::new();
    house.one("add-lead", &json!({"name": "Bình", "phones": ["0905000002"], "bgInfo": "Hỏi giá"}));
    assert_eq!(
        house.one("add-contact", &json!({"name": "X", "phones": ["0905000002"]})),
        ("updated".into(), "PID-1".into())
    );
    let whole = house.whole("PID-1");
    assert_eq!((whole.customer.stage, whole.customer.name.as_str()), (Stage::Customer, "Bình"));
    assert_eq!(whole.history[0].text, "Đầu mối trở thành khách hàng");
}

#[test]
fn a_customer_who_comes_as_a_lead_stays_one_and_asks_anew() {
    let house = House::new();
    house.one("add-contact", &json!({"name": "An", "phones": ["0905000001"]}));
    let lead = json!({"name": "An", "phones": ["0905000001"], "bgInfo": "Hỏi gói B"});
    assert_eq!(house.one("add-lead", &lead), ("duplicated".into(), "PID-1".into()));
    let whole = house.whole("PID-1");
    assert_eq!((whole.customer.stage, whole.leads.len()), (Stage::Customer, 1));
    assert_eq!(whole.leads[0].subject, "Hỏi gói B");
    // A lead that comes again is the same enquiry.
    house.one("add-lead", &json!({"name": "Bình", "phones": ["0905000002"]}));
    house.one("add-lead", &json!({"name": "Bình", "phones": ["0905000002"]}));
    assert_eq!(house.whole("LID-2").leads.len(), 1);
}

#[test]
fn an_update_brings_what_was_sent_and_leaves_the_rest() {
    let house = House::new();
    let (_, id) = house.one("add-contact", &contact());
    let update = json!({
        "customerId": id, "lastname": "Nguyen Van", "title": "", "gender": [0, 1, 2], "bgInfo": "", "passport": "",
        "emails": ["an.moi@example.com"], "phones": [{"value": "0834567890"}], "addresses": [], "tag": "thêm",
        "cusFields": {"What animal do you like?": "", "Referred By": "Cong Tran"}, "permit": {"status": 2}
    });
    house.one("update-contact", &update);
    let an = house.customer(&id);
    assert_eq!((an.name.as_str(), an.job_title.as_str(), an.note.as_str()), ("An Nguyen Van", "Kế toán", "Thành viên"));
    assert_eq!((an.gender, an.national_id.number.as_str()), (Some(Gender::Female), "1945295865"));
    assert_eq!(points(&an, ContactKind::Email), ["an.nguyen@example.com", "an.moi@example.com"]);
    assert_eq!(
        points(&an, ContactKind::Phone),
        ["01234567890"],
        "the same number in another spelling is no second one"
    );
    assert_eq!(an.addresses.len(), 1);
    assert_eq!(labels(&an, CatalogKind::Tag), ["webhook", "mới", "thêm"]);
    assert_eq!(
        (field(&an, "What animal do you like?"), field(&an, "Referred By").as_deref()),
        (None, Some("Cong Tran"))
    );
    assert_eq!(an.permit, Permit::OnlyMe { me: house.user("sender@example.com") });
    house.one("update-lead", &json!({"phones": ["0834567890"], "addresses": [{"city": "Huế"}], "gender": 0}));
    let an = house.customer(&id);
    assert_eq!((an.stage, an.gender, an.addresses[0].line().as_str()), (Stage::Customer, Some(Gender::Male), "Huế"));
}

#[test]
fn a_whole_name_from_elsewhere_is_not_lost_to_a_family_name() {
    let house = House::new();
    house.write(|tx| {
        let customer = Customer { name: "Nguyễn Văn An".into(), ..Customer::default() };
        hub::customers::create(tx, customer, &[]).map(drop)
    });
    for lastname in ["Nguyễn", "Nguyễn Văn"] {
        house.one("update-contact", &json!({"customerId": "PID-1", "lastname": lastname}));
        assert_eq!(house.customer("PID-1").name, "Nguyễn Văn An");
    }
    house.one("update-contact", &json!({"customerId": "PID-1", "name": "An"}));
    assert_eq!(house.customer("PID-1").name, "An Nguyễn Văn");
}

#[test]
fn an_update_links_a_code_that_is_nobodys() {
    let house = House::new();
    house.one("add-contact", &json!({"name": "An", "phones": ["0905000001"]}));
    house.one("add-contact", &json!({"name": "Bình", "contactId": "KH-2"}));
    assert_eq!(house.one("update-contact", &json!({"phones": ["0905000001"], "contactId": "KH-1"})).0, "updated");
    assert_eq!(house.customer("PID-1").codes[&System::Beeiq], "KH-1");
    // One that is somebody's stays theirs.
    assert_eq!(
        house.one("update-contact", &json!({"customerId": "PID-1", "contactId": "KH-2"})),
        ("updated".into(), "PID-1".into())
    );
    assert_eq!(house.customer("PID-1").codes[&System::Beeiq], "KH-1");
    assert_eq!(house.customer("PID-2").codes[&System::Beeiq], "KH-2");
}

#[test]
fn permits_have_four_modes() {
    let house = House::new();
    let (me, an) = (house.user("sender@example.com"), house.user("an.nguyen@example.com"));
    let team = house.read(|tx| Ok(hub::users::find_team(tx, "Nhóm Test")?.unwrap().id));
    for (sent, kept) in [
        (json!({"status": 1}), Permit::Everybody),
        (json!({"status": 2}), Permit::OnlyMe { me }),
        (json!({"status": 3, "group": "Nhóm Test"}), Permit::MeAndTeam { me, team: Some(team) }),
        (json!({"status": 3, "group": "Không có"}), Permit::MeAndTeam { me, team: None }),
        (
            json!({"status": 4, "users": ["AN.nguyen@example.com", "la@example.com"]}),
            Permit::MeAndUsers { me, users: vec![an] },
        ),
    ] {
        let id = house.one("add-contact", &json!({"name": "An", "permit": sent})).1;
        assert_eq!(house.customer(&id).permit, kept, "{sent}");
    }
    assert_eq!(house.place.number("SELECT count(*) FROM teams WHERE name = 'Không có'"), 0);
}

#[test]
fn companies_are_found_before_they_are_made() {
    let house = House::new();
    let company = json!({"name": "Công ty A", "emails": ["a@congty.example"], "phones": ["0906613999"], "addresses": [{"city": "Huế"}]});
    house.one("add-contact", &json!({"name": "An", "phones": ["0905000001"], "companyContact": company}));
    let made = house.customer("CID-2");
    assert_eq!((made.name.as_str(), made.kind, made.addresses.len()), ("Công ty A", Kind::Organization, 1));
    assert_eq!(points(&made, ContactKind::Phone), ["0906613999"]);
    for company in [
        json!({"name": "cong ty a"}),
        json!({"name": "Tên khác", "emails": ["a@congty.example"]}),
        json!({"name": "Tên khác", "phones": ["+84906613999", "0905000001"]}),
        json!({"name": "Tên khác", "phones": ["0905000001", "+84906613999"]}),
        json!({"customerId": "CID-2", "name": "Tên khác"}),
    ] {
        let id = house.one("add-contact", &json!({"name": "Bình", "companyContact": company})).1;
        assert_eq!(house.customer(&id).company.unwrap().number, 2, "{company}");
    }
    assert_eq!(house.place.number("SELECT count(*) FROM customers WHERE kind = 'organization'"), 1);
    let id = house.one("add-contact", &json!({"name": "Chi", "companyContact": {"phones": ["0999"], "name": ""}})).1;
    assert_eq!(house.customer(&id).company, None);
}

#[test]
fn a_company_that_is_found_gets_what_it_lacks_and_keeps_what_it_has() {
    let house = House::new();
    // Made by its name alone, as `companyLead` has it.
    house.one("add-lead", &json!({"name": "An", "phones": ["0905000001"], "companyLead": "GOOGLE"}));
    let sent = json!({"name": "Google", "emails": ["lienhe@google.example"], "phones": [{"type": "Work", "value": "0906613999"}],
        "websites": [{"value": "google.example"}], "addresses": [{"city": "Huế"}]});
    let (status, id) = house.one("add-contact", &json!({"name": "Bình", "companyContact": sent}));
    assert_eq!((status.as_str(), house.customer(&id).company.unwrap().number), ("created", 2));
    let found = house.customer("CID-2");
    assert_eq!((found.name.as_str(), found.given_name.as_str(), found.gender), ("GOOGLE", "", None));
    assert_eq!(points(&found, ContactKind::Phone), ["0906613999"]);
    assert_eq!(points(&found, ContactKind::Email), ["lienhe@google.example"]);
    assert_eq!(points(&found, ContactKind::Website), ["google.example"]);
    assert_eq!(found.addresses[0].city, "Huế");
    // Found by its key now, under another name, with another address and a number more.
    let sent =
        json!({"name": "Alphabet", "phones": ["+84 906 613 999", "0906614000"], "addresses": [{"city": "Hà Nội"}]});
    house.one("update-contact", &json!({"customerId": id, "companyContact": sent}));
    let found = house.customer("CID-2");
    assert_eq!((found.name.as_str(), found.given_name.as_str()), ("GOOGLE", ""));
    assert_eq!(points(&found, ContactKind::Phone), ["0906613999", "0906614000"]);
    assert_eq!((found.addresses.len(), found.addresses[0].city.as_str()), (1, "Huế"));
    let lines = house.whole("CID-2").history.len();
    house.one("update-contact", &json!({"customerId": id, "companyContact": sent}));
    assert_eq!(house.whole("CID-2").history.len(), lines, "nothing new, nothing written");
    // Its number finds it, and the number that only a person has does not.
    assert_eq!(house.one("add-contact", &json!({"name": "Gu gồ", "phones": ["0906614000"]})).1, "CID-2");
}

#[test]
fn a_company_with_all_that_it_can_take_costs_nobody() {
    let house = House::new();
    let phones = |from: i64| (from..from + 200).map(|n| json!(format!("09{n:08}"))).collect::<Vec<_>>();
    house.one("add-contact", &json!({"name": "An", "companyContact": {"name": "Chợ", "phones": phones(10_000_000)}}));
    let sent = json!({"name": "Chợ", "phones": ["0905000009"], "addresses": [{"city": "Huế"}]});
    let (status, id) = house.one("add-contact", &json!({"name": "Bình", "companyContact": sent}));
    assert_eq!((status.as_str(), house.customer(&id).company.unwrap().number), ("created", 2), "{id}");
    let full = house.customer("CID-2");
    assert_eq!((full.points.len(), full.addresses.len()), (200, 1));
}

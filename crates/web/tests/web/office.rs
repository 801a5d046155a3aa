//! What office workers stumbled over: downloads in browsers, pages without script, members, and words that were none of theirs.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::customer::Kind;
use domain::field::{Field, FieldEntity, FieldType};
use domain::funnel::Stage;
use domain::{Actor, Customer, Deal, Dialect, Id, Permit, Role, Viewer};
use hub::{customers, deals, fields, funnels, tickets};

use crate::leads::fill;
use crate::support::House;

async fn company(house: &House) -> Customer {
    house.customer("Công ty Sao Mai", "0905000001", house.owner.id, Permit::Everybody).await
}

#[tokio::test]
async fn a_file_reaches_browsers_that_take_it_compressed() {
    let house = House::new().await;
    company(&house).await;
    let mut browser = house.browser("chu@example.vn").await;
    for encoding in ["gzip", "br"] {
        let request = Request::get("/customers.csv").header("accept-encoding", encoding);
        let file = browser.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((file.status, file.header("content-encoding")), (StatusCode::OK, encoding));
        assert!(!file.text.is_empty());
    }
}

#[tokio::test]
async fn a_timeline_is_read_without_script() {
    let house = House::new().await;
    let id = company(&house).await.id;
    let note = |count: i64| {
        move |customer: &mut Customer| {
            customer.note = format!("Lần {count}\nDòng hai");
            Ok(())
        }
    };
    let write =
        move |tx: &mut hub::Tx<'_>| (0..50).try_for_each(|count| customers::change(tx, id, note(count)).map(drop));
    house.hub.write(Actor::cli(house.org), write).await.unwrap();
    let mut browser = house.browser("chu@example.vn").await;
    let record = browser.get("/customers/1").await.text;
    assert!(record.contains("Lần 49<br>Dòng hai"), "a note keeps its lines");
    assert!(record.contains("Lần 48 Dòng hai"), "words of a line of history do not grow together");
    let more = record.split("href=\"/customers/1/timeline?").nth(1).unwrap().split('"').next().unwrap();
    let older = browser.get(&format!("/customers/1/timeline?{more}")).await;
    assert!(older.status == StatusCode::OK && older.text.contains("<!doctype html>"));
    assert!(older.text.contains("Tạo mới khách hàng") && !older.text.contains("Lần 49"));
    let narrowed = browser.get("/customers/1/timeline?field=phones").await.text;
    assert_eq!(narrowed.matches("<li class=\"door-").count(), 1);
    assert!(narrowed.contains("<option value=\"phones\" selected>"));
}

#[tokio::test]
async fn days_stages_and_sums_are_written_as_people_write_them() {
    let house = House::new().await;
    fill(&house).await;
    let id = company(&house).await.id;
    let field = Field {
        id: Id::default(),
        number: 0,
        entity: FieldEntity::Customer,
        code: "het_han".into(),
        label: "Ngày hết hạn".into(),
        kind: FieldType::Date,
        options: Vec::new(),
        description: String::new(),
    };
    house
        .hub
        .write(Actor { dialect: Dialect::Vbot, ..Actor::cli(house.org) }, move |tx| {
            let value = fields::value(&fields::create(tx, &field)?, "2027-01-31");
            let given = |customer: &mut Customer| {
                customer.replace_value(value);
                Ok(())
            };
            customers::change(tx, id, given)?;
            let whose = customers::find_ref(tx, id)?;
            deals::create(tx, Deal { customer: whose, value: "84480000".into(), ..Deal::default() })?;
            if funnels::list(tx)?.is_empty() {
                funnels::create(tx, "Hành trình", &[Stage { name: "Mới".into(), steps: vec!["Đã gọi".into()] }])?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let funnel = house.hub.read(house.org, |tx| Ok(funnels::list(tx)?.remove(0))).await.unwrap();
    let stage = &funnel.stages[0];
    let told = format!("{} › {}", stage.name, stage.steps[0]);
    let mut browser = house.browser("chu@example.vn").await;
    browser.post(&format!("/customers/1/edit/funnels.{}", funnel.number), &[("was", ""), ("value", "1.1")]).await;
    let page = browser.get("/customers/1").await.text;
    assert!(page.contains("31/01/2027") && page.contains("84.480.000"));
    assert!(page.contains(&format!("<ins>{told}</ins>")), "history calls a stage by its name");
}

#[tokio::test]
async fn a_contact_persons_new_phone_is_history() {
    let house = House::new().await;
    company(&house).await;
    let mut browser = house.browser("chu@example.vn").await;
    let person = |phone| [("name", "Lê Thư"), ("position", "Kế toán"), ("phone", phone)];
    browser.post("/customers/1/persons", &person("0905000002")).await;
    let id = house.hub.read(house.org, |tx| customers::find_by_number(tx, 1)).await.unwrap().unwrap();
    let was = web::pages::customer::person_seen(&house.known(id).await.persons[0]);
    let mut form = person("0905000003").to_vec();
    form.push(("was", &was));
    assert_eq!(browser.post("/customers/1/persons/0", &form).await.status, StatusCode::SEE_OTHER);
    let page = browser.get("/customers/1").await.text;
    assert!(page.contains("<del>Lê Thư (Kế toán, 0905000002)</del> <ins>Lê Thư (Kế toán, 0905000003)</ins>"));
}

#[tokio::test]
async fn a_member_counts_what_a_member_sees() {
    let house = House::new().await;
    fill(&house).await;
    house.customer("Bí Mật", "0905000001", house.owner.id, Permit::OnlyMe { me: house.owner.id }).await;
    let open = |tx: &mut hub::Tx<'_>| {
        tickets::open(tx, &Viewer::Org, Some(1), &tickets::Facts { title: "Kín".into(), ..tickets::Facts::default() })
    };
    house.hub.write(Actor::cli(house.org), open).await.unwrap();
    house.user(house.org, "nv@example.vn", Role::Member).await;
    for (who, count) in [("chu@example.vn", "1"), ("nv@example.vn", "0")] {
        let page = house.browser(who).await.get("/").await.text;
        let figure = page.split("href=\"/tickets?state=open\"").nth(1).unwrap();
        let shown = figure.split("<strong>").nth(1).unwrap().split('<').next().unwrap();
        assert_eq!(shown, count, "{who}");
    }
}

#[tokio::test]
async fn open_tickets_are_counted_by_their_age() {
    let house = House::new().await;
    fill(&house).await;
    house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    house.customer("Bí Mật", "0905000002", house.owner.id, Permit::OnlyMe { me: house.owner.id }).await;
    let member = house.user(house.org, "nv@example.vn", Role::Member).await.id;
    let now = house.hub.now();
    for (days, customer) in [(9, 1), (5, 1), (5, 2), (0, 1), (0, 1), (0, 2)] {
        house.clock.set(now.plus_seconds(-days * 86_400));
        let facts = tickets::Facts { title: "Máy hỏng".into(), ..tickets::Facts::default() };
        let open = move |tx: &mut hub::Tx<'_>| tickets::open(tx, &Viewer::Org, Some(customer), &facts);
        house.hub.write(Actor::cli(house.org), open).await.unwrap();
    }
    let back = |days: i64| now.plus_seconds(1 - days * 86_400);
    let spans = [(back(1), back(0)), (back(4), back(1)), (back(7), back(4)), (domain::Instant(0), back(7))];
    for (viewer, counts) in [
        (Viewer::Org, [3, 0, 2, 1]),
        (Viewer::User { id: house.owner.id, teams: Vec::new() }, [3, 0, 2, 1]),
        (Viewer::User { id: member, teams: Vec::new() }, [2, 0, 1, 1]),
    ] {
        let counted = house.hub.read(house.org, move |tx| hub::overview::open_tickets(tx, &viewer, &spans)).await;
        assert_eq!(counted.unwrap(), counts);
    }
}

#[tokio::test]
async fn an_org_with_nothing_in_it_is_taught() {
    let house = House::new().await;
    fill(&house).await;
    let mut browser = house.browser("chu@example.vn").await;
    for (path, told) in [
        ("/leads", "Chưa có đầu mối nào"),
        ("/leads?q=ai", "Không có đầu mối nào khớp"),
        ("/deals", "Chưa có cơ hội nào"),
        ("/settings/fields", "Chưa có trường thông tin nào"),
    ] {
        assert!(browser.get(path).await.text.contains(told), "{path}");
    }
}

#[tokio::test]
async fn a_limit_is_taken_away_by_leaving_it_empty() {
    let house = House::new().await;
    let mut browser = house.browser("chu@example.vn").await;
    assert_eq!(browser.post("/settings/org", &[("sms.daily_cap", " ")]).await.status, StatusCode::SEE_OTHER);
    let page = browser.get("/settings/org").await.text;
    assert!(page.contains("name=\"sms.daily_cap\" value=\"\"") && !page.contains("value=\"off\""));
    let refused = browser.post_part("/settings/org", &[("sms.daily_cap", "nhiều")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("Nhiều nhất mỗi ngày") && !refused.text.contains("sms.daily_cap"),
        "{}",
        refused.text
    );
    let history = browser.get("/settings/history").await.text;
    assert!(history.contains("Hạn mức SMS: Nhiều nhất mỗi ngày") && history.contains("<ins>Không giới hạn</ins>"));
}

#[tokio::test]
async fn a_limit_that_is_refused_is_told_with_its_bounds() {
    let house = House::new().await;
    let browser = house.browser("chu@example.vn").await;
    for (key, value, label, bounds) in [
        ("sms.daily_cap", "20000000", "Hạn mức SMS: Nhiều nhất mỗi ngày", "phải là số từ 0 đến 10000000"),
        ("email.daily_cap", "-1", "Hạn mức e-mail: Nhiều nhất mỗi ngày", "phải là số từ 0 đến 10000000"),
        ("journal.retention_days", "0", "Hộp thư gọi vào", "phải là số ngày từ 1 đến 3650"),
        ("sms.quiet_hours", "21h", "Giờ yên tĩnh", "phải có dạng HH:MM-HH:MM"),
        ("time_zone", "Mars/Base", "Múi giờ", "không phải múi giờ IANA"),
    ] {
        let told = browser.clone().post_part("/settings/org", &[(key, value)]).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{key}");
        let text = told.text;
        assert!(text.contains(label) && text.contains(bounds) && !text.contains(key), "{key}: {text}");
    }
    let told = browser.in_english().post_part("/settings/org", &[("sms.daily_cap", "-1")]).await.text;
    assert!(told.contains("Limits of SMS: At most a day") && told.contains("from 0 to 10000000"), "{told}");
}

#[tokio::test]
async fn only_limits_are_switched_off_in_history() {
    let house = House::new().await;
    let mut browser = house.browser("chu@example.vn").await;
    browser.post("/settings/catalogs/tag", &[("label", "VIP")]).await;
    browser.post("/settings/catalogs/tag/1", &[("label", "off")]).await;
    let history = browser.get("/settings/history").await.text;
    assert!(history.contains("<del>VIP</del> <ins>off</ins>") && !history.contains("Không giới hạn"), "{history}");
    for (path, key, value, told) in [
        ("connections", "caresoft.rate_limit", "on", "<del>Không giới hạn</del> <ins>Như CareSoft</ins>"),
        ("connections", "caresoft.rate_limit", "off", "<del>Như CareSoft</del> <ins>Không giới hạn</ins>"),
        ("org", "sms.trial", "", "<del>20</del> <ins>Không giới hạn</ins>"),
        ("org", "sms.quiet_hours", "21:00-08:00", "<del>Lúc nào cũng gửi</del> <ins>21:00-08:00</ins>"),
    ] {
        browser.post(&format!("/settings/{path}"), &[(key, value)]).await;
        assert!(browser.get("/settings/history").await.text.contains(told), "{key} = {value}");
    }
}

#[tokio::test]
async fn an_item_that_moves_below_another_is_told_by_their_names() {
    let house = House::new().await;
    let mut browser = house.browser("chu@example.vn").await;
    for label in ["Quảng cáo", "Facebook"] {
        browser.post("/settings/catalogs/source", &[("label", label)]).await;
    }
    browser.post("/settings/catalogs/source/2", &[("label", "FB"), ("parent", "1")]).await;
    let history = browser.get("/settings/history").await.text;
    assert!(history.contains("<dt>Thuộc</dt><dd><ins>Quảng cáo</ins>"), "{history}");
    assert!(history.contains("<dt>Tên</dt><dd><del>Facebook</del> <ins>FB</ins>"));
}

#[tokio::test]
async fn a_preview_refuses_what_could_not_be_saved() {
    let house = House::new().await;
    let mut browser = house.browser("chu@example.vn").await;
    browser.post("/settings/webhook/listeners", &[("name", "Form")]).await;
    let form = [("name", "Form"), ("email_subject", "Chào"), ("email_body", "Mã {{ customerId }}"), ("sms_body", "A")];
    let shown = browser.post_part("/settings/webhook/listeners/1/preview", &form).await.text;
    assert!(shown.contains("Mẫu tin nhắn không có biến customerId"), "{shown}");
}

#[tokio::test]
async fn a_company_is_meant_by_some_of_its_words_and_never_one_that_is_hidden() {
    let house = House::new().await;
    let make = |name: &'static str, permit: Permit| {
        let new = Customer { name: name.to_owned(), kind: Kind::Organization, permit, ..Customer::default() };
        house.hub.write(Actor::cli(house.org), move |tx| customers::create(tx, new.clone(), &[]))
    };
    make("Công ty Sao Mai", Permit::Everybody).await.unwrap();
    make("Công ty Sao Hôm", Permit::Everybody).await.unwrap();
    let hidden = make("Công ty Ẩn", Permit::OnlyMe { me: house.owner.id }).await.unwrap();
    house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let mut member = house.browser("nv@example.vn").await;
    let number = hidden.number.to_string();
    for (asked, told) in [
        ("sao", "Công ty Sao Mai (số 1)"),
        ("Công ty Ẩn", "Không tìm thấy công ty này"),
        ("an", "Không tìm thấy công ty này"),
        (number.as_str(), "Không tìm thấy công ty này"),
    ] {
        let refused = member.post_part("/customers/4/edit/company", &[("was", ""), ("value", asked)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{asked}");
        assert!(refused.text.contains(told), "{asked}: {}", refused.text);
    }
    let saved = member.post_part("/customers/4/edit/company", &[("was", ""), ("value", "sao mai")]).await;
    assert!(saved.status == StatusCode::OK && saved.text.contains("href=\"/customers/1\""), "{}", saved.text);
}

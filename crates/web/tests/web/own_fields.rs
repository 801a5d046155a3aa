//! Custom fields on the pages: asked for and shown on every kind of record, held to their type, and kept as they are until somebody
//! changes them.

use axum::http::StatusCode;
use domain::field::{Field, FieldEntity, FieldOption, FieldType, FieldValue, ValueItem};
use domain::{Actor, Customer, Deal, Dialect, Id, Lead, Permit, Ticket, Viewer};
use hub::{customers, deals, fields, leads, tickets};

use crate::leads::{fill, lead};
use crate::support::{Browser, House, Page};

async fn field(house: &House, entity: FieldEntity, label: &str, kind: FieldType, options: &[&str]) -> Field {
    let options = (1..).zip(options).map(|(number, label)| FieldOption { number, label: (*label).to_owned() });
    let new = Field {
        id: Id::default(),
        number: 0,
        entity,
        code: label.to_lowercase().replace(' ', "_"),
        label: label.to_owned(),
        kind,
        options: options.collect(),
        description: String::new(),
    };
    house.hub.write(Actor::cli(house.org), move |tx| fields::create(tx, &new)).await.unwrap()
}

/// A house with a customer who has a lead, a deal and a ticket.
async fn scene() -> (House, Customer, Lead, Deal, Ticket) {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let lead = lead(&house, &an, "Hỏi giá").await;
    let id = an.id;
    let (deal, ticket) = house
        .hub
        .write(Actor::cli(house.org), move |tx| {
            let customer = customers::find_ref(tx, id)?;
            let deal = deals::create(tx, Deal { customer: customer.clone(), name: "Đơn".into(), ..Deal::default() })?;
            let ticket = Ticket { customer, title: "Máy hỏng".into(), ..Ticket::default() };
            Ok((deal, tickets::create(tx, ticket)?))
        })
        .await
        .unwrap();
    (house, an, lead, deal, ticket)
}

/// What another program sends of a customer: any text.
async fn send(house: &House, customer: &Customer, field: &Field, items: &[(&str, &str)]) {
    let items = items.iter().map(|(text, code)| ValueItem { type_code: (*code).to_owned(), ..ValueItem::plain(*text) });
    let (id, value) = (customer.id, FieldValue::of(field, items.collect()));
    let write = move |tx: &mut hub::Tx<'_>| {
        customers::change(tx, id, |customer| {
            customer.replace_value(value.clone());
            Ok(())
        })
        .map(drop)
    };
    house.hub.write(Actor { dialect: Dialect::Omicrm, ..Actor::cli(house.org) }, write).await.unwrap();
}

/// Saves a custom field of a customer in place.
async fn save(browser: &mut Browser, customer: &Customer, field: &Field, was: &str, values: &[&str]) -> Page {
    let mut form = vec![("was", was)];
    form.extend(values.iter().map(|value| ("value", *value)));
    browser.post_part(&format!("/customers/{}/edit/fields.{}", customer.number, field.number), &form).await
}

async fn texts(house: &House, customer: &Customer, field: &Field) -> Vec<String> {
    let known = house.known(customer.id).await;
    let values = known.values.iter().filter(|value| value.field == field.id);
    values.flat_map(|value| &value.items).map(|item| item.text.clone()).collect()
}

#[tokio::test]
async fn deals_and_tickets_are_asked_for_theirs() {
    let (house, an, ..) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    let whom = an.number.to_string();
    for (entity, place, name) in [
        (FieldEntity::Lead, "/leads", "subject"),
        (FieldEntity::Deal, "/deals", "name"),
        (FieldEntity::Ticket, "/tickets", "title"),
    ] {
        let size = field(&house, entity, "Diện tích", FieldType::Number, &[]).await;
        let colours = field(&house, entity, "Màu", FieldType::Checkbox, &["Đỏ", "Vàng", "Xanh"]).await;
        let (size, colours) = (format!("field-{}", size.number), format!("field-{}", colours.number));
        let blank = browser.get(&format!("{place}/new")).await;
        assert!(blank.text.contains(&format!("name=\"{size}\" inputmode=\"decimal\"")), "{place}: {}", blank.text);

        let mut form = vec![("facts", "1"), ("customer", &*whom), (name, "Thử"), (&size, "abc"), (&colours, "Đỏ")];
        let refused = browser.post(place, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{place}");
        assert!(refused.text.contains(&format!("id=\"refusal-{size}\"")) && refused.text.contains("value=\"abc\""));
        assert_eq!(refused.text.matches("“abc” không phải là số").count(), 1, "{place}: told once, at its field");
        form[3].1 = "12,5";
        form.push((&colours, "Vàng"));
        let made = browser.post(place, &form).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{place}: {}", made.text);
        let record = made.location().to_owned();
        let page = browser.get(&record).await.text;
        assert!(page.contains("<dd>12,5</dd>") && page.contains("<dd>Đỏ, Vàng</dd>"), "{page}");
        assert!(page.contains(&format!("name=\"{colours}\" value=\"Vàng\" checked")), "{page}");

        let mut form = vec![("facts", "1"), ("version", "1"), (name, "Thử"), (&size, "12"), (&colours, "")];
        form.push((&colours, "Xanh"));
        assert_eq!(browser.post(&record, &form).await.status, StatusCode::SEE_OTHER, "{record}");
        let page = browser.get(&record).await.text;
        assert!(page.contains("<del>12,5</del> <ins>12</ins>"), "{page}");
        assert!(page.contains("<del>Đỏ, Vàng</del> <ins>Xanh</ins>"), "{page}");
        // A form that was drawn before a field was made leaves it alone; one in which nothing is ticked any more does not.
        let bare = [("facts", "1"), ("version", "2"), (name, "Thử lại"), (&colours, "")];
        assert_eq!(browser.post(&record, &bare).await.status, StatusCode::SEE_OTHER);
        let page = browser.get(&record).await.text;
        assert!(page.contains("<dd>12</dd>") && !page.contains("<dd>Xanh</dd>"), "{page}");
    }
}

#[tokio::test]
async fn what_is_typed_is_held_to_its_type() {
    let (house, an, ..) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    for (label, kind, wrong, said, right, kept) in [
        ("Số ghế", FieldType::Number, "abc", "không phải là số", "1.500,5", "1.500,5"),
        ("Hạn", FieldType::Date, "hôm nay", "không phải là ngày", "2027-06-07", "2027-06-07"),
        ("Hẹn", FieldType::Date, "31/02/2027", "không phải là ngày", "7/6/2027", "2027-06-07"),
        ("Máy lẻ", FieldType::Phone, "0912x", "không phải số điện thoại", "0912 000 001", "0912 000 001"),
    ] {
        let field = field(&house, FieldEntity::Customer, label, kind, &[]).await;
        let refused = save(&mut browser, &an, &field, "", &[wrong]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(
            refused.text.contains(said) && refused.text.contains(&format!("value=\"{wrong}\"")),
            "{}",
            refused.text
        );
        assert!(texts(&house, &an, &field).await.is_empty());
        assert_eq!(save(&mut browser, &an, &field, "", &[right]).await.status, StatusCode::OK);
        assert_eq!(texts(&house, &an, &field).await, [kept]);
    }
    let mut english = house.browser("chu@example.vn").await.in_english();
    let days = field(&house, FieldEntity::Customer, "Ngày", FieldType::Date, &[]).await;
    assert!(save(&mut english, &an, &days, "", &["x"]).await.text.contains("“x” is no day"));
}

#[tokio::test]
async fn what_another_program_sent_stays_until_it_is_changed() {
    let (house, an, lead, ..) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    let seats = field(&house, FieldEntity::Customer, "Số ghế", FieldType::Number, &[]).await;
    let phones = field(&house, FieldEntity::Customer, "Số khác", FieldType::Phone, &[]).await;
    let free = field(&house, FieldEntity::Customer, "Sở thích", FieldType::Text, &[]).await;
    send(&house, &an, &seats, &[("khoảng 40", "home")]).await;
    send(&house, &an, &phones, &[("hỏi lễ tân", "work"), ("0905000009", "home")]).await;
    send(&house, &an, &free, &[("Bóng đá", ""), ("Cờ", "")]).await;
    let before = house.known(an.id).await;
    assert_eq!(save(&mut browser, &an, &seats, "khoảng 40", &[" khoảng 40 "]).await.status, StatusCode::OK);
    let both = "hỏi lễ tân\n0905000009";
    assert_eq!(save(&mut browser, &an, &phones, both, &["hỏi lễ tân\r\n0905000009"]).await.status, StatusCode::OK);
    assert_eq!(house.known(an.id).await, before);
    // One of several is corrected: the others stay with what came with them.
    let editor = browser.part(&format!("/customers/{}/edit/fields.{}", an.number, free.number)).await.text;
    assert!(editor.contains("Bóng đá\nCờ</textarea>"), "{editor}");
    assert_eq!(save(&mut browser, &an, &free, "Bóng đá\nCờ", &["Bóng bàn\nCờ"]).await.status, StatusCode::OK);
    assert_eq!(texts(&house, &an, &free).await, ["Bóng bàn", "Cờ"]);
    let more = "hỏi lễ tân\n0905000009\n0912x";
    assert_eq!(save(&mut browser, &an, &phones, both, &[more]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        save(&mut browser, &an, &seats, "khoảng 40", &["khoảng 50"]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );

    let size = field(&house, FieldEntity::Lead, "Diện tích", FieldType::Number, &[]).await;
    let (id, value, name) = (lead.id, fields::value(&size, "chưa đo"), format!("field-{}", size.number));
    let write = move |tx: &mut hub::Tx<'_>| {
        leads::change(tx, id, |lead| {
            lead.values.push(value.clone());
            Ok(())
        })
        .map(drop)
    };
    house.hub.write(Actor::cli(house.org), write).await.unwrap();
    let path = format!("/leads/{}", lead.number);
    let form = [("facts", "1"), ("version", "2"), ("subject", "Hỏi giá sỉ"), (&*name, "chưa đo")];
    assert_eq!(browser.post(&path, &form).await.status, StatusCode::SEE_OTHER);
    let number = lead.number;
    let known = house.hub.read(house.org, move |tx| Ok(leads::find_for(tx, &Viewer::Org, number)?.0)).await.unwrap();
    assert_eq!((&*known.subject, known.values[0].joined()), ("Hỏi giá sỉ", "chưa đo".to_owned()));
    // Who comes second is told who was faster, not what is wrong with what they never touched.
    let late = [("facts", "1"), ("version", "1"), ("subject", "Khác"), (&*name, "đo sau")];
    assert_eq!(browser.post(&path, &late).await.status, StatusCode::CONFLICT);
    let wrong = [("facts", "1"), ("version", "3"), ("subject", "Khác"), (&*name, "đo sau")];
    let refused = browser.post_part(&path, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = refused.text.split("data-asked=\"edit\" open").nth(1).unwrap();
    assert!(form.contains(&format!("id=\"refusal-{name}\"")) && form.contains("value=\"đo sau\""), "{form}");
}

#[tokio::test]
async fn an_option_that_was_taken_away_stays_where_it_is() {
    let (house, an, ..) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    let rank = field(&house, FieldEntity::Customer, "Hạng", FieldType::Select, &["Vàng", "Bạc"]).await;
    let colours = field(&house, FieldEntity::Customer, "Màu", FieldType::Checkbox, &["Đỏ", "Vàng", "Xanh"]).await;
    assert_eq!(save(&mut browser, &an, &rank, "", &["Vàng"]).await.status, StatusCode::OK);
    assert_eq!(save(&mut browser, &an, &colours, "", &["", "Đỏ", "Vàng"]).await.status, StatusCode::OK);
    let page = browser.get(&format!("/customers/{}", an.number)).await.text;
    assert!(page.contains("<ins>Đỏ, Vàng</ins>") && !page.contains("Đỏ|Vàng"), "{page}");
    for (field, options) in [(&rank, "Bạc"), (&colours, "Xanh\nVàng")] {
        let change =
            [("label", &*field.label), ("code", &*field.code), ("kind", field.kind.word()), ("options", options)];
        let path = format!("/settings/fields/{}", field.number);
        assert_eq!(browser.post(&path, &change).await.status, StatusCode::SEE_OTHER);
    }
    let editor = |field: &Field| format!("/customers/{}/edit/fields.{}", an.number, field.number);
    let shown = browser.part(&editor(&rank)).await.text;
    assert!(shown.contains("<option value=\"Vàng\" selected>Vàng</option>"), "{shown}");
    assert!(browser.part(&editor(&colours)).await.text.contains("value=\"Đỏ\" checked"));
    let before = house.known(an.id).await;
    assert_eq!(save(&mut browser, &an, &rank, "Vàng", &["Vàng"]).await.status, StatusCode::OK);
    // The form has its options in another order by now.
    assert_eq!(save(&mut browser, &an, &colours, "Đỏ\nVàng", &["", "Vàng", "Đỏ"]).await.status, StatusCode::OK);
    assert_eq!(house.known(an.id).await, before);
    assert_eq!(save(&mut browser, &an, &rank, "Vàng", &["Bạc"]).await.status, StatusCode::OK);
    assert!(!browser.part(&editor(&rank)).await.text.contains("Vàng"));
    // It is not given again.
    assert_eq!(save(&mut browser, &an, &rank, "Bạc", &["Vàng"]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_text_of_several_lines_keeps_them() {
    let (house, an, ..) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    let story = field(&house, FieldEntity::Customer, "Câu chuyện", FieldType::LongText, &[]).await;
    assert_eq!(save(&mut browser, &an, &story, "", &["Dòng một\r\n<b>Dòng hai"]).await.status, StatusCode::OK);
    assert_eq!(texts(&house, &an, &story).await, ["Dòng một\n<b>Dòng hai"]);
    let page = browser.get(&format!("/customers/{}", an.number)).await.text;
    assert!(page.contains("<div class=\"rich\">Dòng một<br>&lt;b&gt;Dòng hai</div>"), "{page}");
    // Other programs end lines otherwise than forms do.
    send(&house, &an, &story, &[("Một\r\nHai\r\n", "")]).await;
    assert_eq!(save(&mut browser, &an, &story, "Một\r\nHai\r\n", &["Một\r\nBa"]).await.status, StatusCode::OK);
    assert_eq!(texts(&house, &an, &story).await, ["Một\nBa"]);
    let body = field(&house, FieldEntity::Ticket, "Ghi thêm", FieldType::LongText, &[]).await;
    let name = format!("field-{}", body.number);
    let form = [("facts", "1"), ("title", "Hỏng"), (&*name, "Một\r\nHai")];
    let made = browser.post("/tickets", &form).await;
    let page = browser.get(made.location()).await.text;
    assert!(page.contains("<dd class=\"rich\"><div>Một<br>Hai</div></dd>"), "{page}");
    assert!(page.contains("Một\nHai</textarea>"), "{page}");
}

#[tokio::test]
async fn a_field_that_would_mislead_is_refused() {
    let (house, an, ..) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    let empty = [("entity", "customer"), ("label", "Hạng"), ("code", "hang"), ("kind", "SELECT"), ("options", " \n")];
    let refused = browser.post("/settings/fields", &empty).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("Hãy ghi ít nhất một lựa chọn"), "{}", refused.text);
    let day = field(&house, FieldEntity::Customer, "Hạn", FieldType::Date, &[]).await;
    let path = format!("/settings/fields/{}", day.number);
    let change = |kind, options| [("label", "Hạn mới"), ("code", "han"), ("kind", kind), ("options", options)];
    assert_eq!(browser.post(&path, &change("RADIO", "")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Nobody has a value yet.
    assert_eq!(browser.post(&path, &change("STRING", "")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.post(&path, &change("DATE", "")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(save(&mut browser, &an, &day, "", &["2027-06-07"]).await.status, StatusCode::OK);
    let refused = browser.post(&path, &change("STRING", "")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.text.contains("Trường Hạn mới đang có giá trị nên không đổi được kiểu dữ liệu"),
        "{}",
        refused.text
    );
    assert_eq!(browser.post(&path, &change("DATE", "")).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&format!("/customers/{}", an.number)).await.text.contains("07/06/2027"));
}

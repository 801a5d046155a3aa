//! What hangs on a customer's page: files, contact persons, a place in a funnel, with whom it is shared, and a history longer
//! than any page.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::customer::ContactPerson;
use domain::field::{Field, FieldEntity, FieldType};
use domain::{Actor, Customer, Dialect, Id, Permit, Role};
use hub::{customers, fields, funnels};

use crate::support::{Browser, HOST, House, Page};

const EVIL: &str = "<script>alert(1)</script>.txt";

/// Sends files as a browser's form does.
async fn upload(browser: &mut Browser, path: &str, files: &[(&str, &str)]) -> Page {
    let part = |(name, text): &(&str, &str)| {
        format!("--ranh\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let body: String = files.iter().map(part).collect::<String>() + "--ranh--\r\n";
    let request = Request::post(path)
        .header("origin", format!("https://{HOST}"))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=ranh");
    browser.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn files_are_attached_downloaded_and_removed() {
    let house = House::new().await;
    let customer = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let place = format!("/customers/{}", customer.number);
    let mut browser = house.browser("chu@example.vn").await;
    let sent =
        upload(&mut browser, &format!("{place}/files"), &[("hợp đồng.pdf", "%PDF-1.7"), (EVIL, "x"), ("", "")]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, place.as_str()));
    let page = browser.get(&place).await;
    assert!(page.text.contains("hợp đồng.pdf") && page.text.contains("Đính kèm tệp hợp đồng.pdf"));
    assert!(!page.text.contains("<script>alert"));
    let link = page.text.split(&format!("{place}/files/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let file = browser.get(&format!("{place}/files/{link}")).await;
    assert_eq!((file.text.as_str(), file.header("content-type")), ("%PDF-1.7", "application/octet-stream"));
    assert!(file.header("content-disposition").starts_with("attachment;"));
    // Another customer's page does not lead to it.
    let other = house.customer("Lê Bình", "0905000002", house.owner.id, Permit::Everybody).await;
    let astray = format!("/customers/{}/files/{link}", other.number);
    assert_eq!(browser.get(&astray).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&format!("{astray}/delete"), &[]).await.status, StatusCode::NOT_FOUND);
    let gone = browser.post(&format!("{place}/files/{link}/delete"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&place).await.text.contains("Gỡ tệp hợp đồng.pdf"));
    assert_eq!(browser.get(&format!("{place}/files/{link}")).await.status, StatusCode::NOT_FOUND);
    for files in [&[][..], &[("", "")][..]] {
        assert_eq!(
            upload(&mut browser, &format!("{place}/files"), files).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
}

#[tokio::test]
async fn nobody_attaches_to_what_they_do_not_see() {
    let house = House::new().await;
    let hidden = house.customer("Kín", "0905000001", house.owner.id, Permit::OnlyMe { me: house.owner.id }).await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let mut browser = house.browser("nv@example.vn").await;
    let place = format!("/customers/{}", hidden.number);
    assert_eq!(upload(&mut browser, &format!("{place}/files"), &[("a", "b")]).await.status, StatusCode::NOT_FOUND);
    let person = browser.post(&format!("{place}/persons"), &[("name", "An")]).await;
    assert_eq!(person.status, StatusCode::NOT_FOUND);
    assert!(house.known(hidden.id).await.persons.is_empty());
}

#[tokio::test]
async fn contact_persons_are_added_corrected_and_removed() {
    let house = House::new().await;
    let company = house.customer("Công ty Sao Mai", "0905000001", house.owner.id, Permit::Everybody).await;
    let place = format!("/customers/{}/persons", company.number);
    let mut browser = house.browser("chu@example.vn").await;
    for name in ["Trần Bình", "Lê Chi"] {
        let form = [("name", name), ("phone", "0905 000 009"), ("position", "Kế toán"), ("birth_date", "1990-02-03")];
        assert_eq!(browser.post(&place, &form).await.status, StatusCode::SEE_OTHER);
    }
    let known = house.known(company.id).await.persons;
    assert_eq!(known.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Trần Bình", "Lê Chi"]);
    let was = web::pages::customer::person_seen(&known[1]);
    let correct = [("was", was.as_str()), ("name", "Lê Thị Chi"), ("email", "chi@example.com")];
    assert_eq!(browser.post(&format!("{place}/1"), &correct).await.status, StatusCode::SEE_OTHER);
    // Whoever still sees the old facts changes nothing.
    for path in [format!("{place}/1"), format!("{place}/1/delete")] {
        assert_eq!(browser.post(&path, &correct).await.status, StatusCode::CONFLICT, "{path}");
    }
    assert_eq!(browser.post(&format!("{place}/9/delete"), &correct).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&place, &[("name", " ")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        browser.post(&place, &[("name", "A"), ("birth_date", "hôm qua")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    for unreachable in [("phone", "12ab"), ("email", "an")] {
        let end = browser.post(&place, &[("name", "A"), unreachable]).await;
        assert_eq!(end.status, StatusCode::UNPROCESSABLE_ENTITY, "{unreachable:?}");
    }
    let was = web::pages::customer::person_seen(&known[0]);
    assert_eq!(browser.post(&format!("{place}/0/delete"), &[("was", &was)]).await.status, StatusCode::SEE_OTHER);
    let left = house.known(company.id).await.persons;
    let chi =
        ContactPerson { name: "Lê Thị Chi".into(), email: "chi@example.com".into(), ..ContactPerson::default() };
    assert_eq!(left, [chi]);
}

#[tokio::test]
async fn a_place_in_a_funnel_and_a_permit_are_edited() {
    let house = House::new().await;
    let customer = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let other = house.user(house.org, "nv@example.vn", Role::Member).await;
    let stage = |name: &str| domain::funnel::Stage { name: name.into(), steps: vec!["Một".into(), "Hai".into()] };
    let funnel = house
        .hub
        .write(Actor::cli(house.org), move |tx| funnels::create(tx, "Hành trình mới", &[stage("Đầu"), stage("Cuối")]))
        .await
        .unwrap();
    let mut browser = house.browser("chu@example.vn").await;
    let place = format!("/customers/{}/edit/funnels.{}", customer.number, funnel.number);
    let saved = browser.post_part(&place, &[("was", ""), ("value", "2.1")]).await;
    assert!(saved.status == StatusCode::OK && saved.text.contains("Cuối › Một"), "{}", saved.text);
    for nonsense in ["3", "2.9", "x"] {
        let refused = browser.post_part(&place, &[("was", "2.1"), ("value", nonsense)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{nonsense}");
    }
    assert_eq!(house.known(customer.id).await.standings.len(), 1);
    // Two records side by side tell it by the same names.
    let second = house.customer("Lê Anh", "0905000002", house.owner.id, Permit::Everybody).await;
    let other_place = format!("/customers/{}/edit/funnels.{}", second.number, funnel.number);
    assert_eq!(browser.post_part(&other_place, &[("was", ""), ("value", "1")]).await.status, StatusCode::OK);
    let both = browser.get(&format!("/duplicates/{}/{}", customer.number, second.number)).await.text;
    assert!(
        both.contains("Phễu Hành trình mới")
            && both.contains("<span>Cuối › Một</span>")
            && both.contains("<span>Đầu</span>")
    );
    // History tells them apart where there are several.
    house.hub.write(Actor::cli(house.org), move |tx| funnels::create(tx, "Bảo hành", &[stage("Mở")])).await.unwrap();
    let page = browser.get(&format!("/customers/{}", customer.number)).await.text;
    assert!(page.contains("Phễu Hành trình mới") && page.contains("<ins>Cuối › Một</ins>"));
    // Whoever stands in it stays where they are; names may change.
    let path = format!("/settings/funnels/{}", funnel.number);
    for (stages, status) in [
        ("Cuối\n- Một\n- Hai\nĐầu\n- Một\n- Hai", StatusCode::UNPROCESSABLE_ENTITY),
        ("Đầu\n- Chen\n- Một\n- Hai\nCuối\n- Một\n- Hai", StatusCode::UNPROCESSABLE_ENTITY),
        ("Đầu\n- Một\n- Hai\nCuối\n- Một\n- Hai mới\n- Ba\nSau", StatusCode::SEE_OTHER),
    ] {
        let sent = [("name", "Hành trình mới"), ("stages", stages)];
        assert_eq!(browser.post(&path, &sent).await.status, status, "{stages}");
    }
    let history = browser.get("/settings/history").await.text;
    assert!(history.contains("<ins>Đầu (Một, Hai) › Cuối (Một, Hai mới, Ba) › Sau</ins>"), "{history}");
    assert_eq!(browser.post_part(&place, &[("was", "2.1"), ("value", "")]).await.status, StatusCode::OK);
    assert!(house.known(customer.id).await.standings.is_empty());

    let place = format!("/customers/{}/edit/permit", customer.number);
    let user = format!("user.{}", other.number);
    let sent = [("was", "everybody"), ("value", "users"), ("value", user.as_str())];
    assert!(browser.post_part(&place, &sent).await.text.contains("nv"));
    let permit = Permit::MeAndUsers { me: house.owner.id, users: vec![other.id] };
    assert_eq!(house.known(customer.id).await.permit, permit);
    // A member who narrows it does not shut themselves out.
    let mut member = house.browser("nv@example.vn").await;
    let was = format!("users\n{user}");
    assert_eq!(member.post_part(&place, &[("was", &was), ("value", "only_me")]).await.status, StatusCode::OK);
    assert_eq!(house.known(customer.id).await.permit, Permit::OnlyMe { me: other.id });
    // An admin leaves the record with whoever it belongs to.
    assert_eq!(browser.post_part(&place, &[("was", "only_me"), ("value", "users")]).await.status, StatusCode::OK);
    assert_eq!(house.known(customer.id).await.permit, Permit::MeAndUsers { me: other.id, users: Vec::new() });
    let refused = browser.post_part(&place, &[("was", "users"), ("value", "team.999")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_long_history_goes_on_to_its_beginning() {
    let house = House::new().await;
    let customer = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let id = customer.id;
    let field = Field {
        id: Id::default(),
        number: 0,
        entity: FieldEntity::Customer,
        code: "so_cho".into(),
        label: "Số chỗ ngồi".into(),
        kind: FieldType::Number,
        options: Vec::new(),
        description: String::new(),
    };
    let actor = Actor { dialect: Dialect::Vbot, ..Actor::cli(house.org) };
    house
        .hub
        .write(actor, move |tx| {
            let field = fields::create(tx, &field)?;
            let mut last = Customer::default();
            for count in 0..1_200 {
                let value = fields::value(&field, &count.to_string());
                last = customers::change(tx, id, |customer| {
                    customer.replace_value(value);
                    Ok(())
                })?
                .after;
            }
            Ok(last)
        })
        .await
        .unwrap();
    let mut browser = house.browser("chu@example.vn").await;
    let page = browser.get(&format!("/customers/{}", customer.number)).await;
    assert!(page.text.contains("Số chỗ ngồi") && !page.text.contains("so_cho"), "fields are called by their labels");
    let mut next = format!("/customers/{}/timeline?field=name", customer.number);
    let page = browser.part(&next).await;
    assert!(page.text.contains("Lê An"), "the oldest line of all is found behind 1,200 others");
    next = format!("/customers/{}/timeline", customer.number);
    let mut lines = 0;
    loop {
        let page = browser.part(&next).await;
        lines += page.text.matches("<li class=\"door-").count();
        match page.text.split("hx-get=\"").nth(1) {
            Some(more) => next = more.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&"),
            None => break,
        }
    }
    assert_eq!(lines, 1_201);
}

#[tokio::test]
async fn refusals_are_in_the_language_of_the_page() {
    let house = House::new().await;
    let customer = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let path = format!("/customers/{}/edit/name", customer.number);
    let vietnamese = house.browser("chu@example.vn").await;
    for (mut browser, missing, empty) in [
        (vietnamese.clone(), "Không tìm thấy khách hàng", "Tên không được để trống"),
        (vietnamese.in_english(), "There is no such customer", "The name must not be empty"),
    ] {
        assert!(browser.get("/customers/99").await.text.contains(missing));
        let refused = browser.post_part(&path, &[("was", "Lê An"), ("value", " ")]).await;
        assert!(refused.text.contains(empty), "{}", refused.text);
        let page = browser.get(&format!("/customers/{}", customer.number)).await;
        assert_eq!(page.text.contains("Customer made"), missing.starts_with("There"));
    }
}

#[tokio::test]
async fn a_contact_person_keeps_what_another_program_wrote() {
    let house = House::new().await;
    let company = house.customer("Công ty Sao Mai", "0905000001", house.owner.id, Permit::Everybody).await;
    let sent = ContactPerson { name: "Lê Chi".into(), phone: "hỏi lễ tân".into(), ..ContactPerson::default() };
    let (id, persons) = (company.id, vec![sent.clone()]);
    let write = move |tx: &mut hub::Tx<'_>| {
        customers::change(tx, id, |customer| {
            customer.persons.clone_from(&persons);
            Ok(())
        })
        .map(drop)
    };
    house.hub.write(Actor::cli(house.org), write).await.unwrap();
    let mut browser = house.browser("chu@example.vn").await;
    let (path, was) = (format!("/customers/{}/persons/0", company.number), web::pages::customer::person_seen(&sent));
    let other = [("was", was.as_str()), ("name", "Lê Chi"), ("phone", "hỏi bảo vệ")];
    assert_eq!(browser.post(&path, &other).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let same = [("was", was.as_str()), ("name", "Lê Thị Chi"), ("phone", "hỏi lễ tân")];
    assert_eq!(browser.post(&path, &same).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.known(id).await.persons, [ContactPerson { name: "Lê Thị Chi".into(), ..sent }]);
}

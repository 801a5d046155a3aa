//! The company of a customer: which one is meant by what somebody typed, and that nobody loses one that they do not see.

use axum::http::StatusCode;
use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::Kind;
use domain::identity::Country;
use domain::{Actor, Customer, Permit, Role, Viewer};
use hub::customers;

use crate::support::{Browser, House, Page};

async fn make(house: &House, new: Customer) -> Customer {
    house.hub.write(Actor::cli(house.org), move |tx| customers::create_apart(tx, new.clone())).await.unwrap()
}

async fn firm(house: &House, name: &str, permit: Permit) -> Customer {
    make(house, Customer { name: name.into(), kind: Kind::Organization, permit, ..Customer::default() }).await
}

async fn member(house: &House) -> Browser {
    house.user(house.org, "nv@example.vn", Role::Member).await;
    house.browser("nv@example.vn").await
}

async fn join(browser: &mut Browser, number: i64, company: &str) -> Page {
    browser.post_part(&format!("/customers/{number}/edit/company"), &[("was", ""), ("value", company)]).await
}

#[tokio::test]
async fn nobody_takes_away_a_company_that_they_do_not_see() {
    let house = House::new().await;
    let hidden = firm(&house, "Công ty Kín", Permit::OnlyMe { me: house.owner.id }).await;
    let open = firm(&house, "Công ty Mở", Permit::Everybody).await;
    let person = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let mut owner = house.browser("chu@example.vn").await;
    assert_eq!(join(&mut owner, person.number, "Công ty Kín").await.status, StatusCode::OK);
    let mut member = member(&house).await;
    let of = |fact: &str| format!("/customers/{}/edit/{fact}", person.number);
    let form = [("was", ""), ("value", "Kế toán")];
    assert_eq!(member.post_part(&of("job_title"), &form).await.status, StatusCode::OK);
    // Sent as it was shown to them: without a company.
    let saved = join(&mut member, person.number, "").await;
    assert!(saved.status == StatusCode::OK && !saved.text.contains("Kín"), "{}", saved.text);
    let other = join(&mut member, person.number, "Công ty Mở").await;
    assert_eq!(other.status, StatusCode::CONFLICT, "{}", other.text);
    assert!(other.text.contains("không được chia sẻ") && !other.text.contains("Kín"), "{}", other.text);
    let known = house.known(person.id).await;
    assert_eq!((known.company.map(|company| company.id), known.job_title.as_str()), (Some(hidden.id), "Kế toán"));
    let whole = house.hub.read(house.org, move |tx| customers::whole(tx, &Viewer::Org, person.id)).await.unwrap();
    let changes = whole.history.iter().flat_map(|change| &change.fields);
    assert_eq!(changes.filter(|field| field.field == "company").count(), 1, "the owner's own");
    let twin = house.customer("Lê An", "0905000002", house.owner.id, Permit::Everybody).await;
    let compared = format!("/duplicates/{}/{}", person.number, twin.number);
    for (browser, is_told) in [(&mut owner, true), (&mut member, false)] {
        let page = browser.get(&compared).await;
        assert_eq!((page.status, page.text.contains("Công ty Kín")), (StatusCode::OK, is_told));
    }
    // Whoever sees it takes it away or puts another in its place.
    let number = hidden.number.to_string();
    let form = [("was", number.as_str()), ("value", "Công ty Mở")];
    assert_eq!(owner.post_part(&of("company"), &form).await.status, StatusCode::OK);
    let number = open.number.to_string();
    let form = [("was", number.as_str()), ("value", "")];
    assert_eq!(member.post_part(&of("company"), &form).await.status, StatusCode::OK);
    assert_eq!(house.known(person.id).await.company, None);
}

#[tokio::test]
async fn a_company_is_meant_by_its_number_or_by_what_only_it_has() {
    let house = House::new().await;
    let mut new = Customer { name: "Công ty Hoa".into(), kind: Kind::Organization, ..Customer::default() };
    new.add_points(ContactPoint::new(ContactKind::Phone, "0905005678", "", Country::VIET_NAM));
    let by_phone = make(&house, new.clone()).await;
    (new.name, new.tax_code) = ("Công ty Thuế".into(), "0312345678".into());
    new.points.clear();
    let by_tax = make(&house, new).await;
    let [anh, ngo] = [house.customer("Anh", "0905000001", house.owner.id, Permit::Everybody).await, {
        house.customer("Ngô", "0905000002", house.owner.id, Permit::Everybody).await
    }];
    let mut browser = house.browser("chu@example.vn").await;
    for (asked, meant) in [
        (by_tax.number.to_string(), &by_tax),
        (format!("CID-{}", by_phone.number), &by_phone),
        ("5678".into(), &by_phone),
        ("0905 005 678".into(), &by_phone),
        ("0905005678".into(), &by_phone),
        ("0312345678".into(), &by_tax),
        ("công ty hoa".into(), &by_phone),
    ] {
        let free = house.customer("Ai", "0905000003", house.owner.id, Permit::Everybody);
        let free = house.known(free.await.id).await;
        let saved = join(&mut browser, free.number, &asked).await;
        assert_eq!(saved.status, StatusCode::OK, "{asked}: {}", saved.text);
        assert_eq!(house.known(free.id).await.company.map(|company| company.id), Some(meant.id), "{asked}");
        house.hub.write(Actor::cli(house.org), move |tx| customers::delete(tx, free.id)).await.unwrap();
    }
    // A person is nobody's company, and nobody is their own.
    for (number, asked, told) in [
        (anh.number, ngo.number.to_string(), "Không tìm thấy công ty này"),
        (anh.number, anh.number.to_string(), "Không tìm thấy công ty này"),
        (by_tax.number, by_tax.number.to_string(), "công ty của chính mình"),
        (by_tax.number, "Công ty Thuế".into(), "công ty của chính mình"),
        (by_tax.number, "thuế".into(), "công ty của chính mình"),
    ] {
        let refused = join(&mut browser, number, &asked).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{asked}");
        assert!(refused.text.contains(told), "{asked}: {}", refused.text);
    }
}

#[tokio::test]
async fn companies_of_one_name_are_told_apart_by_their_numbers() {
    let house = House::new().await;
    firm(&house, "Công ty Hoa", Permit::OnlyMe { me: house.owner.id }).await;
    let [first, second] = [firm(&house, "Công ty Hoa", Permit::Everybody).await, {
        firm(&house, "Công ty Hoa", Permit::Everybody).await
    }];
    let accented = firm(&house, "Công ty Hòa", Permit::Everybody).await;
    let person = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let mut member = member(&house).await;
    let refused = join(&mut member, person.number, "Công ty Hoa").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let told =
        format!("Có nhiều công ty như vậy: Công ty Hoa (số {}), Công ty Hoa (số {})", first.number, second.number);
    assert!(refused.text.contains(&told), "{}", refused.text);
    assert_eq!(join(&mut member, person.number, "Công ty Hòa").await.status, StatusCode::OK, "as it is spelled");
    assert_eq!(house.known(person.id).await.company.map(|company| company.id), Some(accented.id));
}

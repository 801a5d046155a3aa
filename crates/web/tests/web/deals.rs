//! Deals: sums of a stage, moved, clashed over, opened and corrected by hand, and kept from those they are not shared with.

use axum::http::{Request, StatusCode};
use domain::{Actor, CatalogKind, Customer, Deal, Dialect, Instant, Permit, Role, Viewer};
use hub::{catalog, customers, deals};

use crate::leads::fill;
use crate::support::{HOST, House};

async fn deal(house: &House, customer: &Customer, name: &str, (value, currency): (&str, &str), permit: Permit) -> Deal {
    let (id, currency) = (customer.id, currency.to_owned());
    let new = Deal { name: name.to_owned(), value: value.to_owned(), permit, ..Deal::default() };
    let actor = Actor { user: Some(house.owner.id), dialect: Dialect::Beeiq, ..Actor::cli(house.org) };
    house
        .hub
        .write(actor, move |tx| {
            let mut new = new.clone();
            new.customer = customers::find_ref(tx, id)?;
            new.set_label(catalog::find_by_label(tx, CatalogKind::DealStage, "Tiếp cận")?.unwrap().label());
            new.set_label(catalog::find_by_label(tx, CatalogKind::Currency, &currency)?.unwrap().label());
            deals::create(tx, new)
        })
        .await
        .unwrap()
}

async fn known(house: &House, number: i64) -> Deal {
    house.hub.read(house.org, move |tx| deals::steps::find_for(tx, &Viewer::Org, number)).await.unwrap()
}

#[tokio::test]
async fn stages_are_summed_by_currency_for_whoever_looks() {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let secret = house.customer("Bí Mật", "0905000002", house.owner.id, Permit::OnlyMe { me: house.owner.id }).await;
    deal(&house, &an, "Một", ("1500000", "VND"), Permit::Everybody).await;
    deal(&house, &an, "Hai", ("99.5", "USD"), Permit::Everybody).await;
    deal(&house, &an, "Ba", ("không rõ", "VND"), Permit::Everybody).await;
    deal(&house, &an, "Riêng", ("500000", "VND"), Permit::OnlyMe { me: house.owner.id }).await;
    deal(&house, &secret, "Kín", ("700000", "VND"), Permit::Everybody).await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let all = house.browser("chu@example.vn").await.get("/deals").await;
    assert!(all.text.contains("2.700.000 VND") && all.text.contains("99,50 USD"), "{}", all.text);
    assert!(all.text.contains("data-count=\"5\""));
    let some = house.browser("nv@example.vn").await.get("/deals").await;
    assert!(some.text.contains("1.500.000 VND") && some.text.contains("data-count=\"3\""));
    for hidden in ["Riêng", "Kín", "Bí Mật"] {
        assert!(!some.text.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn a_deal_is_moved_and_a_clash_is_shown() {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let deal = deal(&house, &an, "Bán sỉ", ("1500000", "VND"), Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    for (stage, status) in [("2", StatusCode::OK), ("1", StatusCode::CONFLICT)] {
        let request = Request::post(format!("/deals/{}/move", deal.number))
            .header("origin", format!("https://{HOST}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("hx-request", "true")
            .header("hx-target", format!("deal-{}", deal.number));
        let body = format!("stage={stage}&version={}", deal.version);
        let page = browser.send(request.body(body.into()).unwrap()).await;
        assert_eq!(page.status, status);
        assert!(page.text.contains("data-in=\"2\""), "{}", page.text);
        assert_eq!(page.text.contains("class=\"clash\""), status == StatusCode::CONFLICT);
    }
    assert_eq!(known(&house, deal.number).await.label(CatalogKind::DealStage).unwrap().label, "Báo giá");
}

#[tokio::test]
async fn a_deal_is_opened_corrected_and_noted() {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    assert!(browser.get(&format!("/deals/new?customer={}", an.number)).await.text.contains("Lê An"));
    let whom = an.number.to_string();
    let nameless = [("facts", "1"), ("customer", &*whom), ("name", " ")];
    assert_eq!(browser.post("/deals", &nameless).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.post("/deals", &[("name", "X")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = [
        ("facts", "1"),
        ("customer", &*whom),
        ("name", "Bán sỉ"),
        ("value", "1.500,5"),
        ("currency", "1"),
        ("owner", "1"),
    ];
    let made = browser.post("/deals", &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let number: i64 = made.location().rsplit('/').next().unwrap().parse().unwrap();
    let first = known(&house, number).await;
    assert_eq!((first.value.as_str(), first.owners.len()), ("1500.5", 1));
    assert_eq!(first.label(CatalogKind::DealStage).unwrap().label, "Tiếp cận");
    let form =
        [("facts", "1"), ("version", "1"), ("name", "Bán lẻ"), ("value", "1500,5"), ("stage", "2"), ("team", "1")];
    let saved = browser.post_part(&format!("/deals/{number}"), &form).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    let after = known(&house, number).await;
    assert_eq!(
        (after.name.as_str(), after.value.as_str(), after.owners.len(), after.teams.len()),
        ("Bán lẻ", "1500.5", 0, 1)
    );
    assert!(after.label(CatalogKind::Currency).is_none());
    let clash = browser.post_part(&format!("/deals/{number}"), &form).await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    let noted = browser.post_part(&format!("/deals/{number}/notes"), &[("body", "<script>x</script> gọi lại")]).await;
    assert!(noted.status == StatusCode::OK && !noted.text.contains("<script>"));
    for (path, shown) in [
        ("/deals?view=table", true),
        ("/deals?q=b%C3%A1n%20", true),
        ("/deals?q=0001", true),
        ("/deals?stage=1", false),
        ("/deals?who=me", false),
    ] {
        assert_eq!(browser.get(path).await.text.contains("Bán lẻ"), shown, "{path}");
    }
}

#[tokio::test]
async fn deals_of_others_are_hidden() {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let mine = Permit::OnlyMe { me: house.owner.id };
    let hidden = deal(&house, &an, "Riêng", ("500000", "VND"), mine).await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let mut member = house.browser("nv@example.vn").await;
    for path in ["/deals?view=table", "/deals?q=rieng", "/deals?q=0001", "/deals?who=1"] {
        assert!(!member.get(path).await.text.contains("Riêng"), "{path}");
    }
    let path = format!("/deals/{}", hidden.number);
    assert_eq!(member.get(&path).await.status, StatusCode::NOT_FOUND);
    for step in ["", "/move", "/notes"] {
        let form = [("version", "1"), ("stage", "2"), ("name", "X"), ("body", "X")];
        assert_eq!(member.post(&format!("{path}{step}"), &form).await.status, StatusCode::NOT_FOUND, "{step}");
        let elsewhere =
            house.browser("chu@example.vn").await.post_from_elsewhere(&format!("{path}{step}"), &form).await;
        assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "{step}");
    }
    assert_eq!(known(&house, hidden.number).await.version, 1);
}

#[tokio::test]
async fn history_names_nobody_who_is_hidden() {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let secret = house.customer("Bí Mật", "0905000002", house.owner.id, Permit::OnlyMe { me: house.owner.id }).await;
    let deal = deal(&house, &an, "Bán sỉ", ("1500000", "VND"), Permit::Everybody).await;
    let joined = move |tx: &mut hub::Tx<'_>| {
        let person = customers::find_ref(tx, secret.id)?;
        deals::change(tx, deal.id, |deal| {
            deal.contacts.extend(person.clone());
            Ok(())
        })
    };
    house.hub.write(Actor::cli(house.org), joined).await.unwrap();
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let place = format!("/deals/{}", deal.number);
    let page = house.browser("chu@example.vn").await.get(&place).await;
    assert!(page.text.contains("Bí Mật"), "{}", page.text);
    let page = house.browser("nv@example.vn").await.get(&place).await;
    assert!(page.text.contains("Bán sỉ") && !page.text.contains("Bí Mật"), "{}", page.text);
}

#[tokio::test]
async fn what_nobody_touched_stays_as_it_is() {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    // 12:38 on 4 February there; amounts as other programs send them.
    let at = Instant(1_801_719_480_000_000);
    for (value, shown) in [("1500.125", "1500,125"), ("-5", "-5"), ("1,500 tỷ", "1,500 tỷ")] {
        let made = deal(&house, &an, "Bán sỉ", (value, "VND"), Permit::Everybody).await;
        let set = move |tx: &mut hub::Tx<'_>| {
            deals::change(tx, made.id, |deal| {
                deal.close_at = Some(at);
                Ok(())
            })
        };
        let seen = house.hub.write(Actor::cli(house.org), set).await.unwrap();
        let mut browser = house.browser("chu@example.vn").await;
        let path = format!("/deals/{}", seen.number);
        let page = browser.get(&path).await;
        assert!(page.text.contains("value=\"2027-02-04\"") && page.text.contains(&format!("value=\"{shown}\"")));
        let version = seen.version.to_string();
        let form =
            [("facts", "1"), ("version", &*version), ("name", "Bán lẻ"), ("value", shown), ("close_at", "2027-02-04")];
        assert_eq!(browser.post(&path, &form).await.status, StatusCode::SEE_OTHER, "{value}");
        let after = known(&house, seen.number).await;
        assert_eq!((after.name.as_str(), after.value.as_str(), after.close_at), ("Bán lẻ", value, Some(at)));
    }
}

#[tokio::test]
async fn a_value_that_cannot_be_is_refused_beside_its_field() {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let made = deal(&house, &an, "Bán sỉ", ("1500000", "VND"), Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    let whom = an.number.to_string();
    for value in ["-5", "abc", "-abc"] {
        let form = [("facts", "1"), ("customer", &*whom), ("version", "1"), ("name", "Đang gõ dở"), ("value", value)];
        for path in ["/deals", &format!("/deals/{}", made.number)] {
            let page = browser.post(path, &form).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{value}");
            let (above, below) = page.text.split_once("class=\"refusal\"").unwrap();
            assert!(above.contains("value=\"Đang gõ dở\""));
            assert!(below.contains(&format!("value=\"{value}\" aria-invalid=\"true\"")), "{path}: {below}");
            assert!(!below.contains("class=\"refusal\""));
        }
    }
    let clash = browser.post(&format!("/deals/{}", made.number), &[("facts", "1"), ("version", "0")]).await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    let between = clash.text.split("<details class=\"asked no-print\" open>").nth(1).unwrap();
    assert!(between.split("</form>").next().unwrap().contains("class=\"refusal\""));
    assert_eq!(known(&house, made.number).await.value, "1500000");
}

#[tokio::test]
async fn what_lanes_come_to_follows_a_move() {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    deal(&house, &an, "Bán lẻ", ("500000", "VND"), Permit::Everybody).await;
    let moved = deal(&house, &an, "Bán sỉ", ("1500000", "VND"), Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    assert!(browser.get("/deals").await.text.contains("id=\"lane-sums-1\"><strong>2.000.000 VND"));
    for (version, target, place, is_summed) in [
        (1, format!("deal-{}", moved.number), "/deals", true),
        (2, "record".to_owned(), "/deals?view=board", true),
        (3, "record".to_owned(), "/deals?view=table", false),
        (4, "record".to_owned(), "/deals?q=an", false),
    ] {
        let request = Request::post(format!("/deals/{}/move", moved.number))
            .header("origin", format!("https://{HOST}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("hx-request", "true")
            .header("hx-current-url", format!("https://{HOST}{place}"))
            .header("hx-target", target);
        let stage = 1 + version % 2;
        let page = browser.send(request.body(format!("stage={stage}&version={version}").into()).unwrap()).await;
        assert_eq!(page.status, StatusCode::OK);
        let said = |lane: i64, sum: &str| {
            page.text.contains(&format!("id=\"lane-sums-{lane}\" hx-swap-oob=\"true\"><strong>{sum} VND</strong></p>"))
        };
        assert_eq!(page.text.contains("lane-sums"), is_summed, "{place}");
        if is_summed {
            let (first, second) = if stage == 2 { ("500.000", "1.500.000") } else { ("2.000.000", "") };
            assert!(said(1, first) && (said(2, second) || second.is_empty()), "{}", page.text);
            assert!(page.text.contains("id=\"deal-totals\" hx-swap-oob=\"true\""));
        } else {
            let row = format!("<template><tr id=\"deal-row-{}\" hx-swap-oob=\"true\"", moved.number);
            assert!(page.text.contains(&row), "{}", page.text);
        }
    }
}

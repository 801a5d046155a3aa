//! Leads on the board and on their page: moved, clashed over, converted, given up, and kept from those they are not shared with.

use axum::http::{Request, StatusCode};
use domain::{Actor, CatalogKind, Customer, Deal, Dialect, Instant, Lead, Permit, Role, Viewer};
use hub::catalog::{self, NewItem};
use hub::{deals, leads, notes};

use crate::support::{Browser, HOST, House, Page};

/// Statuses, a reason, a label, stages and currencies, as most orgs have them; numbers count from 1 in each list.
pub async fn fill(house: &House) {
    house
        .hub
        .write(Actor::cli(house.org), |tx| {
            let statuses = [("Mới", "1"), ("Đang tư vấn", "0"), ("Đã chuyển đổi", "2"), ("Không đạt", "3")];
            for (label, extra) in statuses {
                catalog::create(
                    tx,
                    CatalogKind::LeadStatus,
                    &NewItem { label, extra: Some(extra), ..NewItem::default() },
                )?;
            }
            for (kind, label, extra) in [
                (CatalogKind::UnqualifiedReason, "Sai số", None),
                (CatalogKind::LeadLabel, "Nóng", None),
                (CatalogKind::Service, "Bán hàng", None),
                (CatalogKind::Source, "Website", None),
                (CatalogKind::DealStage, "Tiếp cận", None),
                (CatalogKind::DealStage, "Báo giá", None),
                (CatalogKind::Currency, "VND", None),
                (CatalogKind::Currency, "USD", None),
                (CatalogKind::Sla, "Khẩn cấp", Some("4")),
                (CatalogKind::TicketChannel, "Email", None),
            ] {
                catalog::create(tx, kind, &NewItem { label, extra, ..NewItem::default() })?;
            }
            hub::users::team(tx, "Kinh doanh").map(drop)
        })
        .await
        .unwrap();
}

/// A lead of a customer.
pub async fn lead(house: &House, customer: &Customer, subject: &str) -> Lead {
    let (customer, new) = (customer.id, Lead { subject: subject.to_owned(), ..Lead::default() });
    let actor = Actor { user: Some(house.owner.id), dialect: Dialect::Caresoft, ..Actor::cli(house.org) };
    house.hub.write(actor, move |tx| leads::create(tx, new.clone(), customer)).await.unwrap()
}

/// A house with all of that, a customer and a lead of theirs.
pub async fn scene() -> (House, Customer, Lead) {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let lead = lead(&house, &an, "Hỏi giá").await;
    (house, an, lead)
}

async fn known(house: &House, number: i64) -> Lead {
    house.hub.read(house.org, move |tx| Ok(leads::find_for(tx, &Viewer::Org, number)?.0)).await.unwrap()
}

/// Posts as the board does, for a tile.
async fn move_tile(browser: &mut Browser, number: i64, status: &str, version: i64) -> Page {
    let request = Request::post(format!("/leads/{number}/move"))
        .header("origin", format!("https://{HOST}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("hx-request", "true")
        .header("hx-target", format!("lead-{number}"));
    browser.send(request.body(format!("status={status}&version={version}").into()).unwrap()).await
}

#[tokio::test]
async fn a_tile_is_moved_and_moved_back() {
    let (house, _, lead) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    let board = browser.get("/leads").await;
    assert_eq!(board.status, StatusCode::OK);
    assert!(board.text.contains("Hỏi giá") && board.text.contains("data-lane=\"4\""));
    let moved = move_tile(&mut browser, lead.number, "2", lead.version).await;
    assert_eq!(moved.status, StatusCode::OK);
    assert!(moved.text.contains("data-in=\"2\"") && moved.text.contains("id=\"toasts\""), "{}", moved.text);
    let after = known(&house, lead.number).await;
    assert_eq!(after.label(CatalogKind::LeadStatus).unwrap().label, "Đang tư vấn");
    // The toast's way back.
    let undo =
        moved.text.split("action=\"").filter(|part| part.contains("/move?")).last().unwrap().split('"').next().unwrap();
    let undo = undo.replace("&amp;", "&").replace("&#38;", "&");
    assert_eq!(browser.post(&undo, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(known(&house, lead.number).await.label(CatalogKind::LeadStatus).unwrap().label, "Mới");
    // Without script it is a form that comes back to the board.
    let version = known(&house, lead.number).await.version.to_string();
    let plain = browser.post(&format!("/leads/{}/move", lead.number), &[("status", "2"), ("version", &version)]).await;
    assert_eq!((plain.status, plain.location()), (StatusCode::SEE_OTHER, "/leads"));
}

#[tokio::test]
async fn who_was_faster_is_shown_and_not_overwritten() {
    let (house, _, lead) = scene().await;
    let number = lead.number;
    let mut browser = house.browser("chu@example.vn").await;
    assert_eq!(move_tile(&mut browser, number, "2", lead.version).await.status, StatusCode::OK);
    let clash = move_tile(&mut browser, number, "1", lead.version).await;
    assert_eq!((clash.status, clash.header("hx-reswap")), (StatusCode::CONFLICT, "outerHTML"));
    assert!(
        clash.text.contains("class=\"clash\"") && clash.text.contains("data-in=\"2\"") && clash.text.contains("chu")
    );
    let old = lead.version.to_string();
    for (path, form) in [
        ("", &[("facts", "1"), ("subject", "Đè lên"), ("version", &*old)][..]),
        ("/convert", &[("name", "Đè lên"), ("version", &*old)]),
        ("/give-up", &[("reason", "1"), ("version", &*old)]),
        ("/move", &[("status", "1"), ("version", &*old)]),
    ] {
        let page = browser.post_part(&format!("/leads/{number}{path}"), form).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{path}");
        assert_eq!(page.header("hx-retarget"), "closest .record", "{path}");
        assert!(page.text.contains("role=\"alert\""), "{path}");
    }
    // What was typed is still there.
    let typed =
        browser.post(&format!("/leads/{number}"), &[("facts", "1"), ("subject", "Đè lên"), ("version", &old)]).await;
    assert_eq!(typed.status, StatusCode::CONFLICT);
    assert!(typed.text.contains("value=\"Đè lên\""));
    let after = known(&house, number).await;
    assert_eq!((after.subject.as_str(), after.is_open()), ("Hỏi giá", true));
}

#[tokio::test]
async fn a_lead_becomes_a_deal() {
    let (house, an, lead) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    let asked = browser.get(&format!("/leads/{}?ask=convert", lead.number)).await;
    assert!(asked.text.contains("data-asked=\"convert\" open"));
    let version = lead.version.to_string();
    let wrong = [("name", "Bán sỉ"), ("value", "mười"), ("version", &*version)];
    let refused = browser.post(&format!("/leads/{}/convert", lead.number), &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("value=\"mười\"") && known(&house, lead.number).await.is_open());
    let form = [("name", "Bán sỉ"), ("value", "15.000.000"), ("currency", "1"), ("stage", "2"), ("version", &*version)];
    let made = browser.post(&format!("/leads/{}/convert", lead.number), &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let page = browser.get(made.location()).await;
    assert!(page.text.contains("Bán sỉ") && page.text.contains("15.000.000 VND"));
    let closed = known(&house, lead.number).await;
    assert_eq!(closed.closing.unwrap().how, domain::lead::Conversion::Deal);
    let found: Vec<Deal> = house.hub.read(house.org, |tx| Ok(deals::search(tx, &everything(), 0, 9)?.0)).await.unwrap();
    assert_eq!((found.len(), found[0].value.as_str(), found[0].customer.as_ref().unwrap().id), (1, "15000000", an.id));
    let twice = [("name", "Bán sỉ"), ("version", "2")];
    assert_eq!(browser.post(&format!("/leads/{}/convert", lead.number), &twice).await.status, StatusCode::CONFLICT);
}

fn everything() -> deals::Wanted {
    deals::Wanted { keyword: None, created: (None, None), viewer: Viewer::Org }
}

#[tokio::test]
async fn a_lead_is_given_up_corrected_and_commented_on() {
    let (house, _, lead) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    let path = format!("/leads/{}", lead.number);
    let form = [
        ("facts", "1"),
        ("version", "1"),
        ("subject", "Hỏi giá sỉ"),
        ("assignee", "1"),
        ("team", "1"),
        ("service", "1"),
        ("source", "1"),
        ("label", "1"),
        ("expected_close", "2024-04-01"),
        ("company_name", "Công ty A"),
    ];
    let saved = browser.post_part(&path, &form).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    assert!(saved.text.contains("hx-swap-oob=\"true\"") && saved.text.contains("01/04/2024"));
    let after = known(&house, lead.number).await;
    assert_eq!((after.subject.as_str(), after.assignee.unwrap().id), ("Hỏi giá sỉ", house.owner.id));
    for (kind, count) in [(CatalogKind::LeadLabel, 1), (CatalogKind::Service, 1), (CatalogKind::Source, 1)] {
        assert_eq!(after.labels.iter().filter(|label| label.kind == kind).count(), count);
    }
    let said = browser.post_part(&format!("{path}/comments"), &[("body", "Gọi lại <b>mai</b>"), ("public", "1")]).await;
    assert_eq!(said.status, StatusCode::OK);
    let id = lead.id;
    let found = house.hub.read(house.org, move |tx| notes::of_lead(tx, id)).await.unwrap();
    assert_eq!((found.len(), found[0].is_public), (1, true));
    assert_eq!(
        browser.post(&format!("{path}/comments"), &[("body", "  ")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let version = known(&house, lead.number).await.version.to_string();
    let end = browser.post(&format!("{path}/give-up"), &[("reason", "1"), ("version", &version)]).await;
    assert_eq!(end.status, StatusCode::SEE_OTHER);
    let page = browser.get(&path).await;
    assert!(page.text.contains("Sai số") && !known(&house, lead.number).await.is_open());
}

#[tokio::test]
async fn a_lead_is_made_by_hand() {
    let house = House::new().await;
    fill(&house).await;
    house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    let make = |form: Vec<(&'static str, &'static str)>| form;
    for (form, status) in [
        (make(vec![("subject", "Ai")]), StatusCode::UNPROCESSABLE_ENTITY),
        (make(vec![("subject", "Ai"), ("whose", "không có ai")]), StatusCode::UNPROCESSABLE_ENTITY),
        (make(vec![("subject", "Quen"), ("whose", "le an"), ("service", "1")]), StatusCode::SEE_OTHER),
        (
            make(vec![("subject", "Mới"), ("name", "Trần B"), ("phone", "0905 000 002"), ("team", "1")]),
            StatusCode::SEE_OTHER,
        ),
        (make(vec![("subject", "Cũ"), ("name", "X"), ("phone", "0905 000 001"), ("team", "1")]), StatusCode::SEE_OTHER),
    ] {
        assert_eq!(browser.post("/leads", &form).await.status, status, "{form:?}");
    }
    let table = browser.get("/leads?view=table").await;
    assert_eq!(table.text.matches("data-row").count(), 3);
    assert_eq!(table.text.matches("Lê An").count(), 2);
    let found = browser.get("/leads?view=table&q=0002").await;
    assert!(found.text.contains("Trần B") && !found.text.contains("Lê An"));
}

#[tokio::test]
async fn lanes_and_tables_go_on_without_repeats() {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    for number in 0..60 {
        lead(&house, &an, &format!("Việc {number}")).await;
        if number % 3 == 0 {
            house.clock.set(house.hub.now().plus_seconds(1));
        }
    }
    let mut browser = house.browser("chu@example.vn").await;
    for (first, row) in [("/leads?view=table", "data-row>"), ("/leads?view=board", "data-tile")] {
        let mut page = browser.get(first).await;
        let mut seen = 0;
        loop {
            seen += page.text.matches(row).count();
            let Some(next) = page.text.split("hx-get=\"").nth(1) else { break };
            let next = next.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
            page = browser.part(&next).await;
            assert_eq!(page.status, StatusCode::OK);
        }
        assert_eq!(seen, 60, "{first}");
    }
    assert!(browser.get("/leads").await.text.contains("data-count=\"60\""));
}

#[tokio::test]
async fn leads_of_hidden_customers_are_hidden() {
    let house = House::new().await;
    fill(&house).await;
    let secret = house.customer("Bí Mật", "0905000001", house.owner.id, Permit::OnlyMe { me: house.owner.id }).await;
    let hidden = lead(&house, &secret, "Kín").await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let mut member = house.browser("nv@example.vn").await;
    for path in ["/leads", "/leads?view=table", "/leads?q=0001", "/leads?view=table&q=0001", "/arrivals", "/companies"]
    {
        let page = member.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text.contains("Kín") && !page.text.contains("Bí Mật"), "{path}");
    }
    assert!(member.get("/leads").await.text.contains("Chưa có đầu mối nào"));
    let path = format!("/leads/{}", hidden.number);
    assert_eq!(member.get(&path).await.status, StatusCode::NOT_FOUND);
    for step in ["", "/move", "/convert", "/give-up", "/comments"] {
        let form = [("version", "1"), ("status", "2"), ("name", "X"), ("body", "X"), ("subject", "X")];
        assert_eq!(member.post(&format!("{path}{step}"), &form).await.status, StatusCode::NOT_FOUND, "{step}");
        let stranger = house.stranger().post(&format!("{path}{step}"), &form).await;
        assert_eq!(stranger.location().split('?').next().unwrap(), "/sign-in", "{step}");
        let elsewhere =
            house.browser("chu@example.vn").await.post_from_elsewhere(&format!("{path}{step}"), &form).await;
        assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "{step}");
    }
    assert_eq!(known(&house, hidden.number).await.version, 1);
}

#[tokio::test]
async fn a_moment_that_the_form_shows_as_a_day_keeps_its_hour() {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    // 08:51 on 15 January there.
    let at = Instant(1_799_977_860_000_000);
    let new = Lead { subject: "Hỏi giá".to_owned(), expected_close: Some(at), ..Lead::default() };
    let made = house.hub.write(Actor::cli(house.org), move |tx| leads::create(tx, new.clone(), an.id)).await.unwrap();
    let mut browser = house.browser("chu@example.vn").await;
    let path = format!("/leads/{}", made.number);
    assert!(browser.get(&path).await.text.contains("value=\"2027-01-15\""));
    for (day, version, kept) in
        [("2027-01-15", "1", Some(at)), ("2027-01-16", "2", Some(Instant(1_800_032_400_000_000))), ("", "3", None)]
    {
        let form = [("facts", "1"), ("version", version), ("subject", version), ("expected_close", day)];
        assert_eq!(browser.post(&path, &form).await.status, StatusCode::SEE_OTHER, "{day}");
        assert_eq!(known(&house, made.number).await.expected_close, kept, "{day}");
    }
}

#[tokio::test]
async fn a_lead_is_given_up_for_a_reason_and_only_what_makes_sense_is_offered() {
    let (house, _, lead) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    let path = format!("/leads/{}", lead.number);
    assert!(browser.get(&path).await.text.contains("<select name=\"reason\" required>"));
    for form in [&[("version", "1")][..], &[("version", "1"), ("reason", "")], &[("version", "1"), ("reason", "9")]] {
        let refused = browser.post(&format!("{path}/give-up"), form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(known(&house, lead.number).await.is_open());
    }
    let offered = |page: &Page| ["convert", "give-up"].map(|ask| page.text.contains(&format!("data-asked=\"{ask}\"")));
    assert_eq!(offered(&browser.get(&path).await), [true, true]);
    let form = [("version", "1"), ("reason", "1")];
    assert_eq!(browser.post(&format!("{path}/give-up"), &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(offered(&browser.get(&path).await), [true, false]);
    let form = [("version", "2"), ("name", "Bán sỉ")];
    assert_eq!(browser.post(&format!("{path}/convert"), &form).await.status, StatusCode::SEE_OTHER);
    let page = browser.get(&path).await;
    assert_eq!(offered(&page), [false, false]);
    assert!(!page.text.contains("ask=give-up") && !browser.get("/leads").await.text.contains("ask=give-up"));
    // Whoever still has the old form open is told so, where there is no such form any more.
    let late = browser.post_part(&format!("{path}/give-up"), &form).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("class=\"refusal\""), "{}", late.text);
}

#[tokio::test]
async fn without_reasons_none_is_asked_for() {
    let house = House::new().await;
    let status = NewItem { label: "Không đạt", extra: Some("3"), ..NewItem::default() };
    let make = move |tx: &mut hub::Tx<'_>| catalog::create(tx, CatalogKind::LeadStatus, &status).map(drop);
    house.hub.write(Actor::cli(house.org), make).await.unwrap();
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let lead = lead(&house, &an, "Hỏi giá").await;
    let mut browser = house.browser("chu@example.vn").await;
    let form = [("version", "1"), ("reason", "")];
    let end = browser.post(&format!("/leads/{}/give-up", lead.number), &form).await;
    assert_eq!(end.status, StatusCode::SEE_OTHER, "{}", end.text);
}

#[tokio::test]
async fn a_lead_for_somebody_hidden_is_added_and_leads_nowhere() {
    let house = House::new().await;
    fill(&house).await;
    house.customer("Bí Mật", "0905000001", house.owner.id, Permit::OnlyMe { me: house.owner.id }).await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let mut member = house.browser("nv@example.vn").await;
    let form = [("subject", "Hỏi giá"), ("name", "Ai đó"), ("phone", "0905 000 001")];
    let made = member.post("/leads", &form).await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/leads"));
    let list = member.get("/leads").await;
    assert!(list.text.contains("mà bạn không được xem") && !list.text.contains("Bí Mật"), "{}", list.text);
    assert_eq!(known(&house, 1).await.subject, "Hỏi giá");
}

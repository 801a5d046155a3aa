//! What came in, what goes out, and pairs that may be one: shown to whom they may be shown, and acted on.

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use domain::message::MessageKind;
use domain::webhook::{Event, Format};
use domain::{Actor, Customer, Dialect, Error, Id, OrgId, Permit, Role};
use hub::webhooks::NewEndpoint;
use hub::{Answer, Hub, Incoming, Outcome, messages, outbox};
use kit::replay::Player;
use tower::ServiceExt as _;
use web::Web;

use crate::support::{Browser, House};

const EVIL: &str = "<script>alert(1)</script>\u{202e}";

/// A dialect of one call: it makes a customer of the name that is sent, unless the name is none. Some vendors answer 200 to what they
/// refuse: so is the name `!` answered.
fn dialect(hub: Hub, org: OrgId) -> Router {
    let take = move |body: Bytes| {
        let hub = hub.clone();
        async move {
            let actor = Actor { dialect: Dialect::Vbot, ..Actor::cli(org) };
            let incoming =
                Incoming { version: "1", route: "POST /thu", caller: EVIL, address: "203.0.113.9", body: &body };
            let name = String::from_utf8_lossy(&body).into_owned();
            let answer = hub.answer(
                hub.call(actor, &incoming),
                move |tx| {
                    if name.trim().is_empty() {
                        return Err(Error::invalid("name", "Thiếu tên"));
                    }
                    if name == "!" {
                        return Err(Error::conflict("Tên ! đã có"));
                    }
                    let new = Customer { name: name.clone(), ..Customer::default() };
                    let made = hub::customers::create(tx, new, &[])?;
                    tx.decide(format!("tạo khách hàng {EVIL}"));
                    tx.touch(made.number);
                    Ok(Answer { status: 200, body: "{\"ok\":true}".to_owned(), outcome: Outcome::Done })
                },
                |error| {
                    let status = if matches!(error, Error::Conflict { .. }) { 200 } else { 400 };
                    Answer { status, body: error.public().to_owned(), outcome: Outcome::Refused }
                },
            );
            kit::http::response(answer.await)
        }
    };
    kit::passage::guarded(Router::new().route("/thu", post(take)))
}

async fn send(routes: &Router, body: &str) -> Response {
    let request = axum::http::Request::post("/thu").body(axum::body::Body::from(body.to_owned())).unwrap();
    routes.clone().oneshot(request).await.unwrap()
}

/// A browser whose pages can play calls of that dialect again.
async fn browser(house: &House, routes: &Router) -> Browser {
    let player = Player::new(house.hub.clone(), routes.clone());
    let web = Web::new(house.hub.clone(), Vec::new()).with_player(player);
    house.browser("chu@example.vn").await.over(web::routes(web))
}

/// The address of the first call on a page.
fn first_call(text: &str) -> String {
    let after = text.split("href=\"/inbox/").find(|part| part.starts_with(|c: char| c.is_ascii_digit())).unwrap();
    format!("/inbox/{}", after.split('"').next().unwrap())
}

async fn customers(house: &House) -> usize {
    let filter = hub::Filter::everything(domain::Viewer::Org);
    house.hub.read(house.org, move |tx| hub::customers::search(tx, &filter, 0, 100)).await.unwrap().0.len()
}

#[tokio::test]
async fn calls_are_listed_filtered_and_appear_by_themselves() {
    let house = House::new().await;
    let routes = dialect(house.hub.clone(), house.org);
    let mut browser = browser(&house, &routes).await;
    let empty = browser.get("/inbox").await;
    assert!(empty.text.contains("Chưa có lần gọi nào") && empty.text.contains("hx-trigger=\"every 3s\""));
    let poll = empty.text.split("hx-get=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    assert_eq!(browser.part(&poll).await.status, StatusCode::NO_CONTENT, "nothing new");
    send(&routes, "Lê An").await;
    send(&routes, "  ").await;
    let news = browser.part(&poll).await;
    assert_eq!((news.status, news.text.matches("data-row").count()), (StatusCode::OK, 2));
    assert!(!news.text.contains("<html") && news.text.contains("every 3s"), "it goes on from there");
    for (query, rows) in [
        ("", 2),
        ("?failed=1", 1),
        ("?dialect=vbot", 2),
        ("?dialect=omicrm", 0),
        ("?dialect=vbot&failed=1", 1),
        ("?from=2024-03-21&to=2024-03-21", 2),
        ("?from=2024-03-22", 0),
        ("?to=2024-03-20", 0),
        ("?from=nonsense&before=x", 2),
    ] {
        let page = browser.get(&format!("/inbox{query}")).await;
        assert_eq!((page.status, page.text.matches("data-row").count()), (StatusCode::OK, rows), "{query}");
        assert!(!page.text.contains("<script>alert") && !page.text.contains('\u{202e}'), "{query}");
    }
    assert!(!browser.get("/inbox?live=0").await.text.contains("every 3s"), "it can be stopped");
    let mut english = browser.in_english();
    assert!(english.get("/inbox").await.text.contains("Failed calls only"));
}

#[tokio::test]
async fn a_call_is_rehearsed_and_played_again_after_a_fix() {
    let house = House::new().await;
    let routes = dialect(house.hub.clone(), house.org);
    let mut browser = browser(&house, &routes).await;
    send(&routes, "Lê An").await;
    let call = first_call(&browser.get("/inbox").await.text);
    let page = browser.get(&call).await;
    assert!(page.text.contains("<html") && page.text.contains("href=\"/customers/1\"") && page.text.contains("Lê An"));
    assert!(!page.text.contains("<script>alert") && !page.text.contains('\u{202e}'));
    let panel = browser.part(&call).await;
    assert!(!panel.text.contains("<html") && panel.text.contains("data-panel-close"));
    let file = browser.get(&format!("{call}/file/body")).await;
    assert!(file.text == "Lê An" && file.header("content-disposition").starts_with("attachment"));
    let rehearsed = browser.post(&format!("{call}/rehearse"), &[]).await;
    assert!(rehearsed.status == StatusCode::OK && rehearsed.text.contains("{&#34;ok&#34;:true}"));
    assert_eq!(customers(&house).await, 1, "a dry run writes nothing");
    let played = browser.post(&format!("{call}/replay"), &[]).await;
    assert_eq!(played.status, StatusCode::SEE_OTHER);
    assert_ne!(played.location(), call, "a replay is a call of its own");
    assert_eq!(customers(&house).await, 2);
    assert!(browser.get(played.location()).await.text.contains(&format!("href=\"{call}\"")), "which names the first");
    let list = browser.get("/inbox/replay").await;
    assert_eq!(list.text.matches("name=\"call\"").count(), 1, "what was a replay is not played once more");
    let id = call.rsplit('/').next().unwrap().to_owned();
    let tried = browser.post("/inbox/replay", &[("call", &id), ("how", "rehearse")]).await;
    assert!(tried.status == StatusCode::OK && tried.text.contains("chưa có gì được ghi"));
    assert_eq!(customers(&house).await, 2);
    browser.post("/inbox/replay", &[("call", &id), ("how", "replay")]).await;
    assert_eq!(customers(&house).await, 3);
    assert_eq!(browser.get("/inbox/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_refused_with_200_is_told_as_refused() {
    let house = House::new().await;
    let routes = dialect(house.hub.clone(), house.org);
    let mut browser = browser(&house, &routes).await;
    send(&routes, "!").await;
    let call = first_call(&browser.get("/inbox").await.text);
    let id = call.rsplit('/').next().unwrap().to_owned();
    let refused = "<span class=\"chip bad\">Bị từ chối · 200</span>";
    let rehearsed = browser.post(&format!("{call}/rehearse"), &[]).await;
    assert_eq!(rehearsed.text.matches(refused).count(), 1);
    for how in ["rehearse", "replay"] {
        let played = browser.post("/inbox/replay", &[("call", &id), ("how", how)]).await;
        assert_eq!(played.text.matches(refused).count(), 2, "before and after: {how}");
        assert!(!played.text.contains("chip good"), "{how}");
    }
    let played = browser.post(&format!("{call}/replay"), &[]).await;
    let told = browser.get(played.location()).await.text;
    assert!(told.contains("toast-bad") && told.contains("Phát lại vẫn bị từ chối: 200."));
}

#[tokio::test]
async fn members_and_strangers_see_no_calls_and_no_messages() {
    let house = House::new().await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let routes = dialect(house.hub.clone(), house.org);
    send(&routes, "Lê An").await;
    let mut owner = browser(&house, &routes).await;
    let call = first_call(&owner.get("/inbox").await.text);
    let mut member = house.browser("nv@example.vn").await;
    for path in ["/inbox", &call, &format!("{call}/file/body"), "/inbox/replay", "/outbox", "/outbox/deliveries"] {
        assert_eq!(member.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert!(house.stranger().get(path).await.location().starts_with("/sign-in"), "{path}");
    }
    let home = member.get("/duplicates").await.text;
    assert!(!home.contains("href=\"/inbox\"") && home.contains("href=\"/customers\""));
    for path in
        [&format!("{call}/replay"), &format!("{call}/rehearse"), "/inbox/replay", "/outbox/deliveries/1/redeliver"]
    {
        assert_eq!(member.post(path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(owner.post_from_elsewhere(path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(customers(&house).await, 1);
}

#[tokio::test]
async fn two_are_compared_merged_and_parted_again() {
    let house = House::new().await;
    let one = house.customer("Lê Thị An", "0905000001", house.owner.id, Permit::Everybody).await;
    let other = house.customer(&format!("An{EVIL}"), "0905000002", house.owner.id, Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    assert!(browser.get("/duplicates").await.text.contains("Không có cặp nào"));
    let found = browser.get(&format!("/duplicates/compare?one=PID-{}&other={}", one.number, other.number)).await;
    let place = found.location().to_owned();
    let page = browser.get(&place).await;
    assert!(page.text.contains("Lê Thị An") && page.text.contains("0905000002"));
    assert!(!page.text.contains("<script>alert") && !page.text.contains('\u{202e}'));
    let (of_one, of_other) = (one.version.to_string(), other.version.to_string());
    let form = [("winner_version", of_one.as_str()), ("loser_version", &of_other), ("fact.name", "loser")];
    let clash = [("winner_version", "99"), ("loser_version", &of_other)];
    assert_eq!(browser.post(&place, &clash).await.status, StatusCode::CONFLICT, "somebody changed one meanwhile");
    let merged = browser.post(&place, &form).await;
    assert_eq!(
        (merged.status, merged.location()),
        (StatusCode::SEE_OTHER, format!("/customers/{}", one.number).as_str())
    );
    let known = house.known(one.id).await;
    assert!(known.name.starts_with("An") && known.points.len() == 2);
    let list = browser.get("/duplicates/merges").await;
    assert!(list.text.contains("action=\"/duplicates/merges/1/undo\"") && !list.text.contains("<script>alert"));
    assert_eq!(browser.post("/duplicates/merges/1/undo", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.known(one.id).await.name, "Lê Thị An");
    assert_eq!(browser.post("/duplicates/merges/1/undo", &[]).await.status, StatusCode::CONFLICT);
    assert!(!browser.get("/duplicates/merges").await.text.contains("action=\"/duplicates/merges"));
    assert_eq!(browser.get("/duplicates/1/1").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_is_not_shared_is_neither_compared_nor_merged() {
    let house = House::new().await;
    let one = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let hidden = house.customer("Bí Mật", "0905000002", house.owner.id, Permit::OnlyMe { me: house.owner.id }).await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let mut member = house.browser("nv@example.vn").await;
    let place = format!("/duplicates/{}/{}", one.number, hidden.number);
    assert_eq!(member.get(&place).await.status, StatusCode::NOT_FOUND);
    assert_eq!(member.post(&place, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.known(hidden.id).await.name, "Bí Mật");
}

#[tokio::test]
async fn messages_and_deliveries_are_shown_and_sent_once_more() {
    let house = House::new().await;
    let queue = |tx: &mut hub::Tx<'_>| {
        messages::queue(tx, MessageKind::Sms, None, "0905000001", "", EVIL)?;
        messages::queue(tx, MessageKind::Email, None, "an@example.com", EVIL, "Chào")
    };
    house.hub.write(Actor::cli(house.org), queue).await.unwrap();
    let mut browser = house.browser("chu@example.vn").await;
    for (query, rows) in [("", 2), ("?kind=sms", 1), ("?state=trial", 1), ("?kind=email&state=trial", 0)] {
        let page = browser.get(&format!("/outbox{query}")).await;
        assert_eq!(page.text.matches("data-row").count(), rows, "{query}");
        assert!(!page.text.contains("<script>alert") && !page.text.contains('\u{202e}'));
    }
    assert_eq!(browser.get("/outbox/messages/sms/1").await.status, StatusCode::OK);
    assert_eq!(browser.get("/outbox/messages/sms/9").await.status, StatusCode::NOT_FOUND);
    let refused = browser.post_part("/outbox/messages/sms/1/retry", &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "nobody would send it");
    assert!(refused.text.contains("nhà cung cấp SMS"), "{}", refused.text);
    let account = |tx: &mut hub::Tx<'_>| hub::sending::set_account(tx, MessageKind::Sms, "http", "sealed");
    house.hub.write(Actor::cli(house.org), account).await.unwrap();
    assert_eq!(browser.post("/outbox/messages/sms/1/retry", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        browser.post("/outbox/messages/email/1/retry", &[]).await.status,
        StatusCode::CONFLICT,
        "it waits already"
    );

    let endpoint = NewEndpoint {
        url: "https://hooks.example.com/x".to_owned(),
        events: vec![Event::CustomerCreated],
        dialects: Vec::new(),
        format: Format::Standard,
    };
    let made = house.hub.create_endpoint(Actor::cli(house.org), endpoint, None).await;
    // Without a key, as on a PostgreSQL that was given none, secrets cannot be kept.
    let Ok((_, secret)) = made else { return };
    house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let list = browser.get("/outbox/deliveries?endpoint=1").await;
    assert!(list.text.contains("customer.created") && list.text.contains("hooks.example.com"));
    let delivery = house.hub.read(house.org, |tx| outbox::list_deliveries(tx, None, 1)).await.unwrap().remove(0);
    let page = browser.get(&format!("/outbox/deliveries/{}", delivery.id)).await;
    assert!(page.text.contains("webhook-id") && page.text.contains("msg_"));
    let place = "/settings/webhook/endpoints/1";
    let page = browser.get(place).await;
    assert!(page.text.contains("hooks.example.com") && !page.text.contains(&secret));
    let rotated = browser.post_part(&format!("{place}/rotate"), &[]).await;
    assert!(rotated.text.contains("whsec_") && !rotated.text.contains(&secret));
    assert_eq!(browser.post(&format!("{place}/switch"), &[("on", "0")]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/outbox/deliveries").await.text.contains("đang tạm dừng"));
    let again = browser.post("/outbox/endpoints/1/redeliver", &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.post(&format!("{place}/delete"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(place).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&format!("/outbox/deliveries/{}", Id(7))).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_who_may_open_a_call_is_led_to_it() {
    let house = House::new().await;
    let routes = dialect(house.hub.clone(), house.org);
    send(&routes, "Lê An").await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    for (who, is_led) in [("chu@example.vn", true), ("nv@example.vn", false)] {
        let page = house.browser(who).await.get("/customers/1").await.text;
        assert!(page.contains("Tạo mới khách hàng") && page.contains("href=\"/inbox/") == is_led, "{who}");
    }
}

//! Signing in, being recognised, and leaving.

use axum::http::StatusCode;
use domain::Role;

use crate::support::{House, PASSWORD};

#[tokio::test]
async fn a_stranger_is_sent_to_the_sign_in_and_back() {
    let house = House::new().await;
    let mut browser = house.stranger();
    let page = browser.get("/customers?q=an").await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fcustomers%3Fq%3Dan"));
    let page = browser.part("/customers?q=an").await;
    assert_eq!((page.status, page.header("hx-redirect")), (StatusCode::UNAUTHORIZED, "/sign-in"));
    let form = [("email", "CHU@example.vn "), ("password", PASSWORD), ("next", "/customers?q=an")];
    let page = browser.post("/sign-in", &form).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/customers?q=an"));
    let cookie = page.header("set-cookie");
    for part in ["__Host-daumoi=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert_eq!(browser.get("/customers?q=an").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_is_led_elsewhere() {
    let house = House::new().await;
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""] {
        let form = [("email", "chu@example.vn"), ("password", PASSWORD), ("next", next)];
        let page = house.stranger().post("/sign-in", &form).await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/"), "{next}");
    }
}

#[tokio::test]
async fn a_wrong_password_tells_nothing_and_after_some_nothing_is_looked_at() {
    let house = House::new().await;
    let mut browser = house.stranger();
    let known = browser.post("/sign-in", &[("email", "chu@example.vn"), ("password", "x")]).await;
    let unknown = browser.post("/sign-in", &[("email", "ai@example.vn"), ("password", "x")]).await;
    assert_eq!(known.status, StatusCode::UNAUTHORIZED);
    assert_eq!(known.text.replace("chu@", "ai@"), unknown.text);
    for _ in 0..9 {
        browser.post("/sign-in", &[("email", "chu@example.vn"), ("password", "x")]).await;
    }
    let page = browser.post("/sign-in", &[("email", "chu@example.vn"), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    // Time forgets.
    house.clock.set(house.hub.now().plus_seconds(901));
    let page = browser.post("/sign-in", &[("email", "chu@example.vn"), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_e_mail_in_several_orgs_asks_which() {
    let house = House::new().await;
    let other = house.other_org("beta").await;
    house.user(other, "chu@example.vn", Role::Member).await;
    let mut browser = house.stranger();
    let page =
        browser.post("/sign-in", &[("email", "chu@example.vn"), ("password", PASSWORD), ("next", "/account")]).await;
    assert_eq!(page.status, StatusCode::OK);
    let (_, button) = page.text.split_once(">beta</button>").map(|(before, _)| ((), before)).unwrap();
    let choice = button.rsplit_once("value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let page = browser.post("/sign-in/org", &[("choice", &choice), ("next", "/account")]).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/account"));
    assert!(browser.get("/account").await.text.contains("<span>beta</span>"));
    // A choice is good for one time.
    let page = house.stranger().post("/sign-in/org", &[("choice", &choice)]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_leaves_is_not_let_in_again() {
    let house = House::new().await;
    let mut here = house.browser("chu@example.vn").await;
    let mut there = house.browser("chu@example.vn").await;
    let stolen = here.clone();
    assert_eq!(here.post("/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        stolen.clone().get("/").await.status,
        StatusCode::SEE_OTHER,
        "the secret itself is worth nothing any more"
    );
    assert_eq!(there.get("/").await.status, StatusCode::OK);
    let mut third = house.browser("chu@example.vn").await;
    third.post("/account/sign-out-everywhere", &[]).await;
    assert_eq!(there.get("/").await.location(), "/sign-in");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let house = House::new().await;
    let (mut here, mut there) = (house.browser("chu@example.vn").await, house.browser("chu@example.vn").await);
    let refused =
        here.post("/account/password", &[("old", "x"), ("new", "mật khẩu mới"), ("again", "mật khẩu mới")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let differs =
        here.post("/account/password", &[("old", PASSWORD), ("new", "mật khẩu mới"), ("again", "khác")]).await;
    assert_eq!(differs.status, StatusCode::UNPROCESSABLE_ENTITY);
    let same = here.post("/account/password", &[("old", PASSWORD), ("new", PASSWORD), ("again", PASSWORD)]).await;
    assert!(same.status == StatusCode::UNPROCESSABLE_ENTITY && same.text.contains("phải khác mật khẩu hiện tại"));
    assert_eq!(there.get("/").await.status, StatusCode::OK);
    let form = [("old", PASSWORD), ("new", "mật khẩu mới"), ("again", "mật khẩu mới")];
    assert_eq!(here.post("/account/password", &form).await.location(), "/account");
    assert_eq!(here.get("/").await.status, StatusCode::OK);
    assert_eq!(there.get("/").await.location(), "/sign-in");
    let page = house.stranger().post("/sign-in", &[("email", "chu@example.vn"), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let house = House::new().await;
    let mut browser = house.browser("chu@example.vn").await;
    house.clock.set(house.hub.now().plus_seconds(13 * 86_400));
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    // Seen meanwhile, it lives on.
    house.clock.set(house.hub.now().plus_seconds(13 * 86_400));
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    house.clock.set(house.hub.now().plus_seconds(15 * 86_400));
    assert_eq!(browser.get("/").await.location(), "/sign-in");
}

#[tokio::test]
async fn language_and_theme_are_kept() {
    let house = House::new().await;
    let mut browser = house.stranger();
    assert!(browser.get("/sign-in").await.text.contains("<html lang=\"vi\" data-theme=\"system\">"));
    let page = browser.post("/preferences", &[("language", "en"), ("next", "/sign-in")]).await;
    assert_eq!(page.location(), "/sign-in");
    browser.post("/preferences", &[("theme", "dark"), ("next", "/sign-in")]).await;
    let page = browser.get("/sign-in").await;
    assert!(page.text.contains("<html lang=\"en\" data-theme=\"dark\">"));
    assert!(page.text.contains("<h1>Sign in</h1>"));
}

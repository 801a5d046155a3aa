//! What holds for every page: headers, strangers' changes, pages that are not there.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::Permit;

use crate::support::House;

/// Every address that changes something, with a number where one stands.
const CHANGES: [&str; 16] = [
    "/sign-in",
    "/sign-in/org",
    "/sign-out",
    "/preferences",
    "/account/password",
    "/account/sign-out-everywhere",
    "/customers",
    "/customers/views",
    "/customers/1/edit/name",
    "/customers/1/notes",
    "/customers/1/delete",
    "/customers/1/files",
    "/customers/1/files/1/delete",
    "/customers/1/persons",
    "/customers/1/persons/0",
    "/customers/1/persons/0/delete",
];

#[tokio::test]
async fn changes_from_elsewhere_are_refused() {
    let house = House::new().await;
    let customer = house.customer("An", "0905000001", house.owner.id, Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    for path in CHANGES {
        let page = browser.post_from_elsewhere(path, &[("value", "X"), ("was", "An"), ("name", "X")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        let silent = Request::post(path).body(Body::from("value=X&was=An&name=X")).unwrap();
        assert_eq!(browser.send(silent).await.status, StatusCode::FORBIDDEN, "{path} without an origin");
    }
    assert_eq!(house.known(customer.id).await.name, "An");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_it_may() {
    let house = House::new().await;
    let mut browser = house.browser("chu@example.vn").await;
    for path in ["/", "/customers", "/account", "/customers/99", "/customers/not-a-number", "/customers.csv"] {
        let page = browser.get(path).await;
        let policy = page.header("content-security-policy");
        for rule in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(page.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("cache-control"), "private, no-store", "{path}");
        assert!(
            !page.text.contains("<script>") && !page.text.contains(" onclick=") && !page.text.contains(" style="),
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_in_a_page() {
    let house = House::new().await;
    let mut browser = house.browser("chu@example.vn").await;
    for path in ["/customers/99", "/customers/not-a-number", "/customers/1/files/7"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.text.contains("<h1>Không tìm thấy</h1>"), "{path}");
        let part = browser.part(path).await;
        assert!(part.status == StatusCode::NOT_FOUND && part.text.contains("role=\"alert\""), "{path}");
    }
}

#[tokio::test]
async fn files_are_kept_for_ever_and_compressed() {
    let house = House::new().await;
    let mut browser = house.stranger();
    let page = browser.get("/sign-in").await;
    let style =
        page.text.split("href=\"").find_map(|part| part.split('"').next().filter(|path| path.ends_with(".css")));
    let path = style.unwrap().to_owned();
    let request = Request::get(&path).header("accept-encoding", "gzip, br").body(Body::empty()).unwrap();
    let page = browser.send(request).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("content-encoding"), "br");
    assert_eq!(page.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(browser.get("/assets/nothing.css").await.status, StatusCode::NOT_FOUND);
    assert!(browser.get("/manifest.webmanifest").await.text.contains("\"start_url\""));
}

//! Names that people, programs and worse send: none of them breaks a page or runs.

use axum::http::StatusCode;
use domain::Permit;

use crate::support::House;

fn names() -> Vec<String> {
    vec![
        "<script>alert(1)</script>".to_owned(),
        "\"><img src=x onerror=alert(1)>".to_owned(),
        "' onmouseover='alert(1)".to_owned(),
        "{{ 7*7 }} {% if %} ${7*7}".to_owned(),
        "\u{202e}moc.elpmaxe\u{202c}".to_owned(),
        "   ".to_owned(),
        "\u{200b}\u{200b}".to_owned(),
        "Ộ".repeat(250),
        "&amp;&lt;&#x27;".to_owned(),
    ]
}

#[tokio::test]
async fn no_name_breaks_a_page() {
    let house = House::new().await;
    let mut numbers = Vec::new();
    for (place, name) in names().into_iter().enumerate() {
        let phone = format!("090500000{place}");
        numbers.push(house.customer(&name, &phone, house.owner.id, Permit::Everybody).await.number);
    }
    let vietnamese = house.browser("chu@example.vn").await;
    for mut browser in [vietnamese.clone(), vietnamese.in_english()] {
        let mut pages = vec![browser.get("/customers").await, browser.part("/customers/find?q=0905").await];
        for number in &numbers {
            for path in ["", "/edit/name", "/edit/phones", "/edit/note"] {
                pages.push(browser.get(&format!("/customers/{number}{path}")).await);
            }
            pages.push(browser.part(&format!("/customers/{number}")).await);
            pages.push(browser.part(&format!("/customers/{number}/timeline")).await);
        }
        for page in pages {
            assert_eq!(page.status, StatusCode::OK);
            for evil in ["<script>", "<img src=x", "' onmouseover='", "\u{202e}"] {
                assert!(!page.text.contains(evil) || (evil == "\u{202e}" && is_in_a_field(&page.text)), "{evil}");
            }
        }
    }
}

/// What is edited is shown as it is.
fn is_in_a_field(text: &str) -> bool {
    text.split('\u{202e}').skip(1).all(|after| after.starts_with("moc")) && text.contains("name=\"was\"")
}

#[tokio::test]
async fn a_search_for_anything_is_answered() {
    let house = House::new().await;
    house.customer("Nguyễn Văn Đức", "0905 123 456", house.owner.id, Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    for q in ["%22%20OR%201", "*", "%27", "%00", "%F0%9F%98%80", "%E2%80%AE", "a%20AND%20NOT", "((((", "-", "%25%25%25"]
    {
        assert_eq!(browser.get(&format!("/customers?q={q}")).await.status, StatusCode::OK, "{q}");
    }
    let long = "x".repeat(5_000);
    assert_eq!(browser.get(&format!("/customers?q={long}&status=1&tag=x&after=1.2")).await.status, StatusCode::OK);
    for q in ["duc", "3456", "0905123456", "84905123456", "nguyen%20d"] {
        assert!(browser.part(&format!("/customers?q={q}")).await.text.contains("Nguyễn Văn Đức"), "{q}");
    }
}

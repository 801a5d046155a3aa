//! What records have in common: a refusal stands in the form that it is about, and what is behind the side panel follows a change.

use axum::http::StatusCode;
use domain::{Permit, Role, Viewer};
use hub::leads;

use crate::leads::{fill, lead, scene};
use crate::support::House;

#[tokio::test]
async fn a_refusal_stands_in_the_form_that_it_is_about() {
    let (house, _, lead) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    let path = format!("/leads/{}", lead.number);
    for (step, form, before) in [
        ("", &[("facts", "1"), ("version", "0")][..], "data-asked=\"edit\" open"),
        ("/convert", &[("name", "Bán"), ("version", "0")], "data-asked=\"convert\" open"),
        ("/convert", &[("name", "Bán"), ("value", "-5"), ("version", "1")], "data-asked=\"convert\" open"),
        ("/give-up", &[("reason", "1"), ("version", "0")], "data-asked=\"give-up\" open"),
        ("/comments", &[("body", " ")], "/comments\""),
        ("/move", &[("status", "2"), ("version", "0")], "class=\"record-head\""),
    ] {
        let page = browser.post_part(&format!("{path}{step}"), form).await;
        assert!(page.status.is_client_error(), "{step}");
        let refusal = "<p class=\"refusal\" role=\"alert\" tabindex=\"-1\" autofocus>";
        let (above, below) = page.text.split_once(refusal).unwrap();
        assert!(!below.contains(refusal), "{step}");
        // Nothing is between the head of the form and what it is told.
        let between = above.rsplit_once(before).unwrap().1;
        assert!(!between.contains("</form>") && !between.contains("</details>"), "{step}: {between}");
    }
}

#[tokio::test]
async fn the_row_behind_the_panel_comes_along() {
    let (house, _, lead) = scene().await;
    let mut browser = house.browser("chu@example.vn").await;
    let row = format!("<tr id=\"lead-row-{}\"", lead.number);
    assert!(browser.get("/leads?view=table").await.text.contains(&format!("{row} data-row>")));
    let form = [("status", "2"), ("version", "1")];
    let path = format!("/leads/{}/move", lead.number);
    // Who comes second is told so, and sees in the list as well what the first one did.
    for status in [StatusCode::OK, StatusCode::CONFLICT] {
        let moved = browser.post_part(&path, &form).await;
        assert_eq!(moved.status, status);
        let behind = moved.text.split(&format!("<template>{row} hx-swap-oob=\"true\"")).nth(1).unwrap();
        assert!(behind.split("</template>").next().unwrap().contains("Đang tư vấn"), "{behind}");
    }
}

#[tokio::test]
async fn who_is_locked_keeps_what_they_had_until_somebody_takes_it() {
    let house = House::new().await;
    fill(&house).await;
    let lan = house.user(house.org, "lan@example.vn", Role::Member).await;
    let an = house.customer("Lê An", "0905000001", lan.id, Permit::Everybody).await;
    let lead = lead(&house, &an, "Hỏi giá").await;
    let mut browser = house.browser("chu@example.vn").await;
    let (path, of_lan) = (format!("/leads/{}", lead.number), lan.number.to_string());
    let form = [("facts", "1"), ("version", "1"), ("subject", "Hỏi giá"), ("assignee", &*of_lan)];
    assert_eq!(browser.post(&path, &form).await.status, StatusCode::SEE_OTHER);
    let owners = format!("/customers/{}/edit/owners", an.number);
    assert_eq!(browser.post_part(&owners, &[("was", ""), ("value", &*of_lan)]).await.status, StatusCode::OK);
    browser.post(&format!("/settings/users/{}", lan.number), &[("role", "member")]).await;

    let option = format!("<option value=\"{of_lan}\" selected>");
    assert!(browser.get(&path).await.text.contains(&option));
    let form = [("facts", "1"), ("version", "2"), ("subject", "Hỏi giá sỉ"), ("assignee", &*of_lan)];
    assert_eq!(browser.post(&path, &form).await.status, StatusCode::SEE_OTHER);
    let number = lead.number;
    let known = house.hub.read(house.org, move |tx| Ok(leads::find_for(tx, &Viewer::Org, number)?.0)).await.unwrap();
    assert_eq!((&*known.subject, known.assignee.unwrap().number), ("Hỏi giá sỉ", lan.number));
    // No other one is given to them.
    let other = crate::leads::lead(&house, &an, "Lần nữa").await;
    let form = [("facts", "1"), ("version", "1"), ("subject", "Lần nữa"), ("assignee", &*of_lan)];
    let refused = browser.post(&format!("/leads/{}", other.number), &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    let editor = browser.part(&owners).await;
    assert!(editor.text.contains(&format!("value=\"{of_lan}\" checked")), "{}", editor.text);
}

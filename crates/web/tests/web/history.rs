//! What people set is told afterwards: what, by whom, and never a secret. And what a member makes is shared as the org has it.

use axum::http::StatusCode;
use domain::{Permit, Role};

use crate::support::House;

#[tokio::test]
async fn what_was_set_is_told_without_secrets() {
    let house = House::new().await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let mut browser = house.browser("chu@example.vn").await;
    browser.post("/settings/teams", &[("name", "Bảo hành")]).await;
    browser.post("/settings/users", &[("email", "moi@example.vn"), ("name", "Mới"), ("role", "member")]).await;
    let made = browser.post("/settings/tokens", &[("name", "Tổng đài"), ("dialect", "vbot")]).await.text;
    let secret = made.split("data-copy=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let number = made.split("Đã tạo token số ").nth(1).unwrap();
    let number: String = number.chars().take_while(char::is_ascii_digit).collect();
    browser.post(&format!("/settings/tokens/{number}/revoke"), &[]).await;
    browser.post("/settings/org", &[("journal.retention_days", "60"), ("time_zone", "Asia/Ho_Chi_Minh")]).await;
    browser.post("/settings/webhook/listeners", &[("name", "Form")]).await;
    let form = [("name", "Form chính"), ("active", "1"), ("default_tag", "Web")];
    assert_eq!(browser.post("/settings/webhook/listeners/1", &form).await.status, StatusCode::SEE_OTHER);
    browser.post("/settings/webhook/listeners/1/rotate", &[]).await;
    let page = browser.get("/settings/history").await.text;
    for told in [
        "Thêm nhóm Bảo hành",
        "Thêm người dùng moi@example.vn",
        &format!("Tạo token số {number}: Tổng đài"),
        &format!("Thu hồi token số {number}"),
        "Sửa thiết lập của tổ chức",
        "Sửa webhook listener Form chính",
        "Đổi địa chỉ webhook listener số 1",
    ] {
        assert_eq!(page.matches(told).count(), 1, "{told}");
    }
    assert!(page.contains("<del>30</del>") && page.contains("<ins>60</ins>"));
    assert!(secret.len() >= 43 && !page.contains(&secret));
    assert!(!page.contains("Múi giờ"), "what stayed as it was is not told");
    let mut english = browser.in_english();
    assert!(english.get("/settings/history").await.text.contains(&format!("Took back token {number}")));
    let mut member = house.browser("nv@example.vn").await;
    assert_eq!(member.get("/settings/history").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn new_customers_are_shared_as_the_org_has_it() {
    let house = House::new().await;
    let member = house.user(house.org, "nv@example.vn", Role::Member).await;
    let mut owner = house.browser("chu@example.vn").await;
    let mut browser = house.browser("nv@example.vn").await;
    for (place, (word, permit)) in [
        ("everybody", Permit::Everybody),
        ("only_me", Permit::OnlyMe { me: member.id }),
        ("team", Permit::MeAndTeam { me: member.id, team: None }),
    ]
    .into_iter()
    .enumerate()
    {
        owner.post("/settings/org", &[("permit.default", word)]).await;
        let phone = format!("090500010{place}");
        let form = [("name", "Khách"), ("phones", phone.as_str()), ("kind", "person"), ("stage", "customer")];
        let made = browser.post("/customers", &form).await;
        let number: i64 = made.location().rsplit('/').next().unwrap().parse().unwrap();
        let found = house.hub.read(house.org, move |tx| hub::customers::find_by_number(tx, number)).await.unwrap();
        assert_eq!(house.known(found.unwrap()).await.permit, permit, "{word}");
    }
}

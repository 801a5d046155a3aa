//! The settings: made, changed and taken back by admins, refused to members and strangers, in both languages.

use axum::http::StatusCode;
use domain::catalog::CatalogKind;
use domain::field::FieldEntity;
use domain::{Actor, Permit, Role};
use hub::{catalog, fields, funnels, listeners, tokens, users};

use crate::support::House;

/// Every page of the settings that stands without a record, and whether members may look at it.
const PAGES: [(&str, bool); 14] = [
    ("/settings", true),
    ("/settings/users", true),
    ("/settings/teams", true),
    ("/settings/catalogs", true),
    ("/settings/catalogs/source", true),
    ("/settings/fields", true),
    ("/settings/funnels", true),
    ("/settings/org", false),
    ("/settings/tokens", false),
    ("/settings/connections", false),
    ("/settings/mail", false),
    ("/settings/sms", false),
    ("/settings/webhook", false),
    ("/settings/webhook/endpoints", false),
];

/// Every change, with a number where one stands.
const CHANGES: [&str; 27] = [
    "/settings/org",
    "/settings/users",
    "/settings/users/1",
    "/settings/users/1/password",
    "/settings/teams",
    "/settings/teams/1",
    "/settings/tokens",
    "/settings/tokens/1/revoke",
    "/settings/connections",
    "/settings/connections/vbot/token",
    "/settings/catalogs/tag",
    "/settings/catalogs/tag/1",
    "/settings/catalogs/tag/1/move",
    "/settings/catalogs/tag/1/merge",
    "/settings/catalogs/tag/1/delete",
    "/settings/fields",
    "/settings/fields/1",
    "/settings/fields/1/delete",
    "/settings/funnels",
    "/settings/funnels/1",
    "/settings/mail",
    "/settings/sms/remove",
    "/settings/webhook/listeners",
    "/settings/webhook/listeners/1",
    "/settings/webhook/listeners/1/rotate",
    "/settings/webhook/endpoints",
    "/settings/webhook/endpoints/1/delete",
];

#[tokio::test]
async fn members_look_at_some_and_change_nothing() {
    let house = House::new().await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let (mut owner, mut member) = (house.browser("chu@example.vn").await, house.browser("nv@example.vn").await);
    let mut english = owner.clone().in_english();
    for (path, is_for_members) in PAGES {
        let page = owner.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.contains("Cài đặt") && !page.text.contains(">Settings<"), "{path}");
        assert!(english.get(path).await.text.contains("Settings"), "{path}");
        let expected = if is_for_members { StatusCode::OK } else { StatusCode::FORBIDDEN };
        let page = member.get(path).await;
        assert_eq!(page.status, expected, "{path}");
        assert!(!is_for_members || !page.text.contains("method=\"post\" action=\"/settings"), "{path}");
    }
    for path in CHANGES {
        assert_eq!(
            member.post(path, &[("name", "X"), ("role", "owner")]).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        let page = owner.post_from_elsewhere(path, &[("name", "X")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        let page = house.stranger().post(path, &[("name", "X")]).await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/sign-in"), "{path}");
    }
    assert!(house.hub.read(house.org, tokens::list).await.unwrap().is_empty());
    assert!(house.hub.read(house.org, listeners::list).await.unwrap().is_empty());
}

#[tokio::test]
async fn users_get_a_password_once_and_their_role_from_an_owner() {
    let house = House::new().await;
    house.user(house.org, "qt@example.vn", Role::Admin).await;
    let (mut owner, mut admin) = (house.browser("chu@example.vn").await, house.browser("qt@example.vn").await);
    let made = owner.post("/settings/users", &[("email", "lan@example.vn"), ("name", "Lan"), ("role", "member")]).await;
    assert_eq!(made.status, StatusCode::OK);
    let password = made.text.split("data-copy=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let entered = house.hub.enter("lan@example.vn", &password, &hub::sessions::Origin::default()).await;
    assert!(entered.is_ok(), "the password that was shown signs in");
    assert!(!owner.get("/settings/users").await.text.contains(&password));
    let added = owner.post_part("/settings/users", &[("email", "mai@example.vn"), ("role", "member")]).await.text;
    assert!(!added.contains("<html") && added.contains("id=\"made-title\""), "{added}");
    let list = added.split_once("<div class=\"table-wrap\" id=\"users\" hx-swap-oob=\"true\">").unwrap().1;
    assert!(list.contains("mai@example.vn") && list.contains("lan@example.vn"), "the list shows who came: {list}");
    assert!(added.contains("id=\"add-user\" hx-swap-oob=\"true\""), "the form is empty again: {added}");
    let again = owner.post_part("/settings/users", &[("email", "lan@example.vn"), ("role", "member")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let asked = owner.get("/settings/users/3").await.text;
    assert!(asked.contains("hx-confirm=\"Tạo mật khẩu mới cho Lan?"), "{asked}");
    let raised = admin.post("/settings/users/3", &[("role", "admin"), ("active", "1")]).await;
    assert_eq!(raised.status, StatusCode::FORBIDDEN);
    assert_eq!(admin.post("/settings/users/1/password", &[]).await.status, StatusCode::FORBIDDEN);
    let last = owner.post("/settings/users/1", &[("role", "member"), ("active", "1")]).await;
    assert_eq!(last.status, StatusCode::CONFLICT, "one owner stays");
    owner.post("/settings/teams", &[("name", "Kinh doanh")]).await;
    let form = [("name", "Lan Anh"), ("role", "admin"), ("active", "1"), ("phone", "0905"), ("team", "1")];
    assert_eq!(owner.post("/settings/users/3", &form).await.status, StatusCode::SEE_OTHER);
    assert!(owner.get("/settings/teams").await.text.contains("Lan Anh"));
    let mut lan = house.browser("qt@example.vn").await;
    owner.post("/settings/users/2", &[("role", "admin")]).await;
    assert_eq!(lan.get("/").await.location(), "/sign-in?next=%2F".split('?').next().unwrap(), "who is locked is out");
    let known = house.hub.read(house.org, |tx| users::find_by_number(tx, 3)).await.unwrap().unwrap();
    assert_eq!((known.name.as_str(), known.role), ("Lan Anh", Role::Admin));
}

#[tokio::test]
async fn a_token_is_shown_once_with_calls_that_work_and_taken_back() {
    let house = House::new().await;
    let mut owner = house.browser("chu@example.vn").await;
    let form = [("name", "Tổng đài"), ("dialect", "omicrm"), ("dialect", "vbot"), ("days", "30"), ("user", "1")];
    let made = owner.post_part("/settings/tokens", &form).await;
    assert_eq!(made.status, StatusCode::OK);
    assert!(!made.text.contains("<html"), "a part of the page");
    assert!(made.text.contains("<h2 id=\"made-title\" tabindex=\"-1\" autofocus>"), "where the keys are led");
    let token = made.text.split("data-copy=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(
        made.text.contains("/api/v2/contact/add")
            && made.text.contains("vbot-acme")
            && !made.text.contains("/api/v1/lead")
    );
    let caller = house.hub.caller(&token, domain::Dialect::Vbot, None).await.unwrap();
    assert_eq!(caller.user.unwrap().id, house.owner.id);
    let list = owner.get("/settings/tokens").await;
    assert!(list.text.contains("Tổng đài") && !list.text.contains(&token));
    assert_eq!(owner.post("/settings/tokens", &[("name", "Không cửa")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let large = "x".repeat(1_100_000);
    let large = owner.post("/settings/tokens", &[("name", &large), ("dialect", "vbot")]).await;
    assert_eq!(large.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(large.text.contains("Biểu mẫu quá lớn: mỗi lần gửi được nhiều nhất 1 MB"), "{}", large.text);
    let nowhere = [("dialect", "vbot"), ("networks", "nonsense")];
    assert_eq!(owner.post("/settings/tokens", &nowhere).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(owner.post("/settings/tokens/1/revoke", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(house.hub.caller(&token, domain::Dialect::Vbot, None).await.is_err());
    assert_eq!(owner.post("/settings/tokens/1/revoke", &[]).await.status, StatusCode::NOT_FOUND);
}

/// The path of the newest listener address on a page.
fn path_of(text: &str) -> String {
    let after = text.split("/webhook/listener/").nth(1).unwrap();
    let secret: String = after.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    format!("/webhook/listener/{secret}")
}

#[tokio::test]
async fn a_listener_is_made_set_previewed_and_rotated() {
    let house = House::new().await;
    let mut owner = house.browser("chu@example.vn").await;
    let made = owner.post("/settings/webhook/listeners", &[("name", "Form trang chủ")]).await;
    // Without a key, as on a PostgreSQL that was given none, the address is shown this once.
    let is_kept = made.status == StatusCode::SEE_OTHER;
    let shown = if is_kept { owner.get(made.location()).await } else { made };
    let first = path_of(&shown.text);
    let secret = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    assert!(house.hub.door(&secret(&first), None).await.is_ok());
    let settings = [
        ("name", "Form trang chủ"),
        ("active", "1"),
        ("networks", "203.0.113.0/24\r\n198.51.100.7"),
        ("user", "1"),
        ("default_tag", "Website"),
        ("contact_source", "Trang chủ"),
        ("email_on", "1"),
        ("email_subject", "Chào {{ name }}"),
        ("email_body", "<p>Mã {{ code }}</p><script>alert(1)</script>"),
        ("sms_body", "Chào {{ given_name }}"),
    ];
    assert_eq!(owner.post("/settings/webhook/listeners/1", &settings).await.status, StatusCode::SEE_OTHER);
    let known = house.hub.read(house.org, listeners::list).await.unwrap().remove(0);
    assert_eq!(known.networks, ["203.0.113.0/24", "198.51.100.7"]);
    assert_eq!((known.default_tag.as_deref(), known.lead_source), (Some("Website"), None));
    assert_eq!((known.email.unwrap().subject.as_str(), known.sms), ("Chào {{ name }}", None));
    let preview = owner.post_part("/settings/webhook/listeners/1/preview", &settings).await;
    assert!(preview.text.contains("Chào Nguyễn Thanh Bình") && preview.text.contains("Mã PID-212"));
    assert!(preview.text.contains("Chào Bình") && !preview.text.contains("<script>"));
    let whole = owner.post("/settings/webhook/listeners/1/preview", &settings).await;
    assert!(whole.text.contains("<html") && whole.text.contains("Mã PID-212"));
    let wrong =
        [("name", "Form"), ("active", "1"), ("email_on", "1"), ("email_subject", "{{ name"), ("email_body", "x")];
    assert_eq!(owner.post("/settings/webhook/listeners/1", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let rotated = owner.post("/settings/webhook/listeners/1/rotate", &[]).await;
    let shown = if is_kept { owner.get(rotated.location()).await } else { rotated };
    let second = path_of(&shown.text);
    assert_ne!(first, second);
    assert!(!is_kept || shown.text.contains(&first), "both addresses are shown while both work");
    let from = "198.51.100.7".parse().ok();
    assert!(
        house.hub.door(&secret(&first), from).await.is_ok() && house.hub.door(&secret(&second), from).await.is_ok()
    );
    house.clock.set(house.hub.now().plus_seconds(8 * 86_400));
    assert!(house.hub.door(&secret(&first), from).await.is_err());
    let later = house.browser("chu@example.vn").await.get("/settings/webhook/listeners/1").await;
    assert!(!later.text.contains(&first));
}

#[tokio::test]
async fn settings_of_the_org_hold_or_are_refused() {
    let house = House::new().await;
    let mut owner = house.browser("chu@example.vn").await;
    let form = [("time_zone", "Asia/Tokyo"), ("sms.quiet_hours", "21:00-08:00"), ("oneoffice.required", "lenient")];
    assert_eq!(owner.post("/settings/org", &form).await.status, StatusCode::SEE_OTHER);
    let page = owner.get("/settings/org").await;
    assert!(page.text.contains("Asia/Tokyo") && page.text.contains("21:00-08:00"));
    let wrong = owner.post_part("/settings/org", &[("time_zone", "Mars/Base")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(owner.get("/settings/org").await.text.contains("Asia/Tokyo"));
    let doors = owner.get("/settings/connections").await;
    assert!(doors.text.contains("value=\"document\" checked"), "this form sets what it shows and nothing else");
    let form = [("oneoffice.required", "lenient"), ("time_zone", "Europe/Paris")];
    let saved = owner.post("/settings/connections", &form).await;
    assert_eq!(saved.location(), "/settings/connections#oneoffice", "back to the card that was changed");
    assert!(owner.get("/settings/org").await.text.contains("Asia/Tokyo"));
    assert!(owner.get("/settings/connections").await.text.contains("value=\"lenient\" checked"));
    let token = owner.post_part("/settings/connections/caresoft/token", &[]).await;
    assert!(
        token.text.contains(&format!("https://{}/acme/api/v1/lead", crate::support::HOST))
            || token.text.contains("/acme/api/v1/lead")
    );
    assert_eq!(owner.post("/settings/connections/beeiq/token", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_catalog_is_a_tree_that_is_moved_merged_and_renamed() {
    let house = House::new().await;
    let mut owner = house.browser("chu@example.vn").await;
    for (label, parent) in [("Quảng cáo", ""), ("Facebook", "1"), ("Giới thiệu", ""), ("FB", "")] {
        owner.post("/settings/catalogs/source", &[("label", label), ("parent", parent)]).await;
    }
    let order = |text: &str| {
        let names = ["Quảng cáo", "Facebook", "Giới thiệu", "FB"];
        let mut found: Vec<_> =
            names.iter().filter_map(|name| Some((text.find(&format!(">{name}</a>"))?, *name))).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    let page = owner.get("/settings/catalogs/source").await;
    assert_eq!(order(&page.text), ["Quảng cáo", "Facebook", "Giới thiệu", "FB"]);
    assert!(page.text.contains("depth-1"));
    owner.post("/settings/catalogs/source/3/move", &[("step", "up")]).await;
    let page = owner.get("/settings/catalogs/source").await;
    assert_eq!(order(&page.text), ["Giới thiệu", "Quảng cáo", "Facebook", "FB"], "a move keeps what stands below");
    let ring = owner.post("/settings/catalogs/source/1", &[("label", "Quảng cáo"), ("parent", "2")]).await;
    assert_eq!(ring.status, StatusCode::UNPROCESSABLE_ENTITY);
    let taken = owner.post("/settings/catalogs/source/4", &[("label", "facebook")]).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    let customer = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let label = move |tx: &mut hub::Tx<'_>| {
        let item = catalog::find_by_number(tx, CatalogKind::Source, 4)?.unwrap().label();
        hub::customers::change(tx, customer.id, |known| {
            known.labels.push(item.clone());
            Ok(())
        })
        .map(drop)
    };
    house.hub.write(Actor::cli(house.org), label).await.unwrap();
    assert_eq!(owner.post("/settings/catalogs/source/4/delete", &[]).await.status, StatusCode::CONFLICT);
    let page = owner.get("/settings/catalogs/source/4").await;
    assert!(page.text.contains("1 bản ghi"));
    assert_eq!(owner.post("/settings/catalogs/source/4/merge", &[("into", "2")]).await.status, StatusCode::SEE_OTHER);
    let known = house.known(customer.id).await;
    assert_eq!(known.labels.iter().map(|label| label.label.as_str()).collect::<Vec<_>>(), ["Facebook"]);
    assert_eq!(owner.get("/settings/catalogs/source/4").await.status, StatusCode::NOT_FOUND);
    owner
        .post(
            "/settings/catalogs/source/2",
            &[("label", "Facebook Ads"), ("code", "FB"), ("has_colour", "1"), ("colour", "#1877f2")],
        )
        .await;
    assert_eq!(house.known(customer.id).await.labels[0].label, "Facebook Ads");
    assert!(owner.get("/settings/catalogs/source").await.text.contains("fill=\"#1877f2\""));
    let colour =
        owner.post("/settings/catalogs/source/2", &[("label", "F"), ("has_colour", "1"), ("colour", "red\"")]).await;
    assert_eq!(colour.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(owner.get("/settings/catalogs/nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn fields_and_funnels_keep_what_records_point_to() {
    let house = House::new().await;
    let mut owner = house.browser("chu@example.vn").await;
    let form = [
        ("entity", "customer"),
        ("label", "Hạng"),
        ("code", "hang"),
        ("kind", "SELECT"),
        ("options", "Vàng\r\nBạc\r\nVàng"),
    ];
    assert_eq!(owner.post("/settings/fields", &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(owner.post("/settings/fields", &form).await.status, StatusCode::CONFLICT);
    let change = [("label", "Hạng thẻ"), ("code", "hang"), ("kind", "SELECT"), ("options", "Bạc\r\nKim cương")];
    assert_eq!(owner.post("/settings/fields/1", &change).await.status, StatusCode::SEE_OTHER);
    let find = |tx: &mut hub::Tx<'_>| fields::find_by_code(tx, FieldEntity::Customer, "hang");
    let field = house.hub.read(house.org, find).await.unwrap().unwrap();
    let options: Vec<_> = field.options.iter().map(|option| (option.number, option.label.as_str())).collect();
    assert_eq!(options, [(2, "Bạc"), (3, "Kim cương")], "an option keeps its number, and none is given twice");
    assert!(owner.get("/settings/fields/1").await.text.contains("Kim cương"));
    assert_eq!(owner.post("/settings/fields/1/delete", &[]).await.status, StatusCode::SEE_OTHER);
    let stages = "Mới\r\n- Gọi lần 1\r\nĐang tư vấn";
    assert_eq!(
        owner.post("/settings/funnels", &[("name", "Bán hàng"), ("stages", stages)]).await.status,
        StatusCode::SEE_OTHER
    );
    let fewer = owner.post("/settings/funnels/1", &[("name", "Bán hàng"), ("stages", "Mới")]).await;
    assert_eq!(fewer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let more = [("name", "Bán"), ("stages", "Mới\n- Gọi\n- Gọi lại\nTư vấn\nChốt")];
    assert_eq!(owner.post("/settings/funnels/1", &more).await.status, StatusCode::SEE_OTHER);
    let funnel = house.hub.read(house.org, funnels::list).await.unwrap().remove(0);
    assert_eq!((funnel.name.as_str(), funnel.stages.len(), funnel.stages[0].steps.len()), ("Bán", 3, 2));
}

#[tokio::test]
async fn names_of_any_kind_break_no_page_of_the_settings() {
    let house = House::new().await;
    let mut owner = house.browser("chu@example.vn").await;
    let evil = "\"><script>alert(1)</script>{{ 1234567*7 }}\u{202e}x";
    owner.post("/settings/teams", &[("name", evil)]).await;
    owner.post("/settings/users", &[("email", "x@example.vn"), ("name", evil), ("role", "member")]).await;
    owner.post("/settings/tokens", &[("name", evil), ("dialect", "vbot"), ("user", "2")]).await;
    owner.post("/settings/catalogs/tag", &[("label", evil), ("code", evil)]).await;
    owner.post("/settings/fields", &[("entity", "lead"), ("label", evil), ("code", evil), ("options", evil)]).await;
    owner.post("/settings/funnels", &[("name", evil), ("stages", evil)]).await;
    owner.post("/settings/webhook/listeners", &[("name", evil)]).await;
    let records = [
        "/settings/users/2",
        "/settings/catalogs/tag",
        "/settings/catalogs/tag/1",
        "/settings/fields/1",
        "/settings/webhook/listeners/1",
    ];
    let pages = PAGES.iter().map(|(path, _)| *path).chain(records);
    for path in pages {
        let page = owner.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text.contains("<script>alert") && !page.text.contains("8641969"), "{path}");
    }
}

//! What attackers send: bodies that grow when they are read, addresses that are not theirs, password after password, tokens
//! guessed letter by letter. Each beside the same thing done rightly, so that a refusal means something.

use std::io::Write as _;
use std::net::SocketAddr;
use std::thread;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use domain::{Actor, Dialect, Error, Role};
use flate2::Compression;
use flate2::write::GzEncoder;
use front::{Front, TrustedProxies};
use hub::sessions::{Entrance, Origin};
use hub::tokens::{NewToken, Secret};
use hub::users::{NewUser, hash_password};
use serde_json::json;
use stories::Client;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::doors::{Doors, Tenant};
use crate::support::{House, block_on};

/// Levels of a body that would break a reader that calls itself.
const DEEP: usize = 100_000;

/// The call of each dialect that makes a customer, with a body of it, and what the body is written in.
fn calls(tenant: &Tenant) -> Vec<(Dialect, String, String)> {
    let pair = |mut body: serde_json::Value| {
        body["vbot_id"] = format!("vbot-{}", tenant.slug).into();
        body["project_code"] = format!("PR-{}", tenant.slug).into();
        body
    };
    let caresoft = json!({"lead": {"username": "An", "phone": "0905000001", "subject": "x", "service_id": 1244}});
    let vbot = json!({"customer_no": "A-1", "customer_name": "An", "customer_phones": ["0905000001"],
        "customer_status_code": "MA_TRANG_THAI_KHACH_HANG", "customer_type_code": "MA_LOAI_KHACH_HANG",
        "customer_group_name": "Ten_nhom_khach_hang"});
    let beeiq = json!({"senderUser": tenant.sender,
        "data": [{"actionType": "add-contact", "data": {"name": "An", "phones": ["0905000001"], "contactId": "A-1"}}]});
    let oneoffice = json!({"code": "A-1", "type": "Cá nhân", "name": "An", "phones": "0905000001",
        "fountain_head_id": "Tổng đài", "trade_ids": "PHIÊN DỊCH (VUT)"});
    let omicrm = json!({"refId": "A-1", "fullName": "An", "phones": [{"data": "0905000001", "type": "home"}]});
    [
        (Dialect::OneOffice, "/api/customer/contact/insert".to_owned(), oneoffice),
        (Dialect::Omicrm, "/api/v2/contact/add".to_owned(), omicrm),
        (Dialect::Vbot, "/api/crm/customer/create".to_owned(), pair(vbot)),
        (Dialect::Caresoft, format!("/{}/api/v1/lead", tenant.slug), caresoft),
        (Dialect::Beeiq, tenant.listener.clone(), beeiq),
    ]
    .into_iter()
    .map(|(door, path, body)| (door, path, body.to_string()))
    .collect()
}

fn posted(tenant: &Tenant, path: &str, kind: &str, coding: &str, body: Vec<u8>) -> Request<Body> {
    let mut request = Request::post(path)
        .header("authorization", format!("Bearer {}", tenant.token))
        .header("x-api-key", &tenant.token)
        .header("content-type", kind);
    if !coding.is_empty() {
        request = request.header("content-encoding", coding);
    }
    request.body(Body::from(body)).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn nothing_that_is_packed_is_unpacked() {
    let doors = Doors::new();
    let tenant = doors.tenant("nha");
    let before = doors.place.everything_but(&["requests", "counters", "listeners"]);
    let bomb = gzip(&vec![b' '; 64 * 1024 * 1024]);
    assert!(bomb.len() < 100_000);
    for (door, path, body) in calls(&tenant) {
        for coding in ["gzip", "", "deflate", "br"] {
            for packed in [gzip(body.as_bytes()), bomb.clone()] {
                let (status, said) = doors.raw(posted(&tenant, &path, "application/json", coding, packed));
                assert!(status < 500, "{door:?} {coding}: {status} {said}");
            }
        }
        assert_eq!(doors.place.everything_but(&["requests", "counters", "listeners"]), before, "{door:?}");
    }
    // The same bodies as they are make customers.
    for (door, path, body) in calls(&tenant) {
        let (status, said) = doors.raw(posted(&tenant, &path, "application/json", "", body.into_bytes()));
        assert_eq!(status, 200, "{door:?}: {said}");
    }
    assert_ne!(doors.place.everything_but(&["requests", "counters", "listeners"]), before);
}

#[test]
fn what_is_nested_too_deeply_is_refused_whole() {
    let doors = Doors::new();
    let tenant = doors.tenant("nha");
    let (open, close) = ("[".repeat(DEEP), "]".repeat(DEEP));
    let deep =
        [format!("{open}{close}"), open.clone(), r#"{"a":"#.repeat(DEEP), format!("{}1", r#"{"a":["#.repeat(DEEP))];
    let forms = [format!("a{}=1", "[b]".repeat(DEEP)), format!("name=x&data={open}"), format!("{{a:{open}")];
    let before = doors.place.everything_but(&["requests", "counters", "listeners"]);
    for (door, path, body) in calls(&tenant) {
        // In place of the whole body, and inside one that is right as far as it goes.
        let inside = deep.iter().map(|deep| format!("{},\"beside\":{deep}}}", &body[..body.len() - 1]));
        let sent = deep.iter().cloned().chain(inside).map(|body| ("application/json", body));
        let sent = sent.chain(forms.iter().cloned().map(|body| ("application/x-www-form-urlencoded", body)));
        for (kind, body) in sent {
            let (status, said) = doors.raw(posted(&tenant, &path, kind, "", body.into_bytes()));
            assert!(status < 500, "{door:?} {kind}: {status} {said}");
        }
        assert_eq!(doors.place.everything_but(&["requests", "counters", "listeners"]), before, "{door:?}");
    }
    // A value that nobody asked for does no harm as long as it is flat.
    for (door, path, body) in calls(&tenant) {
        let flat = format!("{},\"beside\":[[1]]}}", &body[..body.len() - 1]);
        let (status, said) = doors.raw(posted(&tenant, &path, "application/json", "", flat.into_bytes()));
        assert_eq!(status, 200, "{door:?}: {said}");
    }
    assert_ne!(doors.place.everything_but(&["requests", "counters", "listeners"]), before);
}

/// A router behind the front, as it is served; it ends with this.
struct Served {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Served {
    fn of(router: Router, proxies: &[&str]) -> Self {
        let proxies: TrustedProxies = proxies.iter().map(|network| network.parse().unwrap()).collect();
        let front = Front { proxies, ..Front::new(router) };
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                front.serve(listener, async { drop(stopped.await) }).await;
            });
        });
        Self { address: told.recv().unwrap(), _stop: stop }
    }
}

#[test]
fn an_address_that_is_only_claimed_opens_no_list() {
    let doors = Doors::new();
    let tenant = doors.tenant("nha");
    let secret = Secret::known("only-from-there");
    let new = NewToken {
        name: "gần".to_owned(),
        dialects: Dialect::DOORS.to_vec(),
        user: None,
        expires_at: None,
        networks: vec!["203.0.113.0/24".to_owned()],
    };
    doors.hub.write(Actor::cli(tenant.org), move |tx| hub::tokens::create(tx, &new, &secret)).wait().unwrap();
    let enters = |served: &Served, claims: &[(&str, &str)]| {
        let mut headers = vec![("authorization", "Bearer only-from-there")];
        headers.extend(claims);
        let mut client = Client::connect(served.address).unwrap();
        client.send("GET", "/api/v2/contact/filterContact/list", &headers, b"").unwrap().status == 200
    };
    let (open, behind) = (Served::of(doors.router(), &[]), Served::of(doors.router(), &["127.0.0.0/8"]));
    let there = ("x-forwarded-for", "203.0.113.7");
    assert!(enters(&behind, &[there]), "the proxy that is trusted says so");
    assert!(!enters(&open, &[there]));
    assert!(!enters(&open, &[there, ("x-real-ip", "203.0.113.7"), ("forwarded", "for=203.0.113.7")]));
    assert!(!enters(&behind, &[]), "the proxy itself is not there");
    assert!(
        !enters(&behind, &[("x-forwarded-for", "203.0.113.7, 198.51.100.9")]),
        "whoever came to the proxy claims it"
    );
    assert!(!enters(&behind, &[there, ("x-forwarded-for", "198.51.100.9")]));
    assert!(!enters(&behind, &[("x-forwarded-for", "203.0.113.7, unknown")]));
}

#[test]
fn claimed_addresses_do_not_make_guessing_faster() {
    let house = House::new();
    employ(&house, "chu@example.vn");
    let pages = web::routes(web::Web::new(house.hub, Vec::new()));
    let guess = |served: &Served, number: u32| {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("x-forwarded-for", &format!("198.51.100.{number}")[..]),
        ];
        let mut client = Client::connect(served.address).unwrap();
        client.send("POST", "/sign-in", &headers, b"email=chu%40example.vn&password=x").unwrap().status
    };
    let open = Served::of(pages.clone(), &[]);
    let told: Vec<u16> = (0..12).map(|number| guess(&open, number)).collect();
    assert_eq!(told[..10], [401; 10]);
    assert_eq!(told[10..], [403; 2], "the eleventh is not even looked at");
    // Where a proxy vouches for them they are twelve people.
    let behind = Served::of(pages, &["127.0.0.0/8"]);
    assert!((0..12).all(|number| guess(&behind, number) == 401));
}

const PASSWORD: &str = "mật khẩu thử";

fn employ(house: &House, email: &'static str) {
    let hash = hash_password(PASSWORD).unwrap();
    let new = NewUser {
        email: email.to_owned(),
        name: "Chủ".to_owned(),
        role: Role::Owner,
        staff_code: None,
        number: None,
        password_hash: Some(hash),
    };
    house.write(move |tx| hub::users::create(tx, &new)).unwrap();
}

#[test]
fn guessing_at_a_password_is_slowed_down_and_its_owner_still_gets_in() {
    let house = House::new();
    employ(&house, "chu@example.vn");
    let try_from = |address: &str, password: &str| {
        let origin = Origin { address: Some(address.parse().unwrap()), agent: String::new() };
        block_on(house.hub.enter("chu@example.vn", password, &origin))
    };
    let is_in = |end: domain::Result<Entrance>| matches!(end, Ok(Entrance::Open(_)));
    assert!(is_in(try_from("192.0.2.1", PASSWORD)), "the owner, at home");
    // One address.
    let refused = |end: domain::Result<Entrance>| end.err().map(|error| matches!(error, Error::Forbidden { .. }));
    let ends: Vec<_> = (0..12).map(|_| refused(try_from("203.0.113.1", "x"))).collect();
    assert_eq!(ends.iter().filter(|end| **end == Some(true)).count(), 2, "ten are looked at");
    assert_eq!(refused(try_from("203.0.113.1", PASSWORD)), Some(true), "nor is the right one from there");
    assert!(is_in(try_from("192.0.2.2", PASSWORD)), "others are not kept out");
    // Many addresses.
    for number in 0..50 {
        assert!(try_from(&format!("198.51.100.{number}"), "x").is_err());
    }
    assert_eq!(refused(try_from("198.51.100.77", PASSWORD)), Some(true), "from nowhere known");
    assert!(is_in(try_from("192.0.2.1", PASSWORD)), "the owner, at home");
    assert!(is_in(try_from("192.0.2.2", PASSWORD)), "where they were before it began");
}

/// What is compared is a digest, by an index: how long that takes tells of the digest, from which no letter of the token follows.
#[test]
fn secrets_are_looked_up_by_their_digests() {
    let doors = Doors::new();
    let tenant = doors.tenant("nha");
    let digests = doors.place.texts("SELECT digest FROM secrets");
    assert!(digests.len() >= 2);
    assert!(digests.iter().all(|digest| digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())));
    // printf token-of-nha | sha256sum
    assert!(digests.iter().any(|digest| digest == "4c8a8b23a8398ee7789bdce820bc1abed5d08703c0d992d6ce725a1da3686f3b"));
    let opens = |token: &str| block_on(doors.hub.caller(token, Dialect::Omicrm, None)).is_ok();
    assert!(opens(&tenant.token));
    assert!(!opens(&digests[0]) && !opens(&digests[1]), "whoever reads the database has no token");
    for place in 0..tenant.token.len() {
        let near = format!("{}{}{}", &tenant.token[..place], '~', &tenant.token[place + 1..]);
        assert!(!opens(&near) && !opens(&tenant.token[..place]));
    }
}

//! Every kind of secret, used by the program rightly and wrongly, with everything logged: none of them stands afterwards in the
//! database, its journal, a backup or the log, where what is no secret is found.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use hub::Place;
use serde_json::{Value, json};
use stories::{Client, Program};
use testbed::TestPlace;

/// What is no secret, and shows that the looks are not blind.
const PLAIN: &str = "Thay Duoc Khong Giau";

/// Collects secrets by what they are, while they are used.
struct Used {
    program: Program,
    client: Client,
    secrets: Vec<(&'static str, String)>,
}

impl Used {
    fn keep(&mut self, what: &'static str, secret: &Value) -> String {
        let secret = secret.as_str().unwrap_or_else(|| panic!("no {what}")).to_owned();
        assert!(secret.len() >= 8, "{what}: too short to be looked for: {secret}");
        self.secrets.push((what, secret.clone()));
        secret
    }

    /// Sends a request, and the same once more with an end that no reader likes; gives the answer to the first.
    fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> stories::Answer {
        let answer = self.client.send(method, path, headers, body.as_bytes()).unwrap();
        let broken = format!("{body}\"}}]&&&=\u{1}");
        self.client.send(method, path, headers, broken.as_bytes()).unwrap();
        answer
    }

    fn json(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        serde_json::from_str(&self.send(method, path, headers, &body).body).unwrap_or(Value::Null)
    }

    /// A path that only looks like one of a dialect, with a secret in it, and secrets where nobody asks for them.
    fn misuse(&mut self, secret: &str) {
        let bearer = format!("Bearer {secret}");
        for path in
            [format!("/api/{secret}"), format!("/{secret}"), format!("/api/v9?token={secret}&access_token={secret}")]
        {
            self.client
                .send("GET", &path, &[("authorization", &bearer), ("cookie", &format!("daumoi={secret}"))], b"")
                .unwrap();
        }
    }
}

#[test]
fn no_secret_of_any_kind_is_left_lying_about() {
    let place = TestPlace::new();
    let outside = tempfile::tempdir().unwrap();
    let log = outside.path().join("log");
    let database = match place.place() {
        Place::Sqlite(_) => None,
        Place::Postgres(url) => Some(url.as_str()),
    };
    let program = Program::new(place.folder(), database).logging_to(&log);
    let org = program.json(&["org", "create", "--slug", "kin", "--name", PLAIN, "--admin-email", "chu@example.com"]);
    let serving = program.serve_with(&["--log", "debug", "--allow-networks", "127.0.0.0/8"]);
    let client = Client::connect(serving.address()).unwrap();
    let mut used = Used { program, client, secrets: Vec::new() };
    let password = used.keep("password", &org["admin"]["password"]);
    let token = used.keep("token", &org["token"]);
    go_out(&mut used);
    come_in(&mut used, &org, &token);
    sign_in(&mut used, &password);
    break_off(serving.address(), &token);
    for (_, secret) in used.secrets.clone() {
        used.misuse(&secret);
    }
    let copy = outside.path().join("backup.db");
    if !place.is_postgres() {
        assert!(used.program.run(&["backup", copy.to_str().unwrap()]).status.success());
    }
    // Killed after one more call, so that nothing is tidied away: the log of the database is there as well.
    let last = json!({"access_token": token, "code": "K9", "type": "Cá nhân", "name": PLAIN});
    used.json("POST", "/api/customer/contact/insert", &[], &last);
    serving.kill();

    // Who looks at the tables last takes the log of the database away.
    let mut files = files_below(place.folder());
    files.extend(files_below(outside.path()));
    let tables = place.everything_but(&[]);
    let row_with =
        |text: &str| tables.iter().find_map(|(table, rows)| Some((table, rows.iter().find(|row| row.contains(text))?)));
    for (what, secret) in &used.secrets {
        assert_eq!(row_with(secret), None, "{what}");
        for (file, text) in &files {
            assert!(!text.contains(secret), "{what} is in {file}");
        }
        for coded in [format!("{secret:?}"), secret.replace('=', "%3D"), secret.replace('-', "%2D")] {
            assert!(files.iter().all(|(_, text)| !text.contains(coded.trim_matches('"'))), "{what} in other letters");
        }
    }
    assert!(used.secrets.len() >= 20, "only {} secrets were used", used.secrets.len());
    assert!(row_with(PLAIN).is_some(), "the look itself finds what is there");
    let found: Vec<&str> =
        files.iter().filter(|(_, text)| text.contains(PLAIN)).map(|(file, _)| file.as_str()).collect();
    assert!(place.is_postgres() || found.iter().any(|file| file.ends_with("daumoi.db-wal")), "{found:?}");
    assert!(place.is_postgres() || found.iter().any(|file| file.ends_with("backup.db")), "{found:?}");
    let log = files.iter().find(|(file, _)| file.ends_with("/log")).unwrap();
    for told in ["/api/customer/contact/insert", "connection ended", "/webhook/listener/{"] {
        assert!(log.1.contains(told), "the log tells nothing of {told}");
    }
}

/// Credentials of what goes out, and messages that try to go out by them and cannot.
fn go_out(used: &mut Used) {
    let smtp = used.keep("SMTP password", &json!("smtp-mat-khau-7Qk2vX"));
    let address = format!("smtp://crm%40example.com:{smtp}@127.0.0.1:9");
    used.program.json(&["mail", "set", "--org", "kin", "--smtp", &address, "--from", "crm@example.com"]);
    used.program.run(&["mail", "test", "--org", "kin", "--to", "a@example.com", "--allow-networks", "127.0.0.0/8"]);
    let (key, header, body) = (
        used.keep("SMS key in an address", &json!("sms-dia-chi-8Wn3bC")),
        used.keep("SMS key in a header", &json!("sms-dau-trang-4Tp9dF")),
        used.keep("SMS key in a body", &json!("sms-than-bai-5Rm6gH")),
    );
    let (url, header) = (format!("http://127.0.0.1:9/send?key={key}"), format!("Authorization: Bearer {header}"));
    let body = format!(r#"{{"to":"{{{{phone}}}}","text":"{{{{text}}}}","secret":"{body}"}}"#);
    let set = ["sms", "set", "--org", "kin", "--provider", "http", "--url", &url, "--header", &header, "--body", &body];
    used.program.json(&set);
    used.program.run(&["sms", "test", "--org", "kin", "--to", "0905000001", "--allow-networks", "127.0.0.0/8"]);
    let hook = ["--org", "kin", "--url", "http://127.0.0.1:9/hook", "--allow-networks", "127.0.0.0/8"];
    let made = used.program.json(&[&["webhook", "add"], &hook[..]].concat());
    used.keep("webhook secret", &made["secret"]);
    let given = used.keep("webhook secret given", &json!("bi-mat-da-hen-truoc-2Lk8sJ"));
    used.program.json(&[&["webhook", "add", "--format", "caresoft", "--secret", &given], &hook[..]].concat());
    let rotated = used.program.json(&["webhook", "rotate", "--org", "kin", "1"]);
    used.keep("webhook secret rotated", &rotated["secret"]);
}

/// Every door, with the secrets where its clients put them.
fn come_in(used: &mut Used, org: &Value, token: &str) {
    let name = json!(PLAIN);
    // 1Office: in the query, in a form, in JSON.
    let insert = "/api/customer/contact/insert";
    used.send("POST", &format!("{insert}?access_token={token}"), &[], &format!("code=K1&type=Cá nhân&name={PLAIN}"));
    used.send("POST", insert, &[], &format!("access_token={token}&code=K2&name={PLAIN}"));
    used.json("POST", insert, &[], &json!({"access_token": token, "code": "K3", "name": name}));
    used.json("GET", &format!("/api/customer/contact/gets?access_token={token}"), &[], &Value::Null);
    // OMICRM: a key for a token.
    let got = used.json("GET", &format!("/api/auth?apiKey={token}"), &[], &Value::Null);
    let got = used.keep("OMICRM access token", &got["payload"]["access_token"]);
    let bearer = format!("Bearer {got}");
    let contact = json!({"fullName": name, "phones": ["0905000001"], "beside": format!("token={got}"), "token": got});
    used.json("POST", "/api/v2/contact/add", &[("authorization", &bearer)], &contact);
    // VBot: a password for a pair of tokens, one of them for another pair.
    let password = org["admin"]["password"].as_str().unwrap_or_default().to_owned();
    let asked = json!({"grant_type": "password", "username": "chu@example.com", "password": password});
    let granted = used.json("POST", "/token", &[("content-type", "application/json")], &asked);
    let access = used.keep("VBot access token", &granted["access_token"]);
    let refresh = used.keep("VBot refresh token", &granted["refresh_token"]);
    let again = json!({"grant_type": "refresh_token", "refresh_token": refresh});
    let renewed = used.json("POST", "/token", &[("content-type", "application/json")], &again);
    used.keep("VBot access token, renewed", &renewed["access_token"]);
    used.keep("VBot refresh token, renewed", &renewed["refresh_token"]);
    let wrong = used.keep("password that is wrong", &json!("khong-phai-mat-khau-6Yt1"));
    let asked = json!({"grant_type": "password", "username": "chu@example.com", "password": wrong});
    used.json("POST", "/token", &[("content-type", "application/json")], &asked);
    let body = json!({"vbot_id": org["vbot"]["vbot_id"], "project_code": org["vbot"]["project_code"],
        "customer_name": name, "customer_phones": ["0905000002"], "access_token": access});
    used.json("POST", "/api/crm/customer/create", &[("authorization", &format!("Bearer {access}"))], &body);
    // CareSoft.
    let lead = json!({"lead": {"username": name, "phone": "0905000003", "subject": name}, "token": token});
    used.json("POST", "/kin/api/v1/lead", &[("authorization", &format!("Bearer {token}"))], &lead);
    // BeeIQ: the old address and the new one.
    let old = org["listener"]["path"].as_str().unwrap().to_owned();
    used.keep("listener's secret", &json!(old.rsplit('/').next().unwrap()));
    let new = used.program.json(&["listener", "rotate", "--org", "kin", "1"]);
    let new = new["path"].as_str().unwrap().to_owned();
    used.keep("listener's new secret", &json!(new.rsplit('/').next().unwrap()));
    let set = ["--sms-body", "Chao {{ name }}", "--email-subject", "Chao", "--email-body", "Chao {{ name }}"];
    used.program.json(&[&["listener", "set", "--org", "kin", "1"], &set[..]].concat());
    for (path, phone) in [(&old, "0905000004"), (&new, "0905000005")] {
        let data = json!({"name": name, "phones": [phone], "emails": [format!("{phone}@example.com")]});
        let body =
            json!({"senderUser": "chu@example.com", "data": [{"actionType": "add-contact", "data": data}], "to": path});
        used.json("POST", path, &[], &body);
    }
    // A token that is one no more, and one that never was.
    let short = ["token", "create", "--org", "kin", "--dialects", "omicrm", "--name", "ngắn"];
    let short = used.program.json(&short);
    let short = used.keep("token taken back", &short["token"]);
    used.program.run(&["token", "revoke", "--org", "kin", "2"]);
    let unknown = used.keep("token that never was", &json!("khong-ai-co-token-nay-9Zx4"));
    for token in [short, unknown] {
        let headers = [("authorization", &format!("Bearer {token}")[..])];
        used.json("POST", "/api/v2/contact/search", &headers, &json!({"keyword": "x"}));
        used.json("GET", &format!("/api/customer/contact/gets?access_token={token}"), &[], &Value::Null);
        used.json("POST", &format!("/webhook/listener/{token}"), &[], &json!({"data": []}));
    }
}

/// The pages: a session, a password that is wrong, and a new one.
fn sign_in(used: &mut Used, password: &str) {
    let form = |pairs: &[(&str, &str)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let post = |used: &mut Used, path: &str, cookie: &str, pairs: &[(&str, &str)]| {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("cookie", cookie),
        ];
        used.client.send("POST", path, &headers, form(pairs).as_bytes()).unwrap()
    };
    let guess = used.keep("password guessed at the pages", &json!("doan-mo-3Hs7-khong-dung"));
    post(used, "/sign-in", "", &[("email", "chu@example.com"), ("password", &guess)]);
    let entered = post(used, "/sign-in", "", &[("email", "chu@example.com"), ("password", password)]);
    let cookies = entered.headers.iter().filter(|(name, _)| name == "set-cookie");
    let mut cookies = cookies.filter_map(|(_, cookie)| cookie.split(';').next()?.split_once('='));
    let session = cookies.find(|(name, _)| name.ends_with("daumoi")).map(|(_, value)| value.to_owned()).unwrap();
    let session = used.keep("session", &json!(session));
    let cookie = format!("__Host-daumoi={session}");
    let page = used.client.send("GET", "/account", &[("cookie", &cookie)], b"").unwrap();
    assert_eq!(page.status, 200, "the session is a session");
    let new = used.keep("new password", &json!("mat-khau-moi-tinh-1Nd5wP"));
    post(used, "/account/password", &cookie, &[("old", password), ("new", &new), ("again", &new)]);
}

/// What is no HTTP, with a token in it; comes back once the connection is closed.
fn break_off(address: SocketAddr, token: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /api?access_token={token} HTTP/1.1\r\n{token} {token}\r\n\r\n").unwrap();
    // The server may close it before everything was read.
    drop(stream.read_to_end(&mut Vec::new()));
}

/// Every file, with what is no text in it left out.
fn files_below(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    found
}

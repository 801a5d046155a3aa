//! Accounts as they are typed, and letters as they stand on the wire.

use domain::Instant;

use super::*;

fn account(url: &str, from: &str) -> domain::Result<MailAccount> {
    MailAccount::read(url, None, from, None)
}

#[test]
fn addresses_of_servers() {
    let plain = account("smtp://mail.example.vn", "crm@example.vn").unwrap();
    assert_eq!((plain.security, plain.host.as_str(), plain.port), (Security::Network, "mail.example.vn", 587));
    assert_eq!((plain.user, plain.password), (None, None));
    let full =
        account("smtps://an%40example.vn:m%E1%BA%ADt%20kh%E1%BA%A9u@mail.example.vn:8465/", "crm@example.vn").unwrap();
    assert_eq!((full.security, full.port), (Security::Tls, 8465));
    assert_eq!((full.user.as_deref(), full.password.as_deref()), (Some("an@example.vn"), Some("mật khẩu")));
    assert_eq!(full.place(), "smtps://mail.example.vn:8465");
    assert_eq!(account("smtps://mail.example.vn", "crm@example.vn").unwrap().port, 465);
    let start = account("smtp+starttls://[::1]:2525", "crm@example.vn").unwrap();
    assert_eq!(
        (start.security, start.host.as_str(), start.place().as_str()),
        (Security::StartTls, "::1", "smtp+starttls://[::1]:2525")
    );
    let given = MailAccount::read("smtps://an@mail.example.vn", Some("p".into()), "crm@example.vn", None).unwrap();
    assert_eq!(given.password.as_deref(), Some("p"));
    assert!(!format!("{full:?}").contains("khẩu"));
    let kept = serde_json::to_string(&full).unwrap();
    assert_eq!(serde_json::from_str::<MailAccount>(&kept).unwrap(), full);
}

#[test]
fn addresses_that_cannot_be_meant() {
    for url in [
        "",
        "mail.example.vn",
        "http://mail.example.vn",
        "smtp://",
        "smtp://an@mail.example.vn",
        "smtp://:p@mail.example.vn",
        "smtp://mail.example.vn/x",
        "smtp://mail.example.vn?tls=none",
        "smtps://a:%zz@mail.example.vn",
        "smtp://mail.example.vn:99999",
    ] {
        assert!(account(url, "crm@example.vn").is_err(), "{url}");
    }
    for from in ["", "crm", "A <crm>", "A\nBcc: x <crm@example.vn>", "a@example.vn, b@example.vn"] {
        assert!(account("smtp://mail.example.vn", from).is_err(), "{from}");
    }
    assert!(
        MailAccount::read("smtps://mail.example.vn", None, "crm@example.vn", Some("no certificate".into())).is_err()
    );
}

fn letter(html: Option<&str>) -> Letter {
    Letter {
        key: "msg_1".into(),
        to: "Le.Binh@example.com".into(),
        subject: "Chào mừng Lê Bình\r\nBcc: ai-do@example.com".into(),
        text: "Chào <Bình>\nMã: PID-7".into(),
        html: html.map(Into::into),
        at: Instant(1_711_008_666_000_000),
    }
}

fn wire(letter: &Letter) -> String {
    let account = account("smtp://mail.example.vn", "Công ty \"ACME\", Đà Nẵng <crm@example.vn>").unwrap();
    String::from_utf8(letter.message(&account).unwrap().formatted()).unwrap()
}

#[test]
fn a_letter_has_both_forms_and_says_the_same_at_every_try() {
    let wire = wire(&letter(None));
    for header in [
        "Message-ID: <msg_1@example.vn>\r\n",
        "Date: Thu, 21 Mar 2024 08:11:06 +0000\r\n",
        "To: Le.Binh@example.com\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Subject: =?utf-8?b?",
        "From: =?utf-8?b?",
        "<crm@example.vn>\r\n",
        "Content-Type: multipart/alternative;",
        "Content-Type: text/plain; charset=utf-8\r\n",
        "Content-Type: text/html; charset=utf-8\r\n",
    ] {
        assert!(wire.contains(header), "{header}\n{wire}");
    }
    assert!(!wire.contains("\r\nBcc:"), "a subject is one line");
    assert!(wire.is_ascii());
}

#[test]
fn html_that_is_given_is_sent() {
    let html = "<p style=\"color:red\">Hello</p>";
    assert!(wire(&letter(Some(html))).contains("Hello</p>"));
    let account = account("smtp://mail.example.vn", "crm@example.vn").unwrap();
    let nowhere = Letter { to: "not an address".into(), ..letter(None) };
    assert!(nowhere.message(&account).is_err());
}

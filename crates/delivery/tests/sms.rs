//! SMS against HTTP receivers on loopback: what arrives there, and what their answers come to.

#![expect(clippy::unwrap_used, reason = "only tests are here: a failed expectation is the point")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use delivery::sms::{self, Gateway, Provider, SmsAccount, Text, Twilio};
use delivery::{Net, Outcome};
use domain::Instant;
use serde_json::{Value, json};

/// A request as it arrived.
struct Asked {
    head: String,
    body: String,
}

/// A server that gives these answers, one a connection, and hands on what it was asked.
fn provider(answers: &[&str]) -> (SocketAddr, Receiver<Asked>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
    let (sender, asked) = channel();
    thread::spawn(move || {
        for answer in answers {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            sender.send(Asked { head, body: String::from_utf8(body).unwrap() }).unwrap();
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    (address, asked)
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn text() -> Text {
    Text {
        key: "msg_7".into(),
        phone: "+84912345678".into(),
        body: "Chào \"Bình\"\n".into(),
        at: Instant(1_711_008_666_000_000),
    }
}

async fn send(net: &Net, provider: Provider) -> Outcome {
    let settings = serde_json::to_string(&SmsAccount { provider, plain: false }).unwrap();
    sms::send(net, &settings, &text()).await
}

fn net() -> Net {
    Net::new(&["127.0.0.0/8".parse().unwrap()]).unwrap()
}

fn gateway(address: SocketAddr) -> Provider {
    Provider::Http(Gateway {
        url: format!("http://{address}/send?from={{{{brandname}}}}"),
        method: "POST".into(),
        headers: vec![("X-Key".into(), "0123456789abcdef".into())],
        body: Some(r#"{"to":"{{phone}}","text":"{{text}}","id":"{{id}}"}"#.into()),
        success: Some("$.status=ok".into()),
        brandname: Some("ĐẦU MỐI".into()),
    })
}

#[tokio::test]
async fn a_gateway_is_asked_and_believed_by_its_rule() {
    let (address, asked) = provider(&[
        &answer("200 OK", r#"{"status":"ok","id":1}"#),
        &answer("200 OK", r#"{"status":"failed","key":"0123456789abcdef"}"#),
        &answer("400 Bad Request", "no such phone"),
        &answer("503 Busy\r\nRetry-After: 90", ""),
        &answer("302 Found\r\nLocation: http://127.0.0.1:9/", ""),
    ]);
    let sent = send(&net(), gateway(address)).await;
    assert!(matches!(sent, Outcome::Sent { status: Some(200), .. }), "{sent:?}");
    let first = asked.recv().unwrap();
    assert!(first.head.starts_with("POST /send?from=%C4%90%E1%BA%A6U%20M%E1%BB%90I HTTP/1.1"), "{}", first.head);
    assert!(first.head.to_ascii_lowercase().contains("x-key: 0123456789abcdef\r\n"), "{}", first.head);
    let expected = json!({"to": "+84912345678", "text": "Chào \"Bình\"\n", "id": "msg_7"});
    assert_eq!(serde_json::from_str::<Value>(&first.body).unwrap(), expected);

    let unruly = send(&net(), gateway(address)).await;
    let Outcome::Retry { status: Some(200), answer, .. } = unruly else { panic!("{unruly:?}") };
    assert!(answer.contains("failed") && !answer.contains("0123456789abcdef"), "{answer}");
    let wrong = send(&net(), gateway(address)).await;
    let told = "Nhà cung cấp SMS không nhận tin này: hãy kiểm tra số điện thoại và nội dung (HTTP 400 no such phone)";
    assert_eq!(wrong, Outcome::Refused { status: Some(400), answer: told.into() });
    let busy = send(&net(), gateway(address)).await;
    assert!(matches!(busy, Outcome::Retry { status: Some(503), pause: Some(90), .. }), "{busy:?}");
    let elsewhere = send(&net(), gateway(address)).await;
    assert!(matches!(elsewhere, Outcome::Retry { status: Some(302), .. }), "no redirect is followed: {elsewhere:?}");
}

#[tokio::test]
async fn a_provider_can_be_stood_in_for() {
    let (address, asked) = provider(&[&answer("201 Created", r#"{"sid":"SM1","status":"queued"}"#)]);
    let account = Twilio {
        account_sid: "AC1".into(),
        auth_token: "token1".into(),
        from: "+15005550006".into(),
        url: Some(format!("http://{address}")),
    };
    let outcome = send(&net(), Provider::Twilio(account)).await;
    assert_eq!(outcome, Outcome::Sent { status: Some(201), answer: "Twilio SM1".into() });
    let asked = asked.recv().unwrap();
    assert!(asked.head.starts_with("POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1"), "{}", asked.head);
    assert_eq!(asked.body, "To=%2B84912345678&From=%2B15005550006&Body=Ch%C3%A0o+%22B%C3%ACnh%22%0A");
}

#[tokio::test]
async fn a_network_that_is_not_allowed_is_not_touched() {
    let canary = TcpListener::bind("127.0.0.1:0").unwrap();
    canary.set_nonblocking(true).unwrap();
    let outcome = send(&Net::new(&[]).unwrap(), gateway(canary.local_addr().unwrap())).await;
    assert!(matches!(outcome, Outcome::Retry { status: None, .. }), "{outcome:?}");
    assert_eq!(canary.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

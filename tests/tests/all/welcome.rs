//! What a website's form sets going: a record through the listener, then a letter at the mail server and an SMS at the gateway.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use delivery::mail::MailAccount;
use delivery::sms::{Gateway, Provider, SmsAccount};
use delivery::{Net, Options, Worker};
use domain::Role;
use domain::listener::EmailTemplate;
use domain::message::{MessageKind, MessageState};
use hub::sealed::KeySource;
use hub::tokens::Secret;
use hub::{listeners, messages, sending};
use kit::http::Shared;
use mailin_embedded::{Handler, Response, Server, response};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tower::ServiceExt as _;

use crate::support::{House, block_on};

/// Longer than anything here takes; only a failure waits for it.
const PATIENCE: Duration = Duration::from_secs(120);

/// Hands on each letter as it came.
#[derive(Clone)]
struct Mailbox {
    letters: Sender<String>,
    data: Vec<u8>,
}

impl Handler for Mailbox {
    fn data(&mut self, part: &[u8]) -> io::Result<()> {
        self.data.extend_from_slice(part);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let letter = String::from_utf8(std::mem::take(&mut self.data)).unwrap();
        self.letters.send(letter).unwrap();
        response::OK
    }
}

fn mail_server() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (letters, received) = channel();
    let mut server = Server::new(Mailbox { letters, data: Vec::new() });
    server.with_name("mail.example.vn").with_num_threads(2).with_tcp_listener(listener);
    thread::spawn(move || drop(server.serve()));
    (address, received)
}

/// Hands on the body of each request; the first one is told to come again.
fn gateway() -> (SocketAddr, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (bodies, received) = channel();
    thread::spawn(move || {
        for (index, stream) in listener.incoming().enumerate() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut length = 0;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let status = if index == 0 { "503 Busy" } else { "200 OK" };
            let answer =
                format!("HTTP/1.1 {status}\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{{\"status\":\"ok\"}}");
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
            bodies.send(serde_json::from_slice(&body).unwrap()).unwrap();
        }
    });
    (address, received)
}

/// An org whose listener welcomes new records by e-mail and SMS through these servers.
fn welcoming(mail: SocketAddr, sms: SocketAddr) -> House {
    let mut house = House::new();
    house.hub = house.hub.clone().with_key(KeySource::Given("5a".repeat(32)));
    testbed::user(&house.hub, house.org, "an@example.vn", Role::Owner);
    let account = MailAccount::read(&format!("smtp://{mail}"), None, "ACME <crm@example.vn>", None).unwrap();
    let gateway = Provider::Http(Gateway {
        url: format!("http://{sms}/send"),
        method: "POST".into(),
        headers: Vec::new(),
        body: Some(r#"{"to":"{{phone}}","text":"{{text}}","id":"{{id}}"}"#.into()),
        success: Some("$.status=ok".into()),
        brandname: None,
    });
    let seal = |kind: MessageKind, settings: String| house.hub.seal(house.org, kind.word(), &settings).unwrap();
    let mail = seal(MessageKind::Email, serde_json::to_string(&account).unwrap());
    let sms = seal(MessageKind::Sms, serde_json::to_string(&SmsAccount { provider: gateway, plain: false }).unwrap());
    house
        .write(move |tx| {
            sending::set_account(tx, MessageKind::Email, "smtp", &mail)?;
            sending::set_account(tx, MessageKind::Sms, "http", &sms)?;
            let number = listeners::create(tx, "Trang web", &Secret::known("form"))?;
            listeners::change(tx, number, |listener| {
                let (subject, body) = ("Chào {{ name }}", "<p>Chào {{ name }}, mã của bạn: <b>{{ code }}</b></p>");
                listener.email = Some(EmailTemplate { subject: subject.into(), body: body.into() });
                listener.sms = Some("Chào \"{{ name }}\", mã {{ code }}".into());
            })
        })
        .unwrap();
    house
}

/// Posts to the listener, as a website does.
fn post(house: &House, body: &Value) -> Value {
    let request = Request::post("/webhook/listener/form").header("content-type", "application/json");
    let request = request.body(Body::from(body.to_string())).unwrap();
    let router = beeiq::routes(Shared::new(house.hub.clone()));
    block_on(async move {
        let answer = router.oneshot(request).await.unwrap();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    })
}

#[test]
fn a_new_record_is_welcomed_by_email_and_sms() {
    let (mail, letters) = mail_server();
    let (sms, texts) = gateway();
    let house = welcoming(mail, sms);
    let answer = post(
        &house,
        &json!({
            "senderUser": "an@example.vn",
            "data": [{"actionType": "add-lead", "data": {
                "name": "Bình <b>", "emails": [{"value": "binh@example.com"}], "phones": [{"value": "0905 000 001"}],
            }}],
        }),
    );
    assert_eq!(answer["data"][0]["status"], "created", "{answer}");

    let net = Net::new(&["127.0.0.0/8".parse().unwrap()]).unwrap();
    let worker = Worker::new(house.hub.clone(), net, Options::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let state = || {
        let all = house.read(|tx| messages::list(tx, 10)).unwrap();
        all.into_iter().map(|message| (message.kind, message.state, message.attempts)).collect::<Vec<_>>()
    };
    let work = |until: &dyn Fn(), end: [(MessageKind, MessageState, i64); 2]| {
        let (stop, stopped) = oneshot::channel::<()>();
        let worker = worker.clone();
        let running = runtime.spawn(async move { worker.run(async { drop(stopped.await) }).await });
        until();
        // The answers were sent; what became of them is still being written down.
        let begun = Instant::now();
        while state() != end && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(10));
        }
        drop(stop);
        runtime.block_on(running).unwrap();
        assert_eq!(state(), end);
    };
    let first_id = RefCell::new(String::new());
    let (email, sms) = (MessageKind::Email, MessageKind::Sms);
    let first = || {
        let letter = letters.recv_timeout(PATIENCE).unwrap();
        for part in ["To: binh@example.com", "Content-Type: multipart/alternative", "text/html", "&lt;b&gt;"] {
            assert!(letter.contains(part) || letter.contains(&part.replace('=', "=3D")), "{part}\n{letter}");
        }
        let text = texts.recv_timeout(PATIENCE).unwrap();
        assert_eq!(text["to"], "+84905000001");
        assert_eq!(text["text"], "Chào \"Bình <b>\", mã LID-1");
        *first_id.borrow_mut() = text["id"].as_str().unwrap().to_owned();
    };
    work(&first, [(sms, MessageState::Queued, 1), (email, MessageState::Sent, 1)]);

    // The gateway was busy: the same message goes there again, under the same id.
    let waiting = house.read(|tx| messages::list(tx, 1)).unwrap().remove(0);
    assert!(waiting.answer.contains("503") && waiting.due_at > Some(house.hub.now()), "{waiting:?}");
    house.clock.set(waiting.due_at.unwrap());
    let again = || assert_eq!(texts.recv_timeout(PATIENCE).unwrap()["id"], first_id.borrow().as_str());
    work(&again, [(sms, MessageState::Sent, 2), (email, MessageState::Sent, 1)]);
}

//! E-mail against a real SMTP server on loopback: plain, STARTTLS with sign-in, TLS from the first byte, and its refusals.

#![expect(clippy::unwrap_used, clippy::panic, reason = "only tests are here: a failed expectation is the point")]

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use delivery::mail::{self, Letter, MailAccount};
use delivery::{Net, Outcome};
use domain::Instant;
use mailin_embedded::{AuthMechanism, Handler, Response, Server, SslConfig, response};
use rcgen::CertifiedKey;
use rustls::pki_types::PrivateKeyDer;

/// A server that keeps what it is given. Recipients whose name is three digits are answered with that code.
#[derive(Clone, Default)]
struct Mailbox {
    mails: Arc<Mutex<Vec<Mail>>>,
    now: Mail,
}

/// A mail with the name under which it was handed in.
#[derive(Clone, Default)]
struct Mail {
    user: String,
    from: String,
    to: Vec<String>,
    data: Vec<u8>,
}

impl Handler for Mailbox {
    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        self.now.from = from.to_owned();
        response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        match to.split('@').next().and_then(|name| name.parse().ok()) {
            Some(code) => Response::custom(code, "not now".to_owned()),
            None => {
                self.now.to.push(to.to_owned());
                response::OK
            }
        }
    }

    fn data(&mut self, part: &[u8]) -> io::Result<()> {
        self.now.data.extend_from_slice(part);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let user = self.now.user.clone();
        self.mails.lock().unwrap().push(std::mem::take(&mut self.now));
        self.now.user = user;
        Response::custom(250, "Ok: queued as 4F2A".to_owned())
    }

    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        self.now.user = user.to_owned();
        if (user, password) == ("an@example.vn", "mật khẩu") {
            response::AUTH_OK
        } else {
            response::INVALID_CREDENTIALS
        }
    }
}

impl Mailbox {
    /// Starts a server on a port that is free, with a certificate for STARTTLS if one is given.
    fn open(&self, certificate: Option<&CertifiedKey<rcgen::KeyPair>>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut server = Server::new(self.clone());
        server.with_name("mail.example.vn").with_num_threads(2).with_tcp_listener(listener);
        if let Some(certificate) = certificate {
            let folder = tempfile::tempdir().unwrap();
            let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
            std::fs::write(path("cert"), certificate.cert.pem()).unwrap();
            std::fs::write(path("key"), certificate.signing_key.serialize_pem()).unwrap();
            // Two makers of cryptography are in the program; the server asks for a usual one.
            drop(rustls::crypto::ring::default_provider().install_default());
            server.with_ssl(SslConfig::SelfSigned { cert_path: path("cert"), key_path: path("key") }).unwrap();
            server.with_auth(AuthMechanism::Plain);
        }
        // It has no way to be stopped; it ends with the test.
        thread::spawn(move || drop(server.serve()));
        address
    }

    fn single_mail(&self) -> Mail {
        let mails = self.mails.lock().unwrap();
        assert_eq!(mails.len(), 1);
        mails[0].clone()
    }
}

fn certificate() -> CertifiedKey<rcgen::KeyPair> {
    rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

fn net() -> Net {
    Net::new(&["127.0.0.0/8".parse().unwrap()]).unwrap()
}

fn letter(to: &str) -> Letter {
    Letter {
        key: "msg_7".into(),
        to: to.into(),
        subject: "Chào mừng Lê Bình".into(),
        text: "Chào Lê Bình,\n.\nMã của bạn: PID-7".into(),
        html: None,
        at: Instant(1_711_008_666_000_000),
    }
}

async fn send(net: &Net, url: &str, ca: Option<String>, to: &str) -> Outcome {
    let account = MailAccount::read(url, None, "Công ty ACME <crm@example.vn>", ca).unwrap();
    mail::send(net, &serde_json::to_string(&account).unwrap(), &letter(to)).await
}

#[tokio::test]
async fn a_letter_arrives() {
    let mailbox = Mailbox::default();
    let address = mailbox.open(None);
    for _ in 0..2 {
        let outcome = send(&net(), &format!("smtp://{address}"), None, "Le.Binh@example.com").await;
        assert_eq!(outcome, Outcome::Sent { status: Some(250), answer: "250 Ok: queued as 4F2A".into() });
    }
    let mails = mailbox.mails.lock().unwrap().clone();
    assert_eq!(
        (mails[0].from.as_str(), mails[0].to.as_slice()),
        ("crm@example.vn", &["Le.Binh@example.com".to_owned()][..])
    );
    let ids: Vec<_> = mails.iter().map(|mail| header(&mail.data, "Message-ID")).collect();
    assert_eq!(ids, ["<msg_7@example.vn>", "<msg_7@example.vn>"], "a second try is known by its id");
}

fn header(data: &[u8], name: &str) -> String {
    let text = String::from_utf8(data.to_vec()).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned));
    line.unwrap_or_else(|| panic!("no {name} in {text}"))
}

#[tokio::test]
async fn starttls_with_sign_in() {
    let mailbox = Mailbox::default();
    let certificate = certificate();
    let port = mailbox.open(Some(&certificate)).port();
    let url = format!("smtp+starttls://an%40example.vn:m%E1%BA%ADt%20kh%E1%BA%A9u@localhost:{port}");
    let ca = || Some(certificate.cert.pem());
    let outcome = send(&net(), &url, ca(), "binh@example.com").await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    assert_eq!(mailbox.single_mail().user, "an@example.vn");
    let wrong = url.replace("kh%E1%BA%A9u", "sai-sai");
    let outcome = send(&net(), &wrong, ca(), "binh@example.com").await;
    let Outcome::Retry { status: Some(535), answer, .. } = outcome else { panic!("{outcome:?}") };
    assert!(!answer.contains("sai-sai"), "{answer}");
    assert!(answer.starts_with("Máy chủ e-mail không nhận tên đăng nhập hoặc mật khẩu"), "{answer}");
    assert_eq!(answer.matches("535").count(), 1, "the server's words stand there once: {answer}");
    // Nobody vouches for the certificate, or it is for another host: nothing is said to that server.
    for (url, ca) in [(url.clone(), None), (url.replace("localhost", "127.0.0.1"), ca())] {
        let answer = hindered(send(&net(), &url, ca, "binh@example.com").await);
        assert!(answer.starts_with("Chứng chỉ TLS của "), "{answer}");
    }
    mailbox.single_mail();
}

#[tokio::test]
async fn starttls_is_not_done_without() {
    let mailbox = Mailbox::default();
    let port = mailbox.open(None).port();
    let answer = hindered(send(&net(), &format!("smtp+starttls://localhost:{port}"), None, "binh@example.com").await);
    assert!(answer.starts_with("Máy chủ e-mail không có STARTTLS: hãy dùng smtps://"), "{answer}");
    let answer = hindered(send(&net(), &format!("smtps://localhost:{port}"), None, "binh@example.com").await);
    assert!(answer.starts_with(&format!("localhost:{port} không dùng TLS từ đầu")), "{answer}");
    let answer = hindered(send(&net(), &format!("smtp://an:bí-mật@127.0.0.1:{port}"), None, "binh@example.com").await);
    assert!(answer.starts_with("Máy chủ e-mail không nhận đăng nhập bằng mật khẩu"), "{answer}");
    assert!(mailbox.mails.lock().unwrap().is_empty());
}

#[tokio::test]
async fn tls_from_the_first_byte() {
    let mailbox = Mailbox::default();
    let plain = mailbox.open(None);
    let certificate = certificate();
    let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    // The server speaks no TLS from the first byte: this stands before it and takes the TLS off.
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut inside) = acceptor.accept(stream).await else { continue };
            let mut server = tokio::net::TcpStream::connect(plain).await.unwrap();
            drop(tokio::io::copy_bidirectional(&mut inside, &mut server).await);
        }
    });
    let url = format!("smtps://localhost:{port}");
    let outcome = send(&net(), &url, None, "binh@example.com").await;
    assert!(matches!(outcome, Outcome::Retry { status: None, .. }), "nobody vouches for it: {outcome:?}");
    let outcome = send(&net(), &url, Some(certificate.cert.pem()), "binh@example.com").await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    mailbox.single_mail();
}

#[tokio::test]
async fn refusals_are_told_from_hindrances() {
    let mailbox = Mailbox::default();
    let url = format!("smtp://{}", mailbox.open(None));
    let lasting = send(&net(), &url, None, "550@example.com").await;
    assert!(
        matches!(&lasting, Outcome::Refused { status: Some(550), answer }
            if answer.ends_with("kiểm tra địa chỉ người nhận và người gửi (550 not now)")),
        "{lasting:?}"
    );
    let passing = send(&net(), &url, None, "450@example.com").await;
    assert!(matches!(&passing, Outcome::Retry { status: Some(450), .. }), "{passing:?}");
    let malformed = send(&net(), &url, None, "binh").await;
    assert!(matches!(malformed, Outcome::Refused { status: None, .. }));
    // A port that is taken and on which nobody listens.
    let silent = tokio::net::TcpSocket::new_v4().unwrap();
    silent.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = silent.local_addr().unwrap();
    let nobody = send(&net(), &format!("smtp://{address}"), None, "binh@example.com").await;
    let nobody = hindered(nobody);
    assert!(nobody.starts_with(&format!("Không có máy chủ nào trả lời ở {address}: ")), "{nobody}");
    assert!(!nobody.contains("os error"), "{nobody}");
    let nowhere = hindered(send(&net(), "smtp://khong-co.invalid", None, "binh@example.com").await);
    assert!(nowhere.contains("khong-co.invalid"), "{nowhere}");
}

/// What is told about a letter that may go later, where no server said a code.
fn hindered(outcome: Outcome) -> String {
    match outcome {
        Outcome::Retry { status: None, answer, .. } => answer,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_network_that_is_not_allowed_is_not_touched() {
    let canary = TcpListener::bind("127.0.0.1:0").unwrap();
    canary.set_nonblocking(true).unwrap();
    let port = canary.local_addr().unwrap().port();
    let closed = Net::new(&[]).unwrap();
    for url in [
        format!("smtp://127.0.0.1:{port}"),
        format!("smtps://localhost:{port}"),
        format!("smtp+starttls://[::ffff:127.0.0.1]:{port}"),
    ] {
        let outcome = send(&closed, &url, None, "binh@example.com").await;
        assert!(matches!(outcome, Outcome::Retry { status: None, .. }), "{outcome:?}");
    }
    assert_eq!(canary.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

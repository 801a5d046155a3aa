//! Addresses that must not be reached, watched by canaries: listening sockets to which nobody may ever connect.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use bytes::Bytes;
use delivery::net::Request;
use delivery::{Fault, Net};
use domain::Dialect;
use tokio::net::TcpListener;

use crate::support::{House, Receiver, Reply};

/// A socket that counts who comes.
struct Canary {
    port: u16,
    seen: Arc<AtomicUsize>,
}

impl Canary {
    /// On every address of this machine that there is.
    async fn everywhere() -> Self {
        let seen = Arc::new(AtomicUsize::new(0));
        let first = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let port = first.local_addr().unwrap().port();
        let mut listeners = vec![first];
        // A machine may be without IPv6; then nothing can arrive there either.
        listeners.extend(TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok());
        for listener in listeners {
            let seen = Arc::clone(&seen);
            tokio::spawn(async move {
                while listener.accept().await.is_ok() {
                    seen.fetch_add(1, SeqCst);
                }
            });
        }
        Self { port, seen }
    }
}

/// Hosts that lead to this machine, to its neighbours or to a cloud's metadata, in every spelling that a URL allows.
fn hosts() -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    let closed = [
        "127.0.0.1",
        "127.1.2.3",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "169.254.169.254",
        "169.254.0.1",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "192.168.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
    ];
    for text in closed {
        let address: Ipv4Addr = text.parse().unwrap();
        let [a, b, c, d] = address.octets();
        let number = u32::from(address);
        let [high, low] = [number >> 16, number & 0xffff];
        hosts.push(text.to_owned());
        hosts.push(number.to_string());
        hosts.push(format!("{number:#x}"));
        hosts.push(format!("0{number:o}"));
        hosts.push(format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}"));
        hosts.push(format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"));
        hosts.push(format!("{a}.{}", number & 0x00ff_ffff));
        hosts.push(format!("[::ffff:{text}]"));
        hosts.push(format!("[::ffff:{high:x}:{low:x}]"));
        hosts.push(format!("[::{text}]"));
        hosts.push(format!("[64:ff9b::{text}]"));
        hosts.push(format!("[2002:{high:x}:{low:x}::1]"));
        hosts.push(format!("[::ffff:0:{high:x}:{low:x}]"));
        hosts.push(format!("[64:ff9b:1::{text}]"));
        hosts.push(format!("[2606:4700::5efe:{high:x}:{low:x}]"));
    }
    let others = [
        "[::]",
        "[::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fd12:3456::1]",
        "[fe80::1]",
        "[feb0::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[ff0e::1]",
        "[100::1]",
        "[2001::1]",
        "[2001:2::1]",
        "[2001:10::1]",
        "[2001:20::1]",
        "[2001:db8::1]",
        "[3fff::1]",
        "[5f00::1]",
        "[4000::1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "foo.localhost",
        "127.1",
        "0",
        "１２７.0.0.1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "①②⑦.0.0.1",
    ];
    hosts.extend(others.map(str::to_owned));
    hosts
}

#[tokio::test]
async fn no_address_that_is_closed_is_ever_connected_to() {
    let canary = Canary::everywhere().await;
    let net = Net::new(&[]).unwrap();
    let hosts = hosts();
    assert!(hosts.len() >= 300, "{}", hosts.len());
    for host in &hosts {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{}/hook", canary.port);
            let request = Request { method: "POST".to_owned(), url: url.clone(), headers: vec![], body: Bytes::new() };
            let end = net.send(request, Duration::from_secs(10), 100).await;
            // Names that this machine does not know fail to be found; everything else is told to be forbidden.
            let is_name = host.contains("localhost");
            let is_refused = matches!(&end, Err(Fault::Forbidden(_))) || is_name && end.is_err();
            assert!(is_refused, "{url}: {end:?}");
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        for tls in [false, true] {
            assert!(net.connect(bare, canary.port, tls).await.is_err(), "{bare}");
        }
    }
    // A connection of our own shows that the canary sings.
    let seen = canary.seen.load(SeqCst);
    drop(tokio::net::TcpStream::connect(("127.0.0.1", canary.port)).await.unwrap());
    while canary.seen.load(SeqCst) == seen {
        tokio::task::yield_now().await;
    }
    assert_eq!(canary.seen.load(SeqCst), 1);
}

#[tokio::test]
async fn without_permission_nothing_is_sent_and_it_is_written_down_why() {
    let house = House::reaching(&["10.0.0.0/8"]);
    let mut receiver = Receiver::willing().await;
    house.endpoint(&receiver.url()).await;
    house.add("An", Dialect::Vbot).await;
    house.worker.work_off().await;
    let (_, attempts) = house.deliveries().await.pop().unwrap();
    assert_eq!(attempts[0].status, None);
    assert!(attempts[0].answer.contains("127.0.0.1"), "{}", attempts[0].answer);
    assert!(receiver.all().is_empty());
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let house = House::new();
    let mut target = Receiver::willing().await;
    let there = target.url();
    let mut receiver = Receiver::start(move |_, number| {
        let (status, there) = ([301, 302, 303, 307, 308][number % 5], there.clone());
        async move { Reply(status, Some(("location", there)), "") }
    })
    .await;
    house.endpoint(&receiver.url()).await;
    for name in ["An", "Bình", "Châu", "Dũng", "Giang"] {
        house.add(name, Dialect::Vbot).await;
    }
    house.worker.work_off().await;
    assert_eq!(receiver.all().len(), 5);
    assert!(target.all().is_empty());
    let mut statuses: Vec<_> =
        house.deliveries().await.iter().map(|(_, attempts)| attempts[0].status.unwrap()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [301, 302, 303, 307, 308]);
}

#[tokio::test]
async fn addresses_that_are_none_of_ours() {
    let net = Net::new(&["127.0.0.0/8".parse().unwrap()]).unwrap();
    for url in [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://user:pass@127.0.0.1/",
        "https://",
        "127.0.0.1",
        "http://127.0.0.1/#part",
        "javascript:alert(1)",
        "",
    ] {
        let request = Request { method: "POST".to_owned(), url: url.to_owned(), headers: vec![], body: Bytes::new() };
        let end = net.send(request, Duration::from_secs(5), 100).await;
        assert!(matches!(end, Err(Fault::Forbidden(_))), "{url}: {end:?}");
    }
}

#[tokio::test]
async fn of_an_answer_little_is_kept_and_an_endless_one_ends() {
    let house = House::new();
    const LONG: &str = include_str!("safety.rs");
    let receiver = Receiver::start(async |_, _| Reply(200, None, LONG)).await;
    house.endpoint(&receiver.url()).await;
    house.add("An", Dialect::Vbot).await;
    house.worker.work_off().await;
    let (_, attempts) = house.deliveries().await.pop().unwrap();
    assert_eq!(attempts[0].answer, LONG[..LONG.floor_char_boundary(1_024)]);
}

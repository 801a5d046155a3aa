//! Whose request it is.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::{HeaderMap, HeaderValue};
use axum::routing::get;
use axum::{Extension, Router};
use ipnet::IpNet;
use proptest::prelude::*;

use super::*;
use crate::{ClientAddress, TrustedProxies};

fn proxies(networks: &[&str]) -> TrustedProxies {
    networks.iter().map(|network| network.parse::<IpNet>().unwrap()).collect()
}

fn forwarded_for<'a>(lines: impl IntoIterator<Item = &'a str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append("x-forwarded-for", HeaderValue::from_bytes(line.as_bytes()).unwrap());
    }
    headers
}

fn resolve(peer: &str, lines: &[&str]) -> String {
    let proxies = proxies(&["10.0.0.0/8", "::ffff:172.16.0.0/108", "fd00::/8"]);
    proxies.resolve(peer.parse().unwrap(), &forwarded_for(lines.iter().copied())).to_string()
}

#[test]
fn the_rightmost_stranger_is_the_client() {
    let table: [(&str, &[&str], &str); 16] = [
        ("192.0.2.1", &[], "192.0.2.1"),
        ("192.0.2.1", &["198.51.100.7"], "192.0.2.1"),
        ("10.0.0.1", &[], "10.0.0.1"),
        ("10.0.0.1", &["198.51.100.7"], "198.51.100.7"),
        ("::ffff:10.0.0.1", &["198.51.100.7"], "198.51.100.7"),
        ("::ffff:192.0.2.1", &["198.51.100.7"], "192.0.2.1"),
        ("172.16.5.5", &["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", &["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", &["1.1.1.1, 198.51.100.7, 10.9.9.9"], "198.51.100.7"),
        ("10.0.0.1", &["1.1.1.1", "198.51.100.7 ,10.9.9.9"], "198.51.100.7"),
        ("10.0.0.1", &["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
        ("10.0.0.1", &["1.1.1.1, unknown, 10.2.2.2"], "10.2.2.2"),
        ("10.0.0.1", &["đ"], "10.0.0.1"),
        ("10.0.0.1", &["198.51.100.7:4711"], "198.51.100.7"),
        ("fd00::1", &["[2001:db8::7]:443"], "2001:db8::7"),
        ("fd00::1", &["[::ffff:198.51.100.7]"], "198.51.100.7"),
    ];
    for (peer, lines, client) in table {
        assert_eq!(resolve(peer, lines), client, "{peer} {lines:?}");
    }
}

#[tokio::test]
async fn handlers_find_the_address_in_the_request() {
    let tell = async |Extension(client): Extension<ClientAddress>| format!("<{client}>");
    let front = Front { proxies: proxies(&["127.0.0.0/8"]), ..Front::new(Router::new().route("/", get(tell))) };
    let server = Server::start(front).await;
    let answer = server.send("GET / HTTP/1.0\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n\r\n").await;
    assert!(answer.ends_with("<203.0.113.9>"), "{answer}");
}

proptest! {
    #[test]
    fn what_a_stranger_claims_changes_nothing(claim in "[ -~]{0,40}", client in any::<u32>(), hops in 0usize..4) {
        let trusted = proxies(&["10.0.0.0/8"]);
        let client = IpAddr::from(Ipv4Addr::from_bits(client | 0x8000_0000));
        let line = format!("{claim},{client}{}", ", 10.1.1.1".repeat(hops));
        let headers = forwarded_for([line.as_str()]);
        prop_assert_eq!(trusted.resolve(IpAddr::from([10, 0, 0, 1]), &headers), ClientAddress(client));
        prop_assert_eq!(trusted.resolve(client, &headers), ClientAddress(client));
        let nobody = TrustedProxies::default().resolve(IpAddr::from([10, 0, 0, 1]), &headers);
        prop_assert_eq!(nobody, ClientAddress(IpAddr::from([10, 0, 0, 1])));
    }
}

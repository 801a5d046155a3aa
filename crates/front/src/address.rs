//! Which address a request comes from, through the proxies that are trusted to say.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::{IpNet, Ipv4Net};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client, an extension of every request; IPv4 is never written as IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The networks whose `X-Forwarded-For` is believed; none by default.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl FromIterator<IpNet> for TrustedProxies {
    fn from_iter<T: IntoIterator<Item = IpNet>>(networks: T) -> Self {
        Self(networks.into_iter().map(canonical).collect())
    }
}

impl TrustedProxies {
    /// Whether this address may speak for others.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The peer, or if it is trusted the rightmost address in `X-Forwarded-For` that is not: each proxy appends whom it
    /// heard, so everything left of the first stranger is what the stranger claims. An entry that is no address ends
    /// the search at the proxy that wrote it.
    pub fn resolve(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let mut client = peer.to_canonical();
        let entries = headers.get_all(FORWARDED_FOR).iter().collect::<Vec<_>>();
        let mut heard = entries.iter().rev().flat_map(|entry| entry.to_str().unwrap_or("?").rsplit(','));
        while self.contains(client) {
            let Some(address) = heard.next().and_then(parse) else { break };
            client = address;
        }
        ClientAddress(client)
    }
}

/// Reads an address as proxies write it: bare, with a port, or in brackets.
fn parse(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let address = bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(IpAddr::to_canonical(&address))
}

/// A network of IPv4-mapped addresses as the IPv4 network that it means.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else { return network };
    let Some(address) = mapped.addr().to_ipv4_mapped() else { return network };
    let bits = mapped.prefix_len().checked_sub(96);
    bits.and_then(|bits| Ipv4Net::new(address, bits).ok()).map_or(network, IpNet::V4)
}

//! Which addresses belong to the open internet, and which to somebody's own machines.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// IPv4 that is nobody's on the open internet (IANA's special-purpose registry), and one address that looks like it is.
const CLOSED_V4: [Ipv4Net; 17] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    // Behind a carrier's translation; also the metadata address of one cloud.
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    // Link-local: the metadata address of most clouds.
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    // Relays of 6to4, given up long ago.
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(233, 252, 0, 0, 24),
    v4(240, 0, 0, 0, 4),
    // The host agent of one cloud, reachable from its machines only.
    v4(168, 63, 129, 16, 32),
];

/// What is global in IPv6, and the parts of it that are not.
const OPEN_V6: Ipv6Net = v6(0x2000, 0, 0, 3);
const CLOSED_V6: [Ipv6Net; 3] = [
    // Protocol assignments with Teredo, benchmarking and ORCHID.
    v6(0x2001, 0, 0, 23),
    v6(0x2001, 0xdb8, 0, 32),
    v6(0x3fff, 0, 0, 20),
];

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(a: u16, b: u16, c: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

/// The address that is really meant: IPv4 that was written as IPv6 is IPv4.
pub fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// Whether an address is on the open internet, however it is written.
pub fn is_open(address: IpAddr) -> bool {
    match canonical(address) {
        IpAddr::V4(address) => !CLOSED_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => is_open_v6(address),
    }
}

fn is_open_v6(address: Ipv6Addr) -> bool {
    let inside = embedded(address);
    let is_translated = is_nat64(address);
    (OPEN_V6.contains(&address) && !CLOSED_V6.iter().any(|net| net.contains(&address)) || is_translated)
        && inside.is_none_or(|inside| is_open(IpAddr::V4(inside)))
}

/// The well-known prefix by which IPv4 is reached from networks that have none.
fn is_nat64(address: Ipv6Addr) -> bool {
    address.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0]
}

/// The IPv4 address to which a tunnel or a translator would carry a packet.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [first, second, third, .., seventh, eighth] = address.segments();
    let joined = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        Ipv4Addr::new(a, b, c, d)
    };
    let is_isatap = matches!(address.segments()[4..6], [0 | 0x200, 0x5efe]);
    match first {
        0x2002 => Some(joined(second, third)),
        _ if is_nat64(address) || is_isatap => Some(joined(seventh, eighth)),
        _ => None,
    }
}

/// Whether an address is in one of the networks that the operator allows.
pub fn is_allowed(address: IpAddr, networks: &[IpNet]) -> bool {
    let address = canonical(address);
    networks.iter().any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> bool {
        is_open(text.parse().unwrap())
    }

    #[test]
    fn the_open_internet() {
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "168.63.129.15",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "2001:4860:4860::8888",
            "2400:cb00::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(open(text), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_it() {
        for text in [
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::8.8.8.8",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "2002:c0a8:1::",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
            "2606:4700::5efe:127.0.0.1",
            "2606:4700::200:5efe:10.0.0.1",
            "168.63.129.16",
            "169.254.169.254",
            "100.100.100.200",
            "192.0.0.192",
            "255.255.255.255",
            "0.0.0.0",
        ] {
            assert!(!open(text), "{text}");
        }
    }

    #[test]
    fn an_allowed_network_means_the_address_not_its_disguise() {
        let networks = ["127.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let allowed = |text: &str| is_allowed(text.parse().unwrap(), &networks);
        assert!(allowed("127.1.2.3") && allowed("::ffff:127.0.0.1") && allowed("fd12::1"));
        assert!(!allowed("::1") && !allowed("10.0.0.1") && !allowed("64:ff9b::127.0.0.1"));
    }
}

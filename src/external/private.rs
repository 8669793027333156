//! Detects private addresses, which mounted documents must not make this machine request.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// True for addresses of the public internet: not loopback, private, link-local, shared, reserved or multicast, and not
/// containing such an address.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_reserved = match (first, second, third) {
        // "This network", reserved addresses and broadcast.
        (0 | 240..=255, ..) => true,
        // Carrier-grade NAT, protocol assignments, benchmarks.
        (100, 64..=127, _) | (192, 0, 0) | (198, 18..=19, _) => true,
        _ => false,
    };
    !(is_reserved
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let carried = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // Mapped and translated IPv4 (RFC 4291, 6052), then 6to4 (RFC 3056).
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => carried(high, low),
        [0x2002, high, low, ..] => carried(high, low),
        // Teredo, benchmarks, ORCHID and documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Only global unicast is assigned; the rest is local, multicast or reserved.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// A resolver that returns only addresses checked before, so that a name cannot resolve to another address for the
/// request (DNS rebinding).
pub(super) struct CheckedResolver {
    names: Mutex<HashMap<String, Vec<SocketAddr>>>,
    /// True if other names, such as that of a proxy, are resolved by the system.
    pub is_proxied: bool,
}

impl CheckedResolver {
    /// Creates a resolver without names.
    pub(super) fn new(is_proxied: bool) -> Self {
        Self { names: Mutex::default(), is_proxied }
    }

    /// Stores the checked addresses of a name.
    pub(super) fn keep(&self, name: &str, addresses: Vec<SocketAddr>) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.insert(name.to_lowercase(), addresses);
    }
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let checked = names.get(&name.as_str().to_lowercase()).cloned();
        let (name, is_proxied) = (name.as_str().to_owned(), self.is_proxied);
        Box::pin(async move {
            let addresses: Addrs = match checked {
                Some(addresses) => Box::new(addresses.into_iter()),
                None if is_proxied => {
                    let addresses: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
                    Box::new(addresses.into_iter())
                }
                None => return Err("the host name has no address".into()),
            };
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for private in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.0.1",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001::1",
            "2001:db8::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "100::1",
            "4000::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.1.1.1",
            "2606:4700::1111",
            "2a00::1",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2002:101:101::",
            "2001:4860::8888",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}

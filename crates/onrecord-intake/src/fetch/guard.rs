//! Which addresses may be connected to.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Resolves names, and lets only addresses through that may be connected to. What it lets through is what is connected to.
#[derive(Debug)]
pub(super) struct Guard {
    resolver: DefaultResolver,
    may_connect: fn(IpAddr) -> bool,
}

impl Guard {
    pub(super) fn new(may_connect: fn(IpAddr) -> bool) -> Guard {
        Guard { resolver: DefaultResolver::default(), may_connect }
    }
}

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let all = self.resolver.resolve(uri, config, timeout)?;
        let mut public = self.empty();
        for address in all.iter().filter(|address| (self.may_connect)(address.ip())) {
            public.push(*address);
        }
        match all.first() {
            Some(private) if public.is_empty() => {
                let host = uri.host().unwrap_or_default().to_owned();
                Err(ureq::Error::Other(Box::new(Private { host, address: private.ip() })))
            }
            _ => Ok(public),
        }
    }
}

/// That a host is in a private network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Private {
    host: String,
    address: IpAddr,
}

impl fmt::Display for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Private { host, address } = self;
        write!(f, "{host} is in a private network ({address}); --allow-private lets it be fetched")
    }
}

impl Error for Private {}

/// Whether an address is one of the public internet, by the registries of special addresses (RFC 6890 and its like).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        // "This network", shared between customers, protocol assignments, benchmarks, and the reserved end of the space.
        || a == 0
        || a == 100 && b & 0xc0 == 64
        || [a, b, c] == [192, 0, 0]
        || [a, b, c] == [192, 88, 99]
        || a == 198 && b & 0xfe == 18
        || a >= 240;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let v4 = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match parts {
        // Addresses of IPv4 that are translated (NAT64) or tunnelled (6to4): it counts where they lead.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(v4(high, low)),
        [0x2002, high, low, ..] => is_public_v4(v4(high, low)),
        // Protocol assignments, Teredo among them, and documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // All else that is public begins with the bits 001.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_special_addresses_are_told_from_public_ones() {
        for public in [
            "8.8.8.8",
            "172.15.255.255",
            "172.32.0.0",
            "100.63.0.1",
            "100.128.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "127.0.0.1",
            "127.8.9.10",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }
}

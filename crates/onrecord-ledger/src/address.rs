//! Addresses of reports: two spellings of one address are one report.

/// The address as the ledger compares it, or `None` where it is no address of a report: no `http` or `https`, or the front
/// page of a site, which some pages name as their own address.
pub(crate) fn canonical(url: &str) -> Option<String> {
    let url = url.trim();
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let port = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = host.rsplit('@').next().unwrap_or_default().to_lowercase();
    let host = host.strip_suffix(port).unwrap_or(&host);
    let bare = matches!(path, "" | "/" | "/?");
    (!host.is_empty() && !bare).then(|| format!("{scheme}://{host}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (url, expected) in [
            ("https://courier.example/tram-1", Some("https://courier.example/tram-1")),
            ("HTTPS://Courier.Example:443/Tram-1#comments", Some("https://courier.example/Tram-1")),
            ("http://ada@courier.example:8080/a?b=C", Some("http://courier.example:8080/a?b=C")),
            ("https://courier.example?p=7", Some("https://courier.example?p=7")),
            ("https://courier.example/", None),
            ("https://courier.example", None),
            ("file:///tmp/a.html", None),
            ("/tram-1", None),
            ("", None),
        ] {
            assert_eq!(canonical(url).as_deref(), expected, "{url}");
        }
    }
}

use jiff::civil::date;
use onrecord::article::Form;
use onrecord_intake::Item;

use crate::{gzip, items, told};

const PAGE: &str = "<html><head><title>Mayor says no</title></head><body><h1>Mayor says no</h1><p>The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.</p></body></html>";
const READ: &str = "Mayor says no / The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.";

fn record(kind: &str, url: &str, content_type: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-14T22:10:00.5Z\r\n\
         WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn response(url: &str, head: &str, body: &[u8]) -> Vec<u8> {
    record(
        "response",
        url,
        "application/http; msgtype=response",
        &[b"HTTP/1.1 ", head.as_bytes(), b"\r\n\r\n", body].concat(),
    )
}

fn page(name: &str) -> Vec<u8> {
    response(&format!("https://courier.example/{name}"), "200 OK\r\nContent-Type: text/html", PAGE.as_bytes())
}

/// Records of every kind, four of which are reports.
fn crawl() -> Vec<Vec<u8>> {
    let url = "https://courier.example/";
    let chunked = format!("{:x}\r\n{PAGE}\r\n0\r\n\r\n", PAGE.len());
    vec![
        record("warcinfo", "", "application/warc-fields", b"software: a crawler\r\n"),
        record("request", url, "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n"),
        page("a"),
        record(
            "revisit",
            url,
            "application/http; msgtype=response",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        ),
        response(
            "https://courier.example/b",
            "200 OK\r\ncontent-type: text/html; charset=utf-8\r\ntransfer-encoding: chunked",
            chunked.as_bytes(),
        ),
        response(
            "https://courier.example/c",
            "200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip",
            &gzip(PAGE.as_bytes()),
        ),
        response("https://courier.example/a.png", "200 OK\r\nContent-Type: image/png", b"\x89PNG"),
        response("https://courier.example/gone", "404 Not Found\r\nContent-Type: text/html", PAGE.as_bytes()),
        record("metadata", url, "application/warc-fields", b"fetchTimeMs: 3\r\n"),
        record("resource", "https://courier.example/d", "text/plain", b"The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.\n"),
        record("response", "dns:courier.example", "text/dns", b"courier.example. 60 IN A 192.0.2.1"),
    ]
}

const CRAWL: [&str; 5] = [
    "in#3 https://courier.example/a | Mayor says no / The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
    "in#5 https://courier.example/b | Mayor says no / The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
    "in#6 https://courier.example/c | Mayor says no / The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
    "in#10 https://courier.example/d | The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
    "passed in: answers that are neither pages nor texts: 1, answers with status 404: 1, metadata records: 1, request records: 1, \
     response records of other things than pages: 1, revisit records: 1, warcinfo records: 1",
];

#[test]
fn pages_are_reports_and_all_else_is_counted() {
    let records = crawl();
    assert_eq!(told(&records.concat()), CRAWL);
    // A member of gzip a record, or one for all, or wherever a block of a parallel packer ends.
    let members: Vec<Vec<u8>> = records.iter().map(|record| gzip(record)).collect();
    assert_eq!(told(&members.concat()), CRAWL);
    assert_eq!(told(&gzip(&records.concat())), CRAWL);
    let blocks: Vec<Vec<u8>> = records.concat().chunks(700).map(gzip).collect();
    assert_eq!(told(&blocks.concat()), CRAWL);
}

#[test]
fn a_report_has_its_address_its_day_and_what_it_was_sent_as() {
    let latin = b"<html><body><h1>No</h1><p>The ma\xeere of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.</p></body></html>";
    let archive =
        response("<https://courier.example/m>", "200 OK\r\nContent-Type: text/html; charset=iso-8859-1", latin);
    let Item::Report(found) = items(&archive).remove(0) else { panic!() };
    assert_eq!(found.bytes, latin);
    assert_eq!(found.origin.url.as_deref(), Some("https://courier.example/m"));
    assert_eq!((found.origin.form, found.origin.retrieved), (Form::Html, Some(date(2024, 5, 14))));
    assert_eq!(found.origin.content_type.as_deref(), Some("text/html; charset=iso-8859-1"));
    assert!(found.origin.article(&found.bytes).unwrap().text.contains("ma\u{ee}re"));
}

#[test]
fn an_archive_that_is_cut_short_keeps_what_came_before() {
    let (a, b) = (page("a"), page("b"));
    let first = format!("in#1 https://courier.example/a | {READ}");
    for cut in [5, 40, a.len() / 2, b.len() - 5] {
        let archive = [&a[..], &b[..cut]].concat();
        let why = "lost in: the archive is cut short; it was read up to there (1 whole record)";
        assert_eq!(told(&archive), [first.as_str(), why], "cut at {cut}");
    }
    let packed = [gzip(&a), gzip(&b)].concat();
    let told = told(&packed[..packed.len() - 40]);
    assert_eq!(told[0], first);
    assert!(told[1].starts_with("lost in: the gzip data is broken or cut short (") && told.len() == 2, "{told:?}");
}

#[test]
fn after_damage_reading_goes_on_with_the_next_record() {
    let last = format!("in#3 https://courier.example/c | {READ}");
    let mut packed = gzip(&page("b"));
    let middle = packed.len() / 2;
    packed[middle..middle + 20].fill(0xff);
    let archive = [gzip(&page("a")), packed, gzip(&page("c"))].concat();
    let told = told(&archive);
    assert!(told[1].contains("is broken or cut short ("), "{told:?}");
    assert!(told[1].ends_with(" after 1 whole record; reading goes on with the next record"), "{told:?}");
    assert_eq!((told.len(), &told[2]), (3, &last));

    let plain = [page("a"), b"torn off\r\nWARC/1.0\r\nno length\r\n\r\n".to_vec(), page("c")].concat();
    let told = crate::told(&plain);
    let why = "lost in: after 1 whole record there is something else; reading goes on with the next record";
    assert_eq!(told[1..], [why, why, &last]);
}

#[test]
fn what_cannot_be_unpacked_is_told_by_its_address() {
    let url = "https://courier.example/x";
    let broken =
        response(url, "200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip", &gzip(PAGE.as_bytes())[..30]);
    let none = record("response", url, "application/http", b"<html>");
    let told = told(&[broken, none, page("a")].concat());
    assert!(told[0].starts_with(&format!("lost in#1 {url}: its gzip data is broken or cut short (")), "{told:?}");
    assert_eq!(told[1], format!("lost in#2 {url}: no HTTP response is in its record"));
    assert_eq!(told[2], format!("in#3 https://courier.example/a | {READ}"));
}

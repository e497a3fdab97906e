//! Feeds, web archives and addresses on the command line.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Run, folder, onrecord, run, without_rate};

fn typed(there: &Path, words: &str) -> Run {
    run(&mut onrecord(there, words))
}

/// A report on a bridge that closes in this month.
fn report(month: &str) -> String {
    format!(
        "<h1>Harbour bridge to close</h1><p>The bridge over the harbour will close in {month}, the mayor of Kolm said on \
         Tuesday.</p><p>Tom Reeve, who built it, denied that there were any cracks.</p>"
    )
}

/// A server that answers every path with what stands here under it, and all others with 404; its address.
fn serve(pages: Arc<Mutex<Vec<(String, String)>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let Some(Ok(first)) = lines.next() else { continue };
            for line in lines {
                if line.unwrap().is_empty() {
                    break;
                }
            }
            let path = first.split(' ').nth(1).unwrap().to_owned();
            let page = pages.lock().unwrap().iter().find(|(name, _)| *name == path).map(|(_, page)| page.clone());
            let (status, page) = page.map_or(("404 Not Found", String::new()), |page| ("200 OK", page));
            let length = page.len();
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            stream.write_all((head + &page).as_bytes()).unwrap();
        }
    });
    address
}

#[test]
fn what_is_at_an_address_is_added_and_its_changes_are_versions() {
    let there = folder("address", &[]);
    let pages = Arc::new(Mutex::new(vec![("/bridge".to_owned(), format!("<html><body>{}", report("June")))]));
    let site = serve(Arc::clone(&pages));
    let refused = typed(&there, &format!("add {site}/bridge")).exits(1);
    let why = "127.0.0.1 is in a private network (127.0.0.1); --allow-private lets it be fetched";
    assert_eq!(refused.stderr, format!("onrecord: {site}/bridge: {why}\n"));

    let add = format!("add --allow-private {site}/bridge");
    assert_eq!(without_rate(&typed(&there, &add).exits(0).stderr).0, "onrecord: 1 added, 0 known");
    assert_eq!(without_rate(&typed(&there, &add).exits(0).stderr).0, "onrecord: 0 added, 1 known");
    pages.lock().unwrap()[0].1 = format!("<html><body>{}", report("July"));
    let changed = typed(&there, &add).exits(0);
    assert!(changed.stderr.starts_with(&format!("onrecord: {site}/bridge: ")), "{}", changed.stderr);
    assert!(changed.stderr.ends_with(" (changed)\n"), "{}", changed.stderr);
    assert!(typed(&there, "search bridge close July").exits(0).stdout.contains("1 claim\n"));
    let gone = typed(&there, &format!("read --allow-private {site}/gone")).exits(1);
    assert_eq!(gone.stderr, format!("onrecord: {site}/gone: there is no such page (status 404)\n"));
}

#[test]
fn feeds_in_files_are_followed_if_that_is_wanted() {
    let pages = vec![("/bridge".to_owned(), format!("<html><body>{}", report("June")))];
    let site = serve(Arc::new(Mutex::new(pages)));
    let feed = format!(
        "<rss version=\"2.0\" xmlns:c=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Courier</title>\
         <item><title>A</title><link>{site}/bridge</link><description>The bridge.</description></item>\
         <item><title>Harbour bridge to close</title><link>{site}/b</link><c:encoded><![CDATA[{}]]></c:encoded></item>\
         </channel></rss>",
        report("May")
    );
    let there = folder("feed", &[("in/feed.xml", feed.as_bytes()), ("in/map.xml", b"<urlset></urlset>")]);
    let told = typed(&there, "add in").exits(1);
    let rest =
        format!("unreadable:\n  in/feed.xml#1: the entry only links to {site}/bridge; --follow fetches the page");
    assert_eq!(without_rate(&told.stderr), ("onrecord: 1 added, 0 known, 1 unreadable".to_owned(), rest));
    let told = typed(&there, "add in --follow --allow-private").exits(0);
    assert_eq!(without_rate(&told.stderr).0, "onrecord: 1 added, 1 known");
    let found = typed(&there, "search bridge close --publisher Courier").exits(0).stdout;
    assert!(found.contains("May") && !found.contains("June"), "{found}");
}

#[test]
fn web_archives_are_read_and_what_is_no_report_in_them_is_counted() {
    let record = |kind: &str, block: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://courier.example/a\r\nContent-Type: application/http\r\n\
             Content-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
    };
    let page = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>{}", report("June"));
    let archive = [record("request", "GET /a HTTP/1.1\r\n\r\n"), record("response", &page)].concat();
    let there = folder(
        "archive",
        &[("crawl.warc.gz", &super::gzipped(archive.as_bytes())), ("cut.warc", &archive.as_bytes()[..300])],
    );
    let read = typed(&there, "read crawl.warc.gz -f ndjson")
        .exits(0)
        .tells("passed over:\n  crawl.warc.gz: request records: 1\n");
    assert_eq!(read.records()[0].document.url.as_deref(), Some("https://courier.example/a"));
    let cut = "onrecord: cut.warc: the archive is cut short; it was read up to there (1 whole record)\n";
    typed(&there, "read cut.warc").exits(1).tells(&format!("{cut}passed over:\n  cut.warc: request records: 1\n"));
}

//! Against a server on loopback, which is a private network to the program: [`outside`] plays the public one.

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use super::*;
use crate::{Item, Options, address};

/// A server that gives the same answer to the same path, and remembers what it was asked for.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

/// What a path is answered with, given how often it was asked for before. After `Hang` it sends nothing more, and does not
/// close the connection.
enum Answer {
    Whole(String),
    Hang(String),
    Endless(String, &'static str),
}

impl Server {
    fn start(answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, all) = (Arc::new(answer), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, asked) = (Arc::clone(&answer), Arc::clone(&all));
                thread::spawn(move || serve(stream.unwrap(), &*answer, &asked));
            }
        });
        Server { port, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&str, usize) -> Answer, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else { return };
    let agent =
        lines.map_while(Result::ok).take_while(|line| !line.is_empty()).find(|it| it.starts_with("user-agent:"));
    assert!(agent.is_some_and(|agent| agent.contains("onrecord")));
    let path = first.split(' ').nth(1).unwrap().to_owned();
    let before = {
        let mut asked = asked.lock().unwrap();
        asked.push(path.clone());
        asked.iter().filter(|it| **it == path).count() - 1
    };
    // The other side may have seen enough at any time.
    match answer(&path, before) {
        Answer::Whole(words) => drop(stream.write_all(words.as_bytes())),
        Answer::Hang(words) => {
            let _ = stream.write_all(words.as_bytes());
            let _ = stream.read(&mut [0]);
        }
        Answer::Endless(words, again) => {
            let _ = stream.write_all(words.as_bytes());
            while stream.write_all(again.as_bytes()).is_ok() {}
        }
    }
}

fn whole(head: &str, body: &str) -> Answer {
    Answer::Whole(format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()))
}

fn no_robots(path: &str) -> Option<Answer> {
    (path == "/robots.txt").then(|| whole("404 Not Found", ""))
}

const PAGE: &str = "<html><head><title>Mayor says no</title></head><body><h1>Mayor says no</h1><p>The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.</p></body></html>";

/// Lets 127.0.0.1 stand for the public network; all else stays what it is.
fn outside(address: IpAddr) -> bool {
    address == Ipv4Addr::LOCALHOST || guard::is_public(address)
}

fn quick() -> Manners {
    Manners { pause: Duration::ZERO, time: Duration::from_secs(20), ..Manners::default() }
}

fn fetcher(manners: Manners) -> Fetcher {
    Fetcher::guarded(manners, Guard::new(outside))
}

/// Each item in a line: reports by address, text and content type.
fn found(url: &str, fetcher: &Fetcher) -> Vec<String> {
    let mut all = Vec::new();
    let _ = address(url, fetcher, &Options::default(), &mut |item| {
        all.push(match item {
            Item::Report(found) => {
                let article = found.origin.article(&found.bytes).unwrap();
                format!(
                    "{} | {}",
                    found.origin.url.unwrap_or_default(),
                    article.read_blocks().collect::<Vec<_>>().join(" ")
                )
            }
            Item::Lost(lost) => format!("lost {lost}"),
            Item::Passed(passed) => format!("passed {}: {}", passed.place, passed.what),
        });
        ControlFlow::Continue(())
    });
    all
}

#[test]
fn a_page_is_a_report_with_its_address_and_day() {
    let server =
        Server::start(|path, _| no_robots(path).unwrap_or_else(|| whole("200 OK\r\nContent-Type: text/html", PAGE)));
    let url = server.url("/no#comments");
    assert_eq!(
        found(&url, &fetcher(quick())),
        [format!(
            "{url} | Mayor says no The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words."
        )]
    );
    assert_eq!(server.asked(), ["/robots.txt", "/no"]);
}

#[test]
fn the_encoding_is_that_which_the_server_names() {
    // KOI8-R under an HTML head that claims another encoding.
    let server = Server::start(|path, _| {
        no_robots(path).unwrap_or_else(|| {
            let page = "<html><head><meta charset=\"utf-8\"><title>Ko\u{3b1}</title></head><body><h1>Ko\u{3b1}</h1><p>The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.</p></body></html>";
            whole("200 OK\r\nContent-Type: text/html; charset=iso-8859-7", page)
        })
    });
    // The two bytes of α in UTF-8 are two letters in ISO 8859-7.
    assert!(found(&server.url("/a"), &fetcher(quick()))[0].contains("KoΞ±"));
}

#[test]
fn redirects_are_followed_to_where_they_lead_and_no_further() {
    let server = Server::start(|path, _| {
        no_robots(path).unwrap_or_else(|| match path {
            "/a" => whole("301 Moved\r\nLocation: b?c=1", ""),
            "/b?c=1" => whole("200 OK\r\nContent-Type: text/html", PAGE),
            "/file" => whole("302 Found\r\nLocation: file:///etc/passwd", ""),
            "/secret" => whole("302 Found\r\nLocation: /private/x", ""),
            _ => whole("302 Found\r\nLocation: /round", ""),
        })
    });
    let fetcher = fetcher(quick());
    let expected = format!(
        "{} | Mayor says no The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
        server.url("/b?c=1")
    );
    assert_eq!(found(&server.url("/a"), &fetcher), [expected]);
    let round = server.url("/round");
    assert_eq!(found(&round, &fetcher), [format!("lost {round}: it leads on more than 5 times")]);
    let file = server.url("/file");
    assert_eq!(found(&file, &fetcher), [format!("lost {file}: only http and https are fetched, and not file")]);
}

#[test]
fn private_networks_are_refused_by_name_by_number_and_behind_redirects() {
    let server = Server::start(|path, _| {
        let port = path.rsplit('/').next().unwrap_or_default().to_owned();
        no_robots(path).unwrap_or_else(|| whole(&format!("302 Found\r\nLocation: http://127.0.0.2:{port}/"), ""))
    });
    let inside = Server::start(|_, _| whole("200 OK", PAGE));
    let url = server.url(&format!("/{}", inside.port));
    let told = "127.0.0.2 is in a private network (127.0.0.2); --allow-private lets it be fetched";
    assert_eq!(found(&url, &fetcher(quick())), [format!("lost {url}: {told}")]);

    let strict = Fetcher::new(quick());
    for (host, address) in
        [("localhost", "("), ("127.0.0.1", "(127.0.0.1)"), ("[::1]", "(::1)"), ("0x7f.1", "(127.0.0.1)")]
    {
        let url = format!("http://{host}:{}/", inside.port);
        let told = found(&url, &strict);
        assert!(told[0].contains("is in a private network (") && told[0].contains(address), "{told:?}");
    }
    // Nobody was even asked for robots.txt.
    assert_eq!(inside.asked(), Vec::<String>::new());
    let allowed = Fetcher::new(Manners { allow_private: true, ..quick() });
    assert_eq!(found(&inside.url("/x"), &allowed).len(), 1);
    assert_eq!(inside.asked(), ["/robots.txt", "/x"]);
}

#[test]
fn robots_txt_is_heeded_and_asked_for_once() {
    let server = Server::start(|path, _| match path {
        "/robots.txt" => whole(
            "200 OK",
            "User-agent: *\nAllow: /\n\nUser-agent: Onrecord\nDisallow: /shut\u{e9}\nDisallow: /closed\nAllow: /closed/not\n",
        ),
        _ => whole("200 OK\r\nContent-Type: text/html", PAGE),
    });
    let fetcher = fetcher(quick());
    let host = server.url("");
    for shut in ["/closed", "/closed/x", "/shut\u{e9}/y"] {
        let url = server.url(shut);
        let told = format!("lost {url}: robots.txt of {host} forbids to fetch it; save the page and add the file");
        assert_eq!(found(&url, &fetcher), [told]);
    }
    for open in ["/", "/closed/not/x"] {
        assert!(found(&server.url(open), &fetcher)[0].ends_with("The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words."));
    }
    assert_eq!(server.asked(), ["/robots.txt", "/", "/closed/not/x"]);

    let broken = Server::start(|_, _| whole("500 Oh", ""));
    let (url, host) = (broken.url("/a"), broken.url(""));
    let why = format!("robots.txt of {host} cannot be read (status 500), so nothing is fetched there; try later");
    assert_eq!(found(&url, &fetcher), [format!("lost {url}: {why}")]);
}

#[test]
fn a_busy_site_is_asked_again_when_it_says_and_not_for_ever() {
    let server = Server::start(|path, before| {
        no_robots(path).unwrap_or_else(|| match (path, before) {
            ("/soon", 0) => whole("503 Busy\r\nRetry-After: 0", ""),
            ("/soon", 1) => whole("429 Busy\r\nRetry-After: Wed, 21 Oct 2015 07:28:00 GMT", ""),
            ("/late", _) => whole("429 Busy\r\nRetry-After: 3600", ""),
            ("/never", _) => whole("503 Busy\r\nRetry-After: 0", ""),
            _ => whole("200 OK\r\nContent-Type: text/html", PAGE),
        })
    });
    let fetcher = fetcher(quick());
    assert!(found(&server.url("/soon"), &fetcher)[0].ends_with("The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words."));
    let (late, never) = (server.url("/late"), server.url("/never"));
    let told = format!("lost {late}: the site is busy (status 429); try again in 3600 seconds");
    assert_eq!(found(&late, &fetcher), [told]);
    let told = format!("lost {never}: the site is busy (status 503); try again in 1 seconds");
    assert_eq!(found(&never, &fetcher), [told]);
    assert_eq!(server.asked().iter().filter(|path| *path == "/never").count(), 3);
}

#[test]
fn what_is_too_large_or_too_slow_is_told() {
    let server = Server::start(|path, _| {
        no_robots(path).unwrap_or_else(|| match path {
            "/large" => {
                Answer::Endless("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>".to_owned(), "no no no ")
            }
            "/silent" => Answer::Hang(String::new()),
            _ => Answer::Hang("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The mayor".to_owned()),
        })
    });
    let large = server.url("/large");
    let few = fetcher(Manners { bytes: 5000, ..quick() });
    assert_eq!(found(&large, &few), [format!("lost {large}: it is larger than 5000 bytes; save it and add the file")]);
    let hasty = fetcher(Manners { time: Duration::from_millis(300), ..quick() });
    for slow in ["/silent", "/slow"] {
        let url = server.url(slow);
        assert_eq!(found(&url, &hasty), [format!("lost {url}: it took longer than 0.3 seconds; try later")]);
    }
}

const FEED: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss version=\"2.0\"><channel><title>Courier</title>";
const ITEM: &str = "<item><description>The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.</description></item>";

#[test]
fn a_feed_without_end_is_read_up_to_the_bound() {
    let server = Server::start(|path, _| no_robots(path).unwrap_or_else(|| Answer::Endless(FEED.to_owned(), ITEM)));
    let url = server.url("/feed");
    let told = found(&url, &fetcher(Manners { bytes: 40_000, ..quick() }));
    let (last, reports) = told.split_last().unwrap();
    assert!(reports.len() > 100 && reports.iter().all(|it| it.ends_with("The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.")));
    let many = reports.len();
    let why =
        format!("it is larger than 40000 bytes; save it and add the file; it was read up to there ({many} entries)");
    assert_eq!(*last, format!("lost {url}: {why}"));
}

#[test]
fn a_feed_that_stops_sending_keeps_what_it_sent() {
    let server =
        Server::start(|path, _| no_robots(path).unwrap_or_else(|| Answer::Hang(format!("{FEED}{ITEM}<item>"))));
    let url = server.url("/feed");
    let told = found(&url, &fetcher(Manners { time: Duration::from_secs(2), ..quick() }));
    let why = "it took longer than 2 seconds; try later; it was read up to there (1 entry)";
    assert_eq!(told, [" | The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.".to_owned(), format!("lost {url}: {why}")]);
}

#[test]
fn the_pages_that_a_feed_links_to_are_fetched() {
    let server = Server::start(|path, _| match path {
        "/feed" => whole(
            "200 OK\r\nContent-Type: text/xml",
            "<rss version=\"2.0\"><channel><title>Courier</title>\
             <item><title>A</title><link>/a</link><pubDate>Tue, 14 May 2024 23:30:00 -0500</pubDate></item>\
             <item><title>B</title><link>/gone</link></item><item><title>C</title><link>/closed/c</link></item></channel></rss>",
        ),
        "/robots.txt" => whole("200 OK", "User-agent: *\nDisallow: /closed"),
        "/a" => whole("200 OK\r\nContent-Type: text/html", PAGE),
        _ => whole("404 Not Found", "no"),
    });
    let (a, gone, closed) = (server.url("/a"), server.url("/gone"), server.url("/closed/c"));
    let host = server.url("");
    let expected = [
        format!(
            "{a} | Mayor says no The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words."
        ),
        format!("lost {gone}: there is no such page (status 404)"),
        format!("lost {closed}: robots.txt of {host} forbids to fetch it; save the page and add the file"),
    ];
    assert_eq!(found(&server.url("/feed"), &fetcher(quick())), expected);
    assert_eq!(server.asked(), ["/robots.txt", "/feed", "/a", "/gone"]);
}

#[test]
fn hosts_are_asked_one_pause_apart() {
    let fetcher = Fetcher::new(Manners { pause: Duration::from_secs(3600), ..Manners::default() });
    let (a, b) = (Url::parse("http://a.example/x").unwrap(), Url::parse("http://b.example/x").unwrap());
    let began = Instant::now();
    fetcher.wait_for_turn(&a);
    fetcher.wait_for_turn(&b);
    // Both went at once; the next turn of either is an hour from its first.
    let next = lock(&fetcher.next);
    assert!(next.values().all(|turn| *turn >= began + Duration::from_secs(3600)));
    assert_eq!(next.len(), 2);
}

#[test]
fn names_that_a_header_can_hold() {
    let name: UserAgent = "desk-bot/2 (ada@desk.example)".parse().unwrap();
    assert_eq!(name.token(), "desk-bot");
    assert_eq!("2desk".parse::<UserAgent>().unwrap().token(), "onrecord");
    for wrong in ["", " ", "a\nb", "b\u{fc}ro"] {
        assert!(wrong.parse::<UserAgent>().is_err(), "{wrong:?}");
    }
}

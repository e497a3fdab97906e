use jiff::civil::date;
use onrecord::article::Article;
use onrecord_intake::Item;

use crate::{gzip, items, told};

fn check(feed: &str, expected: &[&str]) {
    assert_eq!(told(feed.as_bytes()), expected, "{feed}");
    assert_eq!(told(&gzip(feed.as_bytes())), expected, "packed: {feed}");
}

/// The articles of a feed of which every entry is a report.
fn articles(feed: &str) -> Vec<Article> {
    let article = |item| match item {
        Item::Report(found) => found.origin.article(&found.bytes).unwrap(),
        other => panic!("{other:?}"),
    };
    items(feed.as_bytes()).into_iter().map(article).collect()
}

const RSS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- The morning's reports -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Kolm Courier</title><link>https://courier.example/</link>"#;

#[test]
fn an_entry_of_rss_with_its_text_is_a_report() {
    let feed = format!(
        r#"{RSS}<item><title>Mayor &amp; council say no</title><link>https://courier.example/no</link>
        <pubDate>Tue, 14 May 2024 23:30:00 -0500</pubDate><dc:creator>Ada Quill and Bo Kern</dc:creator>
        <source url="https://wire.example/rss">Reuters</source><description>Teaser</description>
        <content:encoded><![CDATA[<p>The mayor of Kolm said <b>no</b> to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.</p><p>"We have no money," she said.</p>]]></content:encoded>
        </item></channel></rss>"#
    );
    let articles = articles(&feed);
    let [article] = &articles[..] else { panic!("{articles:?}") };
    assert_eq!(article.title.as_deref(), Some("Mayor & council say no"));
    assert_eq!(article.url.as_deref(), Some("https://courier.example/no"));
    // As it is written, and not the day after, which it was in UTC.
    assert_eq!(article.published, Some(date(2024, 5, 14)));
    assert_eq!(article.byline, ["Ada Quill", "Bo Kern"]);
    assert_eq!(article.agency.as_deref(), Some("Reuters"));
    assert_eq!(article.publisher.as_deref(), Some("Kolm Courier"));
    let words: Vec<&str> = article.read_blocks().collect();
    assert_eq!(
        words,
        [
            "Mayor & council say no",
            "The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
            "\"We have no money,\" she said."
        ]
    );
}

#[test]
fn a_source_that_is_no_agency_is_the_paper() {
    let feed = format!(
        "{RSS}<item><title>A</title><source url=\"https://post.example\">Kolm Post &amp; Mail</source>\
         <description>The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.</description></item></channel></rss>"
    );
    let articles = articles(&feed);
    assert_eq!((articles[0].publisher.as_deref(), articles[0].agency.as_deref()), (Some("Kolm Post & Mail"), None));
}

#[test]
fn atom() {
    let feed = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>Kolm Wire</title>
        <entry><title type="html">Tram &lt;i&gt;stops&lt;/i&gt;</title><id>urn:1</id><published>2024-05-14T22:00:00-05:00</published>
        <link rel="enclosure" href="https://wire.example/a.mp3"/><link rel="alternate" href="https://wire.example/tram"/>
        <author><name>Ada Quill</name></author><author><name>Associated Press</name></author>
        <source><id>urn:x</id><title>Harbour Gazette</title></source>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The tram stopped in the middle of the bridge, the company that runs it said on Tuesday.</p></div></content></entry>
        <entry><title>Plain</title><id>urn:2</id><updated>2024-05-15T01:00:00Z</updated>
        <content type="text">The company that runs the trams of Kolm said to reporters on Tuesday: 1 &lt; 2.

It said no more.</content></entry></feed>"#;
    let articles = articles(feed);
    let [first, second] = &articles[..] else { panic!("{articles:?}") };
    assert_eq!(first.title.as_deref(), Some("Tram stops"));
    assert_eq!(first.url.as_deref(), Some("https://wire.example/tram"));
    assert_eq!(first.published, Some(date(2024, 5, 14)));
    assert_eq!((&first.byline[..], first.agency.as_deref()), (&["Ada Quill".to_owned()][..], Some("Associated Press")));
    assert_eq!(first.publisher.as_deref(), Some("Harbour Gazette"));
    assert_eq!(
        first.read_blocks().last(),
        Some("The tram stopped in the middle of the bridge, the company that runs it said on Tuesday.")
    );
    assert_eq!((second.name.as_deref(), second.published), (Some("urn:2"), Some(date(2024, 5, 15))));
    let words: Vec<&str> = second.read_blocks().collect();
    assert_eq!(
        words,
        ["Plain", "The company that runs the trams of Kolm said to reporters on Tuesday: 1 < 2.", "It said no more."]
    );
}

#[test]
fn json_feed() {
    let feed = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "Kolm Courier", "items": [
        {"id": 7, "url": "https://courier.example/7", "title": "No", "content_html": "<p>The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.</p>",
         "date_published": "2024-05-14T23:00:00-05:00", "authors": [{"name": "Ada Quill"}]},
        {"id": "8", "content_text": "The council of the town said yes to the new bridge over the harbour, which the mayor does not want.\nIt said no more."}, 9,
        {"id": "10", "url": "https://courier.example/10", "summary": "The council."}]}"#;
    check(
        feed,
        &[
            "in#1 | No / The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
            "in#2 | The council of the town said yes to the new bridge over the harbour, which the mayor does not want. / It said no more.",
            "lost in#3: the entry is malformed (invalid type: integer `9`, expected struct JsonItem at line 1 column 80)",
            "lost in#4: the entry only links to https://courier.example/10; --follow fetches the page",
        ],
    );
    let Item::Report(found) = items(feed.as_bytes()).remove(0) else { panic!() };
    let article = found.origin.article(&found.bytes).unwrap();
    assert_eq!((article.published, &article.byline[..]), (Some(date(2024, 5, 14)), &["Ada Quill".to_owned()][..]));
    let cut = &feed[..feed.find("9,").unwrap()];
    assert_eq!(told(cut.as_bytes())[2], "lost in: the feed is cut short; it was read up to there (2 entries)");
}

#[test]
fn older_rss() {
    check(
        r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:c="http://purl.org/rss/1.0/modules/content/">
        <channel rdf:about="https://courier.example/"><title>Courier</title><items><rdf:Seq/></items></channel>
        <item rdf:about="https://courier.example/a"><title>A</title><link>https://courier.example/a</link><c:encoded>The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.</c:encoded></item>
        <item><title>B</title><link>https://courier.example/b</link></item></rdf:RDF>"#,
        &[
            "in#1 | A / The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
            "lost in#2: the entry only links to https://courier.example/b; --follow fetches the page",
        ],
    );
    check(
        r#"<rss version="0.91"><channel><title>C</title><item><title>A</title><description>The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.</description></item></channel></rss>"#,
        &[
            "in#1 | A / The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
        ],
    );
}

#[test]
fn a_long_description_is_the_text_itself() {
    let long = "The mayor of Kolm said no to the bridge. ".repeat(20);
    let item =
        |words: &str| format!("<item><link>https://courier.example/a</link><description>{words}</description></item>");
    let feed = format!("{RSS}{}{}</channel></rss>", item(&long), item(&long[..400]));
    let told = told(feed.as_bytes());
    assert_eq!(told[0], format!("in#1 | {}", long.trim()));
    assert!(told[1].starts_with("lost in#2: the entry only links"), "{told:?}");
}

const GOOD: &str = "<item><description>The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.</description></item>";

#[test]
fn one_malformed_entry_stops_nothing() {
    for (bad, why) in [
        ("<item><title>No</b></title></item>", "the entry is malformed ("),
        ("<item><description>&nosuch;</description>", "the entry has no end; the next one is read"),
        ("<item/><item></item>", "the entry has neither a text nor a link"),
    ] {
        let told = told(format!("{RSS}{GOOD}{bad}{GOOD}</channel></rss>").as_bytes());
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(
            (told[0].as_str(), told[2].as_str()),
            (
                "in#1 | The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
                "in#3 | The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words."
            )
        );
        assert!(told[1].starts_with(&format!("lost in#2: {why}")), "{told:?}");
    }
    check(
        &format!("{RSS}{GOOD}<item></channel></rss>"),
        &[
            "in#1 | The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
            "lost in#2: the entry has no end; the next one is read",
        ],
    );
}

#[test]
fn marks_in_texts_and_comments_are_no_entries() {
    check(
        &format!(
            "{RSS}<!-- <item> --><item><description><![CDATA[The mayor of Kolm said no to the new bridge <item> </item> over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.]]></description></item>{GOOD}</channel></rss>"
        ),
        &[
            "in#1 | The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
            "in#2 | The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
        ],
    );
    check(&format!("{RSS}</channel></rss>"), &["passed in: a feed without entries"]);
}

#[test]
fn a_feed_that_is_cut_short_keeps_what_came() {
    for cut in ["", "<item><descr", "<item><description>The", "<item><description><![CDATA[The", "<!-- "] {
        check(
            &format!("{RSS}{GOOD}{cut}"),
            &[
                "in#1 | The mayor of Kolm said no to the new bridge over the harbour on Tuesday, and the council of the town said that it had nothing to add to her words.",
                "lost in: the feed is cut short; it was read up to there (1 entry)",
            ],
        );
    }
}

#[test]
fn a_feed_without_end_is_read_up_to_the_bound() {
    use std::io::{Read, repeat};
    use std::ops::ControlFlow;

    use onrecord_intake::Options;

    let (mut reports, mut lost) = (0, Vec::new());
    let beginning = format!("{RSS}{GOOD}");
    // What stands between entries counts as well.
    let bytes = std::io::BufReader::new(beginning.as_bytes().chain(repeat(b' ')));
    let _ = onrecord_intake::bytes("in", "in", bytes, &Options::default(), &mut |item| {
        match item {
            Item::Report(_) => reports += 1,
            Item::Lost(told) => lost.push(told.to_string()),
            Item::Passed(_) => {}
        }
        ControlFlow::Continue(())
    });
    assert_eq!(reports, 1);
    assert_eq!(lost, ["in: the feed goes on beyond 64 MiB; it was read up to there (1 entry)"]);
}

#[test]
fn encodings() {
    let feed = |encoding: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?><rss version=\"2.0\"><channel><title>C</title><item><description>The ma\u{ef}re of Kolm said no to the new bridge over the harbour on Tuesday, and the council said nothing.</description></item></channel></rss>"
        )
    };
    let latin: Vec<u8> = feed("iso-8859-1").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(
        told(&latin),
        [
            "in#1 | The ma\u{ef}re of Kolm said no to the new bridge over the harbour on Tuesday, and the council said nothing."
        ]
    );
    let wide: Vec<u8> =
        "\u{feff}".encode_utf16().chain(feed("utf-16").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        told(&wide),
        [
            "in#1 | The ma\u{ef}re of Kolm said no to the new bridge over the harbour on Tuesday, and the council said nothing."
        ]
    );
    let marked = [b"\xEF\xBB\xBF", feed("utf-8").as_bytes()].concat();
    assert_eq!(
        told(&marked),
        [
            "in#1 | The ma\u{ef}re of Kolm said no to the new bridge over the harbour on Tuesday, and the council said nothing."
        ]
    );
}

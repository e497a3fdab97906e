//! Whole reports in a compact notation: a line a block, its kind in two letters, then its words.
//!
//! `hl` headline, `sf` standfirst, `pa` paragraph, `li` list item, `qu` quote, `ca` caption, `cr` credit, `dl` dateline,
//! `bp` boilerplate. The last line gives, where they are known, title, day, agency and byline.

use proptest::prelude::*;

use super::*;

fn show(article: &Article) -> String {
    let mut out = String::new();
    for block in &article.blocks {
        let kind = match block.kind {
            BlockKind::Headline => "hl",
            BlockKind::Standfirst => "sf",
            BlockKind::Paragraph => "pa",
            BlockKind::ListItem => "li",
            BlockKind::Quote => "qu",
            BlockKind::Caption => "ca",
            BlockKind::Credit => "cr",
            BlockKind::Dateline => "dl",
            BlockKind::Boilerplate => "bp",
        };
        out += &format!("{kind} {}\n", block.span.of(&article.text).replace('\n', "/"));
    }
    let mut facts = Vec::new();
    facts.extend(article.title.as_ref().map(|t| format!("title={t}")));
    facts.extend(article.published.map(|d| format!("day={d}")));
    facts.extend(article.agency.as_ref().map(|a| format!("agency={a}")));
    facts.extend((!article.byline.is_empty()).then(|| format!("by={}", article.byline.join("+"))));
    facts.extend((article.verdict != Verdict::Read).then(|| format!("{:?}", article.verdict)));
    out += &facts.join(" ");
    out.trim_end().to_owned()
}

/// Indentation in the expected lines is for the eye only.
fn lines(expected: &str) -> String {
    expected.trim().lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn text(input: &str, expected: &str) {
    let article = Article::from_text(input);
    assert_eq!(show(&article), lines(expected), "{input}");
    assert_eq!(article.text, input);
}

#[track_caller]
fn page(html: &str, expected: &str) {
    assert_eq!(show(&Article::from_html(html)), lines(expected), "{html}");
}

/// Two paragraphs that nobody would take for anything else.
const FIRST: &str = "The mayor of Kolm said on Tuesday that the old bridge over the Ren would be closed for a year.";
const SECOND: &str =
    "“We have no choice,” she told reporters. “The northern pier has moved by four centimetres since May.”";

#[test]
fn copied_from_a_page() {
    text(
        &format!(
            "Kolm to close its bridge\n\nCity says the pier has moved.\n\nCars on the bridge in Kolm [Ann Vale/Reuters]\n\n\
             Published On 9 Apr 20259 Apr 2025\n\n{FIRST}\n\nRecommended Stories\n\nlist of 2 items\n\nlist 1 of 2\n\nHow \
             the Ren was tamed\n\nlist 2 of 2\n\nFive bridges to see\n\nend of list\n\nAdvertisement\n\n{SECOND}\n\nSource: \
             News Agencies"
        ),
        &format!(
            "hl Kolm to close its bridge
             sf City says the pier has moved.
             ca Cars on the bridge in Kolm [Ann Vale/Reuters]
             dl Published On 9 Apr 20259 Apr 2025
             pa {FIRST}
             bp Recommended Stories
             bp list of 2 items
             bp list 1 of 2
             bp How the Ren was tamed
             bp list 2 of 2
             bp Five bridges to see
             bp end of list
             bp Advertisement
             pa {SECOND}
             cr Source: News Agencies
             title=Kolm to close its bridge day=2025-04-09 agency=News Agencies"
        ),
    );
}

#[test]
fn the_front_of_a_text() {
    // A lead without a headline.
    text(&format!("{FIRST}\n\n{SECOND}"), &format!("pa {FIRST}\npa {SECOND}\n"));
    // A sentence over the date is a standfirst; the lead under the date is none.
    text(
        &format!("Bridge closed\n\nAFP, Tuesday 2 Jul 2013\n\n{FIRST}\n\n{SECOND}"),
        &format!(
            "hl Bridge closed\ndl AFP, Tuesday 2 Jul 2013\npa {FIRST}\npa {SECOND}\ntitle=Bridge closed day=2013-07-02 agency=AFP"
        ),
    );
    // Section, headline, byline.
    text(
        &format!("World\n\nKolm to close its bridge\n\nBy Ann Vale and Bo Kern\n\n{FIRST}"),
        &format!(
            "bp World\nhl Kolm to close its bridge\ncr By Ann Vale and Bo Kern\npa {FIRST}\ntitle=Kolm to close its bridge by=Ann Vale+Bo Kern"
        ),
    );
    text(
        &format!(
            "Kolm to close its bridge\n\nAnn Vale, AP Science Writer\n\nPosted by Bo Kern on April 9, 2025, 6:21 AM\n\n{FIRST}"
        ),
        &format!(
            "hl Kolm to close its bridge\ncr Ann Vale, AP Science Writer\ncr Posted by Bo Kern on April 9, 2025, 6:21 AM\npa {FIRST}\ntitle=Kolm to close its bridge day=2025-04-09 agency=AP by=Bo Kern"
        ),
    );
    // A headline that is a question, and one that ends in a quotation.
    text(
        &format!("Is the bridge safe?\n\n{FIRST}"),
        &format!("hl Is the bridge safe?\npa {FIRST}\ntitle=Is the bridge safe?"),
    );
    text(
        &format!("Mayor: ‘No choice’\n\n{FIRST}"),
        &format!("hl Mayor: ‘No choice’\npa {FIRST}\ntitle=Mayor: ‘No choice’"),
    );
    // A short first sentence with its full stop is a paragraph.
    text(&format!("The bridge is shut.\n\n{FIRST}"), &format!("pa The bridge is shut.\npa {FIRST}\n"));
    // One line alone stands over nothing.
    text("Kolm to close its bridge", "pa Kolm to close its bridge\n");
}

#[test]
fn datelines_and_ends() {
    text(
        &format!("KOLM, April 9 (Reuters) - {FIRST}\n\n{SECOND}\n\n(Reporting by Ann Vale; Editing by Bo Kern)"),
        &format!(
            "dl KOLM, April 9 (Reuters) -
             pa {FIRST}
             pa {SECOND}
             cr (Reporting by Ann Vale; Editing by Bo Kern)
             agency=Reuters"
        ),
    );
    let article = Article::from_text(&format!("Bridge closed\n\n10 April 2025\n\nKOLM, April 9 (Reuters) - {FIRST}"));
    let filed = Filed { place: Some("KOLM".to_owned()), date: "2025-04-09".parse().ok() };
    assert_eq!(article.filed, Some(filed));
    // What follows the text and is only headings goes with the teasers' own.
    text(
        &format!("{FIRST}\n\n{SECOND}\n\nRead more:\n\nHow the Ren was tamed\n\nFive bridges to see"),
        &format!("pa {FIRST}\npa {SECOND}\nbp Read more:\nbp How the Ren was tamed\nbp Five bridges to see\n"),
    );
    // In the middle of a text the same heading costs nothing but itself.
    text(
        &format!("{FIRST}\n\nRelated\n\nThe pier\n\n{SECOND}"),
        &format!("pa {FIRST}\nbp Related\npa The pier\npa {SECOND}\n"),
    );
}

#[test]
fn lines_of_a_text() {
    // Single line ends part paragraphs where none are blank.
    text(&format!("{FIRST}\n{SECOND}"), &format!("pa {FIRST}\npa {SECOND}\n"));
    text(&format!("{FIRST}\r\n\r\n{SECOND}\r\n"), &format!("pa {FIRST}\npa {SECOND}\n"));
    // Lines broken at a column are put together again.
    text(
        "The mayor of Kolm said on Tuesday that the old\nbridge over the Ren would be closed for a year,\nand that a \
         ferry would take\nits place until then.\n\nThe council had asked for two years, and for a\nsecond ferry at \
         the harbour, which the mayor\nturned down.\n",
        "pa The mayor of Kolm said on Tuesday that the old/bridge over the Ren would be closed for a year,/and that a \
         ferry would take/its place until then.
         pa The council had asked for two years, and for a/second ferry at the harbour, which the mayor/turned down.
        ",
    );
    text(
        &format!("{FIRST}\n\n• A ferry from May\n• A second one from June\n\n{SECOND}"),
        &format!("pa {FIRST}\nli • A ferry from May\nli • A second one from June\npa {SECOND}\n"),
    );
    text("", "Empty");
    text(" \n\t\n", "Empty");
    text("\u{85}\u{2028}—\r", "NoReport");
}

#[test]
fn what_came_with_a_report_is_believed() {
    let input = format!("Bridge closed.\n\nBy Ann Vale\n\n9 April 2025\n\n{FIRST}");
    let given = Given {
        name: Some("a1".to_owned()),
        title: Some("Bridge closed".to_owned()),
        published: "2025-04-08".parse().ok(),
        publisher: Some("Kolm Post".to_owned()),
        byline: vec!["Bo Kern".to_owned()],
        ..Given::default()
    };
    let article = read(&Input { bytes: input.as_bytes(), given, ..Input::default() }).unwrap();
    assert_eq!(article.blocks[0].kind, BlockKind::Headline);
    assert_eq!(article.byline, ["Bo Kern"]);
    assert_eq!(article.published, "2025-04-08".parse().ok());
    assert_eq!(article.dates.len(), 2);
    assert_eq!((article.name.as_deref(), article.publisher.as_deref()), (Some("a1"), Some("Kolm Post")));
    // No day after the one on which it was fetched.
    let given = Given { retrieved: "2025-04-08".parse().ok(), ..Given::default() };
    let article = read(&Input { bytes: input.as_bytes(), given, ..Input::default() }).unwrap();
    assert_eq!(article.published, None);
}

#[test]
fn a_page_with_its_furniture() {
    page(
        &format!(
            "<!DOCTYPE html><html><head><title>Kolm to close its bridge | Kolm Post</title>
             <meta property=og:title content='Kolm to close its bridge'><meta property=og:site_name content='Kolm Post'>
             <meta property=article:published_time content=2025-04-09T10:00:00+02:00><meta name=author content='By Ann Vale'>
             </head><body class=has-sidebar><header><nav><a href=/>Home</a> <a href=/world>World</a></nav></header>
             <main><article><h1>Kolm to close its bridge</h1><p class=standfirst>City says that the pier has moved again.</p>
             <div class=byline>By Ann Vale</div><figure><img src=a.jpg><figcaption>Cars on the bridge</figcaption></figure>
             <div class=article-body><p>KOLM (Reuters) - {FIRST}</p><div class=ad-slot>Advertisement</div>
             <p><a href=/tamed>How the Ren was tamed, in fifteen pictures</a></p><h2>No choice</h2><p>{SECOND}</p>
             <blockquote>It will be closed to all.</blockquote><ul><li>A ferry from May</ul></div>
             <div class='related-stories'><h3>Related</h3><p>The other bridge of the town has been closed since 2019.</p></div>
             </article></main><div id=comments><p>I never liked this bridge, and neither did my father, said nobody.</p></div>
             <footer>© Kolm Post</footer></body></html>"
        ),
        &format!(
            "hl Kolm to close its bridge
             sf City says that the pier has moved again.
             dl KOLM (Reuters) -
             pa {FIRST}
             pa No choice
             pa {SECOND}
             qu It will be closed to all.
             li A ferry from May
             title=Kolm to close its bridge day=2025-04-09 agency=Reuters by=Ann Vale"
        ),
    );
}

#[test]
fn bare_and_broken_pages() {
    page(&format!("<p>{FIRST}<p>{SECOND}<p>{FIRST}"), &format!("pa {FIRST}\npa {SECOND}\n"));
    // Paragraphs that are only parted by line breaks.
    page(
        &format!("<div>{FIRST}<br><br>{SECOND}<br>A ferry will go."),
        &format!("pa {FIRST}\npa {SECOND}/A ferry will go.\n"),
    );
    page(
        &format!(
            "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"Bridge &amp; pier\",\
             \"datePublished\":\"2025-04-09\",\"author\":[{{\"name\":\"Ann Vale\"}},{{\"@type\":\"Organization\",\"name\":\"Kolm Daily Print\"}}]}}</script>\
             <h1>Bridge &amp; pier</h1><p>{FIRST}</p><p>{SECOND}</p>"
        ),
        &format!("hl Bridge & pier\npa {FIRST}\npa {SECOND}\ntitle=Bridge & pier day=2025-04-09 by=Ann Vale"),
    );
}

#[test]
fn no_report() {
    page("", "Empty");
    page("<html><body><div id=root></div><script src=a.js></script></body></html>", "NoReport");
    page(
        "<title>Log in</title><h1>Log in</h1><form><p>Please enter your name and password to go on.</p></form>",
        "title=Log in NoReport",
    );
    page("<title>404</title><p>The page was not found.</p>", "title=404 NoReport");
    let robot = "Our systems have seen unusual traffic from your network. This page checks that it is you who sends the requests, and not a robot.";
    page(&format!("<title>Are you a robot?</title><p>{robot}</p><p>{robot}!</p>"), "title=Are you a robot? NoReport");
    let teaser = |n: usize| {
        format!(
            "<div><h3><a href=/{n}>How the Ren was tamed, part {n}</a></h3><p>The river has flooded the town {n} times, and it will again, the city says.</p></div>"
        )
    };
    page(
        &format!("<title>Kolm Post</title><main>{}</main>", (0..20).map(teaser).collect::<String>()),
        "title=Kolm Post NoReport",
    );
    let german = "Die Bürgermeisterin von Kolm sagte am Dienstag, dass die alte Brücke über den Ren für ein Jahr gesperrt wird, \
                  weil sich der nördliche Pfeiler seit Mai um vier Zentimeter bewegt hat.";
    page(
        &format!("<p>{german}<p>{german} Das gefällt nicht allen."),
        &format!("pa {german}\npa {german} Das gefällt nicht allen.\nLanguage(\"de\")"),
    );
}

#[test]
fn hostile_pages_are_read_in_time() {
    let units = [
        "<",
        "<div>",
        "<p>a",
        "<b>",
        "<a href=x>y",
        "<table><td>x",
        "<ul><li>x",
        "<h1>Title",
        "<br>",
        "&amp;",
        "<time>2 May 2025",
        "<p>Said, he did, that it was so, and no other way.",
        "<script type=ld+json>",
        "<meta name=title content=a>",
    ];
    for unit in units {
        let html = unit.repeat(1_000_000 / unit.len());
        let start = std::time::Instant::now();
        let _ = Article::from_html(&html);
        let _ = Article::from_text(&html);
        // Linear work takes under a second even unoptimised; quadratic work takes minutes.
        assert!(start.elapsed().as_secs() < 20, "{unit:?} took {:?}", start.elapsed());
    }
}

fn lawful(article: &Article) -> Result<(), TestCaseError> {
    let mut end = 0;
    for block in &article.blocks {
        prop_assert!(end <= block.span.start(), "{:?} overlaps what is before it", block);
        let words = article.text.get(block.span.range());
        prop_assert!(words.is_some_and(|w| !w.is_empty() && w.trim() == w), "{:?}: {:?}", block, words);
        prop_assert!(
            article.text[end..block.span.start()].trim().is_empty(),
            "words between blocks before {:?}",
            block
        );
        end = block.span.end();
    }
    prop_assert!(article.blocks.is_empty() || article.text[end..].trim().is_empty());
    Ok(())
}

/// Lines and marks that mean something to the reader, thrown together.
fn lines_of_news() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("list of 99999999999999999999 items\n".to_owned()),
        Just("end of list\n".to_owned()),
        Just("KOLM, April 9 (Reuters) — ".to_owned()),
        Just("By Ann Vale\n".to_owned()),
        Just("Published On 9 Apr 20259 Apr 2025\n".to_owned()),
        Just("[Ann Vale/Reuters]\n".to_owned()),
        Just("Read more:\n".to_owned()),
        Just("• ".to_owned()),
        Just(FIRST.to_owned()),
        "[\\PC]{0,12}",
        "[ -~]{0,40}",
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn tag_soup() -> impl Strategy<Value = String> {
    let tag = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<div class=article-body>",
        "</div>",
        "<br>",
        "<h1>",
        "</h1>",
        "<li>",
        "<ul>",
        "</ul>",
        "<blockquote>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<a href=x>",
        "</a>",
        "<span>",
        "</span>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"",
        "\"}",
        "<time datetime=2025-04-09>",
        "<figure>",
        "<meta name=date content='",
        "'>",
        "<title>",
        "</title>",
        "<svg>",
        "<aside>",
        "&nbsp;",
        "&#0;",
        "\u{0}",
        "é",
        "<p>“No,” she said.",
    ]);
    let piece = prop_oneof![tag.prop_map(str::to_owned), Just(FIRST.to_owned()), "[\\PC]{0,8}"];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), html in any::<bool>()) {
        let format = if html { Format::Html } else { Format::Auto };
        if let Ok(article) = read(&Input { bytes: &bytes, format, ..Input::default() }) {
            lawful(&article)?;
        }
    }

    #[test]
    fn any_text_is_kept_as_it_is(text in "\\PC*", lines in lines_of_news()) {
        for text in [text, lines] {
            let article = Article::from_text(&text);
            prop_assert_eq!(&article.text, &text);
            lawful(&article)?;
        }
    }

    #[test]
    fn any_page_gives_lawful_blocks(html in tag_soup()) {
        lawful(&Article::from_html(&html))?;
    }
}

//! Six invented reports, of a blast and of a fire years before, read and matched.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use onrecord::Reader;
use onrecord::article::{self, Given, Input};
use onrecord::model::Model;
use onrecord_matter::{
    Head, Lexicon, Near, Page, Proposition, Report, SeriesKind, Stance, Told, candidates, group, merge, page, pair,
    place, read,
};
use proptest::prelude::*;

const NAMES: [&str; 6] = ["courier", "standard", "wire", "herald", "echo", "tribune"];

static REPORTS: LazyLock<Vec<Report>> = LazyLock::new(|| {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let weights = fs::read(here.join("../../models/onrecord-accurate.safetensors")).expect("the weights");
    let reader = Reader::new(Model::from_bytes(weights).expect("a model")).expect("a reader");
    let report = |name: &&str| {
        let bytes = fs::read(here.join("tests/thread").join(name).with_extension("txt")).expect("a report");
        let given = Given { name: Some((*name).to_owned()), ..Given::default() };
        let article = article::read(&Input { bytes: &bytes, given, ..Input::default() }).expect("an article");
        read(&Lexicon::embedded(), &reader.read(&article, &bytes))
    };
    NAMES.iter().map(report).collect()
});

/// Where a proposition is that has these words: the shortest of its report.
fn find(reports: &[Report], report: &str, words: &str) -> (usize, usize) {
    let r = reports.iter().position(|it| it.head.name == report).expect("a report of this name");
    let propositions = &reports[r].propositions;
    let fits = (0..propositions.len()).filter(|p| propositions[*p].text.contains(words));
    let p = fits.min_by_key(|p| propositions[*p].text.len());
    (r, p.unwrap_or_else(|| panic!("{report}: nothing is put forward with the words {words:?}")))
}

#[test]
fn what_is_one_matter_and_what_is_not() {
    let reports = &REPORTS;
    let groups = group(&Lexicon::embedded(), reports);
    let mut wrong = Vec::new();
    for (a, b, same, why) in [
        (("courier", "than 200 houses"), ("herald", "More than 200 houses"), true, "one count"),
        (("courier", "a bang like thunder"), ("standard", "a bang like thunder"), true, "one quotation"),
        (
            ("courier", "ammonia had not leaked"),
            ("standard", "ammonia had leaked from"),
            true,
            "said not to be, and denied",
        ),
        (("wire", "still missing"), ("herald", "still missing"), true, "two missing"),
        (
            ("echo", "killed three people in 2011"),
            ("courier", "killing at least three"),
            false,
            "another event, same toll",
        ),
        (("echo", "Two firefighters were injured"), ("standard", "40 people were injured"), false, "another event"),
        (("standard", "a fire at a grain store"), ("standard", "three people died"), false, "background, years ago"),
        (("wire", "has treated 62"), ("courier", "than 200 houses"), false, "other things counted"),
        (("courier", "harbour will stay closed"), ("courier", "ammonia had not leaked"), false, "nothing in common"),
        (("tribune", "harbour reopened"), ("tribune", "ammonia had leaked"), false, "nothing in common"),
    ] {
        let (x, y) = (find(reports, a.0, a.1), find(reports, b.0, b.1));
        if (groups[x.0][x.1] == groups[y.0][y.1]) != same {
            wrong.push(format!("{a:?} {b:?} should {}be one: {why}", if same { "" } else { "not " }));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_matter_has_its_figures_its_dispute_and_its_origins() {
    let houses = page_of("courier", "than 200 houses");
    let [series] = houses.series.as_slice() else { panic!("{:?}", houses.series) };
    assert_eq!((series.points.len(), series.kind), (2, SeriesKind::Agree));
    assert_eq!((houses.independent, houses.origins[0].name.as_str()), (1, "Ida Sollberg"));
    assert_eq!(houses.origins[0].reports, ["courier", "herald"]);
    // The company denies what the agency says.
    let ammonia = page_of("wire", "Ammonia leaked");
    let told = |at: usize| ammonia.members[at].report.as_str();
    let opposed: BTreeSet<_> = ammonia.contradictions.iter().map(|pair| (told(pair.a), told(pair.b))).collect();
    assert!(opposed.contains(&("courier", "wire")) && opposed.contains(&("standard", "wire")), "{opposed:?}");
    assert_eq!(ammonia.independent, 2, "{:?}", ammonia.origins);
    // The neighbour is quoted twice.
    let bang = page_of("courier", "a bang like thunder");
    assert_eq!((bang.independent, bang.origins[0].reports.len()), (1, 2), "{:?}", bang.origins);
}

fn page_of(report: &str, words: &str) -> Page {
    let reports = &REPORTS;
    let lexicon = Lexicon::embedded();
    let groups = group(&lexicon, reports);
    let at = find(reports, report, words);
    let members = members(reports, &groups, groups[at.0][at.1]);
    page(&lexicon, &members)
}

fn members<'a>(reports: &'a [Report], groups: &[Vec<usize>], of: usize) -> Vec<(&'a Head, &'a Proposition)> {
    let mut members = Vec::new();
    for (report, groups) in reports.iter().zip(groups) {
        let here = report.propositions.iter().zip(groups).filter(|(_, group)| **group == of);
        members.extend(here.map(|(proposition, _)| (&report.head, proposition)));
    }
    members
}

/// Groups as sets of what stands in them, whatever they are called.
fn partition(reports: &[Report], groups: &[Vec<usize>]) -> BTreeSet<BTreeSet<(String, String, u8)>> {
    let mut sets: BTreeMap<usize, BTreeSet<(String, String, u8)>> = BTreeMap::new();
    for (report, groups) in reports.iter().zip(groups) {
        for (proposition, group) in report.propositions.iter().zip(groups) {
            let name = (report.head.name.clone(), proposition.claim.clone(), proposition.part);
            sets.entry(*group).or_default().insert(name);
        }
    }
    sets.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_reports_does_not_matter(order in Just((0..NAMES.len()).collect::<Vec<_>>()).prop_shuffle()) {
        let lexicon = Lexicon::embedded();
        let usual = partition(&REPORTS, &group(&lexicon, &REPORTS));
        let shuffled: Vec<Report> = order.iter().map(|at| REPORTS[*at].clone()).collect();
        prop_assert_eq!(partition(&shuffled, &group(&lexicon, &shuffled)), usual);
    }

    #[test]
    fn a_report_that_comes_twice_falls_on_itself(at in 0..NAMES.len()) {
        let mut twice = REPORTS.clone();
        let mut again = REPORTS[at].clone();
        "again".clone_into(&mut again.head.name);
        twice.push(again);
        let groups = group(&Lexicon::embedded(), &twice);
        // Whatever is long enough to be known again; "the plant" is not.
        for (p, proposition) in twice[at].propositions.iter().enumerate() {
            if proposition.text.split(' ').count() > 6 {
                prop_assert_eq!(groups[at][p], groups[NAMES.len()][p], "{}", proposition.text);
            }
        }
    }

    #[test]
    fn a_page_is_the_same_whatever_the_order_of_its_members(order in Just((0..40usize).collect::<Vec<_>>()).prop_shuffle()) {
        let lexicon = Lexicon::embedded();
        let all: Vec<(&Head, &Proposition)> =
            REPORTS.iter().flat_map(|report| report.propositions.iter().map(|it| (&report.head, it))).take(40).collect();
        let shuffled: Vec<(&Head, &Proposition)> = order.iter().filter_map(|at| all.get(*at).copied()).collect();
        let usual = page(&lexicon, &all);
        let other = page(&lexicon, &shuffled);
        prop_assert_eq!(usual, other);
    }
}

#[test]
fn who_says_that_it_is_not_so_denies_what_the_page_is_about() {
    let lexicon = Lexicon::embedded();
    let stands = |chosen: &[(&str, &str)]| {
        let members: Vec<(&Head, &Proposition)> = (chosen.iter())
            .map(|&(report, words)| {
                let (r, p) = find(&REPORTS, report, words);
                (&REPORTS[r].head, &REPORTS[r].propositions[p])
            })
            .collect();
        let page = page(&lexicon, &members);
        let stance = |report: &&str| {
            let member = page.members.iter().find(|member| member.report == *report);
            member.map(|member| member.stance)
        };
        (page.gist.contains(" not "), ["courier", "standard", "tribune"].iter().map(stance).collect::<Vec<_>>())
    };
    // The courier has "had not leaked", the standard "denied that it had leaked", the tribune "conceded that it had".
    let (not, denied, conceded) = (
        ("courier", "ammonia had not leaked"),
        ("standard", "ammonia had leaked from"),
        ("tribune", "ammonia had leaked"),
    );
    let (deny, assert) = (Some(Stance::Denies), Some(Stance::Asserts));
    assert_eq!(stands(&[not]), (true, vec![assert, None, None]));
    let (negative, found) = stands(&[not, denied, conceded]);
    let (against, for_it) = if negative { (assert, deny) } else { (deny, assert) };
    assert_eq!(found, [against, against, for_it]);
}

#[test]
fn a_proposition_joins_the_matter_whose_members_are_like_it() {
    let reports = &REPORTS;
    let lexicon = Lexicon::embedded();
    let of = |(report, words)| {
        let (r, p) = find(reports, report, words);
        (&reports[r].head, &reports[r].propositions[p])
    };
    let bang = Near { id: 7, members: vec![of(("courier", "a bang like thunder"))] };
    let harbour = Near { id: 9, members: vec![of(("courier", "harbour will stay closed"))] };
    let new = of(("standard", "a bang like thunder"));
    assert_eq!(place(&lexicon, new, &[harbour.clone(), bang.clone()]), [7]);
    assert_eq!(place(&lexicon, new, std::slice::from_ref(&harbour)), [0i64; 0]);
    assert_eq!(place(&lexicon, new, &[]), [0i64; 0]);
    let grown = Near { id: 8, members: vec![new] };
    assert_eq!(merge(&lexicon, &grown, &[harbour, grown.clone(), bang]), [7]);
}

#[test]
fn whether_a_pair_is_as_likely_is_told_as_the_likelihood_tells_it() {
    let lexicon = Lexicon::embedded();
    let mut all = [0, 0];
    for (x, y) in REPORTS.iter().flat_map(|x| REPORTS.iter().map(move |y| (x, y))) {
        let beside = pair::Reports::new(&x.head, &y.head);
        for (a, b) in x.propositions.iter().flat_map(|a| y.propositions.iter().map(move |b| (a, b))) {
            let (a, b) = ((&x.head, a), (&y.head, b));
            let likelihood = pair::likelihood(&lexicon, a, b);
            for least in [0.01, 0.1, 0.3, 0.6, 0.9] {
                let is = likelihood >= least;
                assert_eq!(pair::is_as_likely(&lexicon, beside, a, b, least), is, "{likelihood} {a:?} {b:?}");
                all[usize::from(is)] += 1;
            }
        }
    }
    assert!(all.iter().all(|count| *count > 100), "{all:?}");
}

#[test]
fn what_is_kept_of_a_report_comes_back() {
    let lexicon = Lexicon::embedded();
    for report in REPORTS.iter() {
        let bytes = report.to_bytes(&lexicon);
        let kept = Report::from_bytes(&lexicon, report.head.name.clone(), &bytes).expect("a report");
        assert_eq!(kept.head, report.head);
        assert_eq!(kept.propositions.len(), report.propositions.len());
        for (kept, it) in kept.propositions.iter().zip(&report.propositions) {
            let whole =
                report.propositions.iter().find(|other| other.claim == it.claim && other.part == 0).expect("a whole");
            let claim =
                Told { claim: it.claim.clone(), text: &whole.text, start: whole.span.0, chain: it.chain.clone() };
            assert_eq!(&kept.told(claim), it);
        }
        assert_eq!(report.untold(report.head.name.clone()), kept);
        let places: Vec<usize> = (0..kept.propositions.len()).step_by(3).collect();
        let some = Report::some_from_bytes(&lexicon, report.head.name.clone(), &bytes, &places).expect("a report");
        assert_eq!(some.head, kept.head);
        assert!(some.propositions.iter().eq(kept.propositions.iter().step_by(3)));
        assert_eq!(Report::from_bytes(&lexicon, String::new(), &bytes[1..]), None);
        assert_eq!(Report::from_bytes(&lexicon, String::new(), &[]), None);
    }
}

#[test]
fn reports_of_one_event_share_keys_and_candidates() {
    let report = |name: &str| REPORTS.iter().find(|it| it.head.name == name).expect(name);
    let (courier, herald) = (report("courier"), report("herald"));
    let keys = herald.head.keys();
    assert!(courier.head.keys().iter().filter(|key| keys.contains(key)).count() >= 3);
    let at = find(&REPORTS, "courier", "than 200 houses").1;
    let wanted = find(&REPORTS, "herald", "More than 200 houses").1;
    let found = candidates(courier, &[report("echo"), herald]);
    assert_eq!(found.len(), courier.propositions.len());
    assert_eq!(found[at].first(), Some(&(1, wanted)), "{:?}", found[at]);
}

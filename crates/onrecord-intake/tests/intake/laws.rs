use onrecord_intake::Item;
use proptest::prelude::*;

use crate::{gzip, items};

proptest! {
    /// A feed or an archive that is cut anywhere gives the reports that were whole before the cut, and tells of the cut.
    #[test]
    fn a_cut_costs_only_what_comes_after_it(reports in 1..6_usize, at in 0.0..1.0_f64, packed: bool) {
        let feed = |many: usize| {
            let entry = "<item><description>The mayor said no.</description></item>\n";
            format!("<rss version=\"2.0\"><channel><title>C</title>{}", entry.repeat(many)).into_bytes()
        };
        let archive = |many: usize| {
            let block = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nThe mayor said no.";
            let head = format!("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nContent-Length: {}\r\n\r\n", block.len());
            format!("{head}{block}\r\n\r\n").repeat(many).into_bytes()
        };
        let makes: [&dyn Fn(usize) -> Vec<u8>; 2] = [&feed, &archive];
        for make in makes {
            let whole = make(reports);
            let cut = (whole.len() as f64 * at) as usize;
            // An archive may lack the empty lines at its end.
            let before = (0..=reports).rev().find(|&many| make(many).trim_ascii_end().len() <= cut).unwrap_or(0);
            let bytes = if packed { gzip(&whole[..cut]) } else { whole[..cut].to_vec() };
            let items = items(&bytes);
            let found = items.iter().filter(|item| matches!(item, Item::Report(found) if found.origin.published.is_none() && found.place != "in")).count();
            prop_assert_eq!(found, before, "{:?}", String::from_utf8_lossy(&whole[..cut]));
        }
    }
}

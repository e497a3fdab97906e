//! Pieces a second through the encoder and the tagger: `cargo bench -p onrecord --features bench [-- WEIGHTS]`.
//!
//! Without a file of WEIGHTS it is those of the repository that are timed.
//! A report of the usual length is tagged over and over, on one thread and then on one for each core. The best round
//! counts, for whatever else the machine does only ever takes time away.
#![allow(missing_docs, reason = "a program, not a library")]

use std::thread;
use std::time::{Duration, Instant};

use onrecord::model::{Model, Room};

/// On a cache line, as the program has them.
#[repr(align(64))]
struct Aligned<B: ?Sized>(B);

static WEIGHTS: &Aligned<[u8]> = &Aligned(*include_bytes!("../../../models/onrecord-accurate.safetensors"));

/// Sentences in the manner of a report; about 1,250 pieces when they come around eight times.
const SENTENCES: [&str; 6] = [
    "The harbour council of Norholm said on Tuesday that the ferry line to the outer islands would close for at least six weeks. ",
    "\u{201c}We looked at every other way, and there was none that we could pay for,\u{201d} said Ida Brandt, who chairs the council. ",
    "According to two people familiar with the talks, the operator had asked for 4.2 million crowns, twice what it got last year. ",
    "The operator denied that, calling the figure \u{201c}invented from start to finish\u{201d}. ",
    "About 900 people live on the islands, a third of them over seventy. ",
    "A spokeswoman for the transport ministry declined to say whether it would step in, but promised an answer before the summer. ",
];
const TIMES: usize = 8;
const ROUNDS: usize = 200;
const ROUND: Duration = Duration::from_millis(10);

fn main() {
    // Cargo passes an option of its own.
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let weights = path.map(|path| std::fs::read(path).expect("a file that can be read"));
    let begun = Instant::now();
    let model = match weights {
        None => Model::from_bytes(&WEIGHTS.0),
        Some(bytes) => Model::from_bytes(bytes),
    };
    let model = model.expect("weights of this version's format");
    println!("load            {:>9.1} ms", begun.elapsed().as_secs_f64() * 1000.0);

    let text = SENTENCES.concat().repeat(TIMES);
    let read = model.tag_paragraph(&text, false, &mut Room::default());
    println!("report          {read:>9} pieces");
    let cores = thread::available_parallelism().map_or(1, usize::from);
    for threads in if cores == 1 { vec![1] } else { vec![1, cores] } {
        let mut rooms: Vec<Room> = (0..threads).map(|_| Room::default()).collect();
        let mut fastest = |parses| (0..ROUNDS).map(|_| round(&model, &text, parses, &mut rooms)).fold(0.0, f64::max);
        let (tagged, parsed) = (fastest(false), fastest(true));
        println!(
            "{threads:>2} thread{}      {:>9.0} pieces/s, {tagged:.1} reports/s, {parsed:.1} with their syntax",
            if threads == 1 { " " } else { "s" },
            tagged * read as f64
        );
    }
}

/// Reports a second, by all threads together, one for each room.
fn round(model: &Model, text: &str, parses: bool, rooms: &mut [Room]) -> f64 {
    let begun = Instant::now();
    let tag = |room: &mut Room| {
        let mut reports = 0;
        while reports == 0 || begun.elapsed() < ROUND {
            model.tag_paragraph(text, parses, room);
            reports += 1;
        }
        reports
    };
    let tag = &tag;
    let reports: usize = thread::scope(|scope| {
        let threads: Vec<_> = rooms.iter_mut().map(|room| scope.spawn(move || tag(room))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no thread panics")).sum()
    });
    reports as f64 / begun.elapsed().as_secs_f64()
}

//! The command line, as a user types it.
#![expect(clippy::unwrap_used, reason = "what goes wrong in a test ends it")]

#[path = "command_line/ledger.rs"]
mod ledger;
#[path = "command_line/mcp.rs"]
mod mcp;
#[path = "command_line/sources.rs"]
mod sources;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use onrecord::Record;

/// What a run gave.
struct Run {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Run {
    /// Holds the exit status against the expected one.
    #[track_caller]
    fn exits(self, status: i32) -> Run {
        assert_eq!(self.status, Some(status), "\nstdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Holds what standard error says against all of it.
    #[track_caller]
    fn tells(self, expected: &str) -> Run {
        assert_eq!(self.stderr, expected);
        self
    }

    /// The records, one a line.
    #[track_caller]
    fn records(&self) -> Vec<Record> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}")))
            .collect()
    }

    #[track_caller]
    fn names(&self) -> Vec<String> {
        self.records().into_iter().map(|record| record.document.name).collect()
    }
}

/// The program, in a folder and with nothing of this environment that bears on what it prints.
fn onrecord(folder: &Path, typed: &str) -> Command {
    program(Path::new(env!("CARGO_BIN_EXE_onrecord")), folder, typed)
}

/// The same with the program at another place.
fn program(program: &Path, folder: &Path, typed: &str) -> Command {
    let mut command = Command::new(program);
    command.args(typed.split_whitespace()).current_dir(folder).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "TERM"] {
        command.env_remove(name);
    }
    command
}

fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs what is typed among the fixtures.
fn typed(typed: &str) -> Run {
    run(&mut onrecord(&fixtures(), typed))
}

/// Runs what is typed, with this piped in.
fn piped(input: &[u8], typed: &str) -> Run {
    let mut command = onrecord(&fixtures(), typed);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writing = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = writing.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(fixtures().join(name)).unwrap()
}

/// A folder of its own for a test, with these files in it.
fn folder(test: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// Standard error without the line that holds the rate, which no two runs share.
fn without_rate(stderr: &str) -> (String, String) {
    let (rate, rest): (Vec<&str>, Vec<&str>) = stderr.lines().partition(|line| line.ends_with(" reports/s"));
    (rate.join("\n").split(" · ").next().unwrap_or_default().to_owned(), rest.join("\n"))
}

const ONE: &str = "{\"text\": \"The mayor said that the bridge would close in June.\"}\n";

#[test]
fn a_report_is_shown_with_its_statements() {
    let run = typed("read report.txt").exits(0).tells("");
    for expected in ["Harbour bridge to close", "Ada Quill", "by Ida Brandt", "statements from"] {
        assert!(run.stdout.contains(expected), "{expected} is not in\n{}", run.stdout);
    }
    assert!(!run.stdout.contains('\u{1b}'));
}

#[test]
fn json_is_one_record_over_many_lines() {
    let run = typed("read report.txt --format json").exits(0).tells("");
    assert!(run.stdout.starts_with("{\n  \"schema\": \"onrecord/1\",\n") && run.stdout.ends_with("\n}\n"));
    let record: Record = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(record.document.name, "report");
    assert_eq!(record.document.text.as_bytes(), fixture("report.txt"));
    assert!(!record.statements.is_empty());
}

#[test]
fn ndjson_is_a_record_a_line() {
    let run = typed("read report.txt page.html -f ndjson").exits(0);
    assert_eq!(run.names(), ["report", "page"]);
    assert_eq!(run.stdout.lines().count(), 2);
}

#[test]
fn every_record_is_valid_against_the_schema() {
    let schema = typed("schema").exits(0).tells("").stdout;
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let run = typed("read . --format ndjson").exits(1);
    assert_eq!(run.stdout.lines().count(), 8);
    for line in run.stdout.lines() {
        let record = serde_json::from_str(line).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&record).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:#?}\n{line}");
    }
}

#[test]
fn the_words_at_every_span_are_the_words_beside_it() {
    for line in typed("read . --format ndjson").exits(1).stdout.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let text: Vec<char> = record["document"]["text"].as_str().unwrap().chars().collect();
        let mut seen = 0;
        let mut rest = vec![&record];
        while let Some(value) = rest.pop() {
            if let (Some(span), Some(words)) = (value.get("span"), value.get("text").and_then(|words| words.as_str())) {
                let at = |index: usize| usize::try_from(span[index].as_u64().unwrap()).unwrap();
                assert_eq!(text[at(0)..at(1)].iter().collect::<String>(), words);
                seen += 1;
            }
            match value {
                serde_json::Value::Array(values) => rest.extend(values),
                serde_json::Value::Object(fields) => rest.extend(fields.values()),
                _ => {}
            }
        }
        let statements = record["statements"].as_array().unwrap().len();
        assert!(seen >= statements, "{statements} statements and only {seen} spans");
    }
}

#[test]
fn the_day_of_publication_is_the_lines_then_the_command_lines() {
    let run = typed("read corpus.ndjson report.txt --published 2023-01-31 -f ndjson").exits(0);
    let days: Vec<Option<String>> = run.records().into_iter().map(|record| record.document.published).collect();
    let days: Vec<&str> = days.iter().map(|day| day.as_deref().unwrap_or("none")).collect();
    assert_eq!(days, ["2024-06-02", "2023-01-31", "2023-01-31", "2023-01-31", "2023-01-31"]);
}

#[test]
fn a_line_gives_what_it_knows_of_its_report() {
    let records = typed("read corpus.ndjson -f ndjson").exits(0).records();
    let document = &records[0].document;
    assert_eq!(document.name, "tram-1");
    assert_eq!(document.title.as_deref(), Some("Tram line may return"));
    assert_eq!(document.publisher.as_deref(), Some("The Wexmouth Courier"));
    assert_eq!(document.byline, ["Ida Brandt", "Joost Olde"]);
    assert_eq!(document.url.as_deref(), Some("https://courier.example/tram-1"));
    let names: Vec<&str> = records.iter().map(|record| record.document.name.as_str()).collect();
    assert_eq!(names, ["tram-1", "tram-2", "3", "corpus"]);
}

#[test]
fn what_is_piped_in_is_read() {
    let text = fixture("report.txt");
    let run = piped(&text, "read - --format ndjson").exits(0).tells("");
    assert_eq!(run.names(), ["stdin"]);
    assert_eq!(piped(&text, "read --format ndjson").exits(0).stdout, run.stdout);
    let page = piped(&fixture("page.html"), "read --format ndjson").exits(0);
    assert_eq!(page.records()[0].document.title.as_deref(), Some("Council votes down tram line"));
    assert_eq!(piped(&fixture("corpus.ndjson"), "read -f ndjson").exits(0).names(), ["tram-1", "tram-2", "3", "stdin"]);
    assert_eq!(piped(ONE.as_bytes(), "read report.txt - corpus.ndjson -f ndjson").exits(0).names().len(), 6);
}

#[test]
fn gzip_is_read_through_and_changes_nothing() {
    let packed = [
        ("report.txt.gz", gzipped(&fixture("report.txt"))),
        ("page.html.gz", gzipped(&fixture("page.html"))),
        ("corpus.ndjson.gz", gzipped(&fixture("corpus.ndjson"))),
    ];
    let files: Vec<(&str, &[u8])> = packed.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let there = folder("gzip", &files);
    let packed = run(&mut onrecord(&there, "read report.txt.gz page.html.gz corpus.ndjson.gz -f ndjson")).exits(0);
    let plain = typed("read report.txt page.html corpus.ndjson -f ndjson").exits(0);
    assert_eq!(packed.stdout, plain.stdout);
    assert_eq!(piped(&gzipped(&fixture("report.txt")), "read -f ndjson").exits(0).names(), ["stdin"]);
}

#[test]
fn a_folder_is_read_in_the_order_of_its_names() {
    let text: &[u8] = b"The mayor said that the bridge would close in June.";
    let there = folder(
        "folders",
        &[
            ("b/z.txt", text),
            ("b/a/deep.TXT", text),
            ("b/lines.jsonl", ONE.as_bytes()),
            ("a.txt", text),
            ("c.txt", text),
            ("notes.md", text),
            (".hidden/x.txt", text),
            ("b/.hidden.txt", text),
        ],
    );
    let run = run(&mut onrecord(&there, "read . -f ndjson")).exits(0);
    assert_eq!(run.names(), ["a", "deep", "lines", "z", "c"]);
}

#[test]
fn a_folder_with_nothing_to_read_says_so() {
    let there = folder("bare", &[("notes.md", b"Notes.")]);
    run(&mut onrecord(&there, "read .")).exits(1).tells(
        "onrecord: .: no file in this folder is a feed or ends in .txt, .html, .htm, .ndjson, .jsonl, .rss, .atom, .warc, or one of these and .gz\n",
    );
    // By its own name, a file is read whatever its ending.
    assert_eq!(run(&mut onrecord(&there, "read notes.md -f ndjson")).names(), ["notes.md"]);
}

#[test]
fn many_threads_print_what_one_prints() {
    let lines: String = (0..40)
        .map(|number| {
            let more = "“We will see,” said Greta Olde. ".repeat(number % 7);
            format!("{{\"id\": \"{number}\", \"text\": \"The mayor said on Friday that {number} bridges would close. {more}\"}}\n")
        })
        .collect();
    for format in ["ndjson", "json", "text"] {
        let one = piped(lines.as_bytes(), &format!("read -f {format} --threads 1")).exits(0);
        let many = piped(lines.as_bytes(), &format!("read -f {format} --threads 5")).exits(0);
        assert_eq!(one.stdout, many.stdout);
        assert!(one.stderr.starts_with("onrecord: 40 of 40 reports read · "), "{}", one.stderr);
    }
}

#[test]
fn what_is_missing_is_named_and_stops_nothing() {
    typed("read missing.txt").exits(1).tells("onrecord: missing.txt: there is no such file or folder\n");
    let run = typed("read missing.txt report.txt -f ndjson").exits(1);
    assert_eq!(run.names(), ["report"]);
    let (counts, names) = without_rate(&run.stderr);
    assert_eq!(counts, "onrecord: 1 of 2 reports read, 1 unreadable");
    assert_eq!(names, "unreadable:\n  missing.txt: there is no such file or folder");
}

#[test]
fn quiet_leaves_out_the_counts_alone() {
    let run = typed("read report.txt page.html -q -f ndjson").exits(0).tells("");
    assert_eq!(run.names().len(), 2);
    typed("read missing.txt report.txt -q -f ndjson")
        .exits(1)
        .tells("unreadable:\n  missing.txt: there is no such file or folder\n");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let there = folder(
        "binary",
        &[
            ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01"),
            ("noise.txt", b"\x00\x01\x02\x03said\x00\xff\xfe\x00"),
        ],
    );
    for name in ["picture.txt", "noise.txt"] {
        let run = run(&mut onrecord(&there, &format!("read {name}"))).exits(1);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.starts_with(&format!("onrecord: {name}: ")), "{}", run.stderr);
        assert!(run.stderr.contains("no text") && run.stderr.lines().count() == 1, "{}", run.stderr);
    }
}

#[test]
fn broken_gzip_is_told() {
    let whole = gzipped(&fixture("report.txt"));
    let there =
        folder("broken-gzip", &[("cut.txt.gz", &whole[..whole.len() / 2]), ("bad.html.gz", b"\x1f\x8bnonsense")]);
    for name in ["cut.txt.gz", "bad.html.gz"] {
        let run = run(&mut onrecord(&there, &format!("read {name} -f ndjson"))).exits(1);
        assert_eq!(run.stdout, "");
        let told = format!("onrecord: {name}: the gzip data is broken or cut short (");
        assert!(run.stderr.starts_with(&told), "{}", run.stderr);
    }
}

#[test]
fn text_that_is_not_utf_8_is_decoded() {
    let latin: Vec<u8> = "The mayor of Malmö said that the café “Söder” would close; Göran Åberg denied it."
        .chars()
        .map(|character| match character {
            '“' => 0x93,
            '”' => 0x94,
            _ => u8::try_from(u32::from(character)).unwrap(),
        })
        .collect();
    let run = piped(&latin, "read -f ndjson").exits(0).tells("");
    assert!(run.records()[0].document.text.starts_with("The mayor of Malmö said that the café “Söder”"));
}

#[test]
fn a_bad_line_among_good_ones_is_that_line_alone() {
    let lines =
        format!("{ONE}{{\"text\": \"The mayor said\n{{\"id\": 1}}\n[1]\n\n{ONE}{{\"text\": \"\u{FEFF}\"}}\n{ONE}");
    let mut bytes = lines.into_bytes();
    bytes.extend(b"{\"text\": \"caf\xe9\"}\n");
    let run = piped(&bytes, "read -f ndjson").exits(1);
    assert!(run.names().len() >= 3);
    let (counts, names) = without_rate(&run.stderr);
    assert!(counts.starts_with("onrecord: 3 of 8 reports read"), "{counts}");
    for expected in ["  stdin:2: ", "  stdin:3: ", "  stdin:4: ", "  stdin:9: "] {
        assert!(names.contains(expected), "{expected:?} is not in\n{names}");
    }
}

#[test]
fn what_holds_no_report_is_said_and_its_record_is_empty() {
    let there = folder(
        "verdicts",
        &[
            ("empty.txt", b""),
            ("blank.txt", b" \n\n\t"),
            ("french.html", &fixture("french.html")),
            ("index.html", &fixture("index.html")),
        ],
    );
    for (name, told, shown) in [
        ("empty.txt", "onrecord: empty.txt: there is nothing in it\n", "There is nothing in it."),
        ("blank.txt", "onrecord: blank.txt: there is nothing in it\n", "There is nothing in it."),
        (
            "french.html",
            "onrecord: french.html (fr): not in English, and nothing else is read\n",
            "It is not in English (fr), and nothing else is read.",
        ),
        (
            "index.html",
            "onrecord: index.html: there is no report in it, as far as can be told\n",
            "There is no report in it, as far as can be told.",
        ),
    ] {
        let record =
            run(&mut onrecord(&there, &format!("read {name} -f ndjson"))).exits(1).tells(told).records().remove(0);
        assert!(record.statements.is_empty() && record.own_voice.is_empty() && record.relations.is_empty());
        let view = run(&mut onrecord(&there, &format!("read {name}"))).exits(1).tells(told).stdout;
        assert!(view.contains(shown), "{view}");
    }
    let (counts, names) = without_rate(&run(&mut onrecord(&there, "read . -f ndjson")).exits(1).stderr);
    assert_eq!(counts, "onrecord: 0 of 4 reports read, 2 empty, 1 without a report, 1 not in English");
    assert_eq!(
        names,
        "empty:\n  ./blank.txt\n  ./empty.txt\nwithout a report:\n  ./index.html\nnot in English:\n  ./french.html (fr)"
    );
}

#[test]
fn wrong_usage_is_told_on_standard_error_alone() {
    for (words, expected) in [
        ("read report.txt --published yesterday", "a day is written YYYY-MM-DD"),
        ("read report.txt --published 2024-02-30", "a day is written YYYY-MM-DD"),
        ("read report.txt --format xml", "possible values: text, json, ndjson"),
        ("read report.txt --width 4", "from 20 to 10000"),
        ("read report.txt --treads 2", "--threads"),
        ("read - -", "only once"),
        ("write report.txt", "write"),
        ("", "Usage"),
    ] {
        let run = typed(words).exits(2);
        assert!(run.stdout.is_empty() && run.stderr.contains(expected), "{words}\n{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn help_and_version_are_printed() {
    assert_eq!(typed("--version").exits(0).stdout, format!("onrecord {}\n", env!("CARGO_PKG_VERSION")));
    let help = typed("read --help").exits(0).stdout;
    for expected in ["--published <DATE>", "Exit status:", "‹source› _cue_ «content»", "NO_COLOR"] {
        assert!(help.contains(expected), "{help}");
    }
}

#[test]
fn the_schema_is_the_committed_one() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/record.schema.json");
    assert_eq!(typed("schema").exits(0).stdout, fs::read_to_string(committed).unwrap());
}

#[test]
fn colours_are_asked_for_and_refused() {
    let color = |typed: &str, variables: &[(&str, &str)]| {
        let mut command = onrecord(&fixtures(), typed);
        command.envs(variables.iter().copied());
        run(&mut command).exits(0).stdout.contains('\u{1b}')
    };
    assert!(!color("read report.txt", &[]));
    assert!(color("read report.txt --color always", &[]));
    assert!(color("read report.txt --color always", &[("NO_COLOR", "1")]));
    assert!(color("read report.txt", &[("CLICOLOR_FORCE", "1")]));
    assert!(!color("read report.txt", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!color("read report.txt", &[("CLICOLOR_FORCE", "0")]));
    assert!(!color("read report.txt --color never", &[("CLICOLOR_FORCE", "1")]));
    assert!(!color("read report.txt --color always --format json", &[]));
}

#[test]
fn the_view_keeps_to_its_width() {
    for width in [20, 40, 80, 120, 200] {
        let view = typed(&format!("read report.txt page.html --width {width}")).exits(0).stdout;
        for line in view.lines() {
            // The fixtures hold no wide characters, so that every character is a column.
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn both_models_read() {
    let accurate = typed("read report.txt --format json --quiet").exits(0);
    assert_eq!(typed("read report.txt --format json --quiet --model accurate").exits(0).stdout, accurate.stdout);
    let fast = typed("read report.txt --format json --quiet --model fast").exits(0);
    assert_ne!(fast.stdout, accurate.stdout, "one model under two names");
    assert!(fast.stdout.contains("\"statements\": [\n    {"), "nothing found: {}", fast.stdout);
}

#[test]
fn other_weights_are_read_from_a_file() {
    typed("read report.txt --model missing.safetensors")
        .exits(1)
        .tells("onrecord: missing.safetensors: there is no such file or folder\n");
    let run = typed("read report.txt --model report.txt").exits(1);
    assert!(run.stderr.starts_with("onrecord: report.txt: ") && run.stderr.lines().count() == 1, "{}", run.stderr);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let run = run(onrecord(&fixtures(), "read report.txt").stdout(full)).exits(1);
    assert!(run.stderr.starts_with("onrecord: standard output: no space left"), "{}", run.stderr);
}

/// `onrecord read - | head -1`, with an input that has not ended: nobody may have to wait for it.
#[test]
fn a_broken_pipe_ends_the_run_without_a_word() {
    let mut child = onrecord(&fixtures(), "read - -f ndjson")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdin.write_all(ONE.as_bytes()).unwrap();
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    assert!(first.starts_with("{\"schema\":"));
    drop(stdout);
    // The next record finds nobody to read it; until then the run may wait for input.
    stdin.write_all(ONE.as_bytes()).unwrap();
    let status = child.wait().unwrap();
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((status.code(), told.as_str()), (Some(0), ""));
    drop(stdin);
}

//! Ledgers on the command line.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use super::{Run, fixture, folder, onrecord, program, run, without_rate};

/// Runs what is typed in a folder.
fn typed(there: &Path, words: &str) -> Run {
    run(&mut onrecord(there, words))
}

/// What `add` told, without its rate, then what else it told.
fn told(run: &Run) -> (String, String) {
    without_rate(&run.stderr)
}

#[track_caller]
fn clean(there: &Path, versions: u32) {
    let verified = typed(there, "verify").exits(0).tells("");
    assert!(verified.stdout.starts_with(&format!("{versions} versions, ")), "{}", verified.stdout);
    assert!(verified.stdout.ends_with(": everything agrees\n"), "{}", verified.stdout);
}

#[test]
fn adding_is_safe_to_repeat() {
    let there = folder(
        "add",
        &[
            ("in/report.txt", &fixture("report.txt")),
            ("in/page.html", &fixture("page.html")),
            ("in/corpus.ndjson", &fixture("corpus.ndjson")),
            ("in/french.html", &fixture("french.html")),
        ],
    );
    let first = typed(&there, "add in").exits(1);
    assert_eq!(first.stdout, "");
    let rest = "not in English:\n  in/french.html (fr)";
    let expected = ("onrecord: 6 added, 0 known, 1 not in English".to_owned(), rest.to_owned());
    assert_eq!(told(&first), expected);
    clean(&there, 6);
    let again = typed(&there, "add in").exits(1);
    assert_eq!(told(&again).0, "onrecord: 0 added, 6 known, 1 not in English");
    // What is read again by the same reader is read the same.
    assert_eq!(told(&typed(&there, "add in/page.html --again")).0, "onrecord: 0 added, 1 known");
    clean(&there, 6);
    typed(&there, "add in/report.txt --quiet").exits(0).tells("");
    typed(&there, "add missing.txt").exits(1).tells("onrecord: missing.txt: there is no such file or folder\n");
}

#[test]
fn what_changed_at_an_address_is_told() {
    let line = |month: &str| {
        format!(
            "{{\"url\": \"https://courier.example/bridge\", \"text\": \"The bridge will close in {month}, \
             the mayor said. Tom Reeve denied that there were any cracks.\"}}\n"
        )
    };
    let there = folder("changed", &[("a.ndjson", line("June").as_bytes()), ("b.ndjson", line("July").as_bytes())]);
    assert_eq!(told(&typed(&there, "add a.ndjson").exits(0)).0, "onrecord: 1 added, 0 known");
    let changed = typed(&there, "add b.ndjson").exits(0);
    assert!(changed.stderr.starts_with("onrecord: b.ndjson:1: "), "{}", changed.stderr);
    assert!(changed.stderr.contains(" altered, "), "{}", changed.stderr);
    clean(&there, 2);
    assert_eq!(typed(&there, "search bridge close June").exits(1).stdout, "0 claims\n");
    assert!(typed(&there, "search bridge close July").exits(0).stdout.contains("1 claim\n"));
}

#[test]
fn questions_are_answered_in_every_form() {
    let there = folder("search", &[("report.txt", &fixture("report.txt"))]);
    typed(&there, "add report.txt").exits(0);
    let table = typed(&there, "search bridge").exits(0).tells("").stdout;
    assert!(table.contains("Ada Quill") && table.contains(" claims\n"), "{table}");
    for line in typed(&there, "search bridge --width 40").stdout.lines() {
        assert!(line.chars().count() <= 40, "{line}");
    }
    let json: serde_json::Value = serde_json::from_str(&typed(&there, "search bridge -f json").stdout).unwrap();
    let claims = json["claims"].as_array().unwrap();
    assert_eq!(json["total"], claims.len());
    let csv = typed(&there, "search bridge -f csv").exits(0).stdout;
    assert_eq!(csv.split("\r\n").count(), claims.len() + 2);
    assert!(csv.starts_with("id,report,matter,day,chain,act,certainty,text,"), "{csv}");
    // Every claim leads back to its words.
    let text: Vec<char> = String::from_utf8(fixture("report.txt")).unwrap().chars().collect();
    for claim in claims {
        let at = |index: usize| usize::try_from(claim["span"][index].as_u64().unwrap()).unwrap();
        assert_eq!(text[at(0)..at(1)].iter().collect::<String>(), claim["text"].as_str().unwrap());
    }
    let source = typed(&there, "source Quill").exits(0).tells("").stdout;
    assert!(source.starts_with('e') && source.contains("\nQuill  "), "{source}");
    assert_eq!(typed(&there, "source Nobody").exits(1).stdout, "Nobody\n\n0 claims\n");
    typed(&there, "search --act shout").exits(2);
    typed(&there, "search ?!").exits(1).tells("onrecord: onrecord.db: there is no word in \"?!\"\n");
}

#[test]
fn what_is_no_ledger_is_told_in_one_line() {
    let there = folder("no-ledger", &[("notes.db", "Notes about the harbour. ".repeat(100).as_bytes())]);
    for words in ["verify", "search bridge", "source Quill"] {
        let expected = "onrecord: onrecord.db: there is no ledger here; `onrecord add` begins one\n";
        typed(&there, words).exits(1).tells(expected);
        typed(&there, &format!("{words} -l notes.db")).exits(1).tells("onrecord: notes.db: this file is no ledger\n");
    }
    assert!(!there.join("onrecord.db").exists());
    let told = typed(&there, "add notes.db -l missing/onrecord.db").exits(1).stderr;
    assert!(told.starts_with("onrecord: missing/onrecord.db: ") && told.lines().count() == 1, "{told}");
}

#[test]
fn corrections_are_made_listed_and_taken_back() {
    let there = folder("corrections", &[("report.txt", &fixture("report.txt"))]);
    let missing = "onrecord: onrecord.db: there is no ledger here; `onrecord add` begins one\n";
    typed(&there, "correct s1 --strike --as Ida").exits(1).tells(missing);
    typed(&there, "add report.txt").exits(0);
    let made = typed(&there, "correct s2 --act doubt --as Ida --why unsure").exits(0).tells("").stdout;
    assert!(made.starts_with("1  s2  act: doubt  (Ida, ") && made.contains(": unsure)  “"), "{made}");
    assert_eq!(typed(&there, "search --act doubt -f csv").exits(0).stdout.lines().count(), 2);
    clean(&there, 1);
    let undone = typed(&there, "undo 1").exits(0).stdout;
    assert!(undone.contains(", taken back "), "{undone}");
    assert_eq!(typed(&there, "corrections").exits(0).stdout, undone);
    typed(&there, "search --act doubt").exits(1);
    typed(&there, "undo 1").exits(1).tells("onrecord: onrecord.db: correction 1 was taken back before\n");
    typed(&there, "correct s99 --strike --as Ida")
        .exits(1)
        .tells("onrecord: onrecord.db: there is no statement s99 in this ledger\n");
    clean(&there, 1);
}

#[test]
fn matters_are_listed_shown_joined_and_parted() {
    let line = |paper: &str, dead: u32| {
        format!(
            "{{\"id\": \"{paper}\", \"publisher\": \"{paper}\", \"published\": \"2024-05-14\", \"text\": \"At least {dead} \
             people were killed in the earthquake in Torvik, Sutopo Nugroho said on Tuesday.\"}}\n"
        )
    };
    let lines = [line("Courier", 22), line("Herald", 24)].concat();
    let there = folder("claims", &[("lines.ndjson", lines.as_bytes())]);
    typed(&there, "add lines.ndjson").exits(0);
    let all: serde_json::Value = serde_json::from_str(&typed(&there, "claims -f json").exits(0).stdout).unwrap();
    let (id, gist) = (all[0]["id"].as_str().unwrap(), all[0]["gist"].as_str().unwrap());
    assert_eq!((all[0]["reports"].as_u64(), gist.contains("killed")), (Some(2), true), "{all}");
    assert!(typed(&there, "claims").exits(0).stdout.contains(" · 2024-05-14\n"));
    let page = typed(&there, &format!("claim {id} -w 60")).exits(0).tells("").stdout;
    for expected in ["Who stands where\n", "Sutopo Nugroho", "Figures: ", "█ at least 24", "Origins\n", "Herald, d2"]
    {
        assert!(page.contains(expected), "{expected} is not in\n{page}");
    }
    assert!(page.lines().all(|line| line.chars().count() <= 60), "{page}");
    assert!(typed(&there, &format!("claim {id} -f csv")).exits(0).stdout.starts_with("report,published,claim,"));
    typed(&there, "claim C999").exits(1).tells("onrecord: onrecord.db: there is no matter C999 in this ledger\n");

    let second: serde_json::Value =
        serde_json::from_str(&typed(&there, "search killed -f json").exits(0).stdout).unwrap();
    let claim = second["claims"][0]["id"].as_str().unwrap();
    let split = typed(&there, &format!("split {claim} --as Ida")).exits(0).tells("").stdout;
    let own = split.trim().rsplit(' ').next().unwrap();
    assert!(split.starts_with("m1  these claims make up C"), "{split}");
    typed(&there, &format!("merge {id} {own} --as Ida")).exits(0).tells("");
    typed(&there, "undo m2").exits(0);
    typed(&there, "undo m1").exits(0);
    typed(&there, "undo m1").exits(1).tells("onrecord: onrecord.db: ruling m1 was taken back before\n");
    assert_eq!(typed(&there, &format!("claim {id} -w 60")).stdout, page);
    let groups: serde_json::Value = serde_json::from_str(&typed(&there, "export -f groups").exits(0).stdout).unwrap();
    assert_eq!(groups["groups"][0]["members"].as_array().unwrap().len(), 2, "{groups}");
    clean(&there, 2);
}

#[test]
fn sources_are_one_under_all_their_names_until_a_person_says_otherwise() {
    let line =
        |id: u32, text: &str| format!("{{\"id\": \"{id}\", \"published\": \"2024-05-14\", \"text\": \"{text}\"}}\n");
    let lines = [
        line(1, "The ferry to Torvik sank in the storm, Defence Minister Oleksa Harmatyuk said on Tuesday."),
        line(
            2,
            "The ferry to Torvik sank before dawn, Oleksa Harmatiuk told reporters. Harmatiuk denied that it was old.",
        ),
    ];
    let there = folder("entities", &[("lines.ndjson", lines.concat().as_bytes())]);
    typed(&there, "add lines.ndjson").exits(0);
    let all: serde_json::Value =
        serde_json::from_str(&typed(&there, "entities --like harmatyuk -f json").exits(0).stdout).unwrap();
    let id = all[0]["id"].as_str().unwrap();
    assert_eq!((all.as_array().unwrap().len(), all[0]["reports"].as_u64()), (1, Some(2)), "{all}");
    let shown = typed(&there, "source Harmatyuk").exits(0).tells("").stdout;
    assert!(shown.starts_with(id) && shown.contains("2 reports") && shown.contains("Harmatiuk"), "{shown}");
    assert_eq!(shown, typed(&there, "source Harmatiuk").stdout.replace("\nHarmatiuk  ", "\nHarmatyuk  "));

    typed(&there, &format!("split {id} --as Ida")).exits(2);
    let split = typed(&there, &format!("split {id} --report d2 --person Ida --why cousins")).exits(0).tells("").stdout;
    let own = split.trim().rsplit(' ').next().unwrap();
    assert_eq!(split, format!("n1  this part of {id} is {own}\n"));
    let several = typed(&there, "source Harmatyuk").exits(0).stdout;
    assert!(several.starts_with("Harmatyuk may be one of these") && several.contains(own), "{several}");
    typed(&there, &format!("merge {id} {own} --as Ida")).exits(0).tells("");
    typed(&there, &format!("merge {id} C1 --as Ida")).exits(2);
    assert_eq!(typed(&there, "source Harmatyuk").stdout.lines().count(), shown.lines().count());
    typed(&there, "undo n2").exits(0);
    let undone = typed(&there, "undo n1").exits(0).stdout;
    assert!(undone.starts_with(&format!("n1  {own} is another than {id}: d2 ")), "{undone}");
    assert!(undone.contains(": cousins, taken back "), "{undone}");
    let corrections = typed(&there, "corrections").exits(0).stdout;
    assert!(corrections.starts_with(&undone) && corrections.lines().count() == 2, "{corrections}");
    assert_eq!(typed(&there, "source Harmatyuk").stdout, shown);
    clean(&there, 2);
}

#[test]
fn a_ledger_is_read_again_by_another_model() {
    let there =
        folder("reread", &[("report.txt", &fixture("report.txt")), ("corpus.ndjson", &fixture("corpus.ndjson"))]);
    typed(&there, "reread")
        .exits(1)
        .tells("onrecord: onrecord.db: there is no ledger here; `onrecord add` begins one\n");
    typed(&there, "add report.txt corpus.ndjson --model fast").exits(0);
    let before = typed(&there, "export").stdout;
    typed(&there, "reread --model fast")
        .exits(0)
        .tells("onrecord: all reports were read so before; --all reads them again\n");
    let all = typed(&there, "reread").exits(0);
    assert!(all.stderr.contains("read otherwise") || all.stderr.contains("known"), "{}", all.stderr);
    let history = typed(&there, "history d1").exits(0).tells("").stdout;
    assert!(history.contains(", read by onrecord ") && history.contains("accurate"), "{history}");
    typed(&there, "history d99").exits(1).tells("onrecord: onrecord.db: there is no report d99 in this ledger\n");
    // The readings are those that the model would have made in the first place.
    let other =
        folder("reread-other", &[("report.txt", &fixture("report.txt")), ("corpus.ndjson", &fixture("corpus.ndjson"))]);
    typed(&other, "add report.txt corpus.ndjson").exits(0);
    assert_eq!(typed(&there, "export").stdout, typed(&other, "export").stdout);
    typed(&there, "reread --model fast").exits(0);
    assert_eq!(typed(&there, "export").stdout, before);
    let versions = typed(&there, "verify").exits(0).stdout;
    assert!(versions.ends_with(": everything agrees\n"), "{versions}");
}

#[test]
fn a_ledger_is_exported_in_every_form() {
    let there = folder("export", &[("report.txt", &fixture("report.txt")), ("page.html", &fixture("page.html"))]);
    typed(&there, "add report.txt page.html").exits(0);
    let records = typed(&there, "export").exits(0).tells("");
    assert_eq!(records.names(), ["report", "page"]);
    // What goes in comes out as `read` prints it.
    assert_eq!(records.stdout, typed(&there, "read report.txt page.html -f ndjson -q").stdout);
    typed(&there, "export -f ndjson -o records.ndjson").exits(0);
    assert_eq!(fs::read_to_string(there.join("records.ndjson")).unwrap(), records.stdout);
    assert_eq!(typed(&there, "export -f jsonld").exits(0).stdout.lines().count(), 2);
    typed(&there, "export -f csv -o tables").exits(0).tells("");
    assert_eq!(fs::read_to_string(there.join("tables/reports.csv")).unwrap().lines().count(), 3);
    typed(&there, "export -f parquet -o parquet").exits(0).tells("");
    let tables = |folder: &str| {
        let files = fs::read_dir(there.join(folder)).unwrap().map(|file| file.unwrap().path());
        let mut names: Vec<_> = files.map(|file| file.file_stem().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(tables("parquet"), tables("tables"));
    typed(&there, "export -f brat -o brat").exits(0).tells("");
    assert_eq!(fs::read(there.join("brat/d1.txt")).unwrap(), fixture("report.txt"));
    assert!(typed(&there, "export -f csv").exits(2).stderr.contains("--output"));
}

#[test]
fn two_writers_are_told_apart() {
    let there = folder("two", &[("report.txt", &fixture("report.txt"))]);
    let hold = || onrecord(&there, "add -").stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut first = hold();
    // The first holds the ledger for as long as its input is open; unless the second was there before it, which turned it
    // away.
    let second = loop {
        if first.try_wait().unwrap().is_some() {
            first = hold();
        }
        let second = typed(&there, "add report.txt");
        if second.stderr.contains("another onrecord") {
            break second;
        }
        thread::sleep(Duration::from_millis(20));
    };
    second
        .exits(1)
        .tells("onrecord: onrecord.db: another onrecord is writing to this ledger; try again when it is done\n");
    drop(first.stdin.take());
    first.wait().unwrap();
    typed(&there, "add report.txt").exits(0);
    clean(&there, 1);
}

/// The program is killed at random moments while it adds, and started again, until everything is there.
///
/// `ONRECORD_KILLS` says how often it is killed in all; `./dev kills` asks for 200.
#[test]
#[cfg(unix)]
fn nothing_is_lost_or_doubled_however_often_it_is_killed() {
    const REPORTS: u32 = 300;
    let kills: u32 = std::env::var("ONRECORD_KILLS").map_or(6, |kills| kills.parse().unwrap());
    let lines: String = (0..REPORTS)
        .map(|number| {
            format!(
                "{{\"text\": \"Mayor Ada Quill said on Friday that {number} boats had broken loose at the pier.\"}}\n"
            )
        })
        .collect();
    // A generator by Marsaglia (xorshift, 2003), so that every run is the same but for the machine's own timing.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let (mut killed, mut round) = (0, 0);
    while killed < kills {
        round += 1;
        let there = folder(&format!("killed-{}", round % 2), &[("lines.ndjson", lines.as_bytes())]);
        loop {
            let mut adding =
                onrecord(&there, "add lines.ndjson").stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
            thread::sleep(Duration::from_millis(100 + random(900)));
            if adding.try_wait().unwrap().is_some() {
                break;
            }
            adding.kill().unwrap();
            adding.wait().unwrap();
            killed += 1;
            if there.join("onrecord.db").metadata().is_ok_and(|file| file.len() > 0) {
                let verified = typed(&there, "verify");
                let began = verified.stderr.contains("there is no ledger here");
                assert!(began || verified.status == Some(0), "{}{}", verified.stdout, verified.stderr);
            }
            if killed == kills {
                break;
            }
        }
        typed(&there, "add lines.ndjson").exits(0);
        clean(&there, REPORTS);
    }
}

#[test]
#[cfg(unix)]
fn a_read_only_folder_is_searched_and_not_written_to() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    /// Whom most systems call nobody.
    const NOBODY: u32 = 65534;

    let line = |number: u32| {
        format!(
            "{{\"published\": \"2024-05-14\", \"text\": \"At least {number} people were killed in the earthquake in \
             Torvik, Sutopo Nugroho said on Tuesday.\"}}\n"
        )
    };
    let there = folder("read-only", &[("lines.ndjson", [line(22), line(24)].concat().as_bytes())]);
    typed(&there, "add lines.ndjson").exits(0);
    // Nothing is forbidden to root, who becomes somebody else here; whom nobody may have let into where this was built.
    let root = fs::metadata(&there).unwrap().uid() == 0;
    let built = Path::new(env!("CARGO_BIN_EXE_onrecord"));
    let open = std::env::temp_dir().join(format!("onrecord-read-only-{}", std::process::id()));
    let made = there.clone();
    let (there, binary) = if root { (open.join("ledger"), open.join("onrecord")) } else { (there, built.to_owned()) };
    if root {
        fs::create_dir_all(&there).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        fs::copy(built, &binary).unwrap();
        for file in fs::read_dir(&made).unwrap().map(|entry| entry.unwrap()) {
            fs::copy(file.path(), there.join(file.file_name())).unwrap();
        }
    }
    let typed_there = |words: &str| {
        let mut command = program(&binary, &there, words);
        if root {
            command.uid(NOBODY);
        }
        run(&mut command)
    };
    let permit = |folder: u32, files: u32| {
        for file in fs::read_dir(&there).unwrap().map(|entry| entry.unwrap().path()) {
            fs::set_permissions(file, fs::Permissions::from_mode(files)).unwrap();
        }
        fs::set_permissions(&there, fs::Permissions::from_mode(folder)).unwrap();
    };
    let asked = ["search killed", "claims", "claim C1", "verify"];
    let before = asked.map(|words| typed(&there, words).exits(0).tells("").stdout);
    permit(0o555, 0o444);
    let after = asked.map(&typed_there);
    let refused = ["add lines.ndjson", "correct s1 --strike --as Ida"].map(&typed_there);
    permit(0o755, 0o644);
    if root {
        fs::remove_dir_all(&open).unwrap();
    }
    for (before, after) in before.iter().zip(after) {
        assert_eq!(&after.exits(0).tells("").stdout, before);
    }
    for told in refused {
        told.exits(1).tells("onrecord: onrecord.db: the ledger or its folder may not be written to\n");
    }
}

//! Short reports, one phenomenon each, with what a careful reader takes from them: `goldens/README.md` tells the notation.

mod golden;

use std::fs;
use std::path::{Path, PathBuf};

use golden::{Golden, Marks};

#[test]
fn every_golden_is_as_marked() {
    let update = std::env::var_os("UPDATE_GOLDENS").is_some();
    let reader = golden::reader();
    let (mut total, mut changed) = (Marks::default(), Vec::new());
    for path in files() {
        let before = fs::read_to_string(&path).expect("a golden file");
        let golden = Golden::parse(&before).unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
        let given = golden.given(&reader);
        let (after, marks) = golden.marked(&given);
        total.add(marks);
        if after != before {
            if update {
                fs::write(&path, &after).expect("a golden file that can be written");
            }
            changed.push(format!("{}\n{}", path.display(), golden::difference(&before, &after)));
        }
    }
    println!("{total}");
    assert!(
        update || changed.is_empty(),
        "{} goldens are no longer as marked (UPDATE_GOLDENS=1 moves the marks; read them before you commit):\n\n{}",
        changed.len(),
        changed.join("\n")
    );
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
    let entries = fs::read_dir(folder).expect("the folder of goldens");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    files
}

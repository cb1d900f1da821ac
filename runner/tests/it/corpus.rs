//! What the fuzzer checks holds for its corpus, which keeps everything that it ever found.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

#[expect(unreachable_pub, reason = "a module of the fuzzer's library")]
#[path = "../../fuzz/src/notebook.rs"]
mod notebook;
#[expect(unreachable_pub, reason = "a module of the fuzzer's library")]
#[path = "../../fuzz/src/transcript.rs"]
mod transcript;

fn check_all(name: &str, check: fn(&[u8])) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(name);
    let mut checked = 0;
    for entry in fs::read_dir(dir).expect("a corpus").flatten() {
        let bytes = fs::read(entry.path()).expect("a file");
        let held = catch_unwind(|| check(&bytes)).is_ok();
        assert!(held, "it does not hold for `{}`", entry.path().display());
        checked += 1;
    }
    assert!(checked > 20, "only {checked} files");
}

#[test]
fn notebooks_are_read_formatted_and_written_without_loss() {
    check_all("notebook", notebook::check);
}

#[test]
fn transcripts_hide_nothing() {
    check_all("transcript", transcript::check);
}

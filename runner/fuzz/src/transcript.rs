//! What must hold for whatever bytes a cell prints.

use nbrun::engine::transcript::Transcript;

const PANICKED: &[u8] = b"EVCXR_PANIC_NOTIFICATION\n";
const LEFT_EARLY: &[u8] = b"EVCXR_ERROR_OCCURRED\n";

/// What a cell prints means the same however the pipe cuts it; it neither grows nor hides the end
/// of the cell. The first byte says how the end is told, the second into which pieces it is cut.
pub fn check(bytes: &[u8]) {
    let [signs, cut, printed @ ..] = bytes else {
        return;
    };
    let told_by_signs = signs % 2 == 1;
    let whole = read(told_by_signs, [printed]);
    let cut = read(told_by_signs, printed.chunks(usize::from(*cut).max(1)));
    assert_eq!(seen(&cut), seen(&whole), "it matters how the text is cut");
    let size = whole.size();
    // A byte that is not UTF-8 takes three in a value.
    assert!(
        size <= 3 * printed.len(),
        "{size} bytes are kept of {}",
        printed.len()
    );
    if told_by_signs {
        assert!(!whole.panicked && !whole.left_early, "a sign was forged");
        return;
    }
    let ended = read(false, [printed, PANICKED]);
    assert!(ended.panicked, "a panic was hidden");
    let ended = read(false, [printed, LEFT_EARLY]);
    assert!(ended.left_early, "an early return was hidden");
}

fn read<'a>(told_by_signs: bool, pieces: impl IntoIterator<Item = &'a [u8]>) -> Transcript {
    let mut transcript = Transcript::default();
    transcript.told_by_signs = told_by_signs;
    for piece in pieces {
        transcript.read_stdout(piece);
    }
    transcript.flush();
    transcript
}

/// Everything that a transcript says in the end.
fn seen(transcript: &Transcript) -> impl PartialEq + std::fmt::Debug {
    (
        String::from_utf8_lossy(&transcript.stdout).into_owned(),
        transcript.bundle.clone(),
        transcript.panicked,
        transcript.left_early,
        transcript.for_evcxr.clone(),
        transcript.questions.clone(),
    )
}

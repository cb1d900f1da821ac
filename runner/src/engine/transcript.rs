//! What a cell printed, taken apart: text of two streams, MIME bundles, and the control lines with
//! which evcxr's generated code says how the cell ended.
//!
//! Bytes come in as they were read, in pieces of any size; nothing here waits or fails.

use std::collections::BTreeMap;

const PANICKED: &[u8] = b"EVCXR_PANIC_NOTIFICATION";
const LEFT_EARLY: &[u8] = b"EVCXR_ERROR_OCCURRED";
const TYPE_CHANGED: &[u8] = b"EVCXR_VARIABLE_CHANGED_TYPE:";
const INPUT: &[u8] = b"EVCXR_INPUT_REQUEST";
const BEGIN_CONTENT: &[u8] = b"EVCXR_BEGIN_CONTENT ";
const END_CONTENT: &[u8] = b"EVCXR_END_CONTENT";

/// A line longer than this is passed on in pieces.
const LONGEST_LINE: usize = 1 << 20;

/// So much of a long line stays behind, since a control line may stand at its end.
const STAYS_BEHIND: usize = 64;

/// What was printed between the beginning and the end of a cell.
#[derive(Debug, Default)]
pub struct Transcript {
    /// Text on standard output, without control lines and values.
    pub stdout: Vec<u8>,
    /// Everything on standard error.
    pub stderr: Vec<u8>,
    /// The last content of each MIME type.
    pub bundle: BTreeMap<String, String>,
    /// Whether the end of the cell is told otherwise, so that a line which says so is only text.
    pub told_by_signs: bool,
    /// Whether the cell panicked.
    pub panicked: bool,
    /// Whether a `?` left the cell early.
    pub left_early: bool,
    /// Lines that evcxr must hear before the cell's end.
    pub for_evcxr: Vec<Vec<u8>>,
    /// Lines that evcxr must hear at once: the cell waits for an answer.
    pub questions: Vec<Vec<u8>>,
    line: Vec<u8>,
    /// Whether the beginning of the line was passed on already.
    continued: bool,
    content: Option<Content>,
}

#[derive(Debug)]
struct Content {
    mime: String,
    body: Vec<u8>,
}

impl Transcript {
    /// Takes what was read from standard output.
    pub fn read_stdout(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = LONGEST_LINE - self.line.len();
            let piece = &bytes[..bytes.len().min(room)];
            match piece.iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    self.line.extend_from_slice(&piece[..end]);
                    bytes = &bytes[end + 1..];
                    self.end_line();
                }
                None => {
                    self.line.extend_from_slice(piece);
                    bytes = &bytes[piece.len()..];
                    self.shorten_line();
                }
            }
        }
    }

    /// Takes what was read from standard error.
    pub fn read_stderr(&mut self, bytes: &[u8]) {
        self.stderr.extend_from_slice(bytes);
    }

    /// Takes what has come so far as it is: a line without an end, a content without an end.
    pub fn flush(&mut self) {
        self.give_up_content();
        let line = std::mem::take(&mut self.line);
        self.continued = false;
        self.text(&line, false);
    }

    /// The cell panicked.
    pub fn panic(&mut self) {
        self.panicked = true;
        self.for_evcxr.push(PANICKED.to_vec());
    }

    /// A `?` left the cell.
    pub fn leave_early(&mut self) {
        self.left_early = true;
        self.for_evcxr.push(LEFT_EARLY.to_vec());
    }

    /// A variable of an earlier cell had another type.
    pub fn change_type(&mut self, variable: &str) {
        let line = [TYPE_CHANGED, variable.as_bytes()].concat();
        self.for_evcxr.push(line);
    }

    /// The number of bytes held.
    pub fn size(&self) -> usize {
        let content = self
            .content
            .as_ref()
            .map_or(0, |content| content.mime.len() + content.body.len());
        let bundle = self.bundle.iter();
        let bundle: usize = bundle.map(|(mime, text)| mime.len() + text.len()).sum();
        let lines = self.for_evcxr.iter().chain(&self.questions);
        let lines: usize = lines.map(Vec::len).sum();
        self.stdout.len() + self.stderr.len() + self.line.len() + content + bundle + lines
    }

    /// What stands before a control line that says how the cell ended, where lines say that.
    fn tells<'a>(&self, line: &'a [u8], control: &[u8]) -> Option<&'a [u8]> {
        line.strip_suffix(control).filter(|_| !self.told_by_signs)
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if self.content.is_some() {
            self.take_content_line(&line);
        } else {
            self.take_line(&line);
        }
        self.continued = false;
    }

    /// Passes on the beginning of a line that is too long to be held.
    fn shorten_line(&mut self) {
        if self.line.len() < LONGEST_LINE {
            return;
        }
        let end = self.line.split_off(LONGEST_LINE - STAYS_BEHIND);
        let beginning = std::mem::replace(&mut self.line, end);
        match &mut self.content {
            Some(content) => content.body.extend_from_slice(&beginning),
            None => self.stdout.extend_from_slice(&beginning),
        }
        self.continued = true;
    }

    fn take_line(&mut self, line: &[u8]) {
        if let Some(before) = self.tells(line, PANICKED) {
            self.text(before, false);
            self.panic();
        } else if let Some(before) = self.tells(line, LEFT_EARLY) {
            self.text(before, false);
            self.leave_early();
        } else if !self.continued && !self.told_by_signs && line.starts_with(TYPE_CHANGED) {
            self.for_evcxr.push(line.to_vec());
        } else if !self.continued && line.starts_with(INPUT) {
            self.questions.push(line.to_vec());
        } else if let Some((before, mime)) = begin_of_content(line) {
            self.text(before, false);
            self.content = Some(Content {
                mime,
                body: Vec::new(),
            });
        } else {
            self.text(line, true);
        }
    }

    fn take_content_line(&mut self, line: &[u8]) {
        let ended = [PANICKED, LEFT_EARLY]
            .into_iter()
            .any(|control| self.tells(line, control).is_some());
        if ended {
            // The cell ended inside its own content.
            self.give_up_content();
            self.take_line(line);
        } else if line == END_CONTENT && !self.continued {
            self.end_content();
        } else if let Some(content) = &mut self.content {
            content.body.extend_from_slice(line);
            content.body.push(b'\n');
        }
    }

    fn end_content(&mut self) {
        if let Some(Content { mime, body }) = self.content.take() {
            let body = body.strip_suffix(b"\n").unwrap_or(&body);
            let text = String::from_utf8_lossy(body).into_owned();
            self.bundle.insert(mime, text);
        }
    }

    /// A content without an end is text.
    fn give_up_content(&mut self) {
        if let Some(Content { mime, body }) = self.content.take() {
            self.text(&[BEGIN_CONTENT, mime.as_bytes()].concat(), true);
            self.stdout.extend_from_slice(&body);
        }
    }

    fn text(&mut self, line: &[u8], ended: bool) {
        let line = line.strip_suffix(b"\r").filter(|_| ended).unwrap_or(line);
        self.stdout.extend_from_slice(line);
        if ended {
            self.stdout.push(b'\n');
        }
    }
}

/// Splits a line at a content's begin: what stands before it, and the MIME type.
fn begin_of_content(line: &[u8]) -> Option<(&[u8], String)> {
    let start = line
        .windows(BEGIN_CONTENT.len())
        .position(|window| window == BEGIN_CONTENT)?;
    let mime = std::str::from_utf8(&line[start + BEGIN_CONTENT.len()..]).ok()?;
    let is_mime = mime.contains('/') && !mime.contains(' ');
    is_mime.then(|| (&line[..start], mime.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_LINE, STAYS_BEHIND, Transcript};

    fn read(pieces: &[&str]) -> Transcript {
        let mut transcript = Transcript::default();
        for piece in pieces {
            transcript.read_stdout(piece.as_bytes());
        }
        transcript.flush();
        transcript
    }

    fn stdout(transcript: &Transcript) -> String {
        String::from_utf8_lossy(&transcript.stdout).into_owned()
    }

    #[test]
    fn lines_come_back_however_they_were_cut() {
        let transcript = read(&["one\ntw", "o\n", "th", "ree"]);
        assert_eq!(stdout(&transcript), "one\ntwo\nthree");
    }

    #[test]
    fn a_panic_is_seen_behind_an_unfinished_line() {
        let transcript = read(&["countingEVCXR_PANIC_NOTIFICATION\n"]);
        assert!(transcript.panicked);
        assert_eq!(stdout(&transcript), "counting");
        assert_eq!(transcript.for_evcxr, [b"EVCXR_PANIC_NOTIFICATION"]);
    }

    #[test]
    fn with_signs_the_lines_are_text() {
        let mut transcript = Transcript {
            told_by_signs: true,
            ..Transcript::default()
        };
        transcript.read_stdout(b"EVCXR_PANIC_NOTIFICATION\nEVCXR_ERROR_OCCURRED\n");
        assert!(!transcript.panicked && !transcript.left_early);
        assert_eq!(
            stdout(&transcript),
            "EVCXR_PANIC_NOTIFICATION\nEVCXR_ERROR_OCCURRED\n"
        );
    }

    #[test]
    fn an_early_return_is_not_a_panic() {
        let transcript = read(&["EVCXR_ERROR_OCCURRED\n"]);
        assert!(transcript.left_early && !transcript.panicked);
    }

    #[test]
    fn the_end_of_a_cell_cannot_be_printed() {
        let transcript = read(&["EVCXR_EXECUTION_COMPLETE\n"]);
        assert_eq!(stdout(&transcript), "EVCXR_EXECUTION_COMPLETE\n");
        assert!(transcript.for_evcxr.is_empty());
    }

    #[test]
    fn the_last_content_of_a_mime_type_counts() {
        let content = |text| format!("EVCXR_BEGIN_CONTENT text/plain\n{text}\nEVCXR_END_CONTENT\n");
        let transcript = read(&["a\n", &content("first"), "b\n", &content("two\nlines")]);
        assert_eq!(stdout(&transcript), "a\nb\n");
        assert_eq!(transcript.bundle["text/plain"], "two\nlines");
    }

    #[test]
    fn a_content_without_end_is_text_and_hides_no_panic() {
        let transcript = read(&["EVCXR_BEGIN_CONTENT text/html\n<b>\nEVCXR_PANIC_NOTIFICATION\n"]);
        assert!(transcript.panicked);
        assert_eq!(stdout(&transcript), "EVCXR_BEGIN_CONTENT text/html\n<b>\n");
        assert!(transcript.bundle.is_empty());
    }

    #[test]
    fn a_content_hides_no_end_of_the_cell() {
        let table = [
            "EVCXR_BEGIN_CONTENT text/html\n<b>EVCXR_PANIC_NOTIFICATION\n",
            "EVCXR_BEGIN_CONTENT text/html\n<b>\nEVCXR_ERROR_OCCURRED\n",
            "EVCXR_BEGIN_CONTENT text/html\n<b>EVCXR_ERROR_OCCURRED\n",
        ];
        for text in table {
            let transcript = read(&[text]);
            assert_eq!(transcript.panicked, text.contains("PANIC"), "{text}");
            assert_eq!(transcript.left_early, text.contains("ERROR"), "{text}");
            assert!(transcript.bundle.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_picture_in_one_long_line_stays_whole() {
        let picture = "x".repeat(5 * LONGEST_LINE / 2);
        let text = format!("EVCXR_BEGIN_CONTENT image/png\n{picture}\nEVCXR_END_CONTENT\n");
        for length in [text.len(), 4096] {
            let mut transcript = Transcript::default();
            for piece in text.as_bytes().chunks(length) {
                transcript.read_stdout(piece);
            }
            assert_eq!(transcript.bundle["image/png"].len(), picture.len());
            assert_eq!(stdout(&transcript), "");
        }
    }

    #[test]
    fn a_panic_is_seen_behind_a_long_line_wherever_that_is_cut() {
        let control = "EVCXR_PANIC_NOTIFICATION\n";
        for length in LONGEST_LINE - control.len()..LONGEST_LINE + 2 {
            let transcript = read(&[&"x".repeat(length), control]);
            assert!(transcript.panicked, "{length}");
            assert_eq!(transcript.stdout.len(), length);
        }
    }

    #[test]
    fn the_end_of_a_long_line_is_not_the_beginning_of_one() {
        let text = "x".repeat(LONGEST_LINE - STAYS_BEHIND);
        for control in ["EVCXR_INPUT_REQUEST", "EVCXR_VARIABLE_CHANGED_TYPE:a"] {
            let transcript = read(&[&text, control, &"y".repeat(STAYS_BEHIND), "\n"]);
            assert!(transcript.questions.is_empty() && transcript.for_evcxr.is_empty());
        }
    }

    #[test]
    fn everything_that_is_held_has_a_size() {
        let table = [
            "EVCXR_VARIABLE_CHANGED_TYPE:count\n",
            "EVCXR_INPUT_REQUEST:name\n",
            "EVCXR_BEGIN_CONTENT a/name\nEVCXR_END_CONTENT\n",
            "EVCXR_BEGIN_CONTENT text/plain\nunfinished\n",
            "text\n",
        ];
        for text in table {
            let mut transcript = Transcript::default();
            transcript.read_stdout(text.as_bytes());
            assert!(transcript.size() > 0, "{text}");
        }
    }
}

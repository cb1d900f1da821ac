//! How a value reaches the notebook: one bundle with a picture and its text.
//!
//! What the picture looks like is left to the modules that draw; this one only wraps and prints.

use std::env;

/// Prints a picture and its text for the notebook, or the text alone outside a kernel.
///
/// `alt` describes the picture in words, for readers who cannot see it.
pub(crate) fn picture(svg: &str, alt: &str, text: &str) {
    if in_kernel() {
        say(&bundle(svg, alt, text));
    } else {
        say(text);
    }
}

/// Prints a value that has no picture, as the cell's result in a kernel.
pub(crate) fn text(text: &str) {
    if in_kernel() {
        say(&content("text/plain", text));
    } else {
        say(text);
    }
}

/// The only place where the crate speaks to the notebook.
///
/// It is one `println!`, so that a line of another thread cannot land in the middle.
#[expect(
    clippy::print_stdout,
    reason = "standard output is how a cell speaks to the notebook"
)]
pub(crate) fn say(text: &str) {
    println!("{}", text.trim_end_matches('\n'));
}

/// Whether this process is one that runs cells.
fn in_kernel() -> bool {
    env::var_os("EVCXR_IS_RUNTIME").is_some()
}

/// The picture as HTML and as text, in the form in which the kernel reads it.
///
/// An `<img>` with a data URI is the one form of a drawing that an untrusted notebook shows.
fn bundle(svg: &str, alt: &str, text: &str) -> String {
    let html = format!(
        "<img alt=\"{}\" src=\"data:image/svg+xml;base64,{}\">",
        escape(alt),
        base64(svg.as_bytes())
    );
    content("text/html", &html) + "\n" + &content("text/plain", text)
}

fn content(mime: &str, body: &str) -> String {
    let body = body.trim_end_matches('\n');
    format!("EVCXR_BEGIN_CONTENT {mime}\n{body}\nEVCXR_END_CONTENT")
}

/// Makes a text safe inside an element or an attribute of HTML or SVG.
///
/// Control characters become spaces: a label with a line break must not break a drawing.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            letter => safe.push(plain(letter)),
        }
    }
    safe
}

/// A text on one line, with spaces in place of control characters.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(plain).collect()
}

fn plain(letter: char) -> char {
    if letter.is_control() { ' ' } else { letter }
}

/// Shortens a text to at most `limit` characters, with `..` in place of what is left out.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars()
        .take(limit.saturating_sub(2))
        .chain("..".chars())
        .collect()
}

/// Base64 by hand: these lines compile in no time, where a crate for it would cost every notebook.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place <= group.len() {
                let index = bits >> (18 - 6 * place) & 63;
                encoded.push(char::from(ALPHABET[index as usize]));
            } else {
                encoded.push('=');
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{base64, bundle, escape, shorten};

    #[test]
    fn base64_of_every_length() {
        let table = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in table {
            assert_eq!(base64(plain.as_bytes()), encoded, "of {plain:?}");
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn a_bundle_holds_the_picture_and_the_text() {
        assert_eq!(
            bundle("<svg/>", "two \"threads\"", "main ==\n"),
            "EVCXR_BEGIN_CONTENT text/html\n\
             <img alt=\"two &quot;threads&quot;\" src=\"data:image/svg+xml;base64,PHN2Zy8+\">\n\
             EVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT text/plain\n\
             main ==\n\
             EVCXR_END_CONTENT"
        );
    }

    #[test]
    fn text_for_a_drawing_is_escaped_and_on_one_line() {
        assert_eq!(
            escape("a<b> & \"c\"\nd"),
            "a&lt;b&gt; &amp; &quot;c&quot; d"
        );
    }

    #[test]
    fn a_long_text_is_shortened_by_characters() {
        assert_eq!(shorten("µµµµµ", 5), "µµµµµ");
        assert_eq!(shorten("µµµµµµ", 5), "µµµ..");
    }
}

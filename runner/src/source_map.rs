//! From a place in the code that evcxr generated to the line of the cell.

/// The line of the cell, from 1, that the report of a panic on stderr names.
///
/// `generated` is the code that was compiled, `cell` the cell's source. The compiler's file is
/// `src/lib.rs`; the cell's lines stand in it as they are.
pub fn panic_line(stderr: &str, generated: &str, cell: &str) -> Option<usize> {
    let place = stderr
        .lines()
        .find_map(|line| line.split_once(" panicked at src/lib.rs:"))?
        .1;
    let number: usize = place.split(':').next()?.parse().ok()?;
    cell_line(number, generated, cell)
}

/// The line of `cell` that stands at line `number` of `generated`: the same text, and where the
/// cell has that text more than once, the one with as many of them before it.
fn cell_line(number: usize, generated: &str, cell: &str) -> Option<usize> {
    let same = |line: &str, text: &str| line.trim() == text;
    let text = generated.lines().nth(number.checked_sub(1)?)?.trim();
    let earlier = generated
        .lines()
        .take(number - 1)
        .filter(|line| same(line, text))
        .count();
    let own: Vec<usize> = cell
        .lines()
        .enumerate()
        .filter(|(_, line)| same(line, text))
        .map(|(index, _)| index + 1)
        .collect();
    own.get(earlier).or(own.last()).copied()
}

#[cfg(test)]
mod tests {
    use super::panic_line;

    const CELL: &str = "let a = 1;\nassert_eq!(a, 2);\nlet b = 2;\nassert_eq!(a, 2);";

    #[test]
    fn a_place_in_generated_code_becomes_a_line_of_the_cell() {
        let generated = format!("#![allow(dead_code)]\nfn run() {{\n{CELL}\n}}");
        let table = [
            ("thread 'main' (7) panicked at src/lib.rs:4:1:\nx", Some(2)),
            ("thread 'main' (7) panicked at src/lib.rs:6:1:\nx", Some(4)),
            ("thread 'main' (7) panicked at src/lib.rs:2:1:\nx", None),
            (
                "thread 'main' (7) panicked at /rustc/src/x.rs:4:1:\nx",
                None,
            ),
            ("quiet", None),
        ];
        for (stderr, line) in table {
            assert_eq!(panic_line(stderr, &generated, CELL), line, "{stderr}");
        }
    }
}

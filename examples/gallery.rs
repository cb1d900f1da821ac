//! Draws the gallery in `docs/gallery`: every kind of picture, from values that never change.
//!
//! Run it with `cargo run --example gallery`, from the root of the repository.
//! A test fails when a picture would change.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use threadlab::timeline::{Lane, Timeline};
use threadlab::timing::{Amount, Comparison, Measured};

/// A picture of the gallery: its file name, what it shows, the SVG and the text drawing.
struct Picture {
    name: &'static str,
    shows: &'static str,
    svg: String,
    text: String,
}

fn main() -> Result<(), io::Error> {
    for (path, content) in files() {
        fs::write(path, content)?;
    }
    Ok(())
}

/// The path and the content of each file.
pub(crate) fn files() -> Vec<(PathBuf, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gallery");
    let pictures = pictures();
    let page = (directory.join("README.md"), page(&pictures));
    let drawings = pictures.into_iter();
    let drawings = drawings.map(|picture| {
        let name = format!("{}.svg", picture.name);
        (directory.join(name), picture.svg)
    });
    drawings.chain([page]).collect()
}

fn pictures() -> Vec<Picture> {
    vec![
        timeline(
            "kitchen",
            "Two threads: working, waiting for a join, a mark.",
            kitchen(),
        ),
        timeline(
            "nested",
            "Spans inside spans, and waiting in the middle of one.",
            nested(),
        ),
        timeline(
            "endings",
            "A thread that nobody joined, and one that panicked.",
            endings(),
        ),
        timeline(
            "threads-8",
            "Eight threads that take turns at one lock.",
            threads(8, ms(2)),
        ),
        timeline(
            "threads-64",
            "Sixty-four threads; the rows become lower.",
            threads(64, ms(2)),
        ),
        timeline(
            "one-microsecond",
            "One microsecond in all.",
            threads(2, Duration::from_nanos(62)),
        ),
        timeline(
            "ten-seconds",
            "Spans of 10 s and of 1 µs in one picture.",
            ten_seconds(),
        ),
        timeline(
            "crowded",
            "Ten thousand spans; those too narrow to tell apart are drawn once.",
            crowded(),
        ),
        comparison("speedup", "Bars beside the ideal.", speedup()),
        comparison(
            "throughput",
            "With the throughput, and a way that is slower than the first.",
            throughput(),
        ),
    ]
}

fn timeline(name: &'static str, shows: &'static str, timeline: Timeline) -> Picture {
    let (svg, text) = (timeline.to_svg(), timeline.to_string());
    Picture {
        name,
        shows,
        svg,
        text,
    }
}

fn comparison(name: &'static str, shows: &'static str, comparison: Comparison) -> Picture {
    let (svg, text) = (comparison.to_svg(), comparison.to_string());
    Picture {
        name,
        shows,
        svg,
        text,
    }
}

fn page(pictures: &[Picture]) -> String {
    let mut page = String::from(
        "# Gallery\n\n\
         Every picture that `threadlab` draws, with the text that stands beside it in a notebook.\n\
         The file is written by `cargo run --example gallery`.\n",
    );
    for Picture {
        name, shows, text, ..
    } in pictures
    {
        // Writing to a `String` cannot fail.
        let _ = write!(
            page,
            "\n## {shows}\n\n![{shows}]({name}.svg)\n\n```text\n{text}\n```\n"
        );
    }
    page
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn kitchen() -> Timeline {
    Timeline::new(ms(42))
        .lane(
            Lane::new("head chef")
                .span("take orders", ms(1), ms(12))
                .waiting("join", ms(12), ms(31))
                .span("plate", ms(31), ms(40))
                .mark("serve", ms(40)),
        )
        .lane(Lane::new("helper").span("chop", ms(3), ms(31)))
}

fn nested() -> Timeline {
    Timeline::new(ms(60))
        .lane(
            Lane::new("reader")
                .span("read the log", ms(0), ms(56))
                .span("parse", ms(4), ms(30))
                .span("numbers", ms(8), ms(14))
                .waiting("lock", ms(30), ms(41))
                .span("count", ms(41), ms(54))
                .mark("half", ms(28)),
        )
        .lane(
            Lane::new("heartbeat")
                .mark("beat", ms(10))
                .mark("beat", ms(20))
                .mark("beat", ms(30))
                .mark("beat", ms(40))
                .mark("beat", ms(50)),
        )
}

fn endings() -> Timeline {
    Timeline::new(ms(20))
        .lane(
            Lane::new("main")
                .span("spawn", ms(0), ms(4))
                .waiting("join", ms(4), ms(16)),
        )
        .lane(Lane::new("printer").panicked_span("print", ms(4), ms(13)))
        .lane(Lane::new("radio").open_span("play", ms(5)))
        .lane(Lane::new("clerk").span("<file> & \"sort\"", ms(5), ms(18)))
}

fn threads(count: u32, step: Duration) -> Timeline {
    let mut timeline = Timeline::new(step * (count + 14));
    for number in 0..count {
        let lane = Lane::new(&format!("worker {number}"))
            .span("prepare", step * (number / 4), step * (4 + number / 3))
            .waiting("lock", step * (4 + number / 3), step * (5 + number))
            .span("write", step * (5 + number), step * (6 + number))
            .span(
                "clean up",
                step * (6 + number),
                step * (8 + number + number % 3),
            );
        timeline = timeline.lane(lane);
    }
    timeline
}

fn ten_seconds() -> Timeline {
    let micro = Duration::from_micros(1);
    let mut flashes = Lane::new("flashes");
    for second in 0..10 {
        let at = ms(1000 * second + 300);
        flashes = flashes.span("flash", at, at + micro);
    }
    Timeline::new(ms(10_000))
        .lane(Lane::new("main").waiting("recv", ms(0), ms(10_000)))
        .lane(Lane::new("long").span("ten seconds", ms(0), ms(10_000)))
        .lane(flashes)
        .lane(Lane::new("last").span("flash", ms(10_000) - micro, ms(10_000)))
}

fn crowded() -> Timeline {
    let mut timeline = Timeline::new(ms(10_000));
    for worker in 0..4 {
        let mut lane = Lane::new(&format!("worker {worker}"));
        for step in 0..2500 {
            let start = ms(4 * step + worker);
            lane = lane.span(format!("step {}", step % 20), start, start + ms(2));
        }
        timeline = timeline.lane(lane);
    }
    timeline
}

fn samples(millis: [u64; 5]) -> Vec<Duration> {
    millis.map(ms).to_vec()
}

fn speedup() -> Comparison {
    Comparison::new(
        4,
        None,
        vec![
            Measured::new("one thread", 1, samples([400, 402, 399, 405, 401])),
            Measured::new("two threads", 2, samples([210, 206, 230, 215, 208])),
            Measured::new("four threads", 4, samples([120, 118, 117, 160, 119])),
            Measured::new("sixteen threads", 16, samples([125, 130, 122, 128, 150])),
        ],
    )
}

fn throughput() -> Comparison {
    Comparison::new(
        8,
        Some(Amount::Bytes(64_000_000)),
        vec![
            Measured::new("one thread", 1, samples([80, 81, 79, 85, 80])),
            Measured::new(
                "one lock for all of them",
                8,
                samples([190, 240, 205, 200, 310]),
            ),
            Measured::new("a part for each", 8, samples([12, 13, 12, 19, 12])),
        ],
    )
}

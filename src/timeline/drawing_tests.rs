//! Tests of both drawings of a timeline: known ones letter by letter, any others by what must hold.

use std::time::Duration;

use super::{Lane, Timeline};

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn work_waiting_marks_and_open_ends_have_their_signs() {
    let kitchen = Timeline::new(ms(40))
        .lane(
            Lane::new("chef")
                .span("take orders", ms(0), ms(10))
                .waiting("join", ms(10), ms(30))
                .mark("serve", ms(32)),
        )
        .lane(
            Lane::new("helper")
                .span("chop", ms(2), ms(30))
                .span("peel", ms(4), ms(8)),
        )
        .lane(Lane::new("radio").open_span("play", ms(1)))
        .lane(Lane::new("oven").panicked_span("bake", ms(20), ms(30)));
    let expected = "\
timeline of 40.0 ms, 4 threads
       |0 ns                                                 40.0 ms|
chef   |AAAAAAAAAAAAAAA..............................   |           |
helper |   BBBCCCCCCBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB               |
radio  | DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD>|
oven   |                              EEEEEEEEEEEEEE!               |
A take orders, B chop, C peel, D play, E bake
. waiting (join), | mark (serve), > still running at the end, ! panicked";
    assert_eq!(kitchen.to_string(), expected);
}

#[test]
fn the_description_tells_everything_in_order() {
    let kitchen = Timeline::new(ms(40))
        .lane(
            Lane::new("chef")
                .span("cook", ms(0), ms(10))
                .waiting("join", ms(10), ms(30))
                .mark("tea", ms(5)),
        )
        .lane(Lane::new("radio").open_span("play", ms(1)));
    assert_eq!(
        kitchen.description(),
        "timeline of 40.0 ms, 2 threads; \
         chef: cook from 0 ns to 10.0 ms, tea at 5.00 ms, waits for join from 10.0 ms to 30.0 ms; \
         radio: play from 1.00 ms and is still running at the end"
    );
}

#[test]
fn the_name_of_a_mark_leaves_the_sign_of_the_next_one_free() {
    let beats = [10, 12, 14, 30].map(ms);
    let lane = beats
        .iter()
        .fold(Lane::new("heart"), |lane, at| lane.mark("beat", *at));
    let svg = Timeline::new(ms(40)).lane(lane).to_svg();
    let names = svg
        .split("<text")
        .filter(|text| text.contains(">beat</text>"));
    let sides: Vec<&str> = names
        .map(|name| match name.contains("\"end\"") {
            true => "before",
            false => "behind",
        })
        .collect();
    // Behind the first there is no room before the second, and around the second none at all.
    assert_eq!(sides, ["before", "behind", "behind"], "{svg}");
}

#[test]
fn a_short_span_is_seen_beside_and_inside_long_ones() {
    let flash = Duration::from_micros(1);
    let lane = Lane::new("main")
        .span("long", ms(0), ms(5_000))
        .span("flash", ms(5_000), ms(5_000) + flash)
        .span("rest", ms(5_000) + flash, ms(10_000));
    let text = Timeline::new(ms(10_000)).lane(lane).to_string();
    assert!(text.contains("AAAAABCCCCC"), "{text}");
}

#[test]
fn an_empty_timeline_is_drawn_too() {
    for empty in [Timeline::new(Duration::ZERO), Timeline::new(ms(1))] {
        assert_well_drawn(&empty);
    }
    let nothing = Timeline::new(ms(1)).lane(Lane::new("idle")).to_string();
    assert!(
        nothing.starts_with("timeline of 1.00 ms, 1 thread\n"),
        "{nothing}"
    );
}

#[test]
fn spans_beyond_the_end_and_hostile_names_stay_inside() {
    let lane = Lane::new("</text> & \"a\"\nb\u{7}")
        .span("<script>\u{1b}[31m", ms(1), ms(900))
        .span("later", ms(500), ms(600))
        .open_span("later still", ms(700))
        .mark("]]>", ms(800));
    assert_well_drawn(&Timeline::new(ms(10)).lane(lane));
}

#[test]
fn any_timeline_is_well_drawn() {
    let mut numbers = Numbers(7);
    for _ in 0..200 {
        let digits = numbers.below(40);
        let end = 1 + numbers.below(1 << digits);
        let mut timeline = Timeline::new(Duration::from_nanos(end));
        for lane in 0..numbers.below(80) {
            timeline = timeline.lane(any_lane(&mut numbers, lane, end));
        }
        assert_well_drawn(&timeline);
    }
}

#[test]
fn the_size_of_a_picture_is_bounded() {
    let mut numbers = Numbers(3);
    let mut timeline = Timeline::new(Duration::from_nanos(1 << 30));
    for number in 0..64 {
        let mut lane = Lane::new("worker");
        for _ in 0..500 {
            let start = numbers.below(1 << 30);
            let length = 1 << numbers.below(24);
            let [start, end] = [start, start + length].map(Duration::from_nanos);
            lane = lane.span(format!("step {number}"), start, end);
        }
        timeline = timeline.lane(lane);
    }
    assert!(
        timeline.to_svg().len() < 1 << 20,
        "{} bytes",
        timeline.to_svg().len()
    );
    assert!(timeline.description().len() < 1 << 14);
}

fn any_lane(numbers: &mut Numbers, name: u64, end: u64) -> Lane {
    let mut lane = Lane::new(&format!("thread {name}"));
    for _ in 0..numbers.below(12) {
        let start = numbers.below(end + end / 8 + 1);
        let length = numbers.below(end - end.min(start) + 1);
        let label = format!("step {}", numbers.below(40));
        let [start, stop] = [start, start + length].map(Duration::from_nanos);
        lane = match numbers.below(5) {
            0 => lane.mark(label, start),
            1 => lane.waiting(label, start, stop),
            2 => lane.open_span(label, start),
            3 => lane.panicked_span(label, start, stop),
            _ => lane.span(label, start, stop),
        };
    }
    lane
}

/// Both drawings are whole, and everything lies inside of them.
#[track_caller]
fn assert_well_drawn(timeline: &Timeline) {
    let text = timeline.to_string();
    let drawn = timeline.lanes().len().min(64);
    let widths: Vec<usize> = text
        .lines()
        .skip(1)
        .take(drawn + 1)
        .map(|row| row.chars().count())
        .collect();
    assert!(
        widths.iter().all(|&width| width == widths[0]),
        "rows differ in width\n{text}"
    );
    assert!(
        !text
            .chars()
            .any(|letter| letter.is_control() && letter != '\n'),
        "{text:?}"
    );

    let svg = timeline.to_svg();
    for part in ["role=\"img\"", "<title>", "<desc>"] {
        assert!(svg.contains(part), "no {part} in\n{svg}");
    }
    let mut open = Vec::new();
    let mut size = (0.0, 0.0);
    for element in svg.split('<').skip(1) {
        let (tag, words) = element.split_once('>').expect("a tag ends");
        assert!(!words.contains('>'), "a stray > in {words:?}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "in\n{svg}");
            continue;
        }
        let name = tag.split(' ').next().expect("a tag has a name");
        let number = |key: &str| -> Option<f64> {
            let (_, rest) = tag.split_once(&format!(" {key}=\""))?;
            rest.split('"').next()?.parse().ok()
        };
        if name == "svg" {
            size = (number("width").unwrap(), number("height").unwrap());
        }
        for (at, length, limit) in [("x", "width", size.0), ("y", "height", size.1)] {
            let start = number(at).unwrap_or_default();
            let end = start + number(length).unwrap_or_default();
            assert!(0.0 <= start && end <= limit, "<{tag}> leaves {size:?}");
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} never end");
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }
}

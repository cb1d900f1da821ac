//! Recordings and measurements survive a trip through JSON.

use std::fmt::Debug;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use threadlab::capture::{Line, Output, Stream};
use threadlab::program::{Ending, Finished};
use threadlab::timeline::{Lane, Timeline};
use threadlab::timing::{Amount, Comparison, Lap, Measured, Throughput, Timed};

#[track_caller]
fn assert_survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> String {
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value);
    json
}

#[test]
fn what_was_recorded_and_measured_can_be_read_back() {
    let [a, b, c] = [1, 2, 3].map(Duration::from_nanos);
    let lane = Lane::new("chef")
        .span("cook", a, c)
        .waiting("oven", a, b)
        .panicked_span("burn", b, c)
        .open_span("clean", c)
        .mark("serve", b);
    assert_survives(&Timeline::new(c).lane(lane));
    let way = Measured::new("one thread", 1, vec![a, b]);
    assert_survives(&Comparison::new(4, Some(Amount::Lines(7)), vec![way]));
    assert_survives(&Throughput::bytes(u64::MAX, c));
    assert_survives(&Timed {
        value: 7,
        duration: a,
    });
    assert_survives(&Lap {
        label: "read".into(),
        duration: a,
    });
    let line = Line {
        stream: Stream::Stderr,
        at: a,
        bytes: b"caf\xe9".to_vec(),
    };
    assert_survives(&Output::new(vec![line]));
    let run = Finished {
        stdout: "hello\n".into(),
        stderr: String::new(),
        ending: Ending::Signal(6),
        duration: c,
    };
    assert_survives(&run);
}

#[test]
fn the_form_of_a_recording_stays_the_same() {
    let ms = Duration::from_millis;
    let timeline = Timeline::new(ms(2)).lane(Lane::new("chef").open_span("cook", ms(1)));
    assert_eq!(
        assert_survives(&timeline),
        r#"{"duration":{"secs":0,"nanos":2000000},"lanes":[{"name":"chef","spans":[{"label":"cook","kind":"Working","start":{"secs":0,"nanos":1000000},"end":null,"depth":0,"panicked":false}],"marks":[]}]}"#
    );
}

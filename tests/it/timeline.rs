//! What threads do is recorded under their names, and nothing else is.

use std::panic;
use std::sync::mpsc;
use std::thread;

use threadlab::timeline::{self, Kind, Lane, Recorded};

isolated! {
    fn every_thread_that_speaks_gets_a_lane_with_its_name() {
        let recorded = timeline::record(|| {
            let helper = thread::Builder::new().name("helper".into());
            let helper = helper.spawn(|| timeline::span("chop", || 3)).unwrap();
            let silent = thread::spawn(|| 4);
            timeline::mark("opened");
            timeline::waiting("join", || helper.join().unwrap() + silent.join().unwrap())
        });
        assert_eq!(recorded.value, 7);
        let mut names: Vec<&str> = recorded.lanes().iter().map(Lane::name).collect();
        names.sort_unstable();
        // libtest names its threads; the thread of a cell has no name and becomes `main`.
        let own = thread::current().name().unwrap_or("main").to_owned();
        let mut expected = vec!["helper", &own];
        expected.sort_unstable();
        assert_eq!(names, expected);
        let chop = &lane(&recorded, "helper").spans()[0];
        let join = &lane(&recorded, &own).spans()[0];
        assert_eq!((chop.kind, join.kind), (Kind::Working, Kind::Waiting));
        assert!(chop.end.unwrap() <= join.end.unwrap(), "the join ends after the work");
        assert!(recorded.duration() >= join.end.unwrap());
    }

    fn a_thread_that_is_not_joined_is_still_running() {
        let (end, wait) = mpsc::channel::<()>();
        let (begun, is_begun) = mpsc::channel();
        let mut handle = None;
        let recorded = timeline::record(|| {
            let radio = thread::Builder::new().name("radio".into());
            handle = Some(radio.spawn(move || {
                timeline::span("play", || {
                    begun.send(()).unwrap();
                    wait.recv().unwrap_err();
                });
                timeline::mark("too late to be seen");
            }).unwrap());
            is_begun.recv().unwrap();
        });
        drop(end);
        handle.unwrap().join().unwrap();
        let radio = lane(&recorded, "radio");
        assert_eq!(radio.spans()[0].end, None);
        assert!(radio.marks().is_empty());
        assert!(recorded.to_string().contains("> still running at the end"));
    }

    fn a_span_that_ends_in_a_later_recording_is_not_in_it() {
        let (end, wait) = mpsc::channel::<()>();
        let (begun, is_begun) = mpsc::channel();
        let (next, continued) = mpsc::channel::<()>();
        let thread = timeline::record(|| {
            let thread = thread::Builder::new().name("late".into()).spawn(move || {
                timeline::span("first", || {
                    begun.send(()).unwrap();
                    wait.recv().unwrap_err();
                });
                timeline::span("second", || continued.recv().unwrap_err());
            });
            is_begun.recv().unwrap();
            thread.unwrap()
        }).value;
        let second = timeline::record(|| {
            drop((end, next));
            thread.join().unwrap();
        });
        let labels: Vec<&str> = lane(&second, "late").spans().iter().map(|span| span.label.as_str()).collect();
        assert_eq!(labels, ["second"]);
    }

    fn a_panic_ends_its_spans_and_is_marked() {
        panic::set_hook(Box::new(|_| ()));
        let recorded = timeline::record(|| {
            let baker = thread::Builder::new().name("baker".into());
            let baker = baker.spawn(|| {
                timeline::span("bake", || timeline::span("knead", || panic!("no flour")));
            });
            assert!(baker.unwrap().join().is_err());
        });
        let baker = lane(&recorded, "baker");
        assert!(baker.spans().iter().all(|span| span.panicked && span.end.is_some()));
        assert_eq!(baker.spans()[1].depth, 1);
    }

    fn nested_recordings_are_an_error_and_the_next_one_works() {
        let recorded = timeline::record(|| timeline::try_record(|| ()).unwrap_err().to_string());
        assert!(recorded.value.starts_with("a timeline is being recorded already"));
        let ended = panic::catch_unwind(|| timeline::record(|| panic!("on purpose")));
        assert!(ended.is_err());
        assert_eq!(timeline::record(|| timeline::span("again", || ())).lanes().len(), 1);
    }

    fn without_a_recording_the_closures_just_run() {
        timeline::mark("nowhere");
        assert_eq!(timeline::span("nothing", || 1) + timeline::waiting("nothing", || 2), 3);
        assert!(timeline::record(|| ()).lanes().is_empty());
    }

    fn every_span_of_many_threads_is_there() {
        let recorded = timeline::record(|| {
            thread::scope(|scope| {
                for worker in 0..16 {
                    let name = format!("worker {worker}");
                    let work = || (0..500).for_each(|step| timeline::span(step.to_string(), || ()));
                    thread::Builder::new().name(name).spawn_scoped(scope, work).unwrap();
                }
            });
        });
        assert_eq!(recorded.lanes().len(), 16);
        for lane in recorded.lanes() {
            assert_eq!(lane.spans().len(), 500);
            assert!(lane.spans().iter().all(|span| span.end.is_some() && span.depth == 0));
        }
    }
}

fn lane<'a, T>(recorded: &'a Recorded<T>, name: &str) -> &'a Lane {
    let lane = recorded.lanes().iter().find(|lane| lane.name() == name);
    lane.unwrap_or_else(|| panic!("no lane `{name}` in\n{recorded}"))
}

//! Checks accept the right answers and refuse each kind of wrong one, with a reason.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use threadlab::exercise::{self, Report, Verdict};
use threadlab::{capture, panics};

type Orders = Vec<&'static str>;

/// What the exercise gives to the learner.
fn brew(order: &str) -> String {
    exercise::watch("brew", || format!("one {order}"))
}

/// The check of the exercise, with everything that can be asked of calls.
fn check(answer: fn(Orders) -> Vec<String>) -> Report {
    exercise::check("ex-brew", move |check| {
        let Some(cups) = check
            .calls("brew", 3)
            .on_threads(3)
            .off_the_caller()
            .at_the_same_time(3)
            .none_left_running()
            .time_limit(Duration::from_secs(20))
            .run(move || answer(vec!["latte", "mocha", "tea"]))
        else {
            return;
        };
        check.equal(
            "the cups come in order",
            cups,
            ["one latte", "one mocha", "one tea"],
        );
    })
}

#[track_caller]
fn assert_refused(report: &Report, reasons: &[&str]) {
    assert_eq!(report.verdict(), Verdict::NotThereYet, "{report}");
    let missing = report
        .points()
        .iter()
        .filter_map(|point| point.missing.as_ref());
    let seen: Vec<&str> = missing.map(|missing| missing.reason.as_str()).collect();
    assert_eq!(seen.len(), reasons.len(), "{report}");
    for (seen, reason) in seen.iter().zip(reasons) {
        assert!(seen.contains(reason), "no `{reason}` in\n{report}");
    }
}

isolated! {
    fn threads_that_are_joined_at_the_end_solve_it() {
        let report = check(|orders| {
            let baristas: Vec<_> = orders.into_iter().map(|order| thread::spawn(move || brew(order))).collect();
            baristas.into_iter().map(|barista| barista.join().unwrap()).collect()
        });
        assert!(report.is_solved(), "{report}");
    }

    fn a_scope_solves_it_every_time() {
        for _ in 0..5 {
            let report = check(|orders| {
                let cups = Mutex::new(vec![String::new(); orders.len()]);
                thread::scope(|scope| {
                    for (place, order) in orders.iter().enumerate() {
                        let cups = &cups;
                        scope.spawn(move || {
                            let cup = brew(order);
                            cups.lock().unwrap()[place] = cup;
                        });
                    }
                });
                cups.into_inner().unwrap()
            });
            assert!(report.is_solved(), "{report}");
        }
    }

    fn a_sequential_answer_is_refused() {
        let report = check(|orders| orders.into_iter().map(brew).collect());
        assert_refused(&report, &[
            "they ran on 1 thread",
            "that thread made 3 calls of `brew` itself",
            "a call waited inside for 2 others, and they never came",
        ]);
    }

    fn an_answer_that_spawns_but_runs_one_after_the_other_is_refused() {
        let report = check(|orders| {
            orders.into_iter().map(|order| thread::spawn(move || brew(order)).join().unwrap()).collect()
        });
        assert_refused(&report, &["a call waited inside for 2 others, and they never came"]);
    }

    fn an_answer_that_leaves_threads_running_is_refused() {
        let report = check(|orders| {
            for order in orders {
                thread::spawn(move || brew(order));
            }
            vec!["one latte".into(), "one mocha".into(), "one tea".into()]
        });
        let text = report.to_string();
        assert_eq!(report.verdict(), Verdict::NotThereYet);
        assert!(text.contains("your function returned while"), "{text}");
    }

    fn an_answer_that_forgets_only_the_last_thread_is_refused() {
        let report = exercise::check("ex-last", |check| {
            check.calls("brew", 2).none_left_running().run(|| {
                thread::spawn(|| brew("latte")).join().unwrap();
                thread::spawn(|| brew("mocha"));
            });
        });
        assert_refused(&report, &["your function returned while 1 call had not ended"]);
    }

    fn an_answer_that_panics_is_refused() {
        panics::short();
        let mut report = None;
        let seen = capture::output(|| report = Some(check(|_| panic!("out of {}", "milk"))));
        assert_refused(&report.unwrap(), &["it panicked: out of milk"]);
        // The report says it; a second line about the panic would only confuse.
        seen.assert_lines([
            "[ ] your function returns",
            "    reason: it panicked: out of milk",
            "    next:   find the line that panics: an `unwrap`, an `expect`, an index, or a failed `assert!`",
            "exercise ex-brew: not there yet (0 of 1 points)",
        ]);
    }

    fn an_answer_that_hangs_is_refused_and_the_check_goes_on() {
        let report = exercise::check("ex-hang", |check| {
            let hung: Option<()> = check.time_limit(Duration::from_millis(100)).run(|| loop {
                thread::park();
            });
            assert_eq!(hung, None);
            assert_eq!(check.run(|| 7), Some(7));
        });
        assert_refused(&report, &["it has not returned after 100 ms; it still runs"]);
        assert_eq!(report.points().len(), 2);
    }

    fn an_answer_that_captures_and_hangs_gives_the_output_back() {
        let report = exercise::check("ex-mute", |check| {
            check.time_limit(Duration::from_millis(100)).run(|| {
                capture::output(|| loop {
                    thread::park();
                })
                .value
            });
        });
        assert_refused(&report, &["it has not returned after"]);
        capture::output(|| println!("back")).assert_lines(["back"]);
    }

    fn a_hanging_call_does_not_hold_up_the_check() {
        let report = exercise::check("ex-stuck", |check| {
            let attempt = check.calls("brew", 2).at_the_same_time(2).none_left_running();
            attempt.time_limit(Duration::from_millis(300)).run(|| {
                let stuck = Arc::new(Mutex::new(()));
                let held = stuck.lock().unwrap();
                let other = Arc::clone(&stuck);
                let thread = thread::spawn(move || exercise::watch("brew", || drop(other.lock())));
                exercise::watch("brew", || ());
                thread.join().unwrap();
                drop(held);
            });
        });
        assert_refused(&report, &["it has not returned after"]);
    }

    fn a_stub_is_not_solved_yet_wherever_it_stands() {
        let stubs: [fn(Orders) -> Vec<String>; 3] = [
            |_| todo!(),
            |_| todo!("brew them all"),
            |orders| {
                let all = orders.into_iter().map(|_| thread::spawn(|| todo!()).join().unwrap());
                all.collect()
            },
        ];
        panics::short();
        for stub in stubs {
            let mut report = None;
            let seen = capture::output(|| report = Some(check(stub)));
            assert_eq!(report.unwrap().verdict(), Verdict::NotSolvedYet);
            seen.assert_lines([
                "Replace the `todo!()`, run that cell, then run this one again.",
                "exercise ex-brew: not solved yet",
            ]);
        }
        fn sum() -> u32 {
            todo!()
        }
        let direct = exercise::check("ex-direct", |check| {
            check.equal("the sum is right", sum(), 1);
        });
        assert_eq!(direct.verdict(), Verdict::NotSolvedYet);
    }

    fn an_earlier_stub_does_not_stain_a_later_answer() {
        check(|_| todo!());
        let report = exercise::check("ex-later", |check| {
            check.run(|| 1);
        });
        assert!(report.is_solved());
    }

    fn too_few_and_too_many_calls_are_refused() {
        for (calls, reason) in [(0, "it was called 0 times"), (1, "it was called once"), (3, "it was called 3 times")] {
            let report = exercise::check("ex-count", |check| {
                check.calls("brew", 2).run(move || (0..calls).for_each(|_| drop(brew("tea"))));
            });
            assert_refused(&report, &[reason]);
        }
    }

    fn two_functions_are_watched_apart() {
        let report = exercise::check("ex-two", |check| {
            check.calls("brew", 1).calls("serve", 2).on_threads(2).run(|| {
                thread::spawn(|| exercise::watch("serve", || brew("tea"))).join().unwrap();
                exercise::watch("serve", || ());
                exercise::watch("unknown", || ());
            });
        });
        assert!(report.is_solved(), "{report}");
    }

    fn two_functions_can_have_to_run_at_the_same_time() {
        let check = |answer: fn()| exercise::check("ex-beat", |check| {
            check.calls("import", 1).off_the_caller().calls("beat", 3).together_with("import").run(answer);
        });
        let beats = || (0..3).for_each(|_| exercise::watch("beat", || ()));
        fn import() -> thread::JoinHandle<()> {
            thread::spawn(|| exercise::watch("import", || ()))
        }
        let solved = check(|| {
            let import = import();
            (0..3).for_each(|_| exercise::watch("beat", || ()));
            import.join().unwrap();
        });
        assert!(solved.is_solved(), "{solved}");
        beats();
        for wrong in [
            || {
                import().join().unwrap();
                (0..3).for_each(|_| exercise::watch("beat", || ()));
            },
            || {
                (0..3).for_each(|_| exercise::watch("beat", || ()));
                import().join().unwrap();
            },
        ] as [fn(); 2] {
            assert_refused(&check(wrong), &["waited for a call of the other, and it never came"]);
        }
    }

    fn what_an_answer_prints_can_be_checked() {
        panics::short();
        let report = exercise::check("ex-print", |check| {
            let seen = check.run_captured(|| println!("welcome")).unwrap();
            check.equal("it greets", seen.texts(), ["welcome"]);
            assert!(check.run_captured(|| -> () { panic!("no") }).is_none());
        });
        assert_refused(&report, &["it panicked: no"]);
    }

    fn a_check_that_panics_is_a_point_that_is_not_met() {
        panics::short();
        let report = exercise::check("ex-bad", |check| {
            let cups = check.run(Vec::<String>::new).unwrap();
            check.equal("the first cup is right", &cups[0], "latte");
        });
        assert_refused(&report, &["the check panicked: index out of bounds"]);
    }

    fn the_hook_for_panics_is_the_same_afterwards() {
        panics::short();
        exercise::check("ex-hook", |check| {
            check.run(|| ());
        });
        let seen = capture::output(|| thread::spawn(|| panic!("later")).join().unwrap_err());
        seen.assert_lines(["thread '<unnamed>' panicked: later"]);
    }
}

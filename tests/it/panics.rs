//! A panic is one line on standard output, for every kind of thread and message.

use std::panic;
use std::thread;

use threadlab::{capture, panics};

isolated! {
    fn a_panic_is_one_line_with_name_and_message() {
        panics::short();
        let seen = capture::output(|| {
            let writer = thread::Builder::new().name("writer".into());
            let writer = writer.spawn(|| panic!("order {} is lost", 7)).unwrap();
            assert_eq!(panics::message(&writer.join().unwrap_err()), "order 7 is lost");
            thread::spawn(|| assert_eq!(1 + 1, 3, "cups")).join().unwrap_err();
            thread::spawn(|| panic::panic_any(7)).join().unwrap_err();
        });
        seen.assert_lines([
            "thread 'writer' panicked: order 7 is lost",
            "thread '<unnamed>' panicked: assertion `left == right` failed: cups; left: 2; right: 3",
            "thread '<unnamed>' panicked: a payload that is not text",
        ]);
    }

    fn the_thread_that_sets_the_hook_is_main_unless_it_has_a_name() {
        thread::spawn(|| {
            panics::short();
            let seen = capture::output(|| {
                panic::catch_unwind(|| panic!("in the cell")).unwrap_err();
            });
            seen.assert_lines(["thread 'main' panicked: in the cell"]);
        })
        .join()
        .unwrap();
    }

    fn a_panic_while_printing_does_not_abort() {
        panics::short();
        struct Bad;
        impl std::fmt::Display for Bad {
            fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                panic!("cannot be shown")
            }
        }
        let seen = capture::output(|| panic::catch_unwind(|| println!("{Bad}")).unwrap_err());
        assert_eq!(seen.lines().len(), 1, "{seen}");
    }
}

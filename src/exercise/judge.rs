//! Turns what was seen of the calls of one function into points, with reasons and next steps.

use std::thread::ThreadId;

use super::Check;
use super::watching::{Function, Seen};

/// Adds a point for each thing that was wished of one function.
pub(super) fn judge(check: &mut Check, function: &Function, seen: &Seen, caller: Option<ThreadId>) {
    let wish = &function.wish;
    let name = format!("`{}`", wish.name);
    let calls = count(wish.calls, "call");
    check.point(
        &format!("{name} is called {}", times(wish.calls)),
        seen.started == wish.calls,
        &format!("it was called {}", times(seen.started)),
        &format!("make exactly {calls} of {name}"),
    );
    if let Some(threads) = wish.threads {
        let mut different: Vec<ThreadId> = Vec::new();
        for &thread in &seen.threads {
            if !different.contains(&thread) {
                different.push(thread);
            }
        }
        check.point(
            &format!(
                "the calls of {name} run on at least {}",
                count(threads, "thread")
            ),
            different.len() >= threads,
            &format!("they ran on {}", count(different.len(), "thread")),
            &format!("spawn a thread for each part of the work, and call {name} in its closure"),
        );
    }
    if wish.off_the_caller {
        let on_it = seen
            .threads
            .iter()
            .filter(|&&thread| Some(thread) == caller)
            .count();
        check.point(
            &format!("{name} is never called on the thread that called your function"),
            on_it == 0,
            &format!("that thread made {} of {name} itself", count(on_it, "call")),
            &format!("call {name} in the closure that you give to `spawn`"),
        );
    }
    if let (Some(together), Some(rendezvous)) = (wish.together, &function.rendezvous) {
        check.point(
            &format!("{} of {name} run at the same time", count(together, "call")),
            rendezvous.was_met(),
            &format!(
                "a call waited inside for {}, and they never came",
                count(together - 1, "other")
            ),
            "spawn all threads before the first one is joined, by you or by the end of a scope",
        );
    }
    if let (Some(partner), Some(meeting)) = (&wish.partner, &function.with_partner) {
        check.point(
            &format!("{name} and `{partner}` run at the same time"),
            meeting.was_met(),
            "the first call of the one waited for a call of the other, and it never came",
            "start the thread first, then go on with your own work, and join last",
        );
    }
    if wish.none_left_running {
        let all_ended = seen.ended_in_time == seen.started;
        let (reason, next) = if all_ended {
            (
                format!("only {} of {calls} had been made", seen.started),
                format!("call {name} in each thread, and return when all threads have ended"),
            )
        } else {
            let running = wish.calls.max(seen.started) - seen.ended_in_time;
            (
                format!(
                    "your function returned while {} had not ended",
                    count(running, "call")
                ),
                "keep every handle, and join all of them before you return".to_owned(),
            )
        };
        check.point(
            &format!("all calls of {name} have ended when your function returns"),
            all_ended && seen.started >= wish.calls,
            &reason,
            &next,
        );
    }
}

fn count(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

fn times(number: usize) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => format!("{number} times"),
    }
}

//! Three versions of a notebook become one: what was handed out, what somebody made of it, and the
//! new original. What holds for any three is tested beside the merge itself.

use serde_json::{Value, json};

use crate::hand_out::{cell, copy, hand_out, learner, original, ran};
use crate::project::Project;

/// Ids and sources of cells.
type Cells = &'static [(&'static str, &'static str)];

struct Case {
    name: &'static str,
    /// What was handed out.
    last: Cells,
    /// What the learner made of it.
    own: Cells,
    new: Cells,
    merged: &'static str,
    says: &'static str,
}

const CASES: [Case; 12] = [
    Case {
        name: "an answer stays with its output, all else is new",
        last: &[("a", "1"), ("stub", "todo!()"), ("z", "9")],
        own: &[("a", "1"), ("stub", "answer"), ("z", "9")],
        new: &[("a", "one"), ("stub", "todo!()"), ("new", "5"), ("z", "9")],
        merged: "a: one (from the author)\nstub: answer (from the learner)\n\
                 new: 5 (from the author)\nz: 9 (from the author)\n",
        says: "updated, with your 1 cell\n",
    },
    Case {
        name: "changed on both sides",
        last: &[("stub", "todo!()")],
        own: &[("stub", "answer")],
        new: &[("stub", "todo!(\"better\")")],
        merged: "stub: answer (from the learner)\n",
        says: "updated, with your 1 cell; newer originals: `stub`\n",
    },
    Case {
        name: "changed to the same",
        last: &[("a", "wrng"), ("b", "2")],
        own: &[("a", "wrong"), ("b", "2")],
        new: &[("a", "wrong"), ("b", "two")],
        merged: "a: wrong (from the author)\nb: two (from the author)\n",
        says: "updated\n",
    },
    Case {
        name: "added cells stay behind their predecessor, in their order",
        last: &[("a", "1"), ("b", "2")],
        own: &[
            ("top", "t"),
            ("a", "1"),
            ("x", "x"),
            ("y", "y"),
            ("b", "2"),
            ("end", "e"),
        ],
        new: &[("b", "2"), ("a", "one")],
        merged: "top: t (from the learner)\nb: 2 (from the author)\nend: e (from the learner)\n\
                 a: one (from the author)\nx: x (from the learner)\ny: y (from the learner)\n",
        says: "updated, with your 4 cells\n",
    },
    Case {
        name: "the predecessor is gone",
        last: &[("a", "1"), ("b", "2")],
        own: &[("a", "1"), ("b", "2"), ("x", "x")],
        new: &[("a", "one")],
        merged: "a: one (from the author)\nx: x (from the learner)\n",
        says: "updated, with your 1 cell\n",
    },
    Case {
        name: "deleted by the learner, as it was",
        last: &[("a", "1"), ("b", "2")],
        own: &[("b", "2")],
        new: &[("a", "1"), ("b", "two")],
        merged: "b: two (from the author)\n",
        says: "updated\n",
    },
    Case {
        name: "deleted by the learner, new in the course",
        last: &[("a", "1"), ("b", "2")],
        own: &[("b", "2")],
        new: &[("a", "one"), ("b", "2")],
        merged: "a: one (from the author)\nb: 2 (from the author)\n",
        says: "updated\n",
    },
    Case {
        name: "deleted in the course",
        last: &[("a", "1"), ("b", "2")],
        own: &[("a", "1"), ("b", "2"), ("x", "x")],
        new: &[("b", "2")],
        merged: "b: 2 (from the author)\nx: x (from the learner)\n",
        says: "updated, with your 1 cell\n",
    },
    Case {
        name: "deleted in the course, answered by the learner",
        last: &[("a", "1"), ("stub", "todo!()")],
        own: &[("a", "1"), ("stub", "answer")],
        new: &[("a", "1")],
        merged: "a: 1 (from the author)\nstub: answer (from the learner)\n",
        says: "updated, with your 1 cell\n",
    },
    Case {
        name: "the same id for two cells of the learner",
        last: &[("a", "1")],
        own: &[("a", "1"), ("a", "again")],
        new: &[("a", "one")],
        merged: "a: one (from the author)\na-2: again (from the learner)\n",
        says: "updated, with your 1 cell\n",
    },
    Case {
        name: "the same id for a cell of each",
        last: &[("a", "1")],
        own: &[("a", "1"), ("b", "mine")],
        new: &[("a", "one"), ("b", "theirs")],
        merged: "a: one (from the author)\nb-2: mine (from the learner)\n\
                 b: theirs (from the author)\n",
        says: "updated, with your 1 cell\n",
    },
    Case {
        name: "everything deleted",
        last: &[("a", "1")],
        own: &[],
        new: &[("a", "1"), ("b", "2")],
        merged: "b: 2 (from the author)\n",
        says: "updated\n",
    },
];

#[test]
fn three_versions_become_one() {
    for case in &CASES {
        let project = Project::new();
        let cells = |cells: Cells| -> Vec<Value> {
            cells.iter().map(|(id, source)| cell(id, source)).collect()
        };
        original(&project, &cells(case.last));
        hand_out(&project, &[]).exits(0);
        let own: Vec<Value> = cells(case.own).into_iter().map(ran).collect();
        learner(&project, &own);
        original(&project, &cells(case.new));
        let run = hand_out(&project, &[]).exits(0);
        assert_eq!(copy(&project), case.merged, "{}\n{run}", case.name);
        assert!(run.text().ends_with(case.says), "{}\n{run}", case.name);

        // And what was merged stays when nothing is new, also for a later version.
        let merged = project.read("mine/01_orders.ipynb");
        let run = hand_out(&project, &[]).exits(0);
        assert_eq!(run.text(), "", "{}", case.name);
        let mut later = cells(case.new);
        later.push(cell("later", "later"));
        original(&project, &later);
        hand_out(&project, &[]).exits(0);
        let kept = merged.matches("from the learner").count();
        let now = project.read("mine/01_orders.ipynb");
        assert_eq!(
            now.matches("from the learner").count(),
            kept,
            "{}",
            case.name
        );
        assert_eq!(now.matches("\"later\"").count(), 2, "{}", case.name);
    }
}

#[test]
fn an_answer_gets_the_new_tags_and_a_cell_of_another_kind_is_the_learners() {
    let project = Project::new();
    original(&project, &[cell("stub", "todo!()"), cell("b", "2")]);
    hand_out(&project, &[]).exits(0);
    let prose = json!({"cell_type": "markdown", "id": "b", "metadata": {}, "source": "2"});
    learner(&project, &[cell("stub", "answer"), prose]);
    let mut stub = cell("stub", "todo!()");
    stub["metadata"]["tags"] = json!(["exercise"]);
    original(&project, &[stub, cell("b", "2")]);
    hand_out(&project, &[]).exits(0).says("with your 2 cells");
    let copy = project.json("mine/01_orders.ipynb");
    assert_eq!(copy["cells"][0]["metadata"]["tags"], json!(["exercise"]));
    assert_eq!(copy["cells"][0]["source"], json!(["answer"]));
    assert_eq!(copy["cells"][1]["cell_type"], "markdown");
    assert!(copy["cells"][1].get("outputs").is_none());
}

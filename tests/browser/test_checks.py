"""The checks of test_course.py turn red: on a notebook of the course that is broken on purpose."""

import copy
import re

import course
import faults
import looks
import notebook_page

NAME = "01_why_threads"
LAST = "with-thread-timeline"

SHOWN = r'println!("EVCXR_BEGIN_CONTENT text/html\n<img alt=\"a square\" {}>\nEVCXR_END_CONTENT");'
# A square, 100 wide and high.
SQUARE = (
    "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIxMD"
    "AiIGhlaWdodD0iMTAwIj48cmVjdCB3aWR0aD0iMTAwIiBoZWlnaHQ9IjEwMCIvPjwvc3ZnPg=="
)


def broken():
    """The beginning of a notebook with faults; and for each faulty cell, what must be said of it.

    The saved outputs are those of the notebook as it was.
    """
    notebook = copy.deepcopy(course.original(NAME))
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    said = {}

    def change(id, expected, source):
        cells[id]["source"] = source(course.source(cells[id]))
        said[id] = expected

    def add(id, expected, source, kind="code", tags=()):
        cell = {"cell_type": kind, "id": id, "metadata": {"tags": list(tags)}, "source": source}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        added.append(cell)
        said[id] = expected

    # What it prints.
    change("make-the-log", r"another one:(.|\n)*\+broken", lambda s: s + '\nprintln!("broken");')
    # Its pictures: none, one that is no picture, and one that is drawn too small.
    change("without-a-thread", "another one", lambda s: s.removesuffix("without") + "();")
    change("by-hand-timeline", "picture that is not drawn",
           lambda s: SHOWN.format(r'src=\"data:image/svg+xml;base64,PHN2Zz\"'))
    change(LAST, r"the size \[50, 50\] and not \[100, 100\]",
           lambda s: SHOWN.format(rf'style=\"width: 50px\" src=\"{SQUARE}\"'))
    # Its folds: none, and one that is open.
    change("predict-by-hand", "its answer without a fold",
           lambda s: re.sub("</?(details|summary)>", "", s))
    change("predict-silence", "not closed to begin with",
           lambda s: s.replace("<details>", "<details open>"))

    added = []
    add("no-summary", "fold without a summary", "<details>\n\nNo.\n\n</details>", kind="markdown")
    add("not-a-fold", "shows 0 folds, and its text has 1", "`<details>`", kind="markdown")
    add("red", "shows red, and no tag says so", 'let missing: u32 = "text";')
    add("not-red", "no red, although it is tagged", "let fine = 1;",
        tags=["compile_fail", "raises-exception"])
    add("trace", "shows a backtrace", 'println!("stack backtrace:\\n  0: main");')
    add("wide", "is cut off", f"```rust\n{'very_' * 60}wide();\n```", kind="markdown")
    add("faint", "with a contrast of 1", r'println!("\u{1b}[38;5;234mdark\u{1b}[0m");')

    end = notebook["cells"].index(cells[LAST]) + 1
    notebook["cells"] = notebook["cells"][:end] + added
    return notebook, said


def test_every_fault_is_found(opened, keep):
    notebook, said = broken()
    course.artifacts().mkdir(parents=True, exist_ok=True)
    expected = course.artifacts() / "broken.ipynb"
    course.write(expected, notebook)

    page = opened(notebook, "broken")
    found = faults.run(page, "broken", expected, keep)
    found += faults.folds(page, notebook)
    found += faults.unfolded(page, notebook)

    unsaid = [
        f"{id}: {text}"
        for id, text in said.items()
        if not any(f"`{id}`" in fault and re.search(text, fault) for fault in found)
    ]
    sound = [f"`{cell['id']}`" for cell in notebook["cells"] if cell["id"] not in said]
    wrong = [fault for fault in found if any(id in fault for id in sound)]
    assert (unsaid, wrong) == ([], []), "\n".join(found)


def test_a_picture_in_the_saved_output_is_looked_at(opened):
    notebook = copy.deepcopy(course.original(NAME))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == LAST)
    for output in cell["outputs"]:
        for mime, content in output.get("data", {}).items():
            if mime == "text/html":
                output["data"][mime] = "".join(content).replace("base64,", "base64,broken")
    page = opened(notebook, "broken-picture")
    [found] = faults.before_running(page, notebook)
    assert f"`{LAST}`" in found and "not drawn" in found


def test_an_answer_that_is_wrong_is_not_taken_for_solved(opened):
    notebook = copy.deepcopy(course.original("00_start_here"))
    [exercise] = course.exercises(notebook)
    solution = next(cell for cell in notebook["cells"] if "solution" in course.tags(cell))
    assert "guests + 1" in course.source(solution)
    solution["source"] = course.source(solution).replace("guests + 1", "guests")
    page = opened(notebook, "wrong-answer")
    notebook_page.run_all(page)
    [found] = faults.exercises(page, notebook)
    assert f"exercise {exercise.id}" in found


def test_texts_are_compared_with_the_file(opened):
    notebook = course.original(NAME)
    page = opened(notebook, "another-text")
    seen = notebook_page.survey(page)
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "make-the-log")
    cell["outputs"][0]["text"] = "something else\n"
    [found] = looks.after_opening(notebook, seen)
    assert "`make-the-log`" in found and "something else" in found


def test_cells_that_were_not_run_are_found(opened):
    notebook = course.original(NAME)
    page = opened(notebook, "not-run")
    notebook_page.clear_outputs(page)
    found = list(looks.prompts(notebook, notebook_page.survey(page)))
    assert len(found) == sum(cell["cell_type"] == "code" for cell in notebook["cells"])

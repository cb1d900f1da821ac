"""Judges what a survey of an open notebook found: returns one sentence for each thing that is wrong.

A survey is what survey.js measures; the notebook is the file's JSON.
"""

import course

# What JupyterLab shows on a red ground.
RED = {"application/vnd.jupyter.stderr", "application/vnd.jupyter.error"}
# WCAG asks for 3 of graphics and of large text. Less is not read, but guessed.
LEAST_CONTRAST = 3


def all_cells(notebook, survey):
    """Whether every cell of the file is on the page; nothing else can be judged before."""
    kinds = [cell["kind"] for cell in survey]
    meant = [cell["cell_type"] for cell in notebook["cells"]]
    return [] if kinds == meant else [f"{len(kinds)} cells are shown, and the file has {len(meant)}"]


def red(notebook, survey):
    """Errors where none is announced, and none where one is."""
    for index, (cell, seen) in enumerate(zip(notebook["cells"], survey)):
        shown = [output["text"] for output in seen["outputs"] if output["kind"] in RED]
        if shown and not course.may_be_red(cell):
            yield f"{course.label(notebook, index)} shows red, and no tag says so: {shown[0][:300]}"
        if not shown and course.must_be_red(cell):
            yield f"{course.label(notebook, index)} shows no red, although it is tagged to fail"


def backtraces(notebook, survey):
    """Backtraces: a screenful of places in code that nobody wrote."""
    for index, seen in enumerate(survey):
        if any("stack backtrace:" in output["text"] for output in seen["outputs"]):
            yield f"{course.label(notebook, index)} shows a backtrace"


def prompts(notebook, survey):
    """Code cells that were not run, or not in order."""
    last = 0
    for index, seen in enumerate(survey):
        if seen["kind"] != "code":
            continue
        number = seen["prompt"].strip("[]: ")
        if not number.isdigit() or int(number) <= last:
            yield f"{course.label(notebook, index)} has the prompt {seen['prompt']} after [{last}]:"
        else:
            last = int(number)


def texts(notebook, survey):
    """Outputs whose text on the page is not the one in the file."""
    for index, (cell, seen) in enumerate(zip(notebook["cells"], survey)):
        meant = [course.text(output) for output in cell.get("outputs", [])]
        shown = {output["text"].rstrip("\n") for output in seen["outputs"]}
        for text in meant:
            if text is not None and text.rstrip("\n") not in shown:
                yield f"{course.label(notebook, index)} does not show its output {text[:300]!r}"


def pictures(notebook, survey):
    """Pictures that are missing, broken, without an alternative, or of another size than their own."""
    for index, (cell, seen) in enumerate(zip(notebook["cells"], survey)):
        name = course.label(notebook, index)
        meant = sum(
            "".join(output.get("data", {}).get("text/html", "")).count("<img")
            for output in cell.get("outputs", [])
        )
        if cell["cell_type"] == "code" and len(seen["pictures"]) != meant:
            yield f"{name} shows {len(seen['pictures'])} pictures, and its output has {meant}"
        for picture in seen["pictures"]:
            if not picture["loaded"]:
                yield f"{name} has a picture that is not drawn"
            elif picture["shown"] != picture["declared"]:
                sizes = f"{picture['shown']} and not {picture['declared']}"
                yield f"{name} shows its picture in the size {sizes}"
            if not picture["alt"]:
                yield f"{name} has a picture without a text alternative"


def cut_off(notebook, survey):
    """Cells that hold more than they show, to the side."""
    for index, seen in enumerate(survey):
        if seen["cut"]:
            yield f"{course.label(notebook, index)} is cut off: {seen['cut'][0]}"


def colors(notebook, survey):
    """Outputs with words that are hard to tell from their ground."""
    for index, seen in enumerate(survey):
        faint = seen["faint"]
        if faint["contrast"] < LEAST_CONTRAST:
            contrast = f"{faint['contrast']:.1f} instead of {LEAST_CONTRAST}"
            yield f"{course.label(notebook, index)} shows {faint['text']!r} with a contrast of {contrast}"


def after_opening(notebook, survey):
    """All that is wrong about a notebook that was opened, and not run."""
    return all_cells(notebook, survey) or [
        *red(notebook, survey),
        *texts(notebook, survey),
        *pictures(notebook, survey),
        *cut_off(notebook, survey),
    ]


def after_running(notebook, survey):
    """All that is wrong about a notebook that was run; `notebook` is what was saved then."""
    return all_cells(notebook, survey) or [
        *prompts(notebook, survey),
        *red(notebook, survey),
        *backtraces(notebook, survey),
        *texts(notebook, survey),
        *pictures(notebook, survey),
        *cut_off(notebook, survey),
        *colors(notebook, survey),
    ]

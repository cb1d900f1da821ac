"""The notebooks as files: what stands in them, and what their tags announce.

How tags are written is described in docs/nbrun.md.
"""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The originals, whose saved outputs are nbrun's.
ORIGINALS = ROOT / "notebooks"
NAMES = sorted(path.stem for path in ORIGINALS.glob("*.ipynb"))

FENCE = re.compile(r"^```rust\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COLOR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Exercise:
    """An exercise: the positions of its cells, and its solution."""

    id: str
    stub: int
    checks: list
    solution: str


def read(path):
    """The notebook of this file, as the JSON that it is."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def original(name):
    """The notebook of this name, as it is handed out."""
    return read(ORIGINALS / f"{name}.ipynb")


def write(path, notebook):
    """Writes the notebook, as JSON."""
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def source(cell):
    """A cell's text."""
    return "".join(cell["source"])


def tags(cell):
    """A cell's tags."""
    return cell["metadata"].get("tags", [])


def own(cell):
    """A cell's values for nbrun."""
    return cell["metadata"].get("nbrun", {})


def label(notebook, index):
    """What a person finds the cell by."""
    cell = notebook["cells"][index]
    return f"cell {index + 1} (`{cell.get('id', 'without id')}`)"


def must_be_red(cell):
    """Whether the kernel must report the cell as failed: it does not compile, or ends its process."""
    return bool(
        {"compile_fail", "should_exit"} & set(tags(cell))
        or {"signal", "on_timeout"} & own(cell).keys()
    )


def may_be_red(cell):
    """Whether the cell's tags announce something that JupyterLab shows in red."""
    announced = {"raises-exception", "should_panic", "should_error"}
    return must_be_red(cell) or bool(announced & set(tags(cell))) or "stderr" in own(cell)


def has_answer(cell):
    """Whether the cell holds something that a reader wants to see late."""
    return bool({"answer", "hint", "solution"} & set(tags(cell)))


def folds(cell):
    """How many folds a Markdown cell's text has."""
    return source(cell).count("<details") if cell["cell_type"] == "markdown" else 0


def text(output):
    """What an output shows as text: None for pictures and errors."""
    if output["output_type"] == "stream":
        shown = output["text"]
    elif output["output_type"] in ("execute_result", "display_data"):
        if "text/html" in output["data"]:
            return None
        shown = output["data"].get("text/plain")
    else:
        return None
    return None if shown is None else COLOR.sub("", "".join(shown))


def exercises(notebook):
    """The notebook's exercises, in order."""
    found = {}
    for index, cell in enumerate(notebook["cells"]):
        id = own(cell).get("id")
        for tag in ("exercise", "solution", "check"):
            if tag in tags(cell):
                found.setdefault(id, {}).setdefault(tag, []).append(index)
    return [
        Exercise(
            id=id,
            stub=parts["exercise"][0],
            checks=parts["check"],
            solution=FENCE.search(source(notebook["cells"][parts["solution"][0]])).group(1),
        )
        for id, parts in found.items()
        if "exercise" in parts
    ]


def stand_alone(cells):
    """A notebook of these cells, as the course's are."""
    some = original(NAMES[0])
    return {**some, "cells": cells}


def artifacts():
    """Where screenshots and executed notebooks are left."""
    return Path(os.environ["LAB_ARTIFACTS"])


def copies():
    """The folder beside the originals in which the tests run notebooks."""
    return Path(os.environ["LAB_NOTEBOOKS"])

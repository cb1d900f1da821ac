"""Goes through an open notebook as a careful reader does; returns what is wrong, one by one."""

import course
import looks
import notebook_page
from notebook_page import DARK, LIGHT
from same_outputs import differences


def before_running(page, notebook):
    """What is wrong about a notebook that was just opened."""
    seen = notebook_page.survey(page)
    return [f"before running: {fault}" for fault in looks.after_opening(notebook, seen)]


def run(page, name, expected, keep):
    """Runs all cells, and saves; `expected` is the file with the outputs that must come."""
    notebook_page.clear_outputs(page)
    notebook_page.run_all(page)
    saved = keep(page, name)
    seen = notebook_page.survey(page)
    found = looks.after_running(course.read(saved), seen)
    return found + differences(expected, saved)


def folds(page, notebook):
    """Opens and closes every fold."""
    found = []
    for index, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "markdown":
            continue
        name = course.label(notebook, index)
        count = course.folds(cell)
        if course.has_answer(cell) and count == 0:
            found.append(f"{name} shows its answer without a fold")
        for fault in notebook_page.fold_faults(page, index, count):
            found.append(f"{name} {fault}")
    return found


def unfolded(page, notebook):
    """Looks, in both themes, at what was folded; leaves the folds open."""
    notebook_page.open_folds(page)
    found = []
    for theme in (DARK, LIGHT):
        notebook_page.use_theme(page, theme)
        seen = notebook_page.survey(page)
        for check in (looks.cut_off, looks.colors):
            found += [f"in the {theme} theme: {fault}" for fault in check(notebook, seen)]
    return found


def exercises(page, notebook):
    """Types each solution in, runs it and its check."""
    found = []
    for exercise in course.exercises(notebook):
        notebook_page.replace_code(page, exercise.stub, exercise.solution)
        notebook_page.run_cell(page, exercise.stub)
        said = [notebook_page.run_cell(page, check) for check in exercise.checks][-1]
        if f"exercise {exercise.id}: solved" not in said:
            name = course.label(notebook, exercise.stub)
            found.append(f"{name} has the solution, and its check says: {said}")
    return found

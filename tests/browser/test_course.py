"""Every notebook of the course in a real browser, as it is handed out and after Run All Cells."""

import course
import faults
import notebook_page
import pytest
from notebook_page import DARK, LIGHT, NOTEBOOK


def require_none(found):
    """Fails with everything that was found, one after the other."""
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize("name", course.NAMES)
def test_in_jupyterlab(name, opened, keep):
    notebook = course.original(name)
    pictures = course.artifacts() / "screenshots" / name
    page = opened(notebook, name)
    found = faults.before_running(page, notebook)
    found += faults.run(page, name, course.ORIGINALS / f"{name}.ipynb", keep)
    found += faults.folds(page, notebook)
    notebook_page.screenshots(page, pictures, LIGHT)
    found += faults.unfolded(page, notebook)
    notebook_page.use_theme(page, DARK)
    notebook_page.screenshots(page, pictures, DARK)
    found += faults.exercises(page, notebook)
    require_none(found)


@pytest.mark.parametrize("name", course.NAMES)
def test_in_notebook_7(name, opened, keep):
    notebook = course.original(name)
    copy = f"{name}-notebook-7"
    page = opened(notebook, copy, app=NOTEBOOK)
    found = faults.before_running(page, notebook)
    found += faults.run(page, copy, course.ORIGINALS / f"{name}.ipynb", keep)
    notebook_page.screenshots(page, course.artifacts() / "screenshots" / name, NOTEBOOK)
    require_none(found)

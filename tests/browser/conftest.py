"""What the tests share: the server, the browser, and opened copies of notebooks.

Where a new test goes:
* test_course.py: what holds for every notebook of the course, in JupyterLab and in Notebook 7.
* test_kernel.py: what a person does with a kernel, and expects of it.
* test_checks.py: that the checks of test_course.py turn red.

scripts/test-lab starts all of it, and says in the environment where things are.
"""

import os
import shutil
from pathlib import Path

import course
import notebook_page
import pytest
import server as servers
from playwright.sync_api import sync_playwright

# Waits are for states, and a machine may be slow: this says only when to give up.
GIVE_UP = 5 * 60 * 1000


@pytest.fixture(scope="session")
def server():
    """The JupyterLab that scripts/test-lab has started."""
    return servers.find()


@pytest.fixture(scope="session")
def browser():
    """Chromium, without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ["LAB_CHROMIUM"],
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, server):
    """Opens a notebook under a name in the folder of copies; its kernel ends with the test."""
    ends = []

    def opens(notebook, name, app=notebook_page.LAB):
        path = course.copies() / f"{name}.ipynb"
        course.write(path, notebook)
        place = f"{course.copies().name}/{path.name}"
        context = browser.new_context(
            viewport={"width": notebook_page.WIDTH, "height": notebook_page.HEIGHT},
            color_scheme=notebook_page.LIGHT,
        )
        context.set_default_timeout(GIVE_UP)
        ends.append((context, place))
        page = context.new_page()
        notebook_page.open_notebook(page, server, place, app)
        return page

    yield opens
    for context, place in ends:
        # What the test saw last, for whoever has to find out why it failed.
        last = course.artifacts() / "last" / f"{Path(place).stem}.png"
        context.pages[0].screenshot(path=last)
        context.close()
        servers.end_kernel(server, place)


@pytest.fixture
def keep():
    """Saves what the page shows, and keeps the file among the artifacts; returns it."""

    def keeps(page, name):
        notebook_page.save(page)
        saved = course.copies() / f"{name}.ipynb"
        directory = course.artifacts() / "executed"
        directory.mkdir(parents=True, exist_ok=True)
        return shutil.copy(saved, directory)

    return keeps

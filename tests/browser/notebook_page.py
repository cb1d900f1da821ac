"""A notebook in the browser: opens it, and does what a person does with it.

Works in JupyterLab and in Notebook 7, whose menus and cells are the same.
Every wait is for a state, never for a time.
"""

import math
import re
from pathlib import Path
from urllib.parse import quote

LAB = "lab"
NOTEBOOK = "notebooks"
LIGHT = "light"
DARK = "dark"

# A laptop's.
WIDTH = 1366
HEIGHT = 768

# For a screenshot, as much at a time as a person can look at.
TALL = 1500

SURVEY = Path(__file__).with_name("survey.js").read_text(encoding="utf-8")

# The part of the page in which the notebook scrolls, and the notebook of the page.
SCROLLER = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer"
CELL = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell"

PANEL = "window.jupyterapp?.shell.currentWidget"
KERNEL = f"{PANEL}?.sessionContext?.session?.kernel"


def open_notebook(page, server, path, app=LAB):
    """Opens the notebook at this path below the server's directory, and waits for its kernel."""
    place = quote(path)
    if app == LAB:
        # A workspace of its own: what another page has open is not opened here.
        place = f"lab/workspaces/{re.sub(r'[^A-Za-z0-9]', '-', path)}/tree/{place}?reset"
    else:
        place = f"notebooks/{place}?"
    page.goto(f"{server.url}{place}&token={server.token}")
    page.locator(CELL).first.wait_for()
    page.wait_for_function(f"{KERNEL}?.status === 'idle'")
    wait_until_drawn(page)


def wait_until_drawn(page):
    """Waits until every Markdown cell is rendered and every picture has come, or has not."""
    page.wait_for_function(
        f"""() => {PANEL}.content.widgets.every((cell) =>
              cell.model.type !== 'markdown' || cell.node.querySelector('.jp-RenderedMarkdown > *'))
            && [...document.querySelectorAll('.jp-Notebook img')].every((image) => image.complete)"""
    )


def choose(page, menu, item):
    """Chooses an item of the menu bar."""
    page.locator(".lm-MenuBar-item").get_by_text(menu, exact=True).click()
    page.locator(".lm-Menu").get_by_role("menuitem", name=item).first.click()


def clear_outputs(page):
    """Edit > Clear Outputs of All Cells, so that whatever is seen later is new."""
    choose(page, "Edit", "Clear Outputs of All Cells")
    page.wait_for_function("() => !document.querySelector('.jp-Notebook .jp-OutputArea-output')")


def run_all(page):
    """Run > Run All Cells, until the last has ended."""
    choose(page, "Run", re.compile("^Run All Cells$"))
    wait_until_run(page)


def wait_until_run(page):
    """Waits until every code cell has a number, but for empty ones, and the kernel is idle."""
    page.wait_for_function(
        f"""() => {PANEL}.content.widgets
              .filter((cell) => cell.model.type === 'code' && cell.model.sharedModel.source.trim())
              .map((cell) => cell.node.querySelector('.jp-InputPrompt').textContent.trim())
              .every((prompt) => /^\\[\\d+\\]:$/.test(prompt))
            && {KERNEL}?.status === 'idle'"""
    )
    wait_until_drawn(page)


def save(page):
    """Ctrl-S, until the file is written."""
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    page.wait_for_function(f"{PANEL}.context.model.dirty === false")


def survey(page):
    """What a person sees of each cell, see survey.js."""
    return page.evaluate(SURVEY)


def cell(page, index):
    """The cell at this position."""
    return page.locator(CELL).nth(index)


def edit(page, index):
    """Clicks into a cell's code."""
    cell(page, index).locator(".cm-content").click()


def replace_code(page, index, code):
    """Puts code in the place of a cell's, as if pasted over it."""
    edit(page, index)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


def run_cell(page, index):
    """Shift-Enter in a cell, until it has ended; returns the text below it."""
    start_cell(page, index)
    return wait_for_cell(page, index)


def start_cell(page, index):
    """Shift-Enter in a cell."""
    edit(page, index)
    page.keyboard.press("Shift+Enter")


def wait_for_cell(page, index):
    """Waits until a cell that was started has ended; returns the text below it."""
    page.wait_for_function(
        f"""(index) => {{
              const prompt = document.querySelectorAll('{CELL}')[index]
                .querySelector('.jp-InputPrompt').textContent.trim();
              return prompt !== '[*]:' && prompt !== '[ ]:' && {KERNEL}?.status === 'idle';
            }}""",
        arg=index,
    )
    return output_text(page, index)


def output_text(page, index):
    """The text below a cell."""
    return "\n".join(cell(page, index).locator(".jp-OutputArea-output").all_text_contents())


def fold_faults(page, index, count):
    """Opens and closes each fold of a cell; returns what is wrong about them."""
    folds = cell(page, index).locator("details")
    if folds.count() != count:
        yield f"shows {folds.count()} folds, and its text has {count}"
    for position in range(folds.count()):
        fold = folds.nth(position)
        summary = fold.locator("> summary")
        if summary.count() != 1:
            yield "has a fold without a summary"
            continue
        closed = fold.bounding_box()["height"]
        if closed > summary.bounding_box()["height"] + 10:
            yield "has a fold that is not closed to begin with"
        summary.click()
        opened = fold.bounding_box()["height"]
        if opened <= closed:
            yield "has a fold that does not open"
        summary.click()
        if fold.bounding_box()["height"] != closed:
            yield "has a fold that does not close again"


def open_folds(page):
    """Opens all folds."""
    page.evaluate(
        "() => document.querySelectorAll('.jp-Notebook details').forEach((fold) => fold.open = true)"
    )


def use_theme(page, theme):
    """Changes to JupyterLab's light or dark theme, as the system does at night."""
    page.emulate_media(color_scheme=theme)
    light = "true" if theme == LIGHT else "false"
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{light}'")
    page.locator("#jupyterlab-splash").wait_for(state="detached")


def screenshots(page, directory, name):
    """Leaves pictures of the window and, one below the other, of the whole notebook."""
    directory.mkdir(parents=True, exist_ok=True)
    scroller = page.locator(SCROLLER)
    scroller.evaluate("(node) => node.scrollTo(0, 0)")
    page.screenshot(path=directory / f"{name}-window.png")
    page.set_viewport_size({"width": WIDTH, "height": TALL})
    page.wait_for_function(f"document.querySelector('{SCROLLER}').clientHeight > {HEIGHT}")
    # JupyterLab scrolls on behind the last cell.
    bottom = page.locator(CELL).last.evaluate("(cell) => cell.getBoundingClientRect().bottom")
    top, step = scroller.evaluate("(node) => [node.getBoundingClientRect().top, node.clientHeight]")
    height = math.ceil(bottom - top)
    for number, top in enumerate(range(0, height, step)):
        scroller.evaluate("(node, top) => node.scrollTo(0, top)", top)
        scroller.screenshot(path=directory / f"{name}-{number + 1:02}.png")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

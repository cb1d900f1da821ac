"""What a person does with the kernel in JupyterLab: each as in a notebook of the course."""

import re

import course
import notebook_page
import pytest

SETUP = """let orders = vec![3, 1, 2];
fn last(list: &[i32]) -> Option<&i32> { list.last() }"""
ENDLESS = """println!("begun");
loop { std::thread::sleep(std::time::Duration::from_millis(10)); }"""


@pytest.fixture
def cells(opened, request):
    """Opens a notebook with these cells of code, none of which has run."""

    def opens(*sources):
        notebook = course.stand_alone(
            [
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "id": f"cell-{number}",
                    "metadata": {},
                    "outputs": [],
                    "source": source,
                }
                for number, source in enumerate(sources)
            ]
        )
        return opened(notebook, request.node.name.removeprefix("test_"))

    return opens


def code(page, index):
    """The code that stands in a cell."""
    return page.evaluate(
        f"(index) => {notebook_page.PANEL}.content.widgets[index].model.sharedModel.source", index
    )


def confirm(page):
    """Says yes to the dialog."""
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.locator(".jp-Dialog").wait_for(state="detached")


def prompt(page, index):
    """What stands beside a cell."""
    return notebook_page.cell(page, index).locator(".jp-InputPrompt").text_content().strip()


def wait_for_restart(page):
    """Waits until no cell has a number and a new process answers."""
    page.wait_for_function(
        f"{notebook_page.PANEL}.sessionContext.kernelDisplayStatus === 'idle'"
    )


def complete(page, index, begun):
    """Types the beginning of a name into a cell, and Tab; returns what is offered."""
    notebook_page.edit(page, index)
    page.keyboard.type(begun)
    # Until then, Tab indents.
    notebook_page.cell(page, index).locator(".jp-mod-completer-enabled").wait_for()
    page.keyboard.press("Tab")
    offered = page.locator(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-match")
    offered.first.wait_for()
    return offered.all_text_contents()


def test_tab_completes_a_name(cells):
    page = cells(SETUP, "")
    notebook_page.run_cell(page, 0)
    assert complete(page, 1, "orders.is_e") == ["is_empty()"]
    page.keyboard.press("Enter")
    page.locator(".jp-Completer:not(.lm-mod-hidden)").wait_for(state="detached")
    assert code(page, 1) == "orders.is_empty()"
    assert notebook_page.run_cell(page, 1) == "false"


def test_tab_offers_what_fits(cells):
    page = cells("use std::thread;", "")
    notebook_page.run_cell(page, 0)
    offered = complete(page, 1, "thread::s")
    assert {"scope(f)", "sleep(dur)", "spawn(f)"} <= set(offered)
    assert all(name.startswith("s") for name in offered)


def test_shift_tab_shows_what_a_name_is(cells):
    page = cells(SETUP, "last(&orders)")
    notebook_page.run_cell(page, 0)
    notebook_page.edit(page, 1)
    # Behind the name: evcxr looks no further than the cursor.
    page.keyboard.press("Home")
    for _ in "last":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Tab")
    shown = page.locator(".jp-Tooltip")
    shown.wait_for()
    assert "fn last(list: &[i32]) -> Option<&i32>" in shown.text_content()


def test_interrupt_ends_an_endless_cell(cells):
    page = cells(SETUP, ENDLESS, 'println!("{:?}", last(&[4, 5]));', "orders.len()")
    notebook_page.run_cell(page, 0)
    notebook_page.start_cell(page, 1)
    # In its output: the word stands in the code as well, and so it runs.
    notebook_page.cell(page, 1).locator(".jp-OutputArea-output").get_by_text("begun").wait_for()
    assert prompt(page, 1) == "[*]:"
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    page.keyboard.press("i")
    said = notebook_page.wait_for_cell(page, 1)
    assert "terminated with status: signal: 9" in said
    assert "variables and threads are gone" in said
    # The kernel answers, functions are kept, and variables are lost.
    assert "Some(5)" in notebook_page.run_cell(page, 2)
    assert "E0425" in notebook_page.run_cell(page, 3)
    # And they can be had again.
    notebook_page.run_cell(page, 0)
    assert notebook_page.run_cell(page, 3) == "3"


def test_restart_forgets_everything(cells):
    page = cells(SETUP, "last(&orders)")
    assert notebook_page.run_cell(page, 0) == ""
    assert notebook_page.run_cell(page, 1) == "Some(2)"
    notebook_page.choose(page, "Kernel", re.compile("^Restart Kernel…"))
    confirm(page)
    wait_for_restart(page)
    assert "E0425" in notebook_page.run_cell(page, 1)
    notebook_page.run_cell(page, 0)
    assert notebook_page.run_cell(page, 1) == "Some(2)"


def test_restart_and_run_all_begins_anew(cells):
    page = cells(
        "let orders = vec![3, 1, 2];",
        "std::thread::spawn(move || orders.len()).join().unwrap()",
    )
    notebook_page.run_all(page)
    assert notebook_page.output_text(page, 1) == "3"
    # The thread has taken the orders with it.
    assert "E0425" in notebook_page.run_cell(page, 1)
    notebook_page.choose(page, "Kernel", re.compile("^Restart Kernel and Run All Cells…"))
    confirm(page)
    page.get_by_text("[*]:", exact=True).first.wait_for()
    notebook_page.wait_until_run(page)
    assert [prompt(page, index) for index in (0, 1)] == ["[2]:", "[3]:"]
    assert notebook_page.output_text(page, 1) == "3"


def test_code_typed_key_by_key_runs(cells):
    page = cells("")
    notebook_page.edit(page, 0)
    page.keyboard.type(
        "let list = [3, 1, 2];\n"
        "let sum = std::thread::scope(|scope| {\n"
        "let adder = scope.spawn(|| list.iter().sum::<i32>());\n"
        "adder.join().unwrap()\n"
        "});\n"
        'println!("the sum is {sum}");'
    )
    assert notebook_page.run_cell(page, 0) == "the sum is 6\n"

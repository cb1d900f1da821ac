"""A notebook that was mailed alone says in its first output how to load threadlab, and that works.

    mailed.py NOTEBOOK REPOSITORY
"""

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

notebook, repository = Path(sys.argv[1]), Path(sys.argv[2]).resolve()


def run(load: str | None) -> list:
    """Executes the first three code cells outside of the course; returns their outputs."""
    with tempfile.TemporaryDirectory() as folder:
        mailed = nbformat.read(notebook, as_version=4)
        code = [cell for cell in mailed.cells if cell.cell_type == "code"][:3]
        assert code[1].source.startswith(":dep threadlab"), code[1].source
        if load is not None:
            code[1].source = load
        mailed.cells = code
        client = NotebookClient(
            mailed,
            kernel_name="rust",
            timeout=600,
            startup_timeout=300,
            allow_errors=True,
            resources={"metadata": {"path": folder}},
        )
        client.execute()
    return [cell.outputs for cell in code]


def has_error(outputs: list) -> bool:
    return any(output.output_type == "error" for output in outputs)


def main() -> None:
    advice, load, setup = run(None)
    assert has_error(load) and has_error(setup), "threadlab was found outside of the course"
    text = "".join(output.text for output in advice)
    lines = [line.strip() for line in text.splitlines() if line.startswith("  :")]
    # What is printed is typed as it stands, but for the two words in capitals.
    folder = lines[0].replace("FOLDER OF A CLONE", str(repository))
    network = "\n".join(lines[1:]).replace("ADDRESS OF THE REPOSITORY", repository.as_uri())
    assert folder != lines[0] and network != "\n".join(lines[1:]), f"no advice in:\n{text}"
    for way in (folder, network):
        _, load, setup = run(way)
        assert not has_error(load) and not has_error(setup), f"{way}\n{load}\n{setup}"
        print(f"a mailed notebook loads threadlab with {way.splitlines()[-1].split('=')[1]}", flush=True)


if __name__ == "__main__":
    main()

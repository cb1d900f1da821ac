"""Executes notebooks with nbclient in the kernel `rust` and saves them to another directory.

    execute.py OUT NOTEBOOK..

Each is executed in its own directory, as JupyterLab does it. A cell that fails does not stop the
notebook: what every cell gave is compared afterwards.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

# Two cores are enough for two kernels, and cells that measure are not compared by their numbers.
AT_ONCE = 2


def execute(path: Path, out: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="rust",
        timeout=300,
        startup_timeout=300,
        allow_errors=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    nbformat.write(notebook, out / path.name)
    print(f"executed {path.name}", flush=True)


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    paths = [Path(name).resolve() for name in sys.argv[2:]]
    # The largest first, so that none is left for the end.
    paths.sort(key=lambda path: path.stat().st_size, reverse=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for result in [pool.submit(execute, path, out) for path in paths]:
            result.result()


if __name__ == "__main__":
    main()

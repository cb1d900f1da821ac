"""The kernels `rust` and `rust-strict` under the tools that people use, and cell by cell.

The notebooks beside this file fail: an assertion, a `?`, a scoped thread that panics.
Under `rust` each tool calls them green, under `rust-strict` each must call them red.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
NOTEBOOKS = sorted(HERE.glob("*.ipynb"))


def commands(kernel: str, notebook: Path, out: Path) -> dict[str, list[str]]:
    """What each tool is called with to execute `notebook` in `kernel`."""
    return {
        "nbconvert": [
            "jupyter", "nbconvert", "--execute", "--to", "notebook",
            f"--ExecutePreprocessor.kernel_name={kernel}",
            "--output-dir", str(out), str(notebook),
        ],
        "papermill": ["papermill", "-k", kernel, str(notebook), str(out / "papermill.ipynb")],
        "nbmake": ["pytest", "-q", "--nbmake", f"--nbmake-kernel={kernel}", str(notebook)],
        "nbval-lax": [
            "pytest", "-q", "--nbval-lax", "--nbval-kernel-name", kernel, str(notebook),
        ],
    }


def tool(name: str, kernel: str, notebook: Path) -> str | None:
    """Runs one tool; returns what is wrong with its verdict."""
    with tempfile.TemporaryDirectory() as out:
        program, *arguments = commands(kernel, notebook, Path(out))[name]
        run = subprocess.run(
            [str(BIN / program), *arguments], cwd=out, capture_output=True, text=True
        )
    green = run.returncode == 0
    meant = kernel == "rust"
    verdict = "green" if green else "red"
    print(f"{name} calls {notebook.stem} {verdict} under {kernel}", flush=True)
    if green == meant:
        return None
    return f"{name} calls {notebook.stem} {verdict} under {kernel}:\n{run.stdout}\n{run.stderr}"


def cells(kernel: str, sources: list[str]) -> list[str]:
    """Executes cells; returns for each `ok` or the text of its error, and what it printed."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources]
    )
    NotebookClient(notebook, kernel_name=kernel, timeout=300, allow_errors=True).execute()
    results = []
    for cell in notebook.cells:
        errors = [output.evalue for output in cell.outputs if output.output_type == "error"]
        text = "".join(output.get("text", "") for output in cell.outputs)
        results.append((errors[0] if errors else "ok") + "\n" + text)
    return results


def variables() -> list[str]:
    """A variable that a failing cell moved into a thread is gone, and the others are not."""
    wrong = []
    endings = {
        "panic": 'panic!("after the move");',
        "early return": '"no number".parse::<u32>()?;',
    }
    for name, ending in endings.items():
        moves = f"let worker = std::thread::spawn(move || log.len());\nworker.join().unwrap();\n{ending}"
        results = cells(
            "rust-strict",
            [
                "let log = vec![1, 2, 3];\nlet mut kept = 1;",
                f"kept += 1;\n{moves}",
                'println!("kept is {kept}");',
                'println!("{}", log.len());',
                'let log = vec![4];\nprintln!("log is {log:?}, kept is {kept}");',
                'println!("log is still {log:?}");',
            ],
        )
        expected = [
            (0, "ok\n"),
            (1, "reports it as failed"),
            (2, "ok\nkept is 2"),
            (3, "cannot find value `log`"),
            (4, "ok\nlog is [4], kept is 2"),
            (5, "ok\nlog is still [4]"),
        ]
        for index, text in expected:
            if text not in results[index]:
                wrong.append(f"{name}, cell {index + 1}: no `{text}` in:\n{results[index]}")
        print(f"variables after a failing cell: {name}", flush=True)
    return wrong


def mended() -> list[str]:
    """What the kernel does better than the stock one."""
    table = {
        'print!("no newline");\nstd::io::Write::flush(&mut std::io::stdout()).unwrap();': "ok\nno newline",
        'print!("not flushed");': "ok\nnot flushed",
        'println!("EVCXR_EXECUTION_COMPLETE");\nprintln!("after");': "\nafter",
        'println!("EVCXR_BEGIN_CONTENT text/html");\nprintln!("a b");': "\na b",
        'use std::io::Write;\nstd::io::stdout().write_all(b"\\xff\\n").unwrap();': "ok\n\ufffd",
        'std::io::stderr().write_all(b"\\xff\\n").unwrap();\neprintln!("heard");': "heard",
        'panic!("short");': "short",
        'println!("{:?}", std::env::var("RUST_BACKTRACE").is_ok());': "ok\nfalse",
        'eprintln!("last words");\nstd::process::exit(3);': "last words\nThe process of the cells has ended: variables",
    }
    wrong = []
    results = cells("rust", list(table))
    for (source, text), result in zip(table.items(), results, strict=True):
        if text not in result:
            wrong.append(f"no `{text}` from:\n{source}\nbut:\n{result}")
        if "stack backtrace" in result:
            wrong.append(f"a backtrace from:\n{source}")
    print("unfinished lines, forged control lines, bytes that are no UTF-8", flush=True)
    return wrong


def orphans() -> list[str]:
    """A busy kernel ends when the program that started it is killed."""
    starts = """
import sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="rust", startup_timeout=300)
client.execute_interactive("std::thread::spawn(|| loop {});")
open(sys.argv[1], "w").write(str(manager.provisioner.pid))
sys.stdin.read()
"""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "pid"
        program = subprocess.Popen(
            [sys.executable, "-c", starts, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        until("the kernel runs", lambda: file.exists() and file.read_text())
        kernel = file.read_text()
        program.kill()
        program.wait()
        print("a kernel whose Jupyter is killed", flush=True)
        ended = until("the kernel has ended", lambda: not runs(kernel))
    return [] if ended else [f"the kernel {kernel} outlives its Jupyter"]


def until(what: str, holds, patience: float = 300) -> bool:
    """Waits until something holds; says whether it does."""
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() > end:
            print(f"it never came to be that {what}", file=sys.stderr)
            return False
        time.sleep(0.05)
    return True


def runs(pid: str) -> bool:
    """Whether the process runs and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rsplit(") ", 1)[1][0] != "Z"


def main() -> None:
    # Where it is set, backtraces are wanted.
    os.environ.pop("RUST_BACKTRACE", None)
    assert len(NOTEBOOKS) == 3, "the notebooks that fail are missing"
    jobs = [
        (name, kernel, notebook)
        for notebook in NOTEBOOKS
        for kernel in ("rust", "rust-strict")
        for name in commands(kernel, notebook, HERE)
    ]
    with ThreadPoolExecutor(2) as pool:
        wrong = [text for text in pool.map(lambda job: tool(*job), jobs) if text]
    wrong += variables() + mended() + orphans()
    for text in wrong:
        print(f"\nwrong: {text}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

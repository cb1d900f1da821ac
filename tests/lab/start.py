"""Starts of `scripts/lab`: what it says when something is missing, and how long the second takes.

Run with the Python of an environment in which scripts/python/lab.txt is installed.
"""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

from server import LAB, Server, places

VENV = pathlib.Path(sys.prefix)


def tools(dir, without=(), **scripts):
    """A directory for PATH with all programs of this machine, but for some, and with scripts."""
    dir.mkdir()
    for name, text in scripts.items():
        (dir / name).write_text(f"#!/bin/sh\n{text}\n")
        (dir / name).chmod(0o755)
    for place in os.environ["PATH"].split(os.pathsep):
        for program in sorted(pathlib.Path(place).glob("*")):
            link = dir / program.name
            if not program.name.startswith(tuple(without)) and not link.exists():
                link.symlink_to(program)
    return str(dir)


def fails(places, path, says, *arguments):
    """Fails unless `scripts/lab` ends at once, and says what is missing."""
    run = subprocess.run(
        [str(LAB), "--no-browser", *arguments],
        env={**places.environment(), "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2, run
    assert run.stderr.startswith(f"error: {says}"), run.stderr
    assert run.stderr.count("\n") == 1, run.stderr


def what_is_missing_is_named():
    python = sys.executable
    with places() as places_:
        dir = places_.lab.parent
        path = os.environ["PATH"]
        for program, says in [
            ("rustup", "rustup is missing. Install it from https://rustup.rs"),
            ("cc", "a C linker is missing. Install one: `apt install gcc`"),
            ("python", "Python 3.9 or newer is missing. Install it: `apt install python3 "),
        ]:
            # Some names begin with another one, such as `cc1`; none of them is needed here.
            fails(places_, tools(dir / f"without-{program}", without=[program]), says)

        old = tools(dir / "old", ["python"], python3='case "$*" in *version_info*) exit 1 ;; esac')
        fails(places_, old, "Python 3.9 or newer is missing.")

        # As on Debian, where this module is in a package of its own.
        (dir / "modules").mkdir()
        (dir / "modules/ensurepip.py").write_text("raise ImportError('not installed')\n")
        bare = f'PYTHONPATH={dir}/modules exec {python} "$@"'
        bare = tools(dir / "bare", ["python"], python3=bare)
        fails(places_, bare, f"{bare}/python3 cannot make virtual environments. On Debian")

        full = 'echo Filesystem; echo "/dev/full 100000 90000 10240 90% /"'
        full = tools(dir / "full", df=full)
        fails(places_, full, f"there is too little space for JupyterLab: {places_.lab} needs 600 MB,")

        assert not places_.lab.exists(), "something was made"
        fails(places_, path, "`--reset` needs a value", "--reset")
        fails(places_, path, "`--reset` restores a copy,", "--edit", "--reset", "4")
    with places(VENV) as places_:
        fails(places_, path, "there is no notebook `soup`; there are `00_start", "--reset", "soup")
    print("ok: what is missing is named")


def a_busy_port_is_no_error():
    with places(VENV) as places_, socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with Server(places_, "--port", str(port)) as server:
            assert not server.base.endswith(f":{port}"), server.base
            assert server.get("/api/status")["kernels"] == 0
        assert server.process.returncode == 0, server.text()
        with Server(places_, f"--port={port}") as server:
            assert not server.base.endswith(f":{port}"), server.base
    print("ok: a busy port is no error")


def authors_open_the_originals():
    with places(VENV) as places_:
        with Server(places_, "--edit") as server:
            assert server.path == "/lab/tree/notebooks/00_start_here.ipynb", server.path
            names = [one["name"] for one in server.get("/api/contents/")["content"]]
            assert "notebooks" in names, names
        assert not places_.notebooks.exists(), "copies were made"
        with Server(places_, "--reset", "4") as server:
            expected = f"/lab/tree/{places_.notebooks.name}/00_start_here.ipynb"
            assert server.path == expected, server.path
            names = [one["name"] for one in server.get("/api/contents/")["content"]]
            assert "notebooks" not in names and places_.notebooks.name in names, names
            assert "04_moving_data.ipynb: restored" in server.text(), server.text()
            assert (places_.notebooks / "evcxr.toml").exists()
    print("ok: authors open the originals, learners the copies")


def kernels_end_with_the_server():
    with places(VENV) as places_:
        for name, terminal, how in [
            ("Ctrl-C in a terminal", True, None),
            ("an interrupt without a terminal", False, signal.SIGINT),
            ("a terminal that is closed", False, signal.SIGHUP),
            ("SIGTERM", False, signal.SIGTERM),
        ]:
            server = Server(places_, terminal=terminal)
            try:
                kernel = server.kernel("rust", f"{places_.notebooks.name}/00_start_here.ipynb")
                assert kernel.execute("1 + 1;") == ("ok", "")
                # The server, and the kernel with the process of its cells.
                assert len(server.running()) >= 3, server.running()
            finally:
                server.stop(how)
            left = server.left()
            assert left == [], f"after {name}: {left}"
    print("ok: kernels end with the server")


def times():
    """Not asserted: they tell of the machine as well."""
    with places(VENV) as places_:
        for start in ["first start with the packages there", "second start"]:
            with Server(places_) as server:
                address = time.monotonic() - server.started
                kernel = server.kernel("rust", f"{places_.notebooks.name}/00_start_here.ipynb")
                status, text = kernel.execute('println!("the kernel is there");')
                cell = time.monotonic() - server.started
                assert (status, text) == ("ok", "the kernel is there\n"), text
            print(f"{start}: {address:.1f} s to the address, {cell:.1f} s to the first cell")


what_is_missing_is_named()
a_busy_port_is_no_error()
authors_open_the_originals()
kernels_end_with_the_server()
times()

"""A server that `scripts/lab` started, driven as a browser drives it.

Runs with the Python of the environment that `scripts/lab` made, which has what it needs.
"""

import contextlib
import fcntl
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import tempfile
import termios
import time
import urllib.error
import urllib.request
import uuid

import websocket

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAB = ROOT / "scripts" / "lab"

# Nothing takes so long: what is still not there then will not come.
LIMIT = 600
# Nothing that ends with its parent takes so long.
GRACE = 20


class Places:
    """A home directory and the two directories of `scripts/lab`, all of them for one test."""

    def __init__(self, dir):
        self.home = dir / "home"
        self.lab = dir / "lab"
        # Beside the originals, where `..` is the helper crate; git ignores the name.
        self.notebooks = ROOT / f"my-notebooks-{dir.name}"
        self.home.mkdir()

    def environment(self):
        # The toolchain and the registry are the machine's, not this home's.
        real = pathlib.Path.home()
        environment = {
            "CARGO_HOME": str(real / ".cargo"),
            "RUSTUP_HOME": str(real / ".rustup"),
            **os.environ,
            "HOME": str(self.home),
            "LAB_HOME": str(self.lab),
            "LAB_NOTEBOOKS": str(self.notebooks),
        }
        for name in list(environment):
            if name.startswith(("JUPYTER", "XDG_", "IPYTHON", "EVCXR", "VIRTUAL_ENV")):
                del environment[name]
        return environment


@contextlib.contextmanager
def places(venv=None):
    """Places that are gone afterwards; with the packages of `venv`, so that no network is needed."""
    with tempfile.TemporaryDirectory(prefix="lab-") as name:
        found = Places(pathlib.Path(name))
        if venv is not None:
            found.lab.mkdir()
            (found.lab / "venv").symlink_to(venv)
        try:
            yield found
        finally:
            subprocess.run(["rm", "-rf", str(found.notebooks)], check=True)


class Server:
    """A running server; ends with its kernels when the block does."""

    def __init__(self, places, *arguments, terminal=False, **environment):
        self.started = time.monotonic()
        # In the environment of every process that it starts.
        self.mark = f"LAB_HOME={places.lab}"
        self.log = tempfile.TemporaryFile("w+")
        self.terminal, other = pty.openpty() if terminal else (None, subprocess.DEVNULL)
        self.process = subprocess.Popen(
            [str(LAB), "--no-browser", *arguments],
            cwd=places.home,
            env={**places.environment(), **environment},
            stdin=other,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # The terminal of the new session, so that Ctrl-C there reaches it.
            preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if terminal else None,
        )
        found = self._until(self._address)
        self.base, self.path, self.token = found.groups()
        # The address is printed a moment before the server answers there.
        self._until(self._answer)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.stop()
        if kind is not None:
            print(self.text())

    def text(self):
        self.log.flush()
        return pathlib.Path(f"/proc/self/fd/{self.log.fileno()}").read_text()

    def _until(self, question):
        """Asks until there is an answer, and fails when the server has ended."""
        while time.monotonic() - self.started < LIMIT:
            answer = question()
            if answer is not None:
                return answer
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended\n{self.text()}")
            time.sleep(0.05)
        raise AssertionError(f"it takes too long\n{self.text()}")

    def _address(self):
        return re.search(r"(http://127\.0\.0\.1:\d+)(/\S*)\?token=(\w+)", self.text())

    def _answer(self):
        try:
            return self.get("/api/status")
        except urllib.error.URLError:
            return None

    def get(self, path, data=None, method=None):
        """What the server answers, as JSON."""
        request = urllib.request.Request(
            self.base + path,
            data=None if data is None else json.dumps(data).encode(),
            headers={"Authorization": f"token {self.token}"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def kernel(self, name, notebook):
        """Starts a kernel for a notebook, given relative to the server's root."""
        session = self.get(
            "/api/sessions",
            {"kernel": {"name": name}, "path": notebook, "type": "notebook", "name": ""},
        )
        return Kernel(self, session["kernel"]["id"])

    def stop(self, how=signal.SIGINT):
        """Ends it; in a terminal, as Ctrl-C there does."""
        if self.process.poll() is None:
            if self.terminal is not None:
                os.write(self.terminal, b"\x03")
            else:
                self.process.send_signal(how)
        self.process.wait(LIMIT)

    def left(self):
        """The command lines of processes that do not end with the server.

        The last of them end a moment after it, so they are given time.
        """
        stopped = time.monotonic()
        while (found := self.running()) and time.monotonic() - stopped < GRACE:
            time.sleep(0.05)
        return found

    def running(self):
        """The command lines of the server, of its kernels and of their children."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            # One that is ending meanwhile is not left.
            with contextlib.suppress(OSError):
                variables = (process / "environ").read_bytes().split(b"\0")
                if self.mark.encode() in variables:
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        return found


class Kernel:
    """A running kernel."""

    def __init__(self, server, id):
        self.id = id
        self.session = uuid.uuid4().hex
        self.socket = websocket.create_connection(
            f"{server.base.replace('http', 'ws')}/api/kernels/{id}/channels"
            f"?session_id={self.session}&token={server.token}",
            timeout=LIMIT,
        )
        # As a browser does: who asks for more before the first answer may miss some of it.
        self._ask("kernel_info_request", {})

    def execute(self, code):
        """Runs a cell; returns its status, and the text that it printed and showed."""
        content = {"code": code, "silent": False, "store_history": True}
        content |= {"user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
        return self._ask("execute_request", content)

    def _ask(self, kind, content):
        id = uuid.uuid4().hex
        header = {
            "msg_id": id,
            "msg_type": kind,
            "session": self.session,
            "username": "",
            "version": "5.3",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps({**message, "channel": "shell"}))
        status, text, idle = None, "", False
        while status is None or not idle:
            message = json.loads(self.socket.recv())
            if message["parent_header"].get("msg_id") != id:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind.endswith("_reply"):
                status = content["status"]
            elif kind == "stream":
                text += content["text"]
            elif kind in ("execute_result", "display_data"):
                text += content["data"].get("text/plain", "")
            elif kind == "error":
                text += "\n".join(content["traceback"])
            elif kind == "status":
                idle = content["execution_state"] == "idle"
        return status, text


def git_status():
    """What git says of the checkout."""
    command = ["git", "-C", str(ROOT), "status", "--porcelain"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def code_cells(path):
    """The sources of a notebook's code cells, with their tags."""
    notebook = json.loads(pathlib.Path(path).read_text())
    return [
        ("".join(cell["source"]), cell["metadata"].get("tags", []))
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]

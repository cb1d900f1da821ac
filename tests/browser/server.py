"""The JupyterLab that the tests drive: waits until it has started, and ends kernels there."""

import json
import os
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """The address of a server, and what it lets in with."""

    url: str
    token: str


def find():
    """The server with the process id LAB_SERVER, as soon as it has started."""
    process = int(os.environ["LAB_SERVER"])
    info = Path(os.environ["LAB_HOME"], "runtime", f"jpserver-{process}.json")
    while True:
        try:
            found = json.loads(info.read_text(encoding="utf-8"))
            return Server(url=found["url"], token=found["token"])
        except (FileNotFoundError, json.JSONDecodeError):
            # Fails when the process is gone.
            os.kill(process, 0)
            time.sleep(0.1)


def request(server, method, path):
    """What the server answers, as JSON."""
    asked = urllib.request.Request(
        f"{server.url}{path}", method=method, headers={"Authorization": f"token {server.token}"}
    )
    with urllib.request.urlopen(asked) as answer:
        body = answer.read()
    return json.loads(body) if body else None


def end_kernel(server, path):
    """Ends the kernel of the notebook at this path, if it has one."""
    for session in request(server, "GET", "api/sessions"):
        if session["path"] == path:
            request(server, "DELETE", f"api/sessions/{session['id']}")

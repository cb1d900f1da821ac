"""What somebody has of Jupyter stays as it is, byte for byte, and is not used.

The kernel that evcxr provides replaces an older one of its kind when it starts; here stands one.
Run with the Python of an environment in which scripts/python/lab.txt is installed.
"""

import json
import pathlib
import sys

from server import Server, git_status, places

# In the home directory before the start: an older kernel of the same name, and settings that stop
# whoever reads them.
STOP = "raise SystemExit('settings that are not of the course were read')\n"
FILES = {
    ".local/share/jupyter/kernels/rust/kernel.json": json.dumps(
        {"argv": ["/bin/false", "{connection_file}"], "display_name": "Mine", "language": "rust"}
    ),
    ".local/share/jupyter/kernels/rust/version.txt": "0.9.0",
    ".local/share/jupyter/kernels/rust/kernel.js": "// older\n",
    ".local/share/jupyter/kernels/python3/kernel.json": "{}",
    ".local/share/jupyter/nbsignatures.db": "signatures",
    ".local/share/jupyter/notebook_secret": "secret",
    ".local/etc/jupyter/jupyter_config.py": STOP,
    ".jupyter/jupyter_config.py": STOP,
    ".jupyter/jupyter_lab_config.py": STOP,
    ".jupyter/jupyter_server_config.py": STOP,
    ".jupyter/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings": "{}",
    ".jupyter/lab/workspaces/default-37a8.jupyterlab-workspace": "{}",
    ".ipython/profile_default/ipython_config.py": STOP,
    "jupyter_lab_config.py": STOP,
}


def snapshot(dir):
    """All files below a directory: what they hold, and when they were written."""
    return {
        str(path.relative_to(dir)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(dir.rglob("*"))
        if path.is_file()
    }


def main():
    venv = pathlib.Path(sys.prefix)
    with places(venv) as places_:
        for name, text in FILES.items():
            path = places_.home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        home, checkout = snapshot(places_.home), git_status()
        # The user's path of kernels is where that kernel looks first.
        user = str(places_.home / ".local/share/jupyter")
        with Server(places_, JUPYTER_PATH=user) as server:
            ours = snapshot(venv / "share/jupyter/kernels/rust")
            specs = server.get("/api/kernelspecs")
            assert specs["default"] == "rust", specs
            assert sorted(specs["kernelspecs"]) == ["rust", "rust-strict"], specs
            # A notebook has one kernel.
            for name, notebook in [("rust", "00_start_here"), ("rust-strict", "01_why_threads")]:
                kernel = server.kernel(name, f"{places_.notebooks.name}/{notebook}.ipynb")
                status, text = kernel.execute(
                    'println!("{}", std::env::current_exe().unwrap().display());'
                )
                assert status == "ok" and text.strip().endswith("/nbrun-kernel"), (status, text)
                status, text = kernel.execute(':dep threadlab = { path = ".." }')
                assert status == "ok", text
            # Saving writes a signature, and settings and workspaces are written by the page.
            path = f"/api/contents/{places_.notebooks.name}/00_start_here.ipynb"
            server.get(path, server.get(path), method="PUT")
            workspace = {"data": {}, "metadata": {"id": "default"}}
            server.get("/lab/api/workspaces/default", workspace, method="PUT")
            themes = "@jupyterlab/apputils-extension:themes"
            server.get(f"/lab/api/settings/{themes}", {"raw": "{}"}, method="PUT")
            assert snapshot(venv / "share/jupyter/kernels/rust") == ours, "our kernel was replaced"
        left = server.left()
        assert left == [], left
        now = snapshot(places_.home)
        changed = [name for name in now | home if now.get(name) != home.get(name)]
        assert not changed, f"changed: {changed}"
        assert git_status() == checkout, git_status()
    print(f"ok: {len(FILES)} files of the user and the checkout are as they were")


main()

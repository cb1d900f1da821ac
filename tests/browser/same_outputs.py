"""Compares the outputs of two notebooks as nbrun does, tags and all."""

import os
import re
import subprocess
from pathlib import Path


def differences(expected, actual):
    """Where the outputs of the file `actual` are not those of `expected`: a text for each cell."""
    done = subprocess.run(
        [os.environ["LAB_SAME_OUTPUTS"], expected, actual], capture_output=True, text=True
    )
    if done.returncode == 0:
        return []
    # Each cell begins with a line of its own: the file's name, and the cell's.
    begin = re.compile(rf"^{re.escape(Path(expected).name)} (\S+)\n", re.MULTILINE)
    parts = begin.split(done.stdout)
    found = [
        f"the output of `{cell}` is another one:\n{diff.rstrip()}"
        for cell, diff in zip(parts[1::2], parts[2::2])
    ]
    return found or [f"the outputs cannot be compared: {done.stdout}{done.stderr}"]

"""Starts JupyterLab so that its kernels end with it.

JupyterLab ends its kernels when it is told to end by SIGTERM, or by Ctrl-C in a terminal. A terminal
that is closed, and an interrupt without a terminal, would leave them running.
"""

import os
import signal
import sys

from jupyterlab.labapp import main


def end(*_):
    os.kill(os.getpid(), signal.SIGTERM)


signal.signal(signal.SIGHUP, end)
signal.signal(signal.SIGINT, end)
sys.exit(main())

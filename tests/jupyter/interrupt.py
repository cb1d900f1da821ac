"""What an interrupt ends: the cell that runs, or the compilers of a cell, or nothing.

A client of Jupyter's own talks to the kernel, and interrupts it as a press on the button does.
"""

import sys
from pathlib import Path
from queue import Empty

from jupyter_client.manager import KernelManager

from strict import until

SETUP = """
let orders = vec![3, 1, 2];
let mut sleeper = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
"""
# rustc calculates for as long as it is let.
NEVER_COMPILED = """
#[allow(long_running_const_eval)]
const ENDLESS: u32 = { let mut n: u32 = 0; loop { n = n.wrapping_add(1); if n > 7 { n = 0 } } };
println!("{ENDLESS}");
"""
NEVER_ENDS = 'println!("begun");\nloop { std::hint::spin_loop() }'
STILL_THERE = 'println!("{} orders, sleeper ended: {:?}", orders.len(), sleeper.try_wait());'
CUT_OFF = "the compilation was cut off: nothing of this cell has run, and nothing is lost"
THERE = "3 orders, sleeper ended: Ok(None)\n"


class Kernel:
    """A running kernel, which was interrupted while it started, and what its last cell has said."""

    def __init__(self, name: str):
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel()
        # evcxr compiles a cell of its own before it is ready.
        self.until_compiled()
        self.interrupt()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=300)
        self.said = ""

    def start(self, source: str) -> None:
        self.said = ""
        self.cell = self.client.execute(source)

    def until_said(self, text: str) -> None:
        """Waits until the cell has said something."""
        while text not in self.said:
            self._listen(300)

    def until_compiled(self) -> None:
        """Waits until rustc works at the cell."""
        pid = str(self.manager.provisioner.pid)
        assert until("rustc runs", lambda: any(is_cell(line) for line in below(pid)))

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()

    def end(self) -> str:
        """Waits for the end of the cell; returns its status, and what it said."""
        while True:
            try:
                reply = self.client.get_shell_msg(timeout=300)
            except Empty:
                raise AssertionError("the cell does not end") from None
            if reply["parent_header"]["msg_id"] == self.cell:
                break
        self.until_said("\0idle")
        return f"{reply['content']['status']}\n{self.said}".replace("\0idle", "")

    def run(self, source: str) -> str:
        self.start(source)
        return self.end()

    def _listen(self, patience: float) -> None:
        try:
            message = self.client.get_iopub_msg(timeout=patience)
        except Empty:
            raise AssertionError(f"the kernel says no more than: {self.said}") from None
        if message["parent_header"].get("msg_id") != self.cell:
            return
        content = message["content"]
        match message["msg_type"]:
            case "stream":
                self.said += content["text"]
            case "error":
                self.said += "\n".join(content["traceback"])
            case "status" if content["execution_state"] == "idle":
                self.said += "\0idle"


def below(parent: str) -> list[str]:
    """The command lines of the processes that a process has started, and that those have."""
    lines = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, fields = stat.parent.name, stat.read_text().rsplit(") ", 1)[1].split()
            line = (stat.parent / "cmdline").read_text(errors="replace").replace("\0", " ")
        except OSError:
            continue
        if fields[1] == parent:
            lines += [line, *below(pid)]
    return lines


def is_cell(line: str) -> bool:
    return "rustc" in line and "--crate-name ctx" in line


def check(what: str, said: str, *expected: str) -> list[str]:
    print(what, flush=True)
    return [f"{what}: no `{text}` in:\n{said}" for text in expected if text not in said]


def interrupts(name: str) -> list[str]:
    kernel = Kernel(name)
    try:
        wrong = check("a cell", kernel.run(SETUP), "ok\n")

        kernel.interrupt()
        said = kernel.run(STILL_THERE)
        # It may still have met this cell, which so soon after it nobody types.
        if CUT_OFF in said:
            said = kernel.run(STILL_THERE)
        wrong += check("nothing to interrupt", said, f"ok\n{THERE}")

        for attempt in ["first", "second"]:
            kernel.start(NEVER_COMPILED)
            kernel.until_compiled()
            kernel.interrupt()
            wrong += check(
                f"interrupted while it was being compiled, the {attempt} time",
                kernel.end(),
                "error\n",
                CUT_OFF,
            )
            wrong += check("what came before is there", kernel.run(STILL_THERE), f"ok\n{THERE}")

        kernel.start(NEVER_ENDS)
        kernel.until_said("begun")
        kernel.interrupt()
        wrong += check(
            "interrupted while it ran",
            kernel.end(),
            "error\n",
            "variables and threads are gone",
            "signal: 9",
        )
        wrong += check("what came before is lost", kernel.run(STILL_THERE), "E0425")
        wrong += check("the kernel goes on", kernel.run('println!("here");'), "ok\nhere\n")
    finally:
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel(now=True)
    return wrong


def main() -> None:
    wrong = [text for name in ("rust", "rust-strict") for text in interrupts(name)]
    for text in wrong:
        print(f"\nwrong: {text}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

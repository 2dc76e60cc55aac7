"""The same program under a pseudo-terminal and in a pipe, as a user would see it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
from polykeras.callbacks import CallbackList, LazyLogs
from polykeras.models.summary import SummaryFacts, SummaryRow, print_summary
import polykeras.models.summary as summary
from polykeras.models.summary_facts import ParameterTotal

facts = SummaryFacts("m", (SummaryRow("dense", "Dense", "(None, 3)", 12),), ParameterTotal(12, 48), ParameterTotal())
summary.summary_facts = lambda *_, **__: facts
print_summary(None)
events = CallbackList(add_progbar=True, epochs=2, steps=500, verbose="auto")
events.on_train_begin()
for epoch in range(2):
    events.on_epoch_begin(epoch)
    for batch in range(500):
        events.on_train_batch_end(batch, LazyLogs(lambda: {"loss": 1.0}))
    events.on_epoch_end(epoch, {"loss": 1.0, "val_loss": 2.0, "acc": 0.5})
events.on_train_end()
"""

LINE = " - acc: 0.5000 - loss: 1.0000 - val_loss: 2.0000"


def environment() -> dict[str, str]:
    dropped = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}


def test_a_pipe_gets_a_few_plain_lines():
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, env=environment())
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 13
    assert not {"\x1b", "\r"} & set(done.stdout.decode())
    assert lines[9] == "Epoch 1/2"
    assert lines[10].startswith(" 500/500 ━━━━━━━━━━━━━━━━━━━━ 0s ")
    assert lines[10].endswith(LINE)


def test_a_terminal_is_redrawn_in_place():
    pty = pytest.importorskip("pty", reason="pseudo-terminals exist on POSIX only")
    fcntl, struct, termios = (pytest.importorskip(name) for name in ("fcntl", "struct", "termios"))
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=theirs, stdout=theirs, stderr=theirs, env=environment()
    ) as process:
        os.close(theirs)
        received = b""
        while True:
            try:
                chunk = os.read(ours, 4096)
            except OSError:  # Linux' word for the end
                break
            if not chunk:
                break
            received += chunk
        os.close(ours)
    assert process.returncode == 0
    text = received.decode()
    assert "\x1b[32m" in text
    table = [line for line in text.split("\r\n") if line.startswith(("├", "┏"))]
    assert [len(line) for line in table] == [60]
    epochs = text.split("Epoch ")[1:]
    assert all(epoch.count("\r\n") == 2 and epoch.split("\r")[-2].rstrip().endswith(LINE) for epoch in epochs)
    assert all(epoch.count("\r") > 3 for epoch in epochs)

"""Three hundred mutations of each sound file: every one loads or is refused, in bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COUNT = 300
MODULE = "tests.backends.saving.mutated_files"


def test_mutated_files_load_or_are_refused(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore::UserWarning", "-m", MODULE, str(tmp_path), str(COUNT)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    outcomes = report["outcomes"]
    assert sum(outcomes.values()) == 3 * COUNT
    assert outcomes["corrupt"] > COUNT
    assert min(outcomes.get(kind, 0) for kind in ("loaded", "unsafe")) > 0
    assert report["memory"] <= 3 * report["largest"] + 200 * 2**20

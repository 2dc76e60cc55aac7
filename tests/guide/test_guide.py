"""The guide runs as written, on each backend; `README.md` says what is cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.guide import driver

HERE = Path(__file__).resolve().parent
GUIDE = HERE / "intro_to_keras_for_engineers.ko.md"
DIGITS = HERE.parents[1] / "examples/data/digits.npz"
BLOCKS = 15


def test_the_blocks_that_are_run():
    texts = [text for _, text in driver.blocks(GUIDE, "some-backend")]
    assert len(texts) == BLOCKS
    assert 'os.environ["KERAS_BACKEND"] = "some-backend"' in texts[0]
    assert "epochs=1" in texts[-1]
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    for line, text in list(driver.blocks(GUIDE, "jax")):
        assert text.splitlines() == lines[line : line + len(text.splitlines())]


def test_the_guide_runs(backend, tmp_path):
    facts = tmp_path / "facts.json"
    # The guide names its backend itself.
    environment = {name: value for name, value in os.environ.items() if not name.endswith("KERAS_BACKEND")}
    done = subprocess.run(
        [sys.executable, "-m", "polykeras", "run", HERE / "driver.py", GUIDE, backend, DIGITS, facts],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(facts.read_text()) == {
        "keras": "polykeras",
        "backend": backend,
        "blocks": BLOCKS if backend == "tensorflow" else BLOCKS - 1,
        "shapes": [[512, 28, 28, 1], [512, 28, 28, 1], [512, 10]],
        "same_when_loaded": True,
        "epochs": [0],
        "trained": "MyModel",
        "loaded_for_arrays": [],
        "sources": ["DataLoader", "_PrefetchDataset"] if backend == "tensorflow" else ["DataLoader"],
    }
    assert sorted(path.name for path in tmp_path.glob("*.keras")) == [
        "final_model.keras",
        "model_at_epoch_1.keras",
        "model_at_epoch_2.keras",
    ]
    for text in ("x_train shape: (512, 28, 28, 1)", "Total params: 260,298", "Epoch 2/2", "val_acc: "):
        assert text in done.stdout

"""Importing the contract, in a fresh process, loads no framework and nothing else that is heavy."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = (
    "jax",
    "jaxlib",
    "torch",
    "tensorflow",
    "keras",
    "pandas",
    "pyarrow",
    "h5py",
    "rich",
    "optree",
    "scipy",
    "ml_dtypes",
)

SCRIPTS = {
    "import": "import polykeras.plugins",
    "list": "from polykeras.plugins import discovery; discovery.backend_names(); discovery.adapter_entries()",
    "choose": "from polykeras.plugins import choice; choice.choose()",
    "inform": "from polykeras.plugins import discovery as d; [d.backend_info(name) for name in d.backend_names()]",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_heavy_module_is_loaded(script: str):
    report = f"{SCRIPTS[script]}\nimport sys\nsys.stdout.write(' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    environment = {name: value for name, value in os.environ.items() if not name.endswith("KERAS_BACKEND")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", report], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""


def test_only_numpy_pluggy_and_the_standard_library():
    report = (
        "import sys; before = set(sys.modules)\n"
        "import polykeras.plugins\n"
        "roots = {name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names\n"
        "sys.stdout.write(' '.join(sorted(roots)))"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", report], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"numpy", "pluggy", "polykeras"}

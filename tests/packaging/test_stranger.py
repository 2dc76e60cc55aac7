"""A stranger's backend and a stranger's data adapter pass their suites from wheels, without this checkout."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.packaging.distributions import CORE, ROOT, build

STRANGER = ROOT / "tests/stranger"
ADAPTER = ROOT / "tests/stranger_adapter"
ARRAYS = ROOT / "plugins/data_adapters/numpy"
TENSORFLOW = ROOT / "plugins/keras_tf"
KNOWN = STRANGER / "known_failures.toml"


class Place:
    """An environment with core, two backends and two data adapters from wheels; what these require it sees outside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder / "env", with_pip=False)
        self.python = folder / "env/bin/python"
        wheels = [build(CORE, folder / "wheels", "--wheel", release="1")]
        wheels += [build(project, folder / "wheels", "--wheel") for project in (STRANGER, ADAPTER, TENSORFLOW, ARRAYS)]
        options = ("--no-index", "--no-deps", "-qq")
        command = [sys.executable, "-m", "pip", "--python", self.python, "install", *options, *(w[0] for w in wheels)]
        subprocess.run(command, check=True, capture_output=True, text=True)
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        # A plain path: the .pth files there, by which this checkout is installed, are not read.
        line = f"{sysconfig.get_path('purelib')}\n"
        (folder / "env/lib" / version / "site-packages/outer.pth").write_text(line, encoding="utf-8")
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("POLYKERAS_", "PYTHON", "PYTEST"))
        }
        self.environment = kept | {"POLYKERAS_PLUGINS": "stranger-slate", "HOME": str(folder)}

    def run(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return Place(tmp_path_factory.mktemp("stranger"))


def test_core_is_that_of_the_wheel(place):
    done = place.run("-c", "import polykeras; print(polykeras.__file__)")
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(place.folder)


def test_it_passes_with_the_gaps_that_it_declares(place):
    done = place.run("-m", "polykeras", "conformance", "slate", "--known-failures", KNOWN, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert (report["failed"], report["stale"], report["missing"]) == ([], [], [])
    families = report["families"]
    assert families["convolution"]["unsupported"] == 3
    assert families["convolution"]["skipped"] > 0
    assert families["arithmetic"]["native"] > 10
    assert families["arithmetic"]["known"] > 0
    assert 0 < families["arithmetic"]["worst_error"] <= 1


def test_the_suite_is_pytest_s_too(place):
    chosen = ("--backend", "slate", "--known-failures", KNOWN, "-q", "-k", "test_coverage or test_draws")
    done = place.run("-m", "pytest", "--pyargs", "polykeras.conformance", *chosen)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


@pytest.mark.parametrize(
    "test", ["test_values.py::test_value[no such case]", "test_coverage.py::test_every_name_is_an_op"]
)
def test_a_stale_line_fails(place, test):
    known = place.folder / "stale.toml"
    known.write_text(f'[[failure]]\ntest = "{test}"\nreason = "none"\nlink = "none"\n', encoding="utf-8")
    done = place.run(
        "-m", "polykeras", "conformance", "slate", "--known-failures", known, "--json", "-k", "test_coverage"
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert json.loads(done.stdout)["stale"] == [test]


def test_a_backend_that_is_not_there(place):
    done = place.run("-m", "polykeras", "conformance", "slat")
    assert done.returncode == 2
    assert "Did you mean 'slate'?" in done.stdout + done.stderr
    assert "Allowed: slate." in done.stdout + done.stderr


def test_the_adapter_passes(place):
    chosen = ("--adapter", "stranger-ledger", "--cases", ADAPTER / "conformance_cases.py", "-q")
    done = place.run(
        "-m", "pytest", "--pyargs", "polykeras.conformance.adapters", *chosen, POLYKERAS_PLUGINS="stranger-ledger"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


LEDGERS = """
import ledger, numpy as np, polykeras as keras

lines = np.random.default_rng(0).normal(size=(20, 4)).astype("float32")


def loss_and_outputs(x, y=None, **options):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    loss = model.evaluate(x, y, verbose=0, **options)
    return loss, model.predict(x, verbose=0, **options)


assert keras.backend.backend() == "slate"
loss, outputs = loss_and_outputs(lines[:, :3], lines[:, 3:], batch_size=8)
for source, options in ((ledger.Ledger(lines), {"batch_size": 8}), (ledger.Tape(lines, 8), {})):
    its_loss, its_outputs = loss_and_outputs(source, **options)
    np.testing.assert_allclose(its_loss, loss, rtol=1e-5)
    np.testing.assert_allclose(its_outputs, outputs, rtol=1e-5)
"""


def test_a_stranger_s_backend_evaluates_a_stranger_s_source(place):
    every = {"POLYKERAS_PLUGINS": "stranger-slate,stranger-ledger,polykeras-data-numpy"}
    done = place.run("-c", LEDGERS, **every)
    assert done.returncode == 0, done.stderr


BESIDE_TENSORFLOW = """
import polykeras as keras
from polykeras import ops

assert keras.backend.backend() == "slate" and type(ops.ones(2)).__module__ == "slate.tensors"
with keras.use_backend("tensorflow"):
    theirs = ops.exp(ops.zeros(2))
import tensorflow as tf

assert isinstance(theirs, tf.Tensor) and tf.keras.backend.backend() == "tensorflow"
assert keras.backend.backend() == "slate" and type(ops.exp(ops.ones(2))).__module__ == "slate.tensors"
"""


@pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed")
def test_beside_tensorflow(place):
    # TensorFlow imports the real Keras, which reads the same variable and knows no backend of that name.
    both = {"KERAS_BACKEND": "slate", "POLYKERAS_PLUGINS": "stranger-slate,polykeras-tf"}
    done = place.run("-c", BESIDE_TENSORFLOW, **both)
    assert done.returncode == 0, done.stderr

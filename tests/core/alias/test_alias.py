"""`import keras` means Polykeras, and to those who import Keras for themselves the real one, in any order.

Each case is a process of its own, with a framework and a Keras that were made for it (`fakes.py`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import polykeras
from polykeras.version import KERAS_API_VERSION, __version__
from tests.core.alias import fakes

INSTALL = "import polykeras; polykeras.install_as_keras()"
# How it may come about that both are there.
ORDERS = {
    "ours-first": f"{INSTALL}; import keras; import tensorflow",
    "framework-first": f"import tensorflow; {INSTALL}; import keras",
    "framework-used-first": f"import tensorflow; tensorflow.keras.Dense; {INSTALL}; import keras",
    "real-one-first": f"import keras as real; {INSTALL}; import keras; import tensorflow",
    "real-one-used-first": f"import keras as it; it.layers.Dense().late(); {INSTALL}; import tensorflow; import keras",
    "between-modules": f"{INSTALL}; import keras.layers; import tensorflow; import keras",
    "taken-back-between": (
        f"{INSTALL}; import tensorflow; polykeras.uninstall_as_keras(); import keras as real; {INSTALL}; import keras"
    ),
}
# What holds in each of them.
HOLDS = """
import importlib, importlib.util, inspect, pickle, sys
assert keras is polykeras
import keras.layers, keras.ops as ops
from keras.losses import MeanSquaredError
from keras import metrics
assert keras.layers is polykeras.layers and ops is polykeras.ops and metrics is polykeras.metrics
assert MeanSquaredError is polykeras.losses.MeanSquaredError
assert importlib.import_module("keras.layers") is polykeras.layers
assert __import__("keras.layers") is polykeras and "keras.layers" in sys.modules
assert importlib.util.find_spec("keras").origin == polykeras.__file__
assert importlib.util.find_spec("keras.src") is None

for name in ("keras.src", "keras.src.layers", "keras._api", "keras._api.keras", "keras.layrs"):
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        assert name.startswith(error.name) and len(str(error).splitlines()) == 4, error
    else:
        raise AssertionError(name)
assert not hasattr(keras, "src")

import tensorflow.keras as theirs
from tensorflow.python import lazy_loader, module_util
dense = theirs.Dense()
assert theirs.extra.VERSION == "3.99.0" and type(dense).__module__ == "keras.src.layers.dense"
assert tensorflow.keras.Dense is theirs.Dense is not polykeras.layers.Dense
assert dense.late() == ("keras.src.version", True)
assert lazy_loader.is_layer(dense) and not lazy_loader.is_layer(polykeras.layers.Dense(1))
assert lazy_loader.optional() == "keras.src.not_there" and lazy_loader.missing_member() == "ImportError"
assert module_util.whether("keras").name == "keras" and module_util.whether("keras").origin != polykeras.__file__
assert module_util.whether("keras.src.first").name == "keras.src.first"
assert module_util.whether("keras.src.not_there") is None

import keras
from keras.layers import Dense
assert keras is polykeras and Dense is polykeras.layers.Dense
"""
TAKEN_BACK = """
polykeras.uninstall_as_keras()
import keras
from keras.src import first
assert keras is not polykeras and keras.__version__ == "3.99.0" and keras.layers.Dense is theirs.Dense
assert dense.late() == ("keras.src.version", True) and lazy_loader.is_layer(keras.layers.Dense())
assert not [name for name in sys.modules if "(real)" in name]
import builtins, importlib
assert not isinstance(builtins.__import__, type(lambda: 0))
assert importlib.import_module.__module__ == "importlib" and importlib.util.find_spec.__module__ == "importlib.util"
"""
# One promise each.
PROMISES = {
    "modules keep what the import system writes": """
        before = {name: dict(vars(polykeras.layers), __file__=0)[name] for name in ATTRIBUTES}
        import keras.layers
        assert before == {name: dict(vars(keras.layers), __file__=0)[name] for name in ATTRIBUTES}
        assert keras.layers.__spec__.name == "polykeras.layers"
    """,
    "pickles name polykeras": """
        import pickle
        from keras.layers import Dense
        written = pickle.dumps(Dense)
        assert b"polykeras" in written and pickle.loads(written) is Dense
    """,
    "reload and inspect": """
        import importlib, inspect
        import keras, keras.activations
        assert importlib.reload(sys.modules["keras.activations"]) is polykeras.activations
        assert importlib.reload(keras) is polykeras
        import keras.layers
        assert inspect.getmodule(keras.layers.Dense) is sys.modules["polykeras.layers.core.dense"]
        assert "class Dense" in inspect.getsource(keras.layers.Dense)
    """,
    "the version is that of the API": f"""
        import keras
        assert keras.__version__ == keras.version() == {KERAS_API_VERSION!r}
        polykeras.uninstall_as_keras()
        assert polykeras.__version__ == {__version__!r}
    """,
    "twice is once": """
        polykeras.install_as_keras()
        finders = list(sys.meta_path)
        polykeras.uninstall_as_keras()
        assert len(sys.meta_path) == len(finders) - 1
        polykeras.uninstall_as_keras()
        assert len(sys.meta_path) == len(finders) - 1
    """,
    "statements of other modules are looked up as ever": """
        import builtins, json.tool
        import tensorflow
        assert type(builtins.__import__).__name__ == "builtin_function_or_method"
        for module in (json.tool, polykeras.layers, sys.modules["__main__"]):
            inside = vars(module)["__builtins__"]
            assert (inside if isinstance(inside, dict) else vars(inside))["__import__"] is builtins.__import__
    """,
    "loaders are of the usual types": """
        import tensorflow
        from tensorflow.keras import extra
        for module in (tensorflow, tensorflow.python.lazy_loader, extra):
            assert type(module.__loader__).__name__ == "SourceFileLoader", module.__loader__
            assert module.__spec__.loader is module.__loader__
    """,
    "KERAS_BACKEND is ours": """
        import os
        os.environ["KERAS_BACKEND"] = "a-stranger"
        import tensorflow.keras
        import tensorflow.keras.extra as extra
        assert extra.keras.NAME == "its own" and os.environ["KERAS_BACKEND"] == "a-stranger"
    """,
    "a local module of the name does not come between": """
        from keras.layers import Dense
        assert Dense is polykeras.layers.Dense
    """,
    "a finder that is put first is asked first, as ever": """
        class Finder:
            def find_spec(self, name, path=None, target=None):
                asked.append(name)
        asked = []
        sys.meta_path.insert(0, Finder())
        import tensorflow
        assert "tensorflow" in asked and "keras.src.first" in asked
    """,
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("frameworks")
    fakes.write(folder)
    return folder


def finishes(folder, code, *options, path=()):
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, *options, "-c", code],
        cwd=folder,
        env={**environment, "PYTHONPATH": os.pathsep.join([str(folder), *path])},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("order", ORDERS)
def test_each_gets_its_own(place, order):
    finishes(place, ORDERS[order] + HOLDS + TAKEN_BACK)


@pytest.mark.parametrize("promise", PROMISES)
def test_promise(place, promise):
    attributes = ("__name__", "__spec__", "__loader__", "__package__", "__path__", "__file__")
    finishes(place, f"import sys; ATTRIBUTES = {attributes}\n{INSTALL}\n" + textwrap.dedent(PROMISES[promise]))


def list_package(folder, name):
    """Install a package that imports Keras for itself, as its metadata says."""
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(
        "try:\n    import keras\nexcept ModuleNotFoundError as error:\n    missing = error.name\n"
    )
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[polykeras.real_keras]\n{name} = {name}\n")


def test_any_distribution_can_list_its_package(tmp_path):
    fakes.write(tmp_path)
    list_package(tmp_path, "stranger")
    (tmp_path / "guest.py").write_text("import keras")
    finishes(
        tmp_path,
        f"{INSTALL}; import stranger, guest\n"
        "assert stranger.keras.__version__ == '3.99.0' and guest.keras is polykeras",
    )


def test_without_a_real_one_its_absence_is_told_by_its_name(tmp_path):
    list_package(tmp_path, "stranger")
    core = Path(polykeras.__file__).parents[1]
    # Without the site's packages, so that no Keras is there.
    code = f"{INSTALL}; import stranger, keras; assert stranger.missing == 'keras' and keras is polykeras"
    finishes(tmp_path, code, "-S", path=[str(core)])

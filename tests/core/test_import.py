"""What `import polykeras` loads and leaves alone, seen from fresh processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = {"jax", "jaxlib", "torch", "tensorflow", "keras", "pandas", "pyarrow", "h5py", "rich", "scipy"}

MODEL = """
import polykeras as keras
x = inputs = keras.Input((28, 28, 1))
x = keras.layers.Conv2D(8, (3, 3), activation="relu")(x)
x = keras.layers.BatchNormalization()(x)
x = keras.layers.MaxPooling2D()(x)
y = keras.layers.Flatten()(x)
x = keras.layers.GlobalAveragePooling2D()(x)
x = keras.layers.Dropout(0.5)(x)
x = keras.layers.Concatenate()([x, keras.layers.LayerNormalization()(y)]) * 2.0 + 1.0
model = keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))
model.summary(print_fn=lambda text: None)
assert model.output_shape == (None, 10), model.output_shape
assert model.count_params() == 80 + 4 * 8 + 2 * 1352 + 1360 * 10 + 10, model.count_params()
"""


def _loaded(code: str, folder: Path) -> set[str]:
    script = f"{code}\nimport json, sys; print(json.dumps(sorted(m.partition('.')[0] for m in sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=folder, timeout=120
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_loads_nothing_heavy_and_writes_nothing(tmp_path: Path) -> None:
    assert not _loaded("import polykeras", tmp_path) & HEAVY
    assert not list(tmp_path.iterdir())


def test_every_public_name_is_there(tmp_path: Path) -> None:
    assert not _loaded("import polykeras\n[getattr(polykeras, n) for n in polykeras.__all__]", tmp_path) & (
        HEAVY - {"rich"}
    )


def test_a_functional_model_is_built_and_summarised_without_a_framework(tmp_path: Path) -> None:
    assert not _loaded(MODEL, tmp_path) & (HEAVY - {"rich"})


def test_every_module_may_be_imported_first(tmp_path: Path) -> None:
    assert _loaded(
        """
import importlib, sys
import polykeras
for name in sorted({*polykeras._NAMES.values(), *polykeras._MODULES}):
    for module in [module for module in sys.modules if module.partition(".")[0] == "polykeras"]:
        del sys.modules[module]
    importlib.import_module(f"polykeras.{name}")
""",
        tmp_path,
    )

"""In a fresh process, neither `import polykeras` nor the plugin imports the framework, nor does building a model."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from polykeras.backend.current import current

LOADED = "import json, sys; print(json.dumps(sorted(name.partition('.')[0] for name in sys.modules)))"
IMPORT = "import polykeras"
CORE_USES = "import numpy"
PLUGIN = "from polykeras.plugins.discovery import load_backend; load_backend({name!r}).info"
MODEL = """
import polykeras as keras
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(2)(inputs))
assert model.output_shape == (None, 2)
"""


@pytest.mark.parametrize("code", [IMPORT, PLUGIN, MODEL], ids=["polykeras", "plugin", "model"])
def test_the_framework_is_not_loaded(code: str) -> None:
    name, framework = current().name, current().info.framework
    if framework in _loaded_by(CORE_USES):
        pytest.skip("Core computes shapes and draws with the same library.")
    assert framework not in _loaded_by(code.format(name=name))


def _loaded_by(code: str) -> list[str]:
    script = f"{code}\n{LOADED}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    loaded: list[str] = json.loads(done.stdout.splitlines()[-1])
    return loaded

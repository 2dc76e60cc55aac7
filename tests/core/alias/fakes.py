"""A framework and a Keras that import each other the way the real ones do, to be written into a folder.

The framework asks for Keras in five ways: `find_spec` for the place of its own submodule ``keras``, `import_module`
of a private module while it is imported, statements when something of it is first used, `import_module` by a lazy
loader, and statements of the Keras it re-exports. Its name is one that the core's metadata lists.
"""

from __future__ import annotations

from pathlib import Path

FRAMEWORK = "tensorflow"
VERSION = "3.99.0"
FILES = {
    f"{FRAMEWORK}/__init__.py": """
        import importlib
        import os
        from tensorflow.python import module_util
        from tensorflow.python.lazy_loader import Lazy
        keras = Lazy()
        __path__ = [os.path.join(module_util.folder_of("keras"), "_api")] + __path__
        importlib.import_module("keras.src.optimizers")
        del importlib
    """,
    f"{FRAMEWORK}/python/__init__.py": "",
    f"{FRAMEWORK}/python/module_util.py": """
        import importlib.util
        import os
        def folder_of(name):
            return os.path.dirname(importlib.util.find_spec(name).origin)
        def whether(name):
            return importlib.util.find_spec(name)
    """,
    f"{FRAMEWORK}/python/lazy_loader.py": """
        import importlib
        class Lazy:
            def __getattr__(self, name):
                import keras
                if not keras.__version__.startswith("3.99"):
                    raise RuntimeError(f"{keras} is not the one I know")
                return getattr(importlib.import_module("keras._api.keras"), name)
        def is_layer(value):
            import keras
            return isinstance(value, keras.layers.Dense)
        def optional():
            try:
                import keras.src.not_there
            except ModuleNotFoundError as error:
                return error.name
        def missing_member():
            try:
                from keras.src import not_there
            except ImportError as error:
                return type(error).__name__
    """,
    "keras/__init__.py": f"""
        from keras import layers as layers
        from keras.src import backend as backend
        from keras.src.backend import NAME
        __version__ = "{VERSION}"
    """,
    "keras/layers/__init__.py": "from keras.src.layers import Dense as Dense\n",
    "keras/src/__init__.py": "from keras.src import first\nfrom keras.src.version import VERSION\n",
    # A circle: each is asked for while it is being imported.
    "keras/src/first.py": "from keras.src import second\ndef name(): return __name__\n",
    "keras/src/second.py": "from keras.src import first\nimport keras.src.first as again\n",
    "keras/src/version.py": f"VERSION = '{VERSION}'\n",
    "keras/src/backend.py": """
        import os
        NAME = os.environ.get("KERAS_BACKEND", "its own")
    """,
    "keras/src/layers/__init__.py": "from .dense import Dense\n",
    "keras/src/layers/dense.py": """
        class Dense:
            def late(self):
                from keras.src import used_late
                from ..layers import dense
                import keras
                return used_late.NAME, dense.Dense is keras.layers.Dense
    """,
    "keras/src/used_late.py": "import importlib\nNAME = importlib.import_module('.version', __package__).__name__\n",
    "keras/src/optimizers.py": "import tensorflow\nfrom keras.src.all_of_it import *\nNAME = inner.__name__\n",
    "keras/src/all_of_it/__init__.py": "__all__ = ['inner']\n",
    "keras/src/all_of_it/inner.py": "",
    "keras/_api/__init__.py": "",
    "keras/_api/keras/__init__.py": """
        from keras import layers
        from keras.layers import Dense
        from keras._api.keras import extra
    """,
    "keras/_api/keras/extra.py": "import keras\nVERSION = keras.__version__\n",
}


def write(folder: Path) -> None:
    """Write the two packages into `folder`."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = text.splitlines()
        depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        path.write_text("\n".join(line[depth:] for line in lines) + "\n", encoding="utf-8")

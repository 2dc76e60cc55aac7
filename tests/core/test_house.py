"""Rules of the house that no linter knows: core names no backend, files stay small, plugins stay side by side."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core/src/polykeras"
PLUGINS = [
    file.parent for pattern in ("*", "data_adapters/*") for file in (ROOT / "plugins").glob(f"{pattern}/pyproject.toml")
]
WORKSPACE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = ("core", "plugins", "tests", "benchmarks", "examples")
SOURCES = sorted(
    path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if not {"build", ".venv"} & set(path.parts)
)
LINES = 500

FRAMEWORKS = frozenset({"jax", "jaxlib", "torch", "tensorflow", "keras", "pandas", "pyarrow"})
BACKENDS = frozenset({"jax", "jaxlib", "torch", "tensorflow", "tf"})
# NumPy is core's own host library, so its name may be spoken; but not compared or listed as a backend's.
HOST = frozenset({"numpy"})


def project(folder: Path) -> dict:
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def parsed(text: str) -> ast.Module:
    """Parse a source and give each node its parent."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node
    return tree


def is_docstring(node: ast.Constant) -> bool:
    return isinstance(node.parent, ast.Expr)


def is_chosen_by(node: ast.AST) -> bool:
    """Whether a constant is compared, matched or listed: what code does that treats its values differently."""
    return isinstance(
        node.parent, ast.Compare | ast.MatchValue | ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Subscript
    )


def identifiers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name"):
            word = getattr(node, field, None)
            # Dunders such as __torch_function__ are protocols that frameworks look for; core answers with an error.
            if isinstance(word, str) and not (word.startswith("__") and word.endswith("__")):
                yield getattr(node, "lineno", 0), word


def names_of_backends(text: str) -> list[str]:
    """Return ``line: name`` for every place where a core source names a backend."""
    tree = parsed(text)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not is_docstring(node):
            root = re.split(r"\W", node.value.lower(), maxsplit=1)[0]
            if root in BACKENDS or (node.value.lower() in HOST and is_chosen_by(node)):
                found.append(f"{node.lineno}: {node.value!r}")
    found += [f"{line}: {word}" for line, word in identifiers(tree) if BACKENDS & set(word.lower().split("_"))]
    return sorted(found)


def imports(text: str) -> set[str]:
    """Return root names of everything a source imports, inside functions and type-checking blocks too."""
    roots: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            roots.add(str(node.module).partition(".")[0])
    return roots


def lines_of_code(text: str) -> int:
    """Count lines that are neither blank nor part of a docstring."""
    documented: set[int] = set()
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_docstring(node):
            documented |= set(range(node.lineno, node.end_lineno + 1))
    return sum(bool(line.strip()) for number, line in enumerate(text.splitlines(), 1) if number not in documented)


@pytest.mark.parametrize(
    "text",
    [
        "if name == 'jax': pass",
        "fast = name in ('torch', other)",
        "loaders = {'tensorflow': load}",
        "match name:\n    case 'jax': pass",
        "root = 'torch.nn'",
        "module = importlib.import_module('jax.numpy')",
        "if backend.is_torch: pass",
        "def jax_scope(): pass",
        "host = name == 'numpy'",
        "order = ['numpy', other]",
    ],
)
def test_a_backend_that_is_named_is_found(text):
    assert names_of_backends(text)


@pytest.mark.parametrize(
    "text",
    [
        "'''For example jax or torch.'''",
        "def f():\n    '''torch'''",
        "need = f'numpy {version}'",
        "load('numpy')",
        "x = value.numpy()",
        "def __torch_function__(self): pass",
        "import numpy as np",
        "draft = 'jaxon'",
    ],
)
def test_what_names_no_backend_is_left_alone(text):
    assert names_of_backends(text) == []


def test_core_names_no_backend():
    found = {
        str(path.relative_to(CORE)): names_of_backends(path.read_text(encoding="utf-8")) for path in CORE.rglob("*.py")
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_core_imports_no_framework():
    assert imports("def f():\n    from jax.numpy import sin") & FRAMEWORKS
    found = {
        str(path.relative_to(CORE)): imports(path.read_text(encoding="utf-8")) & FRAMEWORKS
        for path in CORE.rglob("*.py")
    }
    assert {path: roots for path, roots in found.items() if roots} == {}


def test_files_stay_small():
    assert lines_of_code("'''Doc\n\nstring.'''\n\nx = 1\ny = 2\n") == 2
    sizes = {str(path.relative_to(ROOT)): lines_of_code(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {path: lines for path, lines in sizes.items() if lines > LINES} == {}


def test_no_page_holds_both_sides_of_a_merge():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "plugins").rglob("*.md")]
    assert len(pages) > 30
    marks = re.compile(r"^(<{7} |>{7} |={7}$)", re.MULTILINE)
    assert [path.name for path in pages if marks.search(path.read_text(encoding="utf-8"))] == []


def test_files_are_named_by_their_idea():
    # A public namespace `utils/` is Keras'; a file of that name is a drawer for anything.
    drawers = {"utils.py", "helpers.py", "helper.py", "common.py", "misc.py", "helpers", "common", "misc"}
    assert [str(path.relative_to(ROOT)) for path in SOURCES if drawers & set(path.relative_to(ROOT).parts)] == []


# What only one backend needs, with the reason.
ONE_BACKEND_ONLY = {
    "keras_jax": {
        "ops/blocks.py": "pooling windows that do not overlap: XLA's own gradient of them is slow on the CPU"
    },
    "keras_numpy": {
        "array.py": "the tensor type, which other frameworks bring",
        "tape.py": "the record of operations, which other frameworks bring",
    },
    "keras_tf": {
        "facets.py": "its tapes know variables by attributes",
        "framework.py": "the import of TensorFlow, which imports the real Keras, needs a guard",
        "ops/resizing.py": "an eager kernel that takes two pixels where the others multiply by a matrix",
    },
    "keras_torch": {
        "ops/resizing.py": "kernels that take two pixels where the others multiply by a matrix",
        "capture.py": "whole steps as graphs: the other frameworks trace functions themselves",
        "facets.py": "its users expect the methods of a module",
        "module.py": "a model as a module, in modules and under data parallelism",
    },
}


def test_backends_have_the_same_files():
    files = {}
    for folder in PLUGINS:
        if "polykeras.backends" in project(folder)["entry-points"]:
            package = next((folder / "src").glob("*/__init__.py")).parent
            files[package.name] = {str(path.relative_to(package)) for path in package.rglob("*.py")}
    assert len(files) > 1
    everywhere = set.intersection(*files.values())
    extra = {name: own - everywhere for name, own in files.items() if own - everywhere}
    assert extra == {name: set(reasons) for name, reasons in ONE_BACKEND_ONLY.items()}


def test_every_plugin_is_linted_and_typed():
    folders = {str(folder.relative_to(ROOT) / "src") for folder in PLUGINS}
    packages = {next((folder / "src").glob("*/__init__.py")).parent.name for folder in PLUGINS}
    assert set(WORKSPACE["tool"]["mypy"]["mypy_path"]) == folders | {"core/src"}
    assert set(WORKSPACE["tool"]["importlinter"]["root_packages"]) == packages | {"polykeras"}
    contracts = {contract["id"]: contract for contract in WORKSPACE["tool"]["importlinter"]["contracts"]}
    assert set(contracts["strangers"]["modules"]) == packages
    assert set(contracts["low-plugins"]["source_modules"]) == packages
    assert packages < set(WORKSPACE["tool"]["ruff"]["lint"]["isort"]["known-first-party"])


@pytest.mark.parametrize("folder", [ROOT / "core", *PLUGINS], ids=lambda folder: folder.name)
def test_every_distribution_is_typed_licensed_and_of_one_version(folder):
    assert list((folder / "src").glob("*/py.typed"))
    assert (folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    version = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["version"]
    assert (folder / version["path"]).resolve() == CORE / "version.py"

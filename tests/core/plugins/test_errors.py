"""The error tree: one base, and beside it the builtin class that users already catch."""

from __future__ import annotations

import inspect

import pytest

from polykeras.plugins import errors
from polykeras.plugins.errors import PolykerasError, did_you_mean

TREE = {
    "BackendNotFound": LookupError,
    "BackendBroken": RuntimeError,
    "BackendIncompatible": RuntimeError,
    "BackendIncomplete": RuntimeError,
    "UnsupportedOp": NotImplementedError,
    "BackendMismatch": TypeError,
    "SymbolicTensorError": TypeError,
    "AdapterNotFound": TypeError,
    "ConfigError": ValueError,
    "ShapeError": ValueError,
    "DtypeError": TypeError,
    "NotCompiledError": ValueError,
    "NotBuiltError": ValueError,
    "UnknownVariables": ValueError,
    "UnsafeFileError": ValueError,
    "CorruptFileError": ValueError,
    "DownloadError": OSError,
}


@pytest.mark.parametrize("name", TREE)
def test_each_error_is_ours_and_the_builtin_one(name: str):
    assert issubclass(getattr(errors, name), PolykerasError)
    assert issubclass(getattr(errors, name), TREE[name])


def test_the_table_holds_them_all():
    classes = {name: value for name, value in vars(errors).items() if inspect.isclass(value)}
    ours = {name for name, value in classes.items() if issubclass(value, PolykerasError)}
    assert ours - {"PolykerasError"} == set(TREE)


@pytest.mark.parametrize(
    ("name", "choices", "expected"),
    [
        ("adm", ["adam", "sgd"], " Did you mean 'adam'?"),
        ("ADAM", ["Adam"], " Did you mean 'Adam'?"),
        ("conv", ["conv1", "conv2", "dense"], " Did you mean 'conv2' or 'conv1'?"),
        ("zzz", ["adam"], ""),
        ("adam", [], ""),
    ],
)
def test_did_you_mean(name: str, choices: list[str], expected: str):
    assert did_you_mean(name, choices) == expected


def test_did_you_mean_doctest():
    import doctest

    assert doctest.testmod(errors).failed == 0

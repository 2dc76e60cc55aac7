"""What ops refuse, whatever the framework below would make of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polykeras import KerasTensor, ops
from polykeras.conformance.case import Case, over_arrays
from polykeras.conformance.cases import CASES
from polykeras.ops.defined import OPS

_FIRST = {case.op: case for case in reversed(CASES)}
_NO_AXIS = 7


def _of_axis(case: Case) -> list[Any] | None:
    """Return the arguments of a case with an axis that no tensor of it has."""
    op = OPS[case.op]
    if "axis" not in op.parameters:
        return None
    defaults = [parameter.default for parameter in op.signature.parameters.values()]
    at = op.parameters.index("axis")
    before = (*case.args, *defaults[len(case.args) :])[:at]
    return [*before, _NO_AXIS]


def _of_shapes(case: Case) -> list[Any] | None:
    """Return the arguments of a case with two tensors that fit nothing."""
    places = [i for i in OPS[case.op].tensors.single if i < len(case.args) and isinstance(case.args[i], np.ndarray)]
    if len(places) < 2:
        return None
    args = list(case.args)
    for place, shape in zip(places, ((2, 3), (4, 5)), strict=False):
        args[place] = np.ones(shape, args[place].dtype)
    return args


def _told(op: str, args: Any) -> str:
    """Return the type and the text of the error, if there was one."""
    try:
        getattr(ops, op)(*args)
    except (ValueError, TypeError, IndexError) as error:
        return f"{type(error).__name__}: {error}"
    return "nothing"


@pytest.mark.parametrize("case", [case for case in _FIRST.values() if _of_axis(case)], ids=lambda case: case.op)
def test_axis_that_is_not_there_is_refused(case: Case) -> None:
    args = _of_axis(case)
    told = _told(case.op, over_arrays(lambda array: KerasTensor(array.shape, array.dtype.name), args))
    assert "has no such axis" in told
    assert told == _told(case.op, over_arrays(ops.convert_to_tensor, args))


@pytest.mark.parametrize("case", [case for case in _FIRST.values() if _of_shapes(case)], ids=lambda case: case.op)
def test_shapes_that_do_not_fit_are_refused_alike(case: Case) -> None:
    args = _of_shapes(case)
    told = _told(case.op, over_arrays(lambda array: KerasTensor(array.shape, array.dtype.name), args))
    assert told == _told(case.op, over_arrays(ops.convert_to_tensor, args))


@pytest.mark.parametrize(
    ("op", "target", "output"),
    [
        ("categorical_crossentropy", (3,), (3, 4)),
        ("categorical_crossentropy", (3, 1), (3, 4)),
        ("binary_crossentropy", (3,), (3, 1)),
        ("binary_crossentropy", (3, 1), (3, 4)),
        ("sparse_categorical_crossentropy", (4,), (3, 4)),
        ("sparse_categorical_crossentropy", (3, 4), (3, 4)),
        ("sparse_categorical_crossentropy", (), (3, 4)),
    ],
)
def test_target_of_another_shape_is_refused(op: str, target: tuple[int, ...], output: tuple[int, ...]) -> None:
    arrays = np.zeros(target, "int32"), np.full(output, 0.5, "float32")
    for args in (arrays, (KerasTensor(target, "int32"), KerasTensor(output, "float32"))):
        with pytest.raises(ValueError, match=f"`{op}`"):
            getattr(ops, op)(*args)


def test_unknown_batch_size_fits_any_target() -> None:
    loss = ops.sparse_categorical_crossentropy(KerasTensor((None,), "int32"), KerasTensor((None, 10), "float32"))
    assert loss.shape == (None,)
    assert ops.binary_crossentropy(KerasTensor((None, 1)), KerasTensor((None, 1))).shape == (None, 1)


@pytest.mark.parametrize("order", [3, 0, "other"])
def test_norm_refuses_orders_that_matrices_do_not_have(order: Any) -> None:
    with pytest.raises(ValueError, match="`norm`"):
        ops.norm(np.ones((2, 3), "float32"), order)


@pytest.mark.parametrize("order", [0.5, 0, -1])
def test_normalize_refuses_orders_below_one(order: float) -> None:
    with pytest.raises(ValueError, match="`normalize`"):
        ops.normalize(np.ones((2, 3), "float32"), order=order)


@pytest.mark.parametrize("padding", ["full", "same_lower", "causal"])
@pytest.mark.parametrize("op", ["conv", "max_pool", "average_pool"])
def test_unknown_padding_is_refused(op: str, padding: str) -> None:
    """Frameworks know modes of their own; none of them may pass, nor be taken for another."""
    x = np.ones((1, 4, 4, 2), "float32")
    window = np.ones((2, 2, 2, 3), "float32") if op == "conv" else 2
    for image in (x, KerasTensor(x.shape)):
        with pytest.raises(ValueError, match=f"padding='{padding}'"):
            getattr(ops, op)(image, window, 1, padding)


def test_padding_in_upper_case_and_sizes_of_numpy() -> None:
    x = np.ones((1, 5, 5, 2), "float32")
    two: Any = np.int64(2)
    assert tuple(ops.max_pool(x, two, [two, 2], "SAME").shape) == (1, 3, 3, 2)
    assert tuple(ops.conv(x, np.ones((2, 2, 2, 3), "float32"), two, "VALID").shape) == (1, 2, 2, 3)


_EXTREMES = ("max", "min", "amax", "amin", "ptp", "argmax", "argmin", "nanmax", "nanmin", "nanargmax", "nanargmin")
_ZERO = np.zeros((0, 3), "float32")


@pytest.mark.parametrize(
    ("op", "args"),
    [
        *((op, (_ZERO, axis)) for op in _EXTREMES for axis in (None, 0)),
        ("max", (np.zeros(0, "bool"),)),
        ("pad", (_ZERO, ((1, 0), (0, 0)), "edge")),
        ("pad", (np.zeros(0, "float32"), 1, "wrap")),
        ("reshape", (_ZERO, (-1, 0))),
        ("reshape", (_ZERO, (0, -1))),
        ("sign", (np.ones(3, "bool"),)),
        ("inner", (np.ones((2, 1), "float32"), np.ones(3, "float32"))),
        ("tensordot", (np.ones((2, 1), "float32"), np.ones((3, 2), "float32"), 1)),
        ("dot", (np.ones((2, 1), "float32"), np.ones((2, 3, 2), "float32"))),
        ("tril", (np.zeros(3, "float32"),)),
        ("triu", (np.zeros((), "float32"), 1)),
    ],
    ids=str,
)
def test_what_has_no_answer_is_refused_alike(op: str, args: tuple[Any, ...]) -> None:
    """Of no elements no one is the largest, and frameworks make up an answer or tell it each in its own words."""
    told = _told(op, over_arrays(lambda array: KerasTensor(array.shape, array.dtype.name), args))
    assert "Received: " in told
    assert told == _told(op, over_arrays(ops.convert_to_tensor, args))


@pytest.mark.parametrize("op", _EXTREMES)
def test_empty_tensors_have_answers_along_axes_that_are_not(op: str) -> None:
    for x in (ops.convert_to_tensor(_ZERO), KerasTensor(_ZERO.shape)):
        assert tuple(getattr(ops, op)(x, 1).shape) == (0,)
    assert getattr(ops, op)(KerasTensor((None, 3)), 0).shape == (3,)


_ROWS, _ROW, _WHOLE = np.ones((2, 3), "float32"), np.ones(3, "float32"), np.ones(3, "int32")


@pytest.mark.parametrize(
    ("op", "args", "told"),
    [
        ("argpartition", (_ROWS, 3), "kth=3 of 3 elements"),
        ("average", (_ROWS, None, _ROW), r"weights of shape \(3,\)"),
        ("average", (_ROWS, 0, _ROW), r"shape \(2, 3\) or \(2,\)"),
        ("bincount", (_ROW,), "dtype float32"),
        ("bincount", (_WHOLE, _ROWS), "a weight for each element"),
        ("bincount", (_WHOLE, None, 0, True), "sparse=True"),
        ("cdist", (_ROW, _ROWS), "cannot pair its points"),
        ("corrcoef", (np.ones((2, 3, 1), "float32"),), "one axis, or two"),
        ("correlate", (_ROW, _ROWS), "needs two sequences"),
        ("correlate", (_ROW, _ROW, "middle"), "mode='middle'"),
        ("digitize", (_ROW, _ROWS), "a sequence of one axis"),
        ("histogram", (_ROW, 0), "bins=0"),
        ("histogram", (_ROW, 3, (2.0, 1.0)), r"range=\(2.0, 1.0\)"),
        ("nanpercentile", (_ROW, 101), "from 0 to 100"),
        ("quantile", (_ROW, [0.5, 1.5]), "from 0 to 1"),
        ("quantile", (_ROW, 0.5, None, "hazen"), "method='hazen'"),
        ("segment_max", (_ROW, _ROW, 3), "an integer dtype"),
        ("segment_sum", (_ROWS, _WHOLE, 3), "a segment for each row"),
    ],
)
def test_statistics_refuse(op: str, args: tuple[Any, ...], told: str) -> None:
    symbols = over_arrays(lambda array: KerasTensor(array.shape, array.dtype.name), args)
    for given in (args, over_arrays(ops.convert_to_tensor, args), symbols):
        with pytest.raises(ValueError, match=told) as caught:
            getattr(ops, op)(*given)
        assert str(caught.value).startswith(f"The op `{op}` ")
        assert len(str(caught.value).splitlines()) == 4


def test_bincount_refuses_negative_integers_and_histogram_edges() -> None:
    with pytest.raises(ValueError, match="an element -2"):
        ops.bincount(np.array([1, -2], "int32"))
    edges: Any = [0, 1]
    with pytest.raises(TypeError, match=r"bins=\[0, 1\]"):
        ops.histogram(_ROW, edges)

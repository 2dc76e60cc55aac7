"""Products that are no public op of one signature: `einsum`, and the fused maps that layers use."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import KerasTensor, ops
from polykeras.backend.resolved import FALLBACK_BODIES
from polykeras.conformance.case import Case, answer
from polykeras.conformance.cases.convolution import conv
from polykeras.conformance.cases.linear import EINSUM
from polykeras.conformance.checking import close, tensors
from polykeras.ops.defined import OPS


@pytest.mark.parametrize(("subscripts", "operands"), EINSUM, ids=lambda one: one if isinstance(one, str) else "")
def test_einsum(subscripts: str, operands: tuple[np.ndarray, ...]) -> None:
    got = ops.einsum(subscripts, *map(ops.convert_to_tensor, operands))
    wide = [one if one.dtype.kind in "bi" else one.astype("float64") for one in operands]
    close(got, np.einsum(subscripts, *wide))
    known = ops.einsum(subscripts, *(KerasTensor(one.shape, one.dtype) for one in operands))
    unknown = ops.einsum(subscripts, *(KerasTensor([None] * one.ndim, one.dtype) for one in operands))
    assert known.shape == tuple(got.shape)
    assert known.dtype == unknown.dtype == ops.dtype(got)
    assert len(unknown.shape) == len(known.shape)


def test_einsum_promotes_and_widens() -> None:
    assert ops.dtype(ops.einsum("i,i->", np.ones(2, "int32"), np.ones(2, "float32"))) == "float32"
    assert ops.dtype(ops.einsum("i,i->", np.full(2, 100, "int8"), np.full(2, 100, "int8"))) == "int32"


# --------------------------------------------------------------------------------------------------------- fused maps
@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4), (4,)], ids=str)
@pytest.mark.parametrize("biased", [True, False])
def test_dense_is_a_product_and_a_sum(shape: tuple[int, ...], biased: bool) -> None:
    rng = np.random.default_rng(0)
    x, kernel, bias = (rng.normal(size=size).astype("float32") for size in (shape, (4, 5), (5,)))
    case = Case(
        "dense", "dense", (x, kernel, bias if biased else None), lambda x, k, b: x @ k + (0 if b is None else b)
    )
    _check_internal(case)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("biased", [True, False])
def test_conv_with_bias_is_a_convolution_and_a_sum(data_format: str, biased: bool) -> None:
    rng = np.random.default_rng(0)
    first = data_format == "channels_first"
    shape = (2, 3, 6, 5) if first else (2, 6, 5, 3)
    x, kernel, bias = (rng.normal(size=size).astype("float32") for size in (shape, (3, 2, 3, 4), (4,)))
    options = (2, "same", data_format, 1)

    def oracle(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, *_: object) -> np.ndarray:
        y = conv(x, kernel, *options)
        return y if bias is None else y + (bias[:, None, None] if first else bias)

    _check_internal(Case("conv_with_bias", "conv_with_bias", (x, kernel, bias if biased else None, *options), oracle))


def _check_internal(case: Case) -> None:
    """Check an op that layers use and that is not public, on this backend and by its body."""
    op = OPS[case.op]
    native = tensors(case.args)
    expected = answer(case, case.args)[0]
    close(op(*native), expected)
    close(FALLBACK_BODIES[case.op](*native), expected)
    symbols = [KerasTensor(one.shape, "float32") if ops.is_tensor(one) else one for one in native]
    assert op(*symbols).shape == expected.shape

"""Shape rules of windows and products against what JAX infers for the same call."""

from __future__ import annotations

import itertools

import pytest

from polykeras.ops import shape_rules as rules
from polykeras.ops.shape_rules import RuleError, Spec

jax = pytest.importorskip("jax")

WINDOWS = list(itertools.product((3, 6, 9), (1, 2, 3, 4), (1, 2, 3), (1, 2), ("valid", "same")))
LAYOUTS = {"channels_last": ("NHWC", "HWIO", "NHWC"), "channels_first": ("NCHW", "HWIO", "NCHW")}


def inferred(function, *shapes):
    return jax.eval_shape(function, *(jax.ShapeDtypeStruct(shape, "float32") for shape in shapes)).shape


@pytest.mark.parametrize(("size", "window", "stride", "dilation", "padding"), WINDOWS)
@pytest.mark.parametrize("data_format", LAYOUTS)
@pytest.mark.parametrize("groups", [1, 2])
def test_conv(size, window, stride, dilation, padding, data_format, groups):
    x = (2, size, size + 1, 4) if data_format == "channels_last" else (2, 4, size, size + 1)
    kernel = (window, 2, 4 // groups, 6)

    def convolve(x, kernel):
        return jax.lax.conv_general_dilated(
            x,
            kernel,
            (stride, 1),
            padding.upper(),
            rhs_dilation=(dilation, 1),
            dimension_numbers=LAYOUTS[data_format],
            feature_group_count=groups,
        )

    real = inferred(convolve, x, kernel)
    call = (Spec(x, "float32"), Spec(kernel, "float32"), (stride, 1), padding, data_format, (dilation, 1))
    if 0 in real:
        # JAX gives an empty result where Keras, and so the rule, refuses.
        with pytest.raises(RuleError, match="empty output"):
            rules.conv(*call)
        return
    assert rules.conv(*call).dims == real


@pytest.mark.parametrize(("size", "window", "stride", "dilation", "padding"), WINDOWS)
def test_conv_transpose(size, window, stride, dilation, padding):
    def transpose(x, kernel):
        return jax.lax.conv_transpose(
            x,
            kernel,
            (stride,),
            padding.upper(),
            rhs_dilation=(dilation,),
            dimension_numbers=("NHC", "HIO", "NHC"),
            transpose_kernel=True,
        )

    x, kernel = (2, size, 3), (window, 5, 3)
    result = rules.conv_transpose(
        Spec(x, "float32"), Spec(kernel, "float32"), stride, padding, None, "channels_last", dilation
    )
    assert result.dims == inferred(transpose, x, kernel)


@pytest.mark.parametrize(("size", "window", "stride", "dilation", "padding"), WINDOWS)
def test_pool(size, window, stride, dilation, padding):
    del dilation

    def pool(x):
        return jax.lax.reduce_window(x, 0.0, jax.lax.add, (1, window, 1), (1, stride, 1), padding.upper())

    real = inferred(pool, (2, size, 3))
    if 0 in real:
        with pytest.raises(RuleError, match="empty output"):
            rules.pool(Spec((2, size, 3), "float32"), window, stride, padding)
        return
    assert rules.pool(Spec((2, size, 3), "float32"), window, stride, padding).dims == real

"""Shape rules: what an op gives for tensors of which only shape and dtype are known.

A rule has the signature of its op, with a `Spec` for each tensor, a list of them for a sequence and
``None`` for an absent one; it returns a `Spec`, or a list or tuple of them. Tensors come promoted.
Sizes may be unknown (`Dim`); what a rule gives as known is true of every size they may take. A rule
computes no values and loads no framework; what does not fit is a `RuleError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from polykeras.ops.rule_error import RuleError, RuleIndexError
from polykeras.ops.shape_rules.alignment import check_decoding, ctc_decode, ctc_loss
from polykeras.ops.shape_rules.convolution import (
    conv,
    conv_transpose,
    depthwise_conv,
    padding_mode,
    pool,
    separable_conv,
)
from polykeras.ops.shape_rules.creation import (
    arange,
    as_many,
    element_count,
    eye,
    full,
    full_like,
    grid,
    like,
    linspace,
    triangle,
    vector,
    zeros,
)
from polykeras.ops.shape_rules.elementwise import (
    broadcast,
    broadcast_bits,
    broadcast_number,
    broadcast_whole,
    cast,
    compare,
    complex_of,
    difference,
    nonzero,
    predicate,
    real_part,
    same,
    same_bits,
    same_number,
    scale,
    view,
    where,
    whole_exponent,
)
from polykeras.ops.shape_rules.fourier import fourier_of, irfft_of, rfft_of
from polykeras.ops.shape_rules.getitem import get_item
from polykeras.ops.shape_rules.images import adaptive_pool, attention, depth_to_space, fold, space_to_depth, unfold
from polykeras.ops.shape_rules.indexing import (
    argsort,
    diagonal,
    one_hot,
    scatter,
    scatter_update,
    searchsorted,
    slice_block,
    slice_update,
    sort,
    take,
    take_along_axis,
    top_k,
)
from polykeras.ops.shape_rules.linear import dot, einsum, matmul, outer, tensordot
from polykeras.ops.shape_rules.pictures import (
    coloured,
    crop_images,
    extract_patches,
    gaussian_blur,
    grey,
    pad_images,
    psnr,
    reconstruct_patches,
    resample,
    resize,
    scale_and_translate,
    scaled_axes,
    slope_dtype,
    sobel_edges,
    ssim,
)
from polykeras.ops.shape_rules.reduce import (
    count,
    cumulative,
    moments,
    reduce,
    reduce_arg,
    reduce_bool,
    reduce_extreme,
    reduce_sum,
)
from polykeras.ops.shape_rules.shape import (
    broadcast_to,
    concatenate,
    expand_dims,
    flip,
    moveaxis,
    pad,
    repeat,
    reshape,
    roll,
    split,
    squeeze,
    stack,
    swapaxes,
    tile,
    transpose,
    unstack,
)
from polykeras.ops.shape_rules.spec import Spec
from polykeras.ops.shape_rules.statistics import (
    argpartition,
    bincount,
    correlate,
    segment_extreme,
    segment_total,
    unique,
)
from polykeras.ops.shape_rules.transforms import (
    affine_transform,
    check_interpolation,
    check_sampling,
    elastic_transform,
    map_coordinates,
    perspective_transform,
)

__all__ = [
    "RuleError",
    "RuleIndexError",
    "Spec",
    "adaptive_pool",
    "affine_transform",
    "arange",
    "argpartition",
    "argsort",
    "as_many",
    "attention",
    "bincount",
    "broadcast",
    "broadcast_bits",
    "broadcast_number",
    "broadcast_to",
    "broadcast_whole",
    "cast",
    "check_decoding",
    "check_interpolation",
    "check_sampling",
    "coloured",
    "compare",
    "complex_of",
    "concatenate",
    "conv",
    "conv_transpose",
    "correlate",
    "count",
    "crop_images",
    "ctc_decode",
    "ctc_loss",
    "cumulative",
    "depth_to_space",
    "depthwise_conv",
    "diagonal",
    "difference",
    "dot",
    "einsum",
    "elastic_transform",
    "element_count",
    "expand_dims",
    "extract_patches",
    "eye",
    "flip",
    "fold",
    "fourier_of",
    "full",
    "full_like",
    "gaussian_blur",
    "get_item",
    "grey",
    "grid",
    "infer",
    "irfft_of",
    "like",
    "linspace",
    "map_coordinates",
    "matmul",
    "moments",
    "moveaxis",
    "named_errors",
    "nonzero",
    "one_hot",
    "outer",
    "pad",
    "pad_images",
    "padding_mode",
    "perspective_transform",
    "pool",
    "predicate",
    "psnr",
    "real_part",
    "reconstruct_patches",
    "reduce",
    "reduce_arg",
    "reduce_bool",
    "reduce_extreme",
    "reduce_sum",
    "repeat",
    "resample",
    "reshape",
    "resize",
    "rfft_of",
    "roll",
    "same",
    "same_bits",
    "same_number",
    "scale",
    "scale_and_translate",
    "scaled_axes",
    "scatter",
    "scatter_update",
    "searchsorted",
    "segment_extreme",
    "segment_total",
    "separable_conv",
    "slice_block",
    "slice_update",
    "slope_dtype",
    "sobel_edges",
    "sort",
    "space_to_depth",
    "split",
    "squeeze",
    "ssim",
    "stack",
    "swapaxes",
    "take",
    "take_along_axis",
    "tensordot",
    "tile",
    "top_k",
    "transpose",
    "triangle",
    "unfold",
    "unique",
    "unstack",
    "vector",
    "view",
    "where",
    "whole_exponent",
    "zeros",
]


def infer(op: str, rule: Callable[..., Any], values: Sequence[Any]) -> Any:
    """Return ``rule(*values)``; a `RuleError` learns the name of the op.

    Args:
        op: Name of the op, for the message.
        rule: The op's shape rule.
        values: One value per parameter of the op, a `Spec` for a tensor.
    """
    with named_errors(op):
        return rule(*values)


@contextmanager
def named_errors(op: str) -> Iterator[None]:
    """Tell a `RuleError` that leaves this block the name of the op, unless it has one."""
    try:
        yield
    except RuleError as error:
        error.op = error.op or op
        raise

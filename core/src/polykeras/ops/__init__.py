"""The public ops: one list, by family.

Each is a dispatcher: native tensors of equal dtype go straight to the backend, everything else is
converted first, and symbolic tensors give symbolic tensors.
"""

from __future__ import annotations

from polykeras.ops import numpy as numpy  # listed apart: `__all__` holds ops
from polykeras.ops.arithmetic import (
    abs,
    absolute,
    add,
    ceil,
    clip,
    divide,
    divide_no_nan,
    floor,
    floor_divide,
    maximum,
    minimum,
    mod,
    multiply,
    negative,
    power,
    reciprocal,
    round,
    sign,
    square,
    subtract,
    true_divide,
)
from polykeras.ops.bits import (
    bitwise_and,
    bitwise_invert,
    bitwise_left_shift,
    bitwise_not,
    bitwise_or,
    bitwise_right_shift,
    bitwise_xor,
    left_shift,
    nextafter,
    right_shift,
    signbit,
    view,
)
from polykeras.ops.casting import cast, stop_gradient
from polykeras.ops.closeness import allclose, isclose
from polykeras.ops.comparison import (
    equal,
    greater,
    greater_equal,
    isfinite,
    isinf,
    isnan,
    isneginf,
    isposinf,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    not_equal,
    where,
)
from polykeras.ops.complex_numbers import conj, conjugate, imag, isreal, real, view_as_complex, view_as_real
from polykeras.ops.control_flow import cond, fori_loop, scan, while_loop
from polykeras.ops.conversion import (
    array,
    convert_to_numpy,
    convert_to_tensor,
    dtype,
    is_tensor,
    ndim,
    shape,
    size,
)
from polykeras.ops.convolution import (
    average_pool,
    conv,
    max_pool,
)
from polykeras.ops.creation import (
    arange,
    empty,
    empty_like,
    eye,
    full,
    full_like,
    identity,
    linspace,
    ones,
    ones_like,
    tri,
    tril,
    triu,
    zeros,
    zeros_like,
)
from polykeras.ops.distances import (
    cdist,
)
from polykeras.ops.exponential import exp, expm1, log, log1p, log2, log10, rsqrt, sqrt
from polykeras.ops.fourier import extract_sequences, fft, fft2, ifft2, irfft, istft, rfft, stft
from polykeras.ops.indexing import (
    diag,
    diagonal,
    get_item,
    nonzero,
    scatter,
    scatter_update,
    searchsorted,
    slice,
    slice_update,
    take,
    take_along_axis,
)
from polykeras.ops.integers import gcd, lcm
from polykeras.ops.linear import (
    dot,
    einsum,
    inner,
    matmul,
    norm,
    outer,
    tensordot,
    vdot,
)
from polykeras.ops.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from polykeras.ops.manipulation import (
    broadcast_to,
    concatenate,
    expand_dims,
    flip,
    hstack,
    moveaxis,
    pad,
    ravel,
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
    vstack,
)
from polykeras.ops.nan_reductions import (
    nanargmax,
    nanargmin,
    nancumprod,
    nancumsum,
    nanmax,
    nanmean,
    nanmedian,
    nanmin,
    nanpercentile,
    nanprod,
    nanquantile,
    nanstd,
    nansum,
    nanvar,
)
from polykeras.ops.nn import (
    celu,
    elu,
    gelu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_swish,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    multi_hot,
    one_hot,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    swish,
    tanh_shrink,
    threshold,
)
from polykeras.ops.normalization import (
    batch_normalization,
    layer_normalization,
    moments,
    normalize,
    rms_normalization,
)
from polykeras.ops.order import (
    argpartition,
    isin,
    unique,
)
from polykeras.ops.reduce import (
    all,
    amax,
    amin,
    any,
    argmax,
    argmin,
    argsort,
    count_nonzero,
    cumprod,
    cumsum,
    in_top_k,
    logsumexp,
    max,
    mean,
    min,
    prod,
    ptp,
    sort,
    std,
    sum,
    top_k,
    trace,
    var,
)
from polykeras.ops.saturation import saturate_cast
from polykeras.ops.segments import (
    segment_max,
    segment_min,
    segment_prod,
    segment_sum,
)
from polykeras.ops.special import erf
from polykeras.ops.statistics import (
    average,
    bincount,
    corrcoef,
    correlate,
    digitize,
    histogram,
    median,
    percentile,
    quantile,
    trapezoid,
)
from polykeras.ops.trigonometry import arctan, cos, cosh, sin, sinh, tan, tanh

__all__ = [
    "abs", "absolute", "add", "all", "allclose", "amax", "amin", "any", "arange", "arctan", "argmax", "argmin",
    "argpartition", "argsort", "array", "average", "average_pool", "batch_normalization", "binary_crossentropy",
    "bincount", "bitwise_and", "bitwise_invert", "bitwise_left_shift", "bitwise_not", "bitwise_or",
    "bitwise_right_shift", "bitwise_xor", "broadcast_to", "cast", "categorical_crossentropy", "cdist", "ceil", "celu",
    "clip", "concatenate", "cond", "conj", "conjugate", "conv", "convert_to_numpy", "convert_to_tensor", "corrcoef",
    "correlate", "cos", "cosh", "count_nonzero", "cumprod", "cumsum", "diag", "diagonal", "digitize", "divide",
    "divide_no_nan", "dot", "dtype", "einsum", "elu", "empty", "empty_like", "equal", "erf", "exp", "expand_dims",
    "expm1", "extract_sequences", "eye", "fft", "fft2", "flip", "floor", "floor_divide", "fori_loop", "full",
    "full_like", "gcd", "gelu", "get_item", "glu", "greater", "greater_equal", "hard_shrink", "hard_sigmoid",
    "hard_silu", "hard_swish", "hard_tanh", "histogram", "hstack", "identity", "ifft2", "imag", "in_top_k", "inner",
    "irfft", "is_tensor", "isclose", "isfinite", "isin", "isinf", "isnan", "isneginf", "isposinf", "isreal", "istft",
    "layer_normalization", "lcm", "leaky_relu", "left_shift", "less", "less_equal", "linspace", "log", "log1p",
    "log2", "log10", "log_sigmoid", "log_softmax", "logical_and", "logical_not", "logical_or", "logical_xor",
    "logsumexp", "matmul", "max", "max_pool", "maximum", "mean", "median", "min", "minimum", "mod", "moments",
    "moveaxis", "multi_hot", "multiply", "nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax", "nanmean",
    "nanmedian", "nanmin", "nanpercentile", "nanprod", "nanquantile", "nanstd", "nansum", "nanvar", "ndim",
    "negative", "nextafter", "nonzero", "norm", "normalize", "not_equal", "one_hot", "ones", "ones_like", "outer",
    "pad", "percentile", "power", "prod", "ptp", "quantile", "ravel", "real", "reciprocal", "relu", "relu6", "repeat",
    "reshape", "rfft", "right_shift", "rms_normalization", "roll", "round", "rsqrt", "saturate_cast", "scan",
    "scatter", "scatter_update", "searchsorted", "segment_max", "segment_min", "segment_prod", "segment_sum", "selu",
    "shape", "sigmoid", "sign", "signbit", "silu", "sin", "sinh", "size", "slice", "slice_update", "soft_shrink",
    "softmax", "softplus", "softsign", "sort", "sparse_categorical_crossentropy", "sparse_plus", "sparse_sigmoid",
    "sparsemax", "split", "sqrt", "square", "squareplus", "squeeze", "stack", "std", "stft", "stop_gradient",
    "subtract", "sum", "swapaxes", "swish", "take", "take_along_axis", "tan", "tanh", "tanh_shrink", "tensordot",
    "threshold", "tile", "top_k", "trace", "transpose", "trapezoid", "tri", "tril", "triu", "true_divide", "unique",
    "unstack", "var", "vdot", "view", "view_as_complex", "view_as_real", "vstack", "where", "while_loop", "zeros",
    "zeros_like",
]  # fmt: skip

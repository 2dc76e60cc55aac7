"""The public ops: one list, by family.

Each is a dispatcher: native tensors of equal dtype go straight to the backend, everything else is
converted first, and symbolic tensors give symbolic tensors.
"""

from __future__ import annotations

from polykeras.ops import image as image  # listed apart: `__all__` holds ops
from polykeras.ops import nn as nn
from polykeras.ops import numpy as numpy
from polykeras.ops.adaptive_pooling import adaptive_average_pool, adaptive_max_pool
from polykeras.ops.alignment import ctc_loss
from polykeras.ops.arithmetic import (
    abs,
    absolute,
    add,
    ceil,
    clip,
    divide,
    divide_no_nan,
    fabs,
    floor,
    floor_divide,
    fmax,
    fmin,
    fmod,
    heaviside,
    maximum,
    minimum,
    mod,
    multiply,
    nan_to_num,
    negative,
    power,
    reciprocal,
    round,
    sign,
    square,
    subtract,
    true_divide,
    trunc,
)
from polykeras.ops.associative_scan import associative_scan
from polykeras.ops.attention import dot_product_attention
from polykeras.ops.axis_patterns import rearrange
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
from polykeras.ops.borders import crop_images, pad_images
from polykeras.ops.casting import cast, copy, stop_gradient
from polykeras.ops.closeness import allclose, isclose
from polykeras.ops.colors import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
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
    select,
    where,
)
from polykeras.ops.complex_numbers import (
    angle,
    conj,
    conjugate,
    imag,
    isreal,
    polar,
    real,
    view_as_complex,
    view_as_real,
)
from polykeras.ops.control_flow import cond, fori_loop, scan, switch, while_loop
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
    conv_transpose,
    depthwise_conv,
    max_pool,
    separable_conv,
)
from polykeras.ops.coordinates import map_coordinates
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
from polykeras.ops.custom_gradient import custom_gradient
from polykeras.ops.decoding import ctc_decode
from polykeras.ops.distances import (
    cdist,
)
from polykeras.ops.exponential import (
    cbrt,
    exp,
    exp2,
    expm1,
    ldexp,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    logaddexp2,
    rsqrt,
    sqrt,
)
from polykeras.ops.filters import gaussian_blur, sobel_edges
from polykeras.ops.folding import depth_to_space, fold, space_to_depth, unfold
from polykeras.ops.fourier import extract_sequences, fft, fft2, ifft2, irfft, istft, rfft, stft
from polykeras.ops.image_quality import psnr, ssim
from polykeras.ops.indexing import (
    diag,
    diagflat,
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
    unravel_index,
)
from polykeras.ops.integers import gcd, lcm
from polykeras.ops.jvp import jvp
from polykeras.ops.linalg import (
    cholesky,
    cholesky_inverse,
    det,
    eig,
    eigh,
    inv,
    logdet,
    lstsq,
    lu_factor,
    matrix_power,
    matrix_rank,
    norm,
    pinv,
    qr,
    slogdet,
    solve,
    solve_triangular,
    svd,
)
from polykeras.ops.linear import (
    cross,
    dot,
    einsum,
    inner,
    kron,
    matmul,
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
    append,
    array_split,
    broadcast_to,
    column_stack,
    concatenate,
    dsplit,
    dstack,
    expand_dims,
    flip,
    fliplr,
    flipud,
    hsplit,
    hstack,
    moveaxis,
    pad,
    ravel,
    repeat,
    reshape,
    roll,
    rot90,
    split,
    squeeze,
    stack,
    swapaxes,
    tile,
    transpose,
    unstack,
    vsplit,
    vstack,
)
from polykeras.ops.mapping import map, vectorize, vectorized_map
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
from polykeras.ops.nonlinear import (
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
from polykeras.ops.patches import extract_patches, extract_patches_3d, reconstruct_patches
from polykeras.ops.ranges import geomspace, logspace, meshgrid, vander
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
    diff,
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
from polykeras.ops.resizing import resize, scale_and_translate
from polykeras.ops.saturation import saturate_cast
from polykeras.ops.segments import (
    segment_max,
    segment_min,
    segment_prod,
    segment_sum,
)
from polykeras.ops.special import erf, erfc, erfinv, gammainc, i0
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
from polykeras.ops.transforms import affine_transform, elastic_transform, perspective_transform
from polykeras.ops.trigonometry import (
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    cos,
    cosh,
    deg2rad,
    hypot,
    rad2deg,
    sin,
    sinc,
    sinh,
    tan,
    tanh,
)
from polykeras.ops.windows import bartlett, blackman, hamming, hanning, kaiser

__all__ = [
    "abs", "absolute", "adaptive_average_pool", "adaptive_max_pool", "add", "affine_transform", "all", "allclose",
    "amax", "amin", "angle", "any", "append", "arange", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2",
    "arctanh", "argmax", "argmin", "argpartition", "argsort", "array", "array_split", "associative_scan", "average",
    "average_pool", "bartlett", "batch_normalization", "binary_crossentropy", "bincount", "bitwise_and",
    "bitwise_invert", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor",
    "blackman", "broadcast_to", "cast", "categorical_crossentropy", "cbrt", "cdist", "ceil", "celu", "cholesky",
    "cholesky_inverse", "clip", "column_stack", "concatenate", "cond", "conj", "conjugate", "conv", "conv_transpose",
    "convert_to_numpy", "convert_to_tensor", "copy", "corrcoef", "correlate", "cos", "cosh", "count_nonzero",
    "crop_images", "cross", "ctc_decode", "ctc_loss", "cumprod", "cumsum", "custom_gradient", "deg2rad",
    "depth_to_space", "depthwise_conv", "det", "diag", "diagflat", "diagonal", "diff", "digitize", "divide",
    "divide_no_nan", "dot", "dot_product_attention", "dsplit", "dstack", "dtype", "eig", "eigh", "einsum",
    "elastic_transform", "elu", "empty", "empty_like", "equal", "erf", "erfc", "erfinv", "exp", "exp2", "expand_dims",
    "expm1", "extract_patches", "extract_patches_3d", "extract_sequences", "eye", "fabs", "fft", "fft2", "flip",
    "fliplr", "flipud", "floor", "floor_divide", "fmax", "fmin", "fmod", "fold", "fori_loop", "full", "full_like",
    "gammainc", "gaussian_blur", "gcd", "gelu", "geomspace", "get_item", "glu", "greater", "greater_equal", "hamming",
    "hanning", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "heaviside", "histogram",
    "hsplit", "hstack", "hsv_to_rgb", "hypot", "i0", "identity", "ifft2", "imag", "in_top_k", "inner", "inv", "irfft",
    "is_tensor", "isclose", "isfinite", "isin", "isinf", "isnan", "isneginf", "isposinf", "isreal", "istft", "jvp",
    "kaiser", "kron", "layer_normalization", "lcm", "ldexp", "leaky_relu", "left_shift", "less", "less_equal",
    "linspace", "log", "log1p", "log2", "log10", "log_sigmoid", "log_softmax", "logaddexp", "logaddexp2", "logdet",
    "logical_and", "logical_not", "logical_or", "logical_xor", "logspace", "logsumexp", "lstsq", "lu_factor", "map",
    "map_coordinates", "matmul", "matrix_power", "matrix_rank", "max", "max_pool", "maximum", "mean", "median",
    "meshgrid", "min", "minimum", "mod", "moments", "moveaxis", "multi_hot", "multiply", "nan_to_num", "nanargmax",
    "nanargmin", "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmedian", "nanmin", "nanpercentile", "nanprod",
    "nanquantile", "nanstd", "nansum", "nanvar", "ndim", "negative", "nextafter", "nonzero", "norm", "normalize",
    "not_equal", "one_hot", "ones", "ones_like", "outer", "pad", "pad_images", "percentile", "perspective_transform",
    "pinv", "polar", "power", "prod", "psnr", "ptp", "qr", "quantile", "rad2deg", "ravel", "real", "rearrange",
    "reciprocal", "reconstruct_patches", "relu", "relu6", "repeat", "reshape", "resize", "rfft", "rgb_to_grayscale",
    "rgb_to_hsv", "right_shift", "rms_normalization", "roll", "rot90", "round", "rsqrt", "saturate_cast",
    "scale_and_translate", "scan", "scatter", "scatter_update", "searchsorted", "segment_max", "segment_min",
    "segment_prod", "segment_sum", "select", "selu", "separable_conv", "shape", "sigmoid", "sign", "signbit", "silu",
    "sin", "sinc", "sinh", "size", "slice", "slice_update", "slogdet", "sobel_edges", "soft_shrink", "softmax",
    "softplus", "softsign", "solve", "solve_triangular", "sort", "space_to_depth", "sparse_categorical_crossentropy",
    "sparse_plus", "sparse_sigmoid", "sparsemax", "split", "sqrt", "square", "squareplus", "squeeze", "ssim", "stack",
    "std", "stft", "stop_gradient", "subtract", "sum", "svd", "swapaxes", "swish", "switch", "take", "take_along_axis",
    "tan", "tanh", "tanh_shrink", "tensordot", "threshold", "tile", "top_k", "trace", "transpose", "trapezoid", "tri",
    "tril", "triu", "true_divide", "trunc", "unfold", "unique", "unravel_index", "unstack", "vander", "var", "vdot",
    "vectorize", "vectorized_map", "view", "view_as_complex", "view_as_real", "vsplit", "vstack", "where", "while_loop",
    "zeros", "zeros_like",
]  # fmt: skip

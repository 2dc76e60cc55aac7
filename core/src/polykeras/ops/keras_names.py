"""What configs call the ops: module, class and fields, as Keras 3 writes an op of a Functional model.

Promises: for every public op the module and class name that Keras writes, and which of its arguments
stand in the config of the class, which among the arguments of the node, and which among those by name.
Refuses: ops that have no class in Keras, and classes that no op here stands for.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from polykeras.ops.defined import OPS
from polykeras.ops.dims import Dim
from polykeras.plugins.errors import did_you_mean

_PREFIX = "keras.src.ops."
_MODULES: dict[str, str] = {
    name: module
    for module, names in {
        "core": "cast saturate_cast scatter scatter_update slice slice_update stop_gradient unstack",
        "linalg": (
            "cholesky cholesky_inverse det eig eigh inv lstsq lu_factor matrix_rank norm pinv qr solve"
            " solve_triangular svd"
        ),
        "einops": "rearrange_by",
        "image": (
            "affine_transform crop_images elastic_transform extract_patches gaussian_blur hsv_to_rgb"
            " map_coordinates pad_images perspective_transform resize rgb_to_grayscale rgb_to_hsv"
            " scale_and_translate sobel_edges ssim"
        ),
        "math": (
            "cdist erf erfc erfinv extract_sequences fft fft2 ifft2 in_top_k irfft istft logdet logsumexp rfft rsqrt"
            " segment_max segment_min segment_prod segment_sum stft top_k view_as_complex view_as_real"
        ),
        "nn": (
            "adaptive_average_pool adaptive_max_pool average_pool batch_normalization binary_crossentropy"
            " categorical_crossentropy celu conv conv_transpose ctc_decode ctc_loss depth_to_space depthwise_conv"
            " dot_product_attention elu fold gelu glu hard_shrink hard_sigmoid hard_silu hard_tanh"
            " layer_normalization leaky_relu log_sigmoid log_softmax max_pool moments multi_hot normalize one_hot"
            " polar psnr relu relu6 rms_normalization selu separable_conv sigmoid silu soft_shrink softmax"
            " softplus softsign space_to_depth sparse_categorical_crossentropy sparse_plus sparse_sigmoid"
            " sparsemax squareplus tanh_shrink threshold unfold"
        ),
    }.items()
    for name in names.split()
}
_CLASSES = {
    "allclose": "AllClose",
    "batch_normalization": "BatchNorm",
    "cdist": "CDist",
    "ctc_decode": "CTCDecode",
    "ctc_loss": "CTCLoss",
    "einsum_of": "Einsum",
    "grid_of": "Meshgrid",
    "hsv_to_rgb": "HSVToRGB",
    "isin": "IsIn",
    "fft": "FFT",
    "fft2": "FFT2",
    "ifft2": "IFFT2",
    "irfft": "IRFFT",
    "istft": "ISTFT",
    "layer_normalization": "LayerNorm",
    "rearrange_by": "Rearrange",
    "rgb_to_grayscale": "RGBToGrayscale",
    "rgb_to_hsv": "RGBToHSV",
    "psnr": "PSNR",
    "rms_normalization": "RMSNorm",
    "rfft": "RFFT",
    "searchsorted": "SearchSorted",
    "ssim": "SSIM",
    "stft": "STFT",
    "svd": "SVD",
}
# Arguments that are no tensors and yet stand among those of the node.
_IN_NODE = {
    "full_like": ("fill_value",),
    "get_item": ("key",),
    "nanpercentile": ("q",),
    "nanquantile": ("q",),
    "percentile": ("q",),
    "quantile": ("q",),
    "rearrange_by": ("pattern",),
    "isclose": ("rtol", "atol"),
    "scale_and_translate": ("output_shape",),
    "slice": ("start_indices",),
    "slice_update": ("start_indices",),
}
# Arguments that may be tensors and yet stand in the config.
_IN_CONFIG = {"bincount": ("weights",), "clip": ("x_min", "x_max"), "trapezoid": ("x",)}
_BY_NAME = {
    "average": ("weights",),
    "dot_product_attention": ("bias", "mask", "scale"),
    "pad": ("constant_values",),
    "rms_normalization": ("scale",),
}
# A mapping whose entries are the arguments by name.
_MAPPINGS = {"rearrange_by": "axes_lengths"}
# Ops of a sequence whose class takes its items one by one.
_SPREAD = frozenset({"einsum_of", "grid_of"})
_CONSTANT: dict[str, dict[str, Any]] = {"layer_normalization": {"rms_scaling": False}}
# Steps of layers and optimizers, which models never hold as ops of their own.
_UNNAMED = frozenset({
    "adam_update", "cholesky_lower", "complex_of", "conv_with_bias", "decay_update", "dense", "eig_general",
    "eigh_symmetric", "fourier_of", "global_norm", "irfft_of", "lu_factors", "qr_factors", "rfft_of", "rmsprop_update",
    "resample", "sgd_update", "singular_values", "solve_matrix", "solve_triangular_matrix", "svd_factors",
})  # fmt: skip
# Public ops that Keras has not; it cannot read a model of them.
_OWN = frozenset({"column_stack", "gammainc", "matrix_power", "reconstruct_patches"})
_OWN_MODULE = "polykeras.ops"
# Other classes of Keras for the same op; `x / y` is one of them there.
_SYNONYMS = {
    "BitwiseInvert": "bitwise_not",
    "LeftShift": "bitwise_left_shift",
    "RightShift": "bitwise_right_shift",
    "TrueDivide": "divide",
}


MOST_PIECES = 65_536
"""How many tensors one op of a file may give, or make on its way."""
_PIECES = {
    "array_split": "indices_or_sections",
    "diff": "n",
    "dsplit": "indices_or_sections",
    "hsplit": "indices_or_sections",
    "split": "indices_or_sections",
    "vsplit": "indices_or_sections",
}


class OpId(NamedTuple):
    """How configs speak of one op.

    Attributes:
        name: The op's own name.
        module: Module that configs name.
        class_name: Class that configs name.
        in_config: Arguments that stand in the config of the class.
        in_node: Arguments that stand among the node's, in their order.
        by_name: Arguments that stand among the node's by name.
    """

    name: str
    module: str
    class_name: str
    in_config: tuple[str, ...]
    in_node: tuple[str, ...]
    by_name: tuple[str, ...]


class OpParts(NamedTuple):
    """The arguments of one call, where configs put them."""

    config: dict[str, Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def op_id(name: str) -> OpId:
    """Return how configs speak of the op `name`.

    Raises:
        ValueError: If Keras has no class for it.
    """
    if name in _UNNAMED or name not in OPS:
        raise ValueError(
            f"The op {name!r} cannot be written into a config.\nReceived: a model that calls it outside of a layer.\n"
            "Allowed: the public ops.\nCall it in a layer."
        )
    op = OPS[name]
    tensors = op.tensors
    positions = {*tensors.single, *tensors.optional, *tensors.many}
    by_name = _BY_NAME.get(name, ())
    moved = (*by_name, *_IN_CONFIG.get(name, ()))
    in_node = tuple(
        parameter
        for index, parameter in enumerate(op.parameters)
        if (index in positions and parameter not in moved) or parameter in _IN_NODE.get(name, ())
    )
    elsewhere = (*in_node, *by_name, _MAPPINGS.get(name))
    in_config = tuple(parameter for parameter in op.parameters if parameter not in elsewhere)
    module = _OWN_MODULE if name in _OWN else _PREFIX + _MODULES.get(name, "numpy")
    return OpId(name, module, class_name(name), in_config, in_node, by_name)


def class_name(name: str) -> str:
    """Return the class that Keras has for the op `name`.

    >>> class_name("expand_dims")
    'ExpandDims'
    """
    return _CLASSES.get(name) or "".join(part.capitalize() for part in name.split("_"))


_by_class: dict[tuple[str, str], OpId] = {}


def op_of_class(module: str, name: str) -> OpId:
    """Return the op that a config's class stands for.

    Raises:
        ValueError: If there is none.
    """
    if not _by_class:
        # What takes no tensor computes when it is called: no graph holds it, and no file may ask for it.
        ids = [op_id(name) for name, op in OPS.items() if name not in _UNNAMED and any(op.tensors)]
        _by_class.update({(one.module, one.class_name): one for one in ids})
        _by_class.update({(_PREFIX + "numpy", synonym): op_id(name) for synonym, name in _SYNONYMS.items()})
    found = _by_class.get((module, name))
    if found is None:
        names = [one for _, one in _by_class]
        raise ValueError(
            f"No op stands for the class {name!r} of {module!r}.{did_you_mean(name, names)}\n"
            f"Received: a model that calls it.\nAllowed: {', '.join(sorted(set(names)))}.\n"
            "Replace it in the model that was saved, by a layer for instance."
        )
    return found


def is_op_module(module: Any) -> bool:
    """Return whether configs of this module describe ops."""
    return isinstance(module, str) and (module.startswith(_PREFIX) or module == _OWN_MODULE)


def parts_of_call(found: OpId, values: tuple[Any, ...]) -> OpParts:
    """Distribute the arguments of a recorded call, in the op's own order, to where configs put them.

    Raises:
        ValueError: If an argument depends on a size that is not known before there is data.
    """
    given = dict(zip(OPS[found.name].parameters, values, strict=True))
    config = {name: _static(found.name, name, given[name]) for name in found.in_config}
    args = tuple(_operand(found.name, name, given[name]) for name in found.in_node)
    if found.name in _SPREAD:
        args = tuple(args[0])
    named = {**{name: given[name] for name in found.by_name}, **given.get(_MAPPINGS.get(found.name, ""), {})}
    kwargs = {name: _operand(found.name, name, value) for name, value in named.items()}
    return OpParts({**config, **_CONSTANT.get(found.name, {})}, args, kwargs)


def call_from_parts(found: OpId, parts: OpParts) -> Any:
    """Call the op with the arguments of a config and its node, and return what it returns.

    Raises:
        ValueError: If they are not the op's.
    """
    config = {key: _tuples(value) for key, value in parts.config.items() if key != "name"}
    for key, value in _CONSTANT.get(found.name, {}).items():
        if config.pop(key, value) != value:
            raise _misfit(found, f"{key}={parts.config[key]!r}", f"{key}={value!r}")
    extra = [key for key in config if key not in found.in_config]
    args = list(parts.args)
    if found.name in _SPREAD:
        args = [args]
    if extra or len(args) > len(found.in_node):
        raise _misfit(
            found,
            f"{len(args)} arguments, and the fields {', '.join(config) or 'none'}",
            f"{', '.join(found.in_node)}, and the fields {', '.join(found.in_config) or 'none'}",
        )
    mapping = _MAPPINGS.get(found.name)
    by_name = parts.kwargs if mapping is None else {mapping: dict(parts.kwargs)}
    given = {**dict(zip(found.in_node, args, strict=False)), **config, **by_name}
    for name in _IN_NODE.get(found.name, ()):
        if name in given:
            given[name] = _tuples(given[name])
    _check_pieces(found, given)
    return OPS[found.name].public(**given)


def _check_pieces(found: OpId, given: dict[str, Any]) -> None:
    """Refuse a split into more pieces than models have: each is an object, made before any data come."""
    pieces = 0
    if found.name in _PIECES:
        pieces = given.get(_PIECES[found.name], 0)
    elif found.name == "unstack":
        shape, axis = getattr(given.get("x"), "shape", ()), given.get("axis", 0)
        known = isinstance(axis, int) and -len(shape) <= axis < len(shape)
        pieces = max(given.get("num") or 0, (shape[axis] or 0) if known else 0)
    if isinstance(pieces, int) and pieces > MOST_PIECES:
        raise _misfit(found, f"{pieces} pieces", f"up to {MOST_PIECES}")


def _misfit(found: OpId, received: str, allowed: str) -> ValueError:
    return ValueError(
        f"The op {found.name!r} cannot be called as the config says.\nReceived: {received}.\n"
        f"Allowed: {allowed}.\nCorrect the config, or save the model again."
    )


def _tuples(value: Any) -> Any:
    """Return lists as tuples: JSON has no others, and shapes, axes and keys mean tuples."""
    return tuple(_tuples(item) for item in value) if isinstance(value, (list, tuple)) else value


def _static(op: str, name: str, value: Any) -> Any:
    if hasattr(value, "dims") and hasattr(value, "node"):
        raise ValueError(
            f"The op {op!r} cannot be written into a config.\nReceived: {name}={value!r}, a symbolic tensor.\n"
            f"Allowed: a plain value as {name!r} in models that are saved.\nUse other ops, or call it in a layer."
        )
    if op == "reshape" and isinstance(value, (list, tuple)):
        # One size that follows from the data is what -1 stands for.
        unknown = [size for size in value if isinstance(size, Dim)]
        if len(unknown) == 1 and -1 not in [size for size in value if not isinstance(size, Dim)]:
            return tuple(-1 if isinstance(size, Dim) else size for size in value)
    return _operand(op, name, value)


def _operand(op: str, name: str, value: Any) -> Any:
    items = list(value) if isinstance(value, (list, tuple)) else [value]
    if any(isinstance(item, Dim) for item in items):
        raise ValueError(
            f"The op {op!r} cannot be written into a config.\nReceived: {name}={value!r}, which depends on a size "
            "that only data have.\nAllowed: numbers, and at most one unknown size in `reshape`.\n"
            "Use -1, or put the computation into a layer."
        )
    return value

"""The table of layers: how each is made, what it takes and gives, its weights, and its formula in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from tests.core.layers.windows import convolve, pool

Shape = tuple[int, ...]
Formula = Callable[..., Any]


class Case(NamedTuple):
    """One layer on one input, or on a list of them.

    Attributes:
        layer: Name in `polykeras.layers`.
        config: Arguments of the constructor.
        inputs: Shape of the input, or shapes; the batch comes first.
        output: Shape of the output.
        formula: NumPy's answer for the inputs and, by name, the weights.
        weights: Names and shapes of the weights, in order.
        dtype: Dtype of the inputs.
        result: Dtype of the output.
        mark: What tells this case from others of the same layer.
    """

    layer: str
    config: dict[str, Any]
    inputs: Any
    output: Shape
    formula: Formula
    weights: Mapping[str, Shape] = MappingProxyType({})
    dtype: str = "float32"
    result: str = "float32"
    mark: str = ""

    @property
    def id(self) -> str:
        """Return the test's id."""
        config = "-".join(f"{key}={value}" for key, value in self.config.items())
        return "-".join(part for part in (self.layer, config, self.mark) if part)

    @property
    def shapes(self) -> list[Shape]:
        """Return the shapes of the inputs in a list."""
        return list(self.inputs) if isinstance(self.inputs, list) else [self.inputs]


def _elu(x: np.ndarray, alpha: float) -> np.ndarray:
    return np.where(x > 0, x, alpha * np.expm1(x))


def _softmax(x: np.ndarray, axis: Any = -1) -> np.ndarray:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _normalised(x: np.ndarray, axes: Any, gamma: Any = 1.0, beta: Any = 0.0, epsilon: float = 1e-3) -> np.ndarray:
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon) * gamma + beta


def batch_formula(axis: int = -1, epsilon: float = 1e-3) -> Formula:
    """Return the formula of inference with moving statistics along `axis`."""

    def formula(
        x: np.ndarray,
        gamma: np.ndarray | None = None,
        beta: np.ndarray | None = None,
        moving_mean: Any = None,
        moving_variance: Any = None,
    ) -> np.ndarray:
        along = [1] * x.ndim
        along[axis] = -1
        y = (x - moving_mean.reshape(along)) / np.sqrt(moving_variance.reshape(along) + epsilon)
        y = y if gamma is None else y * gamma.reshape(along)
        return y if beta is None else y + beta.reshape(along)

    return formula


def _moving(size: int) -> dict[str, Shape]:
    return {"moving_mean": (size,), "moving_variance": (size,)}


FIRST = "channels_first"
LAST = "channels_last"
DENSE = [
    Case(
        "Dense",
        {"units": 4},
        (2, 3),
        (2, 4),
        lambda x, kernel, bias: x @ kernel + bias,
        {"kernel": (3, 4), "bias": (4,)},
    ),
    Case(
        "Dense",
        {"units": 4, "activation": "tanh", "use_bias": False},
        (2, 5, 3),
        (2, 5, 4),
        lambda x, kernel: np.tanh(x @ kernel),
        {"kernel": (3, 4)},
    ),
    Case(
        "Dense",
        {"units": 2, "activation": "softmax"},
        (2, 2, 3, 4),
        (2, 2, 3, 2),
        lambda x, kernel, bias: _softmax(x @ kernel + bias),
        {"kernel": (4, 2), "bias": (2,)},
    ),
    Case(
        "Embedding",
        {"input_dim": 7, "output_dim": 3},
        (2, 4),
        (2, 4, 3),
        lambda x, embeddings: embeddings[x],
        {"embeddings": (7, 3)},
        dtype="int32",
    ),
    Case("Identity", {}, (2, 3), (2, 3), lambda x: x),
    Case("Identity", {}, (2, 3), (2, 3), lambda x: x, dtype="int32", result="int32", mark="int"),
]


def _conv(rank: int, size: Shape, inputs: Shape, output: Shape, *, channels: int, **config: Any) -> Case:
    """Return a convolution with three filters per group; `config` goes to the layer and to NumPy alike."""
    groups = config.pop("groups", 1)
    filters = 3 * groups
    options = {key: value for key, value in config.items() if key != "use_bias"}
    weights = {"kernel": (*size, channels // groups, filters), "bias": (filters,)}
    if not config.get("use_bias", True):
        del weights["bias"]
    made = {"filters": filters, "kernel_size": size if rank > 1 else size[0], **config}
    return Case(
        f"Conv{rank}D",
        made | ({"groups": groups} if groups > 1 else {}),
        inputs,
        output,
        lambda x, kernel, bias=None: convolve(x, kernel, bias, **options),
        weights,
    )


CONVOLUTIONS = [
    _conv(1, (3,), (2, 7, 2), (2, 5, 3), channels=2),
    _conv(1, (3,), (2, 7, 2), (2, 4, 3), channels=2, padding="same", strides=2),
    _conv(1, (3,), (2, 7, 2), (2, 7, 3), channels=2, padding="causal", dilation_rate=2),
    _conv(1, (2,), (2, 2, 7), (2, 3, 6), channels=2, data_format=FIRST),
    _conv(2, (3, 2), (2, 6, 5, 2), (2, 4, 4, 3), channels=2),
    _conv(2, (3, 3), (2, 6, 5, 2), (2, 3, 3, 3), channels=2, padding="same", strides=2, use_bias=False),
    _conv(2, (2, 3), (2, 5, 6, 2), (2, 3, 6, 3), channels=2, padding="same", strides=(2, 1)),
    _conv(2, (2, 2), (2, 6, 5, 2), (2, 4, 2, 3), channels=2, dilation_rate=(2, 3)),
    _conv(2, (2, 2), (2, 4, 4, 4), (2, 3, 3, 6), channels=4, groups=2),
    _conv(2, (2, 2), (2, 2, 4, 5), (2, 3, 3, 4), channels=2, data_format=FIRST),
    _conv(3, (2, 2, 2), (2, 3, 4, 3, 2), (2, 2, 3, 2, 3), channels=2),
    _conv(3, (2, 1, 2), (2, 3, 4, 3, 2), (2, 2, 2, 2, 3), channels=2, padding="same", strides=2),
]


def _pool(kind: str, rank: int, inputs: Shape, output: Shape, **config: Any) -> Case:
    """Return a pooling layer; `config` goes to the layer and, but for names, to NumPy alike."""
    options = {"data_format": LAST, **config}
    size = options.pop("pool_size", 2)
    return Case(
        f"{kind}Pooling{rank}D",
        config,
        inputs,
        output,
        lambda x: pool(x, size, largest=kind == "Max", **options),
    )


POOLS = [
    case
    for kind in ("Max", "Average")
    for case in (
        _pool(kind, 1, (2, 7, 3), (2, 3, 3), pool_size=2),
        _pool(kind, 1, (2, 7, 3), (2, 4, 3), pool_size=3, strides=2, padding="same"),
        _pool(kind, 1, (2, 3, 7), (2, 3, 2), pool_size=3, data_format=FIRST),
        _pool(kind, 2, (2, 6, 5, 3), (2, 3, 2, 3), pool_size=2),
        _pool(kind, 2, (2, 6, 5, 3), (2, 6, 5, 3), pool_size=3, strides=1, padding="same"),
        _pool(kind, 2, (2, 6, 5, 3), (2, 3, 2, 3), pool_size=(2, 3), strides=(2, 3), padding="same"),
        _pool(kind, 2, (2, 3, 6, 5), (2, 3, 5, 2), pool_size=(2, 3), strides=(1, 2), data_format=FIRST),
        _pool(kind, 3, (2, 4, 3, 5, 2), (2, 2, 1, 2, 2), pool_size=2),
        _pool(kind, 3, (2, 4, 3, 5, 2), (2, 2, 2, 3, 2), pool_size=(2, 2, 2), padding="same"),
    )
]
GLOBAL_POOLS = [
    Case(
        f"Global{kind}Pooling{rank}D",
        {"data_format": where, "keepdims": keepdims},
        shape,
        tuple(1 if axis in axes else size for axis, size in enumerate(shape) if keepdims or axis not in axes),
        lambda x, reduce=reduce, axes=axes, keepdims=keepdims: reduce(x, axis=axes, keepdims=keepdims),
    )
    for kind, reduce in (("Average", np.mean), ("Max", np.max))
    for rank, where, shape, keepdims in (
        (1, LAST, (2, 5, 3), False),
        (1, FIRST, (2, 3, 5), True),
        (2, LAST, (2, 4, 5, 3), False),
        (2, FIRST, (2, 3, 4, 5), True),
        (3, LAST, (2, 4, 5, 2, 3), True),
    )
    for axes in [tuple(range(1, rank + 1)) if where == LAST else tuple(range(2, rank + 2))]
]
NORMALISATIONS = [
    Case(
        "BatchNormalization",
        {},
        (4, 3),
        (4, 3),
        batch_formula(),
        {"gamma": (3,), "beta": (3,), **_moving(3)},
    ),
    Case(
        "BatchNormalization",
        {"axis": 1, "epsilon": 0.1},
        (4, 3, 2, 2),
        (4, 3, 2, 2),
        batch_formula(1, 0.1),
        {"gamma": (3,), "beta": (3,), **_moving(3)},
    ),
    Case(
        "BatchNormalization",
        {"center": False, "scale": False},
        (4, 2, 3),
        (4, 2, 3),
        batch_formula(),
        _moving(3),
    ),
    Case("BatchNormalization", {"scale": False}, (4, 3), (4, 3), batch_formula(), {"beta": (3,), **_moving(3)}),
    Case(
        "LayerNormalization",
        {},
        (2, 5, 3),
        (2, 5, 3),
        lambda x, gamma, beta: _normalised(x, -1, gamma, beta),
        {"gamma": (3,), "beta": (3,)},
    ),
    Case(
        "LayerNormalization",
        {"axis": [1, 2], "epsilon": 0.1},
        (2, 5, 3),
        (2, 5, 3),
        lambda x, gamma, beta: _normalised(x, (1, 2), gamma, beta, 0.1),
        {"gamma": (5, 3), "beta": (5, 3)},
    ),
    Case(
        "LayerNormalization",
        {"axis": 1, "center": False},
        (2, 5, 3),
        (2, 5, 3),
        lambda x, gamma: _normalised(x, 1, gamma[:, None]),
        {"gamma": (5,)},
    ),
    Case("LayerNormalization", {"center": False, "scale": False}, (2, 3), (2, 3), lambda x: _normalised(x, -1)),
]
ACTIVATIONS = [
    Case("Activation", {"activation": "relu"}, (2, 3), (2, 3), lambda x: np.maximum(x, 0)),
    Case("Activation", {"activation": None}, (2, 3), (2, 3), lambda x: x),
    Case(
        "Activation",
        {"activation": "relu"},
        (2, 3),
        (2, 3),
        lambda x: np.maximum(x, 0),
        dtype="int32",
        result="int32",
        mark="int",
    ),
    Case("ReLU", {}, (2, 3), (2, 3), lambda x: np.maximum(x, 0)),
    Case(
        "ReLU",
        {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.5},
        (4, 6),
        (4, 6),
        lambda x: np.where(x >= 1, 1, np.where(x >= 0.5, x, 0.1 * (x - 0.5))),
    ),
    Case("LeakyReLU", {}, (2, 3), (2, 3), lambda x: np.where(x > 0, x, 0.3 * x)),
    Case("ELU", {"alpha": 0.5}, (2, 3), (2, 3), lambda x: _elu(x, 0.5)),
    Case("Softmax", {}, (2, 3), (2, 3), _softmax),
    Case("Softmax", {"axis": 1}, (2, 4, 3), (2, 4, 3), lambda x: _softmax(x, 1)),
    Case("Softmax", {"axis": (1, 2)}, (2, 4, 3), (2, 4, 3), lambda x: _softmax(x, (1, 2))),
]
RESHAPES = [
    Case("Flatten", {}, (2, 3, 4), (2, 12), lambda x: x.reshape(2, 12)),
    Case("Flatten", {}, (2, 3), (2, 3), lambda x: x),
    Case("Flatten", {}, (2,), (2, 1), lambda x: x[:, None]),
    Case("Flatten", {}, (2, 0, 3), (2, 0), lambda x: x.reshape(2, 0), mark="empty"),
    Case("Flatten", {}, (2, 3), (2, 3), lambda x: x, dtype="int32", result="int32", mark="int"),
    Case("Flatten", {"data_format": FIRST}, (2, 3, 4, 5), (2, 60), lambda x: np.moveaxis(x, 1, -1).reshape(2, 60)),
    Case("Reshape", {"target_shape": (4, 3)}, (2, 12), (2, 4, 3), lambda x: x.reshape(2, 4, 3)),
    Case("Reshape", {"target_shape": (-1, 2)}, (2, 3, 4), (2, 6, 2), lambda x: x.reshape(2, 6, 2)),
    Case("Reshape", {"target_shape": (0, 5)}, (2, 3, 0), (2, 0, 5), lambda x: x.reshape(2, 0, 5), mark="empty"),
    Case("Dropout", {"rate": 0.5}, (2, 3), (2, 3), lambda x: x),
    Case("Rescaling", {"scale": 0.5, "offset": 1.0}, (2, 3), (2, 3), lambda x: x * 0.5 + 1, dtype="uint8"),
    Case("Rescaling", {"scale": [1.0, 2.0, 3.0]}, (2, 4, 3), (2, 4, 3), lambda x: x * np.array([1.0, 2.0, 3.0])),
]
MERGES = [
    *(
        Case(layer, {}, [(2, 3), (2, 3), (2, 3)], (2, 3), formula)
        for layer, formula in (
            ("Add", lambda a, b, c: a + b + c),
            ("Multiply", lambda a, b, c: a * b * c),
            ("Average", lambda a, b, c: (a + b + c) / 3),
            ("Maximum", lambda a, b, c: np.maximum(np.maximum(a, b), c)),
            ("Minimum", lambda a, b, c: np.minimum(np.minimum(a, b), c)),
        )
    ),
    Case("Add", {}, [(2, 3)], (2, 3), lambda a: a, mark="one"),
    Case("Add", {}, [(2, 4, 3), (2, 1, 3)], (2, 4, 3), lambda a, b: a + b, mark="broadcast"),
    # Sizes that NumPy would broadcast along the wrong axes: the batches must meet.
    Case("Add", {}, [(3, 3), (3, 3, 3)], (3, 3, 3), lambda a, b: a[:, None] + b, mark="ranks"),
    Case("Subtract", {}, [(2, 3), (2, 3)], (2, 3), lambda a, b: a - b),
    Case("Concatenate", {}, [(2, 3), (2, 1), (2, 2)], (2, 6), lambda *xs: np.concatenate(xs, -1)),
    Case("Concatenate", {"axis": 1}, [(2, 3, 4), (2, 1, 4)], (2, 4, 4), lambda *xs: np.concatenate(xs, 1)),
]
CASES = DENSE + CONVOLUTIONS + POOLS + GLOBAL_POOLS + NORMALISATIONS + ACTIVATIONS + RESHAPES + MERGES

"""`FeatureSpace`: what a model is given for the columns of a table.

Promises: host data in, NumPy arrays out, with no framework loaded, so that it serves in the workers of a dataset;
tensors in, tensors out, inside of a model too. Indices, bins and buckets are the same on every backend and machine.
Refuses: strings on tensors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Self

import numpy as np

from polykeras import ops
from polykeras.backend import current
from polykeras.backend.resolved import resolved_backends
from polykeras.layers import Input, Layer
from polykeras.layers.preprocessing.encoders import CustomEncoder, Encoder
from polykeras.layers.preprocessing.encoders.encoder import host_float, not_on_tensors
from polykeras.layers.preprocessing.encoders.multi_hot import multi_hot, multi_hot_tensor
from polykeras.ops.keras_tensor import KerasTensor
from polykeras.services import service
from polykeras.utils.features import configs, declarations
from polykeras.utils.features.columns import ValuelessError, column, pieces
from polykeras.utils.features.feature import Cross, Feature

_MODES = ("concat", "dict")


class FeatureSpace(declarations.Declarations, Layer):
    """Encode named columns: numbers scaled or put into bins, integers and strings by vocabulary or by hash.

    Args:
        features: Kind of each column by its name: ``"float"``, ``"float_rescaled"``, ``"float_normalized"``,
            ``"float_discretized"``, ``"integer_categorical"``, ``"string_categorical"``, ``"integer_hashed"``,
            ``"string_hashed"``, or what the class methods of these names return.
        output_mode: ``"concat"``: one array of shape ``(batch, size)``, columns by name in alphabetical order, crosses
            after them. ``"dict"``: an array per column.
        crosses: Pairs of names of columns to be hashed together, or what `cross` returns.
        crossing_dim: Buckets of crosses given by names.
        hashing_dim: Buckets of hashed features given by name.
        num_discretization_bins: Bins of discretized features given by name.
        name: Name; made from the class's name for ``None``.

    >>> space = FeatureSpace({"age": "float_normalized", "city": "string_categorical"})
    >>> space.adapt({"age": [20.0, 40.0], "city": ["Rome", "Oslo"]})
    >>> space({"age": [20.0, 60.0], "city": ["Oslo", "Bonn"]})
    array([[-1.,  0.,  0.,  1.],
           [ 3.,  1.,  0.,  0.]], dtype=float32)
    """

    _polykeras_saved_alone = True

    def __init__(
        self,
        features: Mapping[str, Any],
        output_mode: str = "concat",
        crosses: Sequence[Any] | None = None,
        crossing_dim: int = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        if not isinstance(features, Mapping) or not features:
            raise ValueError(
                f"A feature space needs features.\nReceived: features={features!r}.\n"
                "Allowed: a dict of names and kinds.\nName at least one column."
            )
        if output_mode not in _MODES:
            raise ValueError(
                f"A feature space has no such output.\nReceived: output_mode={output_mode!r}.\n"
                f"Allowed: {', '.join(map(repr, _MODES))}.\nChoose one of them."
            )
        self.crossing_dim = crossing_dim
        self.hashing_dim = hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.output_mode = output_mode
        self.features = {
            key: declarations.feature_of(value, hashing_dim, num_discretization_bins) for key, value in features.items()
        }
        self.crosses = [declarations.cross_of(value, self.features, crossing_dim) for value in crosses or ()]
        self._inputs: dict[str, Any] | None = None
        self._encoded: Any = None
        # Layers that a user brought are found through it.
        self._brought = [
            feature.preprocessor.function
            for feature in self.features.values()
            if isinstance(feature.preprocessor, CustomEncoder) and isinstance(feature.preprocessor.function, Layer)
        ]
        self.built = self._adapted()

    @property
    def preprocessors(self) -> dict[str, Encoder]:
        """Return the encoders by name of their column."""
        return {name: feature.preprocessor for name, feature in self.features.items()}

    # ------------------------------------------------------------------ learning

    def adapt(self, dataset: Any) -> None:
        """Learn means, boundaries and vocabularies; what was learned before is forgotten.

        Args:
            dataset: Features without labels: a dict of columns, a data frame, a PyDataset, a ``tf.data.Dataset``, or
                any iterable of dicts, each a batch or a row. It is read once.

        Raises:
            ValueError: If it is no such thing, is empty, never ends or lacks a column. The space stays as it was.
        """
        learning = {
            name: feature.preprocessor.fresh()
            for name, feature in self.features.items()
            if feature.preprocessor.needs_adapting
        }
        rows = 0
        for piece in pieces(dataset, {name: self.features[name].kind for name in learning}):
            for name, values in piece.items():
                learning[name].update(values)
                rows += values.size
        if learning and not rows:
            raise ValueError(
                "A feature space cannot adapt to no data.\nReceived: 0 samples.\nAllowed: at least one sample.\n"
                "Check how the data were loaded; a generator can be read only once."
            )
        for encoder in learning.values():
            encoder.finish()
        for name, encoder in learning.items():
            self.features[name].preprocessor = encoder
        self._encoded = None
        self.built = True

    def _adapted(self) -> bool:
        return all(feature.preprocessor.adapted for feature in self.features.values())

    def _check_adapted(self) -> None:
        waiting = [name for name, feature in self.features.items() if not feature.preprocessor.adapted]
        if waiting:
            raise ValueError(
                "The feature space has not learned what it needs yet.\n"
                f"Received: a call before `adapt`; these features learn from data: {', '.join(waiting)}.\n"
                "Allowed: calls after `adapt`.\nCall `.adapt(dataset)` first."
            )

    # ------------------------------------------------------------------ encoding

    def __call__(self, data: Any, **kwargs: Any) -> Any:
        """Encode columns.

        Args:
            data: Dict with a value for each feature, and no others: lists or arrays of shape ``(batch,)`` or
                ``(batch, values)``, or scalars for one sample; or tensors, or symbolic tensors.
            **kwargs: What a model passes to its layers.

        Returns:
            Of host data NumPy arrays, of tensors tensors: one of shape ``(batch, size)``, or a dict, by `output_mode`.
            Of one sample it is without the first axis.

        Raises:
            ValueError: If it is no such dict, or `adapt` has not been called.
        """
        self._check_keys(data)
        self._check_adapted()
        values = list(data.values())
        if any(isinstance(value, KerasTensor) for value in values):
            return super().__call__(data, **kwargs)
        tensors = [value for value in values if _is_tensor(value)]
        strings = any(feature.kind == "string" for feature in self.features.values())
        if tensors and not strings:
            return super().__call__(data, **kwargs)
        try:
            return self._on_host(data)
        except ValuelessError:
            # The backend in use may not have been needed before, so that nobody knew its tensors.
            if strings or not any(map(current.current().tensors.is_tensor, values)):
                raise
        return super().__call__(data, **kwargs)

    def _check_keys(self, data: Any) -> None:
        if not isinstance(data, Mapping):
            raise ValueError(
                "A feature space is called with a dict.\n"
                f"Received: a {type(data).__name__}.\nAllowed: a dict with a value for each feature.\n"
                "Pass the columns by name."
            )
        missing = [repr(name) for name in self.features if name not in data]
        unknown = [repr(name) for name in data if name not in self.features]
        if missing or unknown:
            told = [f"no {', '.join(missing)}"] * bool(missing) + [f"unknown {', '.join(unknown)}"] * bool(unknown)
            raise ValueError(
                f"The data do not have the features of {self.name!r}.\nReceived: {'; '.join(told)}.\n"
                f"Allowed: {', '.join(map(repr, self.features))}, each once.\nPass these."
            )

    def _on_host(self, data: Mapping[str, Any]) -> Any:
        raw = {name: column(data[name], feature.kind, name) for name, feature in self.features.items()}
        single = any(values.ndim == 0 for values in raw.values())
        raw = {name: _host_rows(values, single=single) for name, values in raw.items()}
        counts = {name: len(values) for name, values in raw.items()}
        if len(set(counts.values())) > 1:
            raise ValueError(
                "The columns have different numbers of samples.\n"
                f"Received: {', '.join(f'{name}: {count}' for name, count in counts.items())}.\n"
                "Allowed: one number for all.\nCut or complete the columns."
            )
        coded = {name: feature.preprocessor.encode(raw[name]) for name, feature in self.features.items()}
        outputs: dict[str, Any] = {}
        for name in sorted(self.features):
            feature = self.features[name]
            codes = coded[name]
            if feature.output_mode == "one_hot":
                codes = multi_hot(codes.astype("int64"), _depth_of(name, feature))
            outputs[name] = codes
        for cross in self._sorted_crosses():
            codes = cross.crossing.encode(*self._pair(cross, coded))
            outputs[cross.name] = multi_hot(codes, cross.crossing_dim) if cross.output_mode == "one_hot" else codes
        if single:
            outputs = {name: value[0] for name, value in outputs.items()}
        if self.output_mode == "dict":
            return outputs
        self._check_floats({name: str(value.dtype) for name, value in outputs.items()})
        return np.concatenate([value.astype(host_float(), copy=False) for value in outputs.values()], axis=-1)

    def call(self, data: Any) -> Any:
        """Return what the encoders make of tensors."""
        self._check_adapted()
        single = any(len(data[name].shape) == 0 for name in self.features)
        coded = {
            name: feature.preprocessor.encode_tensor(self._tensor_rows(data[name], feature, single=single))
            for name, feature in self.features.items()
        }
        outputs: dict[str, Any] = {}
        for name in sorted(self.features):
            feature = self.features[name]
            codes = coded[name]
            if feature.output_mode == "one_hot":
                codes = multi_hot_tensor(ops.cast(codes, "int32"), _depth_of(name, feature), self.compute_dtype)
            outputs[name] = codes
        for cross in self._sorted_crosses():
            depths = [self.features[name].preprocessor.depth for name in cross.feature_names]
            codes = cross.crossing.encode_tensor(*self._pair(cross, coded), (depths[0], depths[1]))
            if cross.output_mode == "one_hot":
                codes = multi_hot_tensor(codes, cross.crossing_dim, self.compute_dtype)
            outputs[cross.name] = codes
        if single:
            outputs = {name: ops.squeeze(value, 0) for name, value in outputs.items()}
        return outputs if self.output_mode == "dict" else ops.concatenate(list(outputs.values()), axis=-1)

    def _tensor_rows(self, values: Any, feature: Feature, *, single: bool) -> Any:
        """Return a tensor of shape ``(batch, values)`` in the dtype of its kind."""
        if feature.kind == "string":
            raise not_on_tensors("this feature space")
        values = ops.cast(values, self.compute_dtype if feature.kind == "float" else "int32")
        if single:
            return ops.reshape(values, (1, -1))
        return ops.expand_dims(values, -1) if len(values.shape) == 1 else values

    def _sorted_crosses(self) -> list[Cross]:
        return sorted(self.crosses, key=lambda cross: cross.name)

    def _pair(self, cross: Cross, coded: dict[str, Any]) -> tuple[Any, Any]:
        first, second = (coded[name] for name in cross.feature_names)
        if first.shape[-1] != 1 or second.shape[-1] != 1:
            raise ValueError(
                f"The features {' and '.join(cross.feature_names)} cannot be crossed.\n"
                f"Received: values of shapes {tuple(first.shape)} and {tuple(second.shape)}.\n"
                "Allowed: one value per sample.\nTake them out of `crosses`, or split the columns."
            )
        return first, second

    def _check_floats(self, dtypes: dict[str, str]) -> None:
        indices = [name for name, dtype in dtypes.items() if "int" in dtype]
        if indices and self.output_mode == "concat":
            raise ValueError(
                "Features that are indices cannot be joined to others.\n"
                f"Received: {', '.join(indices)} in output_mode='int'.\n"
                "Allowed with output_mode='concat': floats and one-hot codes.\n"
                "Make the feature space with output_mode='dict', or these features with output_mode='one_hot'."
            )

    # ------------------------------------------------------------------ symbolic tensors

    def get_inputs(self) -> dict[str, Any]:
        """Return an `Input` of shape ``(None, 1)`` for each feature, by name; the same ones every time."""
        if self._inputs is None:
            self._inputs = {
                name: Input((1,), dtype=feature.dtype, name=name) for name, feature in self.features.items()
            }
        return dict(self._inputs)

    def get_encoded_features(self) -> Any:
        """Return the symbolic tensor, or dict of them, that `get_inputs` are encoded to.

        Raises:
            ValueError: If `adapt` has not been called.
        """
        self._check_adapted()
        if self._encoded is None:
            self._encoded = self(self.get_inputs())
        return dict(self._encoded) if isinstance(self._encoded, dict) else self._encoded

    @property
    def encoded_features(self) -> Any:
        """Return what `get_encoded_features` does, or ``None`` before it was asked for."""
        return self._encoded

    def compute_output_spec(self, data: Any, **kwargs: Any) -> Any:
        """Return symbolic outputs; strings are taken here, since nothing is computed."""
        del kwargs
        self._check_keys(data)
        batch = next(iter(data.values())).dims[0]
        sizes: dict[str, tuple[int | None, str]] = {}
        for name in sorted(self.features):
            feature = self.features[name]
            if feature.output_mode == "one_hot":
                sizes[name] = _depth_of(name, feature), self.compute_dtype
            else:
                whole = feature.preprocessor.depth is not None
                sizes[name] = data[name].shape[-1], "int32" if whole else self.compute_dtype
        for cross in self._sorted_crosses():
            hot = cross.output_mode == "one_hot"
            sizes[cross.name] = (cross.crossing_dim, self.compute_dtype) if hot else (1, "int32")
        if self.output_mode == "dict":
            return {name: KerasTensor((batch, size), dtype) for name, (size, dtype) in sizes.items()}
        self._check_floats({name: dtype for name, (_, dtype) in sizes.items()})
        known = [size for size, _ in sizes.values() if size is not None]
        return KerasTensor((batch, sum(known) if len(known) == len(sizes) else None), self.compute_dtype)

    # ------------------------------------------------------------------ config and files

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, with what was learned."""
        return {
            "features": {name: configs.feature_config(feature) for name, feature in self.features.items()},
            "output_mode": self.output_mode,
            "crosses": [configs.cross_config(cross) for cross in self.crosses],
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return the feature space that `config` describes, as adapted as it was."""
        features = {name: configs.feature_from_config(feature) for name, feature in config["features"].items()}
        crosses = [configs.cross_from_config(cross) for cross in config.get("crosses") or ()]
        return cls(**{**config, "features": features, "crosses": crosses})

    def get_build_config(self) -> dict[str, Any] | None:
        """Return what tells Keras that the space has learned what it needs; ``None`` before."""
        return {name: {"input_shape": [None, 1]} for name in self.features} if self._adapted() else None

    def build_from_config(self, config: dict[str, Any] | None) -> None:
        """Do nothing: the config said everything."""

    def save(self, filepath: str | PathLike[str]) -> None:
        """Save the feature space, with what it has learned, for `polykeras.saving.load_model`.

        Args:
            filepath: File to be written, whole or not at all; ends in ``.keras``.

        Raises:
            ValueError: If the ending is another.
        """
        service("files").save_model(self, filepath)

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes, but no symbolic tensors, which belong to graphs."""
        return super().__getstate__() | {"_inputs": None, "_encoded": None}


def _depth_of(name: str, feature: Feature) -> int:
    depth = feature.preprocessor.depth
    if depth is None:
        raise ValueError(
            f"The feature {name!r} has no one-hot codes.\n"
            "Received: output_mode='one_hot' for a preprocessor that does not say how many indices there are.\n"
            "Allowed: preprocessors with `num_bins` or `vocabulary_size`.\nChoose output_mode='float' or 'int'."
        )
    return depth


def _is_tensor(value: Any) -> bool:
    if type(value) is np.ndarray or isinstance(value, (np.generic, list, tuple, str, bytes, int, float)):
        return False
    return any(backend.tensors.is_tensor(value) for backend in resolved_backends())


def _host_rows(values: np.ndarray, *, single: bool) -> np.ndarray:
    """Return values of shape ``(batch, values)``."""
    if single:
        return values.reshape(1, -1)
    return values.reshape(len(values), -1)

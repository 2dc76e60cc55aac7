"""Before the first step: everything is built on the shapes of a batch, and labels are looked at."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from polykeras import losses, tree
from polykeras.backend import dtypes
from polykeras.ops import abstract
from polykeras.ops.keras_tensor import KerasTensor
from polykeras.plugins.errors import SymbolicTensorError
from polykeras.state.moving import move
from polykeras.train import own_steps
from polykeras.train.unpack import unpack_x_y_sample_weight


def symbols(structure: Any, dtype: str) -> Any:
    """Return symbolic tensors for the arrays of a batch, of unknown batch size."""

    def symbol(leaf: Any) -> Any:
        if leaf is None:
            return None
        shape = tuple(getattr(leaf, "shape", np.shape(leaf)))
        own = dtypes.standardize_dtype(leaf.dtype) if hasattr(leaf, "dtype") else dtype
        chosen = dtype if dtypes.is_float(own) and dtypes.is_float(dtype) else own
        return KerasTensor((None, *shape[1:]), chosen)

    return tree.map_structure(symbol, structure)


def build_model(model: Any, x: Any) -> Any:
    """Build `model` on the inputs of one batch and return its symbolic outputs."""
    inputs = symbols(x, model.compute_dtype)
    try:
        with abstract.abstract_scope():
            return model(inputs)
    except SymbolicTensorError:
        # A `call` that needs values: run it for real, once, on the batch.
        outputs = model(x, training=False)
        return symbols(outputs, model.compute_dtype)


def build_all(model: Any, batch: Any, *, training: bool) -> None:
    """Build model, loss, metrics and optimizer slots for batches like this one."""
    x, y, _ = unpack_x_y_sample_weight(batch)
    kind = "train" if training else "test"
    if own_steps.is_own(model, kind):
        build_for_own_step(model, kind, batch)
    else:
        _build_by_call(model, x, y)
    name = model.loop_backend().name
    for holder in (*model.every_metric(), *model.own_optimizers):
        for variable in holder.variables:
            move(variable, name)
    if training and model.optimizer is not None and not (model.optimizer.built or model.own_optimizers):
        model.optimizer.build(model.trainable_variables)


def build_to_predict(model: Any, batch: Any) -> None:
    """Build `model` on the inputs of a batch, as its `predict_step` needs it."""
    if own_steps.is_own(model, "predict"):
        build_for_own_step(model, "predict", batch)
    else:
        build_model(model, unpack_x_y_sample_weight(batch)[0])


def _build_by_call(model: Any, x: Any, y: Any) -> None:
    y_pred = build_model(model, x)
    loss, metrics = model.compiled_loss, model.compiled_metrics
    if loss is not None and not loss.built:
        loss.build(y_pred)
    if metrics is not None and not metrics.built:
        metrics.build(symbols(y, model.compute_dtype), y_pred)


def build_for_own_step(model: Any, kind: str, batch: Any) -> None:
    """Build what a user's step needs: by a call where the inputs are those of `call`, else by the step itself."""
    called = False
    if model.has_call:
        # What fails here for other reasons fails again in the step, and is told there.
        with contextlib.suppress(Exception):
            x, y, _ = unpack_x_y_sample_weight(batch)
            if kind == "predict":
                build_model(model, x)
            else:
                _build_by_call(model, x, y)
            called = True
    if not called or not all(optimizer.built for optimizer in model.own_optimizers):
        own_steps.rehearse(model, kind, symbols(batch, model.compute_dtype))


def check_targets(model: Any, batches: Any, first: Any) -> None:
    """Refuse class indices that the outputs do not have, before any step runs.

    Raises:
        ValueError: If a label is negative or not below the number of classes.
    """
    classes = _sparse_classes(model)
    if classes is None:
        return
    # The adapter's whole array where it has one, else the batch at hand.
    targets = getattr(batches.adapter, "targets", None)
    if targets is None:
        targets = unpack_x_y_sample_weight(first)[1]
    for leaf in tree.flatten(targets):
        if not isinstance(leaf, np.ndarray) or leaf.size == 0 or leaf.dtype.kind not in "iuf":
            continue
        low, high = leaf.min(), leaf.max()
        if low < 0 or high >= classes:
            raise ValueError(
                f"The labels do not fit the outputs of {model.name!r}.\n"
                f"Received: class indices from {low} to {high}.\nAllowed: 0 to {classes - 1}, "
                f"since the outputs have {classes} classes.\n"
                "Correct the labels, or give the last layer more units."
            )


def _sparse_classes(model: Any) -> int | None:
    """Return the number of classes when the only loss takes class indices, else ``None``."""
    loss = model.compiled_loss
    if loss is None or not isinstance(loss.single, losses.SparseCategoricalCrossentropy):
        return None
    if getattr(loss.single, "ignore_class", None) is not None or loss.output_shape is None:
        return None
    size = loss.output_shape[-1]
    return None if size is None else int(size)

"""Saving and loading: the functions, and which format a file is in.

Promises: a file that is written is whole, or the earlier one is still there. A file that is read cannot
run code, reach other files or take more memory than its size explains, and is read whole before
anything changes: what fails to load leaves the model as it was. Every way in comes through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from polykeras.models.model import Model
from polykeras.plugins.errors import CorruptFileError, did_you_mean
from polykeras.registry.serialization import deserialize_keras_object, serialize_keras_object
from polykeras.registry.sharing import ObjectSharingScope
from polykeras.saving import failures, hdf5, keras_archive, legacy_h5, weights_file
from polykeras.saving.atomic import check_target, replacing
from polykeras.saving.checksum import Checksum, checked
from polykeras.saving.weights import entries_of, prepare_optimizer, put

_ARCHIVE = ".keras"
_HDF5 = (".weights.h5", ".h5", ".hdf5")
_SAFETENSORS = ".safetensors"
_LAYOUTS = {".weights.h5": weights_file.as_hdf5, ".weights.safetensors": weights_file.as_safetensors}


def save_model(
    model: Any, filepath: str | PathLike[str], overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
) -> None:
    """Save a model: its config, its weights, and how it was compiled with the optimizer's state.

    Args:
        model: The model.
        filepath: File to be written; ends in ``.keras``.
        overwrite: Whether a file that is there already may be replaced.
        zipped: ``None`` or ``True``: the file is one archive.
        **kwargs: None are known; there for the signature's sake.

    Raises:
        ValueError: If the ending or an argument is not one of these, or the model has no config.
        FileExistsError: If the file is there and may not be replaced.
    """
    _refuse_extra("save_model", kwargs)
    path = _path(filepath)
    if zipped is False:
        raise ValueError(
            "A model is saved as one archive.\nReceived: zipped=False.\nAllowed: zipped=None or True.\n"
            "Save it, and unpack the archive if you want its parts."
        )
    if not path.name.endswith(_ARCHIVE):
        hint = " Whole models in `.h5` are no longer written." if path.suffix in _HDF5 else ""
        raise ValueError(
            f"The model cannot be saved under this name.{hint}\nReceived: {str(path)!r}.\n"
            "Allowed: names ending in `.keras`; for weights alone, `.weights.h5` with `save_weights`.\n"
            f"Use {path.stem + _ARCHIVE!r}."
        )
    _require_model(model, "save_model")
    check_target(path, overwrite=overwrite)
    with ObjectSharingScope():
        config = serialize_keras_object(model)
    with replacing(path, overwrite=overwrite) as stream:
        keras_archive.write(stream, model, config)


def load_model(
    filepath: str | PathLike[str],
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Load a model that `save_model` or Keras 3 saved.

    Args:
        filepath: A file ending in ``.keras``.
        custom_objects: Classes and functions by name that the file may use, besides those registered.
        compile: Whether to compile it as it was compiled when it was saved.
        safe_mode: Code in a file is refused either way; there for the signature's sake.

    Returns:
        The model, with its weights and, if it was compiled, the optimizer's state.

    Raises:
        CorruptFileError: If the file is damaged.
        UnsafeFileError: If the file holds code, or asks for what a file may not do.
        ValueError: If the file is of another kind, or names something that nobody made known.
    """
    path = _path(filepath)
    source = str(path)
    if not path.name.endswith(_ARCHIVE):
        raise ValueError(_no_model(path))
    with weights_file.opened(path) as stream:
        contents = keras_archive.read(stream, source)
    config = contents.config if compile else {**contents.config, "compile_config": None}
    stores = weights_file.stores_of(hdf5.read(contents.weights, f"{source}: model.weights.h5"))
    with ObjectSharingScope():
        model = deserialize_keras_object(config, custom_objects, safe_mode)
    if not _stands_alone(model):
        raise failures.corrupt(source, "config.json", f"the config of a {type(model).__name__}, which is no model")
    if model.built or any(stores.values()):
        # Config and weights come from one file, so weights that do not fit are that file's fault.
        prepare_optimizer(model, stores)
        put(model, stores, source, failure=CorruptFileError)
    keras_archive.give_assets(model, contents.assets, source)
    return model


def save_weights(
    model: Any, filepath: str | PathLike[str], overwrite: bool = True, max_shard_size: Any = None, **kwargs: Any
) -> None:
    """Save the weights of a model, and the optimizer's state if it is compiled.

    Args:
        model: The model.
        filepath: File to be written; ends in ``.weights.h5`` or ``.weights.safetensors``.
        overwrite: Whether a file that is there already may be replaced.
        max_shard_size: ``None``: everything goes into one file.
        **kwargs: None are known; there for the signature's sake.

    Raises:
        ValueError: If the ending or an argument is not one of these.
        FileExistsError: If the file is there and may not be replaced.
    """
    _refuse_extra("save_weights", kwargs)
    path = _path(filepath)
    if max_shard_size is not None:
        raise ValueError(
            f"Weights are saved as one file.\nReceived: max_shard_size={max_shard_size!r}.\nAllowed: None.\n"
            "Leave it out; files of any size are written without a copy in memory."
        )
    layout = next((layout for ending, layout in _LAYOUTS.items() if path.name.endswith(ending)), None)
    if layout is None:
        raise ValueError(
            f"The weights cannot be saved under this name.\nReceived: {str(path)!r}.\n"
            f"Allowed: names ending in {' or '.join(f'`{ending}`' for ending in _LAYOUTS)}.\n"
            f"Use {path.name.split('.')[0] + '.weights.h5'!r}."
        )
    _require_model(model, "save_weights")
    check_target(path, overwrite=overwrite)
    plan, values = layout(entries_of(model))
    total = Checksum()
    with replacing(path, overwrite=overwrite) as stream:
        for piece in weights_file.pieces(plan, values):
            total.add(piece)
            stream.write(piece)
        if layout is weights_file.as_hdf5:
            stream.write(total.trailer())


def load_weights(model: Any, filepath: str | PathLike[str], skip_mismatch: bool = False, **kwargs: Any) -> None:
    """Load weights into a model, all or none.

    Args:
        model: A model that is built.
        filepath: A file ending in ``.weights.h5``, ``.weights.safetensors``, ``.keras`` or ``.h5``.
        skip_mismatch: Whether layers whose weights do not fit keep what they have, with a warning.
        **kwargs: None are known; there for the signature's sake.

    Raises:
        CorruptFileError: If the file is damaged.
        UnsafeFileError: If the file asks for what a file may not do.
        ValueError: If the weights do not fit the model. It then keeps the weights that it had.
    """
    _refuse_extra("load_weights", kwargs)
    _require_model(model, "load_weights")
    path = _path(filepath)
    source = str(path)
    name = path.name
    if not name.endswith((_ARCHIVE, _SAFETENSORS, *_HDF5)):
        raise ValueError(
            f"Weights are not read from files of this kind.\nReceived: {source!r}.\n"
            "Allowed: names ending in `.weights.h5`, `.weights.safetensors`, `.keras` or `.h5`."
            f"{did_you_mean(path.suffix, ['.keras', '.h5', '.safetensors'])}\n"
            "Save the weights in one of these forms where they come from."
        )
    with weights_file.opened(path) as stream:
        data = keras_archive.read_weights(stream, source) if name.endswith(_ARCHIVE) else weights_file.whole(stream)
    if name.endswith(_SAFETENSORS):
        stores = weights_file.from_safetensors(data, source)
    else:
        root = hdf5.read(data if name.endswith(_ARCHIVE) else checked(data, source), source)
        if legacy_h5.is_legacy(root):
            legacy_h5.put(model, root, source, skip_mismatch=skip_mismatch)
            return
        stores = weights_file.stores_of(root)
    prepare_optimizer(model, stores)
    put(model, stores, source, skip_mismatch=skip_mismatch)


def _path(filepath: str | PathLike[str]) -> Path:
    return Path(fspath(filepath))


def _require_model(model: Any, function: str) -> None:
    if not (isinstance(model, Model) or (function == "save_model" and _stands_alone(model))):
        raise TypeError(
            f"`{function}` takes a model.\nReceived: {model!r} of type {type(model).__name__}.\n"
            "Allowed: models made from a graph, chains, and subclasses of `Model`.\nPass the model."
        )


def _stands_alone(obj: Any) -> bool:
    """Return whether a file may hold just this: a model, or a layer that is saved by itself."""
    return isinstance(obj, Model) or getattr(type(obj), "_polykeras_saved_alone", False)


def _refuse_extra(function: str, kwargs: Mapping[str, Any]) -> None:
    if kwargs:
        raise ValueError(
            f"`{function}` got arguments that it does not have.\nReceived: {', '.join(kwargs)}.\n"
            "Allowed: those of its signature.\nRemove them."
        )


def _no_model(path: Path) -> str:
    advice = "Save the model in a file ending in `.keras` where it comes from."
    if path.name.endswith((".weights.h5", _SAFETENSORS)):
        advice = "Build the model in Python, and give it the weights with `model.load_weights(path)`."
    elif path.suffix in _HDF5:
        advice = (
            "Build the model in Python and give it the weights with `model.load_weights(path)`, or load the file in "
            "Keras and save it ending in `.keras`."
        )
    return (
        "No model can be loaded from this file.\n"
        f"Received: {str(path)!r}.\nAllowed: names ending in `.keras`.\n{advice}"
    )

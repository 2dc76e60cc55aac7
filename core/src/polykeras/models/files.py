"""Saving and loading as methods of a model; the work is done by the floor above."""

from __future__ import annotations

from os import PathLike
from typing import Any

from polykeras.services import service


class ModelFiles:
    """Mixin of `Model`: `save`, `save_weights` and `load_weights`."""

    def save(
        self, filepath: str | PathLike[str], overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
    ) -> None:
        """Save the model: its config, its weights, and how it was compiled with the optimizer's state.

        Args:
            filepath: File to be written; ends in ``.keras``.
            overwrite: Whether a file that is there already may be replaced.
            zipped: ``None`` or ``True``: the file is one archive.
            **kwargs: None are known; there for the signature's sake.

        Raises:
            ValueError: If the ending or an argument is not one of these, or the model has no config.
            FileExistsError: If the file is there and may not be replaced.
        """
        service("files").save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(self, filepath: str | PathLike[str], overwrite: bool = True, max_shard_size: Any = None) -> None:
        """Save the weights, and the optimizer's state if the model is compiled.

        Args:
            filepath: File to be written; ends in ``.weights.h5`` or ``.weights.safetensors``.
            overwrite: Whether a file that is there already may be replaced.
            max_shard_size: ``None``: everything goes into one file.

        Raises:
            ValueError: If the ending or an argument is not one of these.
            FileExistsError: If the file is there and may not be replaced.
        """
        service("files").save_weights(self, filepath, overwrite=overwrite, max_shard_size=max_shard_size)

    def load_weights(self, filepath: str | PathLike[str], skip_mismatch: bool = False, **kwargs: Any) -> None:
        """Load weights, all or none.

        Args:
            filepath: A file ending in ``.weights.h5``, ``.weights.safetensors``, ``.keras`` or ``.h5``.
            skip_mismatch: Whether layers whose weights do not fit keep what they have, with a warning.
            **kwargs: None are known; there for the signature's sake.

        Raises:
            CorruptFileError: If the file is damaged.
            UnsafeFileError: If the file asks for what a file may not do.
            ValueError: If the weights do not fit the model. It then keeps the weights that it had.
        """
        service("files").load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

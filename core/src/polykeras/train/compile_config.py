"""How a model was compiled, as a config, and compiling it again from one."""

from __future__ import annotations

import warnings
from typing import Any

from polykeras import optimizers
from polykeras.registry import deserialize_keras_object, serialize_keras_object
from polykeras.registry.serialization import malformed
from polykeras.registry.values import short

ARGUMENTS = (
    "optimizer",
    "loss",
    "loss_weights",
    "metrics",
    "weighted_metrics",
    "run_eagerly",
    "steps_per_execution",
    "jit_compile",
)


class CompileConfig:
    """The part of `Trainer` that remembers the arguments of ``compile``."""

    compiled: bool
    optimizer: Any
    _compiled_with: dict[str, Any]

    def get_compile_config(self) -> dict[str, Any]:
        """Return the arguments of ``compile``, empty when the model is not compiled.

        The optimizer is written as it is now: with the learning rate that it has come to.
        """
        if not self.compiled:
            return {}
        given = {**self._compiled_with, "optimizer": self.optimizer}
        return {key: serialize_keras_object(given[key]) for key in ARGUMENTS}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile the model as `get_compile_config` says, and make the optimizer's slots if it is built.

        A class with a ``compile`` of its own stays uncompiled, with a warning: what it was given is not known.
        ``jit_compile=True`` is taken as ``"auto"``: files hold what the backend that wrote them chose.

        Raises:
            UnsafeFileError: If the config holds or names code.
            ValueError: If it is malformed or names something unknown.
        """
        if not isinstance(config, dict) or not config.keys() <= {*ARGUMENTS, "auto_scale_loss"}:
            raise malformed("compile", config, f"it holds something besides {', '.join(ARGUMENTS)}")
        if getattr(type(self).compile, "__qualname__", "") != "Trainer.compile":  # type: ignore[attr-defined]
            warnings.warn(
                f"The model {self.name!r} is not compiled: {type(self).__name__} has a `compile` of its own.\n"  # type: ignore[attr-defined]
                "Call it, or define `compile_from_config`.",
                stacklevel=2,
            )
            return
        arguments = {key: deserialize_keras_object(value) for key, value in config.items()}
        if arguments.get("jit_compile") is True:
            arguments["jit_compile"] = "auto"
        if not isinstance(arguments.get("optimizer", ""), (str, optimizers.Optimizer)):
            raise malformed("compile", config, f'its "optimizer" is {short(arguments["optimizer"])}')
        self.compile(**arguments)  # type: ignore[attr-defined]
        if self.optimizer is not None and self.built:  # type: ignore[attr-defined]
            self.optimizer.build(self.trainable_variables)  # type: ignore[attr-defined]

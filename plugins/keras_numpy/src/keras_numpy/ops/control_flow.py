"""Control flow runs in Python: nothing is traced here, so core's own loops and branches serve; gradients are native."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_numpy import tape
from keras_numpy.array import tensor


def _pullbacks(positions: Any, answer: Any, arguments: Any, options: dict[str, Any]) -> Callable[[Any], Any]:
    del answer

    def pull_back(gradient: Any) -> Any:
        # Once more, on what the arguments are here: they may be traced by an enclosing tape.
        _, pull = options["forward"](*arguments)
        upstream = [tensor(np.zeros_like(tape.value_of(output))) for output in options["outputs"]]
        upstream[options["index"]] = gradient
        gradients = pull(*upstream)
        return tuple(gradients[position] for position in positions)

    return pull_back


_output = tape.primitive_at_once(lambda *_, outputs, index, forward: tape.value_of(outputs[index]), _pullbacks)


def custom_gradient(forward: Callable[..., Any], inputs: Sequence[Any]) -> list[Any]:
    """Return the outputs of ``outputs, pull = forward(*inputs)``, whose gradients are what `pull` makes of theirs."""
    outputs, _ = forward(*(tensor(tape.value_of(one)) for one in inputs))
    return [_output(*inputs, outputs=outputs, index=index, forward=forward) for index in range(len(outputs))]


NATIVES: dict[str, Callable[..., Any]] = {"custom_gradient": custom_gradient}

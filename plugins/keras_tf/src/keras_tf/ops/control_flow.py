"""Control flow inside traced functions; eager code runs it in Python.

A native function here is pure: it takes and gives tensors and structures of tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keras_tf.framework import tf
from polykeras import tree


def cond(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operand: Any) -> Any:
    """Return ``true_fn(operand)`` or ``false_fn(operand)``."""
    if tf.executing_eagerly():
        return true_fn(operand) if bool(pred) else false_fn(operand)
    structures: list[Any] = []

    def flat(branch: Callable[..., Any]) -> Callable[[], list[Any]]:
        def run() -> list[Any]:
            leaves, structure = tree.flatten_with_spec(branch(operand))
            structures.append(structure)
            return leaves

        return run

    leaves = tf.cond(pred, flat(true_fn), flat(false_fn))
    return tree.unflatten(structures[0], leaves if isinstance(leaves, list) else [leaves])


def while_loop(goes_on: Callable[..., Any], advance: Callable[..., Any], state: Any) -> Any:
    """Return the state for which `goes_on` is false."""
    if tf.executing_eagerly():
        while bool(goes_on(state)):
            state = advance(state)
        return state
    leaves, structure = tree.flatten_with_spec(state)
    final = tf.while_loop(
        lambda *values: goes_on(tree.unflatten(structure, list(values))),
        lambda *values: tree.flatten(advance(tree.unflatten(structure, list(values)))),
        leaves,
    )
    return tree.unflatten(structure, list(final))


def scan(
    advance: Callable[..., Any], init: Any, xs: Any, length: int, reverse: bool, unroll: int | bool
) -> tuple[Any, Any]:
    """Return the last carry and the stacked outputs."""
    del unroll
    indices = range(length - 1, -1, -1) if reverse else range(length)
    if tf.executing_eagerly() or length == 0:
        return _in_python(advance, init, xs, indices, length)
    # The first step runs in front of the loop: its outputs say what arrays the loop fills.
    carry, y = advance(init, _slice(xs, indices[0]))
    outputs, outputs_structure = tree.flatten_with_spec(y)
    carry_leaves, carry_structure = tree.flatten_with_spec(carry)
    arrays = [
        tf.TensorArray(leaf.dtype, size=length, element_shape=leaf.shape).write(indices[0], leaf) for leaf in outputs
    ]

    def step(count: Any, carried: list[Any], arrays: list[Any]) -> tuple[Any, list[Any], list[Any]]:
        position = length - 1 - count if reverse else count
        carry_out, y = advance(tree.unflatten(carry_structure, list(carried)), _slice(xs, position))
        written = [array.write(position, value) for array, value in zip(arrays, tree.flatten(y), strict=True)]
        return count + 1, tree.flatten(carry_out), written

    _, carry_leaves, arrays = tf.while_loop(
        lambda count, *_: count < length, step, (tf.constant(1), carry_leaves, arrays), maximum_iterations=length
    )
    ys = tree.unflatten(outputs_structure, [array.stack() for array in arrays])
    return tree.unflatten(carry_structure, list(carry_leaves)), ys


def _slice(xs: Any, position: Any) -> Any:
    return None if xs is None else tree.map_structure(lambda leaf: leaf[position], xs)


def _in_python(advance: Callable[..., Any], carry: Any, xs: Any, indices: range, length: int) -> tuple[Any, Any]:
    outputs: list[Any] = [None] * length
    for index in indices:
        carry, outputs[index] = advance(carry, _slice(xs, index))
    if not outputs or all(leaf is None for leaf in tree.flatten(outputs[0])):
        return carry, None
    return carry, tree.map_structure(lambda *leaves: tf.stack(leaves), *outputs)


def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """Return what `function` gives for each row, all rows at once."""
    if tf.executing_eagerly():  # it would be traced at each call
        length = len(tree.flatten(elements)[0])
        return _in_python(lambda carry, row: (carry, function(row)), (), elements, range(length), length)[1]
    return tf.vectorized_map(function, elements)


def custom_gradient(forward: Callable[..., Any], inputs: Sequence[Any]) -> list[Any]:
    """Return the outputs of ``outputs, pull = forward(*inputs)``, whose gradients are what `pull` makes of theirs."""

    def run(*tensors: Any) -> Any:
        outputs, pull = forward(*tensors)

        def pulled(*upstream: Any, variables: Any = None) -> Any:
            gradients = list(pull(*upstream))
            return gradients if variables is None else (gradients, [None] * len(variables))

        return outputs, pulled

    outputs: list[Any] = tf.custom_gradient(run)(*inputs)
    return outputs


def remat(function: Callable[..., Any], inputs: Sequence[Any]) -> Any:
    """Return ``function(*inputs)``, whose intermediate results are computed again for gradients."""
    return tf.recompute_grad(function)(*inputs)


NATIVES: dict[str, Callable[..., Any]] = {
    "cond": cond,
    "custom_gradient": custom_gradient,
    "remat": remat,
    "scan": scan,
    "vectorized_map": vectorized_map,
    "while_loop": while_loop,
}

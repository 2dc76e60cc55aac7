"""The Protocols a plugin answers with; every method a backend or an adapter must have is here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np

from polykeras.plugins.info import TensorSpec, VariableSpec

Tensor: TypeAlias = Any
"""A tensor of the framework: opaque to core."""
NativeOp: TypeAlias = Callable[..., Any]
Batch: TypeAlias = Any
"""A nested structure of host arrays: ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``."""


class TensorProvider(Protocol):
    """What core must know of a framework's tensors to dispatch on them and to convert.

    A provider may also have ``devices() -> Sequence[Device]``: the devices that this process sees, the one that tensors
    are placed on first. `polykeras doctor` shows them; without it, it says that the backend does not list any. With
    more than one device it also has ``on_device(name: str) -> AbstractContextManager``: a block in which tensors are
    placed on the device of that name, for `polykeras.device`.
    """

    types: frozenset[type]
    """Exact types of concrete tensors; only these take the fast path."""
    float_dtypes: frozenset[Any]
    """The framework's own dtype objects that are real floating point."""

    def is_tensor(self, x: object) -> bool:
        """Return whether `x` is a tensor of this framework, tracers and subclasses included."""

    def dtype_name(self, x: Tensor) -> str:
        """Return the canonical dtype name of a tensor."""

    def canonical_dtype(self, name: str) -> str:
        """Return the dtype that this framework stores when asked for `name`."""

    def from_host(self, value: Any, dtype: str) -> Tensor:
        """Return a tensor of `dtype` from a NumPy array or a Python scalar."""

    def to_host(self, x: Tensor) -> np.ndarray:
        """Return the values of `x` as a NumPy array, waiting for them."""

    def place(self, batch: Batch) -> Batch:
        """Start moving a batch's host arrays to the device; 64-bit data become what the framework stores."""

    def wait(self, structure: Any) -> None:
        """Block until every tensor in `structure` is computed."""

    def precision_scope(self, dtypes: frozenset[str]) -> Callable[[], AbstractContextManager[Any]] | None:
        """Return what must be entered to compute in `dtypes`, or ``None`` when nothing must."""


class RandomProvider(Protocol):
    """Draws from keys; the same key gives the same draw on this backend.

    A key is made from the two words of a seed generator, ``(seed, counter)``, by ``fold``,
    the Threefry hash written down in `polykeras.random.fold`.

    A provider may also have ``seed_framework(seed: int) -> None``, called after `utils.set_random_seed`: it seeds the
    framework's hidden generator, from which users' own code may draw.

    A provider may also have functions of its own for distributions that core makes of `uniform` and `bits` otherwise
    (`polykeras.random.rejection`): ``gamma(key, shape, dtype, alpha)``, ``beta(key, shape, dtype, alpha, beta)``,
    ``binomial(key, shape, dtype, counts, probabilities)`` and ``randint(key, shape, dtype, minval, maxval)``.
    Parameters are tensors that broadcast to `shape`, inside their ranges, of `dtype`, which is float32 or float64;
    bounds of ``randint`` are Python integers or int64 tensors. A backend whose int64 is int32 must bring ``randint``.
    """

    def advance(self, state: Tensor) -> Tensor:
        """Return the ``(2,)`` uint32 state with its counter one further, modulo 2**32."""

    def fold(self, state: Tensor, stream: int) -> Any:
        """Return a native key from a ``(2,)`` uint32 state; equal to the reference vectors."""

    def key_words(self, key: Any) -> tuple[int, int]:
        """Return a concrete key as two 32-bit words, for the conformance vectors."""

    def bits(self, key: Any, shape: tuple[int, ...]) -> Tensor:
        """Return uniform uint32 words."""

    def uniform(self, key: Any, shape: tuple[int, ...], dtype: str, minval: Any, maxval: Any) -> Tensor:
        """Return draws from ``[minval, maxval)``."""

    def normal(self, key: Any, shape: tuple[int, ...], dtype: str, mean: Any, stddev: Any) -> Tensor:
        """Return draws from the normal distribution."""

    def bernoulli(self, key: Any, shape: tuple[int, ...], probability: Any) -> Tensor:
        """Return booleans that are true with `probability` in [0, 1]."""


class VariableStore(Protocol):
    """Keeps the values of variables; a handle is the store's own, opaque to core."""

    in_place: bool
    """True where a write mutates what the handle names (write-through), false where it replaces it."""

    def create(self, spec: VariableSpec, init: Callable[[], Any]) -> Any:
        """Return a handle for a new variable whose value is ``init()``, host or native."""

    def read(self, handle: Any) -> Tensor:
        """Return the current value."""

    def write(self, handle: Any, value: Tensor) -> None:
        """Replace the value by a tensor of the same shape and dtype."""


class TrainingProvider(Protocol):
    """Gradients, compilation and abstract evaluation.

    A provider may also have ``clear_caches() -> None``, called by `utils.clear_session`: it drops compiled code
    that the framework keeps for the whole process. Compiled steps must work after it.

    An attribute ``steps_take_state`` that is true says that a user's step which takes ``*args`` expects state and data;
    a step that names its arguments is called as these say.
    """

    def value_and_grad(
        self, fn: Callable[..., tuple[Tensor, Any]], tensors: Sequence[Tensor]
    ) -> tuple[tuple[Tensor, Any], list[Tensor | None]]:
        """Call ``fn(*tensors) -> (scalar, aux)`` and return ``((scalar, aux), gradients)``.

        A tensor that `fn` does not use gets zeros, or ``None`` where the framework can tell.
        Calls nest: inside `fn` another call differentiates through this one.
        """

    def compile_step(
        self,
        step: Callable[[Batch], Any],
        variables: Sequence[Any],
        *,
        jit: bool | None,
        eager: bool = False,
        own_gradients: bool = False,
    ) -> Callable[[Batch], Any]:
        """Return `step` as a callable that runs it compiled.

        `variables` are all the variables that `step` may read or write, in a fixed order.
        `jit` is ``True`` or ``False`` when the user said so and ``None`` when the backend chooses.
        `eager` asks for a step whose every line runs as it stands each time, for those who debug it.
        `own_gradients` says that a user wrote the step, and may take gradients in it by the framework's own means.
        """

    def abstract_eval(self, fn: Callable[..., Any], specs: Sequence[TensorSpec]) -> Any:
        """Return the structure of `TensorSpec` that ``fn(*tensors)`` would give, computing nothing."""

    def stop_gradient(self, x: Tensor) -> Tensor:
        """Return `x` as a constant."""


@runtime_checkable
class DataAdapter(Protocol):
    """A source of host batches.

    An adapter may also have:

    - ``split(fraction: float) -> tuple[DataAdapter, DataAdapter]``: the first samples, and the last `fraction` of them
      in order, for ``validation_split``. Without it that argument is refused.
    - ``targets``: the targets of all samples, where they are in memory, for checks before the first step.
    - ``endless``: true where the source is known never to end; steps must then be given.
    - ``begin_epoch() -> None`` and ``end_epoch() -> None``: called before the first batch of each epoch is asked for,
      and after the step on its last one.
    - ``what``: the source in words, with its article, for errors.
    """

    @property
    def num_batches(self) -> int | None:
        """Batches per epoch, or ``None`` when unknown."""

    @property
    def batch_size(self) -> int | None:
        """Samples per full batch, or ``None`` when unknown."""

    def epoch(self, seed: int | None, start_batch: int = 0) -> Iterator[Batch]:
        """Yield the batches of one epoch; `seed` orders a shuffled one, `start_batch` skips ahead."""

    def shard(self, index: int, count: int) -> DataAdapter:
        """Return the part of this source that belongs to worker `index` of `count`."""


OpsMapping: TypeAlias = Mapping[str, NativeOp]

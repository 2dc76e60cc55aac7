"""Seed generators: the state from which layers and `polykeras.random` draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.ops import abstract, keras_tensor
from polykeras.ops.shape_rules import Spec
from polykeras.random import fold as hashing
from polykeras.random.global_seed import check_seed, next_seed
from polykeras.registry import Family, add_family
from polykeras.registry.naming import unique_name
from polykeras.state.variable import Variable


class SeedGenerator:
    """A stream of keys: a seed and a counter, kept in one variable of two uint32 words.

    Args:
        seed: Integer in [0, 2**32); drawn from the process-wide seed for ``None``.
        name: Name of the generator, which prefixes the path of its state; numbered for ``None``.

    Attributes:
        state: Variable of shape ``(2,)`` and dtype uint32, the seed and the counter as Keras keeps them; layers
            that hold the generator list it among their variables, and files save it.

    >>> SeedGenerator(seed=1337).get_config()["seed"]
    1337
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        if kwargs:
            raise ValueError(
                f"SeedGenerator got arguments that it does not have: {', '.join(sorted(kwargs))}.\n"
                "Allowed: seed, name.\nRemove them."
            )
        self.name = unique_name("SeedGenerator") if name is None else name
        self._initial_seed = None if seed is None else check_seed(seed)
        self.seed = next_seed() if self._initial_seed is None else self._initial_seed
        # The host reads the two words at every eager draw, so they stay there.
        self.state = Variable(
            np.array([self.seed, 0], dtype=np.uint32),
            dtype="uint32",
            trainable=False,
            name="seed_generator_state",
            path=f"{self.name}/seed_generator_state",
            placement="host",
        )

    def key(self, stream: int = hashing.DRAW) -> Any:
        """Return the next native key and move the counter on."""
        provider = self.state.backend.random
        words = self.state.value
        key = provider.fold(words, stream)
        self.state.assign(provider.advance(words))
        return key

    def next(self, ordered: bool = True) -> Any:
        """Return the next ``(2,)`` uint32 state, and move the counter on when `ordered`."""
        if abstract.in_abstract_scope():
            symbol = keras_tensor.anonymous(Spec((2,), "uint32"))
            if ordered:
                self.state.assign(symbol)
            return symbol
        backend = self.state.backend
        words = self.state.value
        if backend.variables.in_place:
            # A later write would change what is returned; joining one tensor copies it.
            words = backend.op.concatenate([words], 0)
        if ordered:
            self.state.assign(backend.random.advance(words))
        return words

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"seed": self._initial_seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """Return a generator made from `get_config`'s answer."""
        return cls(**config)


FAMILY = add_family(
    Family("seed generator", "keras.random", {"SeedGenerator": SeedGenerator}, base=SeedGenerator, callables=False),
)

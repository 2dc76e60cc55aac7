"""Rules of ops that work element by element: one shape, or shapes that broadcast."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from polykeras.backend.dtypes import dtype_bits, is_int, standardize_dtype
from polykeras.ops.dims import Dim, Size, known, unify
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.spec import Spec, show


def broadcast_dims(*shapes: tuple[Size, ...]) -> tuple[Size, ...]:
    """Return the shape that `shapes` broadcast to, aligned at the last axis.

    Raises:
        RuleError: Two known sizes on an axis differ and neither is 1.
    """
    result = []
    try:
        for sizes in zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):
            size: Size = 1
            for other in sizes:
                size = unify(size, other)
            result.append(size)
    except RuleError as error:
        raise RuleError(
            "cannot broadcast its arguments", show(*(Spec(shape, "") for shape in shapes)), error.allowed, error.hint
        ) from error
    return tuple(reversed(result))


def _specs(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Spec]:
    return [value for value in (*args, *kwargs.values()) if isinstance(value, Spec)]


def same(*args: Any, **kwargs: Any) -> Spec:
    """Return the first tensor's own shape and dtype."""
    return _specs(args, kwargs)[0]


def predicate(*args: Any, **kwargs: Any) -> Spec:
    """Return the first tensor's shape as booleans."""
    return Spec(same(*args, **kwargs).dims, "bool")


def real_part(x: Spec) -> Spec:
    """Return the shape of `x` in the real dtype of its parts, for ``real``, ``imag`` and ``angle``."""
    return Spec(x.dims, {"complex64": "float32", "complex128": "float64"}.get(x.dtype, x.dtype))


def complex_of(real: Spec, imag: Spec) -> Spec:
    """Return what the parts broadcast to, as complex numbers of their width, or of complex64 for narrow ones."""
    return Spec(broadcast(real, imag).dims, "complex128" if real.dtype == "float64" else "complex64")


def broadcast(*args: Any, **kwargs: Any) -> Spec:
    """Return what all tensors among the arguments broadcast to, in their common dtype."""
    specs = _specs(args, kwargs)
    return Spec(broadcast_dims(*(spec.dims for spec in specs)), specs[0].dtype)


def same_number(x: Spec) -> Spec:
    """Return the tensor's own shape and dtype; booleans have no sign."""
    return _numbers(x, "cannot compute with truth values", "Cast to int32, or use `logical_not`.")


def difference(x1: Spec, x2: Spec) -> Spec:
    """Return what two tensors of numbers broadcast to; booleans have no difference, as in NumPy."""
    result = broadcast(x1, x2)
    return _numbers(result, "cannot subtract truth values", "Cast to int32, or use `logical_xor`.")


def _numbers(spec: Spec, problem: str, hint: str) -> Spec:
    if spec.dtype == "bool":
        raise RuleError(problem, "dtype bool", "integers, floats and complex numbers", hint)
    return spec


def same_bits(x: Spec) -> Spec:
    """Return the tensor's own shape and dtype, which has bits: an integer or bool."""
    if not (is_int(x.dtype) or x.dtype == "bool"):
        raise RuleError("works on bits", f"dtype {x.dtype}", "integers and bool", "Cast to an integer dtype first.")
    return x


def broadcast_bits(x: Spec, y: Spec) -> Spec:
    """Return what two tensors of integers, or of booleans, broadcast to."""
    return same_bits(broadcast(x, y))


def broadcast_whole(x1: Spec, x2: Spec) -> Spec:
    """Return what two tensors of integers broadcast to; booleans are no numbers here."""
    result = broadcast(x1, x2)
    if not is_int(result.dtype):
        raise RuleError("takes whole numbers", f"dtype {result.dtype}", "integers", "Cast to an integer dtype first.")
    return result


def broadcast_number(*args: Any, **kwargs: Any) -> Spec:
    """Return what all tensors among the arguments broadcast to, in their common dtype; booleans become int32."""
    result = broadcast(*args, **kwargs)
    return Spec(result.dims, "int32" if result.dtype == "bool" else result.dtype)


def whole_exponent(dtype: str) -> None:
    """Refuse exponents that are not integers.

    Raises:
        RuleError: They are not.
    """
    if not is_int(dtype):
        raise RuleError(
            "scales by whole powers of 2", f"exponents of dtype {dtype}", "integers", "Cast them, or use `exp2`."
        )


def scale(x1: Spec, x2: Spec) -> Spec:
    """Return what a tensor and its integer exponents broadcast to, in the dtype of the first."""
    whole_exponent(x2.dtype)
    return broadcast(x1, x2)


def compare(*args: Any, **kwargs: Any) -> Spec:
    """Return what all tensors among the arguments broadcast to, as booleans."""
    return Spec(broadcast(*args, **kwargs).dims, "bool")


def where(condition: Spec, x1: Spec | None = None, x2: Spec | None = None) -> Spec | tuple[Spec, ...]:
    """Return the broadcast of all three in the dtype of `x1` and `x2`, or the indices of true values."""
    if x1 is not None and x2 is not None:
        return broadcast(x1, x2, condition)
    if x1 is x2:
        return nonzero(condition)
    raise RuleError(
        "needs two alternatives or none", "one of `x1` and `x2`", "both, or neither", "Pass both `x1` and `x2`."
    )


def nonzero(x: Spec) -> tuple[Spec, ...]:
    """Return one axis of int32 positions, of unknown size, for each axis of `x`."""
    count = Dim.fresh("nonzero")
    return tuple(Spec((count,), "int32") for _ in x.dims)


def view(x: Spec, dtype: Any = None) -> Spec:
    """Return the bits of `x` read as `dtype`: the last axis grows or shrinks by how much narrower or wider that is."""
    name = x.dtype if dtype is None else standardize_dtype(dtype)
    own, other = dtype_bits(x.dtype), dtype_bits(name)
    if own == other:
        return Spec(x.dims, name)
    last = x.dims[-1] * own if x.dims else 0
    rest = last % other
    if not x.dims or (known(rest) and rest != 0):
        raise RuleError(
            "cannot read these bits in that dtype",
            f"{show(x)} of {x.dtype}, and dtype {name}",
            f"a last axis whose bits ({own} for each element) make whole elements of {other} bits",
            "Reshape or pad the tensor, or choose a dtype of the same width.",
        )
    return Spec((*x.dims[:-1], last // other), name)


def cast(x: Spec, dtype: Any) -> Spec:
    """Return the shape of `x` in `dtype`."""
    return Spec(x.dims, standardize_dtype(dtype))

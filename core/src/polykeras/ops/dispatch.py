"""Makes the functions users call: ``@primitive``, ``@derived`` and the dispatchers they generate.

An op is written once, as one ``def`` with types and a docstring. The decorator compiles a
dispatcher with that signature and a code object of its own: exact native tensors of equal dtype go
straight to the backend's function; everything else takes the slow path of `polykeras.ops.convert`,
which unwraps variables, converts and promotes, or evaluates abstractly and records the graph.
When a backend's function fails, the op's shape rule is asked why, so that bad input gets the same
error on every backend and for symbolic tensors; a try block costs nothing until then.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from polykeras.backend.current import ACTIVE
from polykeras.backend.resolved import FALLBACK_BODIES
from polykeras.ops import convert, former_keywords
from polykeras.ops.defined import OPS, find_op

F = TypeVar("F", bound=Callable[..., Any])

_ONE = {"TensorLike", "Tensor"}
_OPTIONAL = {"TensorLike | None", "Tensor | None"}
_MANY = {"Sequence[TensorLike]", "Sequence[Tensor]"}


class TensorParameters(NamedTuple):
    """Positions of the parameters that take tensors."""

    single: tuple[int, ...]
    optional: tuple[int, ...]
    many: tuple[int, ...]


class Op:
    """One public op: its signature, its body or shape rule, and how its tensors are promoted."""

    def __init__(
        self,
        definition: Callable[..., Any],
        *,
        rule: Callable[..., Any] | None,
        promote: Sequence[str] | None,
        to_float: bool,
    ) -> None:
        self.name = definition.__name__
        self.definition = definition
        self.body = definition if rule is None else None  # what symbolic tensors run; a rule comes first
        self.rule = rule
        self.to_float = to_float
        self.signature = inspect.signature(definition)
        # Keywords of former versions are told apart before anything else is done.
        self.takes_former = any(one.kind is one.VAR_KEYWORD for one in self.signature.parameters.values())
        self.parameters = tuple(self.signature.parameters)[: -1 if self.takes_former else None]
        self.tensors = self._tensor_parameters()
        self.promoted = self._promoted(promote)
        self.binary = self.tensors.single == (0, 1) and self.promoted == {0, 1} and not self.tensors.many
        self.public: Callable[..., Any] = definition

    def __repr__(self) -> str:
        """Return a short form for messages."""
        return f"<op {self.name}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the op as users do; nodes of a graph hold the op itself."""
        return self.public(*args, **kwargs)

    def __reduce__(self) -> tuple[Callable[[str], Op], tuple[str]]:
        """Copy and pickle by name."""
        return (find_op, (self.name,))

    def _tensor_parameters(self) -> TensorParameters:
        kinds = [parameter.annotation for parameter in self.signature.parameters.values()]
        return TensorParameters(
            tuple(i for i, kind in enumerate(kinds) if kind in _ONE),
            tuple(i for i, kind in enumerate(kinds) if kind in _OPTIONAL),
            tuple(i for i, kind in enumerate(kinds) if kind in _MANY),
        )

    def _promoted(self, promote: Sequence[str] | None) -> frozenset[int]:
        every = self.tensors.single + self.tensors.optional + self.tensors.many
        if promote is None:
            return frozenset(every)
        return frozenset(self.parameters.index(name) for name in promote)


def primitive(
    rule: Callable[..., Any], *, promote: Sequence[str] | None = None, to_float: bool = False
) -> Callable[[F], F]:
    """Declare an op whose values come from the backend and whose shape comes from `rule`.

    Args:
        rule: Shape rule with the op's own signature, on `Spec` instead of tensors.
        promote: Parameters brought to a common dtype; by default every tensor parameter.
        to_float: Whether integers and booleans become floatx first.
    """

    def decorate(definition: F) -> F:
        return cast("F", _define(Op(definition, rule=rule, promote=promote, to_float=to_float)))

    return decorate


def derived(
    rule: Callable[..., Any] | None = None, *, promote: Sequence[str] | None = None, to_float: bool = False
) -> Callable[[F], F]:
    """Declare an op whose body is written over other ops; a backend may override it by name.

    Args:
        rule: Shape rule for symbolic tensors, where the body compares sizes or reads values and so cannot run on
            what is unknown; without one the body runs on them too.
        promote: Parameters brought to a common dtype; by default every tensor parameter.
        to_float: Whether integers and booleans become floatx first.
    """

    def decorate(definition: F) -> F:
        op = Op(definition, rule=rule, promote=promote, to_float=to_float)
        FALLBACK_BODIES[op.name] = definition
        return cast("F", _define(op))

    return decorate


def _define(op: Op) -> Callable[..., Any]:
    OPS[op.name] = op
    source = _dispatcher_source(op)
    code = compile(source, f"<polykeras op {op.name}>", "exec")
    namespace: dict[str, Any] = {
        "_active": ACTIVE,
        "_op": op,
        "_slow": convert.slow_path,
        "_explain": convert.explain,
        "_former": former_keywords.apply,
    }
    exec(code, namespace)  # noqa: S102 - the text is made here, from a signature in this package
    dispatcher = cast("Callable[..., Any]", namespace[op.name])
    definition = op.definition
    dispatcher.__doc__ = definition.__doc__
    dispatcher.__module__ = definition.__module__
    dispatcher.__qualname__ = definition.__qualname__
    dispatcher.__annotations__ = definition.__annotations__
    dispatcher.__defaults__ = definition.__defaults__
    dispatcher.__kwdefaults__ = definition.__kwdefaults__
    op.public = dispatcher
    return dispatcher


def _dispatcher_source(op: Op) -> str:
    """Return the dispatcher's text: the signature, the exact-type test, the two ways out."""
    names = op.parameters
    given = op.signature.parameters
    signature = ", ".join(name if given[name].default is inspect.Parameter.empty else f"{name}=None" for name in names)
    arguments = ", ".join(names)
    former = ""
    if op.takes_former:
        signature += ", **kwargs"
        former = f"    if kwargs:\n        {arguments} = _former(_op, [{arguments}], kwargs)\n"
    tests = [f"type({names[i]}) in types" for i in op.tensors.single]
    tests += [f"({names[i]} is None or type({names[i]}) in types)" for i in op.tensors.optional]
    same = [names[i] for i in op.tensors.single if i in op.promoted]
    tests += [f"{names[i]}.dtype is {same[0]}.dtype" for i in op.tensors.single if names[i] in same[1:]]
    if same:
        tests += [
            f"({names[i]} is None or {names[i]}.dtype is {same[0]}.dtype)"
            for i in op.tensors.optional
            if i in op.promoted
        ]
        if op.to_float:
            tests.append(f"{same[0]}.dtype in backend.float_dtypes")
    else:
        loose = [names[i] for i in op.tensors.optional if i in op.promoted]
        tests += [
            f"({a} is None or {b} is None or {a}.dtype is {b}.dtype)" for a, b in itertools.combinations(loose, 2)
        ]
    if len(op.tensors.many) == 1 and not op.tensors.single and not op.tensors.optional:
        body = _sequence_source(op, arguments)
    elif op.tensors.many or not op.tensors.single:
        body = f"    return _slow(_op, backend, [{arguments}])\n"
    else:
        body = (
            "    types = backend.types\n"
            f"    if {' and '.join(tests)}:\n"
            f"{_native_source(op, arguments, 8)}"
            f"    return _slow(_op, backend, [{arguments}])\n"
        )
    return (
        f"def {op.name}({signature}):\n{former}"
        f"    backend = _active.here() if _active.overridden else _active.default\n{body}"
    )


def _native_source(op: Op, arguments: str, indent: int) -> str:
    """Return the lines that call the backend's function and ask for the reason when it fails."""
    lines = (
        "try:",
        f"    return backend.op.{op.name}({arguments})",
        "except Exception as error:",
        f"    _explain(_op, [{arguments}], error)",
        "    raise",
    )
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def _sequence_source(op: Op, arguments: str) -> str:
    """Return the body of a dispatcher whose only tensors are those of one sequence."""
    xs = op.parameters[op.tensors.many[0]]
    one_dtype = "_dtype is not None" + (" and _dtype in backend.float_dtypes" if op.to_float else "")
    same = (
        "            if _one.dtype is not _dtype:\n"
        "                if _dtype is not None:\n"
        "                    break\n"
        "                _dtype = _one.dtype\n"
    )
    return (
        f"    if type({xs}) is list or type({xs}) is tuple:\n"
        "        types = backend.types\n"
        "        _dtype = None\n"
        f"        for _one in {xs}:\n"
        "            if type(_one) not in types:\n"
        "                break\n"
        f"{same}"
        "        else:\n"
        f"            if {one_dtype}:\n"
        f"                {xs} = [*{xs}]\n"
        f"{_native_source(op, arguments, 16)}"
        f"    return _slow(_op, backend, [{arguments}])\n"
    )

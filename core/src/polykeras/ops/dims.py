"""Unknown sizes as exact integer expressions: ``Dim``.

A `Dim` is a polynomial with integer coefficients over symbols (each a size >= 0) and floor
quotients. Arithmetic keeps a normal form, so ``h * w == w * h`` and ``(2 * n) // 2 == n``, and gives
a plain int as soon as the unknowns cancel. Equality is structural: two expressions that differ may
still be equal in value. Nothing here decides an order or a truth value: those raise.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, NoReturn, SupportsIndex, TypeAlias, TypeGuard

from polykeras.ops.rule_error import RuleError
from polykeras.plugins.errors import SymbolicTensorError

_numbers = itertools.count()


class _Symbol:
    """One unknown, equal to itself only; its number orders it and is drawn anew when unpickled."""

    __slots__ = ("name", "number")

    def __init__(self, name: str) -> None:
        self.name = name
        self.number = next(_numbers)

    def __reduce__(self) -> tuple[type[_Symbol], tuple[str]]:
        return (_Symbol, (self.name,))

    def __deepcopy__(self, memo: Any) -> _Symbol:
        return self


class _Quotient(NamedTuple):
    """A floor quotient that did not simplify."""

    numerator: Dim | int
    denominator: Dim | int


_Atom: TypeAlias = "_Symbol | _Quotient"
_Monomial: TypeAlias = frozenset[tuple[_Atom, int]]
"""A product of atoms, as pairs of atom and power; the empty one is the constant 1."""
_Terms: TypeAlias = dict[_Monomial, int]
_ONE: _Monomial = frozenset()


class Dim:
    """An unknown size: an integer expression that is >= 0 wherever it is the size of an axis.

    ``+ - * // %`` with ints and Dims give an int where the unknowns cancel, else a `Dim`.

    >>> n = Dim.fresh("n")
    >>> (n + 3) - n, (2 * n) // 2 == n
    (3, True)
    """

    __slots__ = ("_hash", "_terms")
    _hash: int
    _terms: _Terms

    def __init__(self, terms: _Terms) -> None:
        object.__setattr__(self, "_terms", terms)
        object.__setattr__(self, "_hash", hash(frozenset(terms.items())))

    @classmethod
    def fresh(cls, name: str = "n") -> Dim:
        """Return a new unknown, different from every other one, printed as `name`."""
        return cls({frozenset({(_Symbol(name), 1)}): 1})

    def substitute(self, sizes: Mapping[Dim, Size]) -> Size:
        """Return the expression with some of its unknowns replaced.

        Args:
            sizes: From Dims made by `fresh` to what stands for them.
        """
        known_atoms = {symbol: size for dim, size in sizes.items() for symbol in _atoms(dim._terms)}
        total: Size = 0
        for monomial, coefficient in self._terms.items():
            factors = (_replace(atom, known_atoms, sizes) ** power for atom, power in monomial)
            total = total + coefficient * product(factors)
        return total

    def unknowns(self) -> set[Dim]:
        """Return the unknowns of the expression, as `fresh` made them."""
        found: set[Dim] = set()
        for atom in _atoms(self._terms):
            if isinstance(atom, _Symbol):
                found.add(Dim({frozenset({(atom, 1)}): 1}))
            else:
                found.update(*(part.unknowns() for part in atom if isinstance(part, Dim)))
        return found

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(
            f"A Dim cannot be changed.\nReceived: {name} = {value!r}.\n"
            "Allowed: arithmetic, which makes a new Dim.\nBind the new Dim to a name of its own."
        )

    def __reduce__(self) -> tuple[type[Dim], tuple[_Terms]]:
        return (Dim, (self._terms,))

    def __deepcopy__(self, memo: Any) -> Dim:
        return self

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dim) and self._terms == other._terms

    def __add__(self, other: Size) -> Size:
        terms = _terms(other)
        if terms is None:
            return NotImplemented
        result = dict(self._terms)
        for monomial, coefficient in terms.items():
            _accumulate(result, monomial, coefficient)
        return _size(result)

    __radd__ = __add__

    def __sub__(self, other: Size) -> Size:
        return NotImplemented if _terms(other) is None else self + -1 * other

    def __rsub__(self, other: int) -> Size:
        return (-1 * self) + other

    def __neg__(self) -> Size:
        return -1 * self

    def __mul__(self, other: Size) -> Size:
        terms = _terms(other)
        if terms is None:
            return NotImplemented
        result: _Terms = {}
        for left, a in self._terms.items():
            for right, b in terms.items():
                _accumulate(result, _times(left, right), a * b)
        return _size(result)

    __rmul__ = __mul__

    def __pow__(self, power: int) -> Size:
        return product([self] * power)

    def __floordiv__(self, other: Size) -> Size:
        return NotImplemented if _terms(other) is None else _floordiv(self, other)

    def __rfloordiv__(self, other: int) -> Size:
        return NotImplemented if _terms(other) is None else _floordiv(other, self)

    def __mod__(self, other: Size) -> Size:
        return NotImplemented if _terms(other) is None else self - (self // other) * other

    def __rmod__(self, other: int) -> Size:
        return NotImplemented if _terms(other) is None else other - (other // self) * self

    def __lt__(self, other: object) -> bool:
        raise self._unknown(f"compared with {other}", "Only == is decided, by structure")

    __le__ = __gt__ = __ge__ = __lt__

    def __bool__(self) -> bool:
        raise self._unknown("used as a truth value", "Only known sizes are true or false")

    def __int__(self) -> int:
        raise self._unknown("converted to an int", "Only known sizes are ints")

    def __index__(self) -> int:
        raise self._unknown("used as an index, a count or a range", "Only known sizes are")

    def __float__(self) -> float:
        raise self._unknown("converted to a float", "Only known sizes are numbers")

    def __truediv__(self, other: object) -> NoReturn:
        raise self._unknown(f"divided by {other} with /", "The operators of sizes are + - * // %")

    __rtruediv__ = __truediv__

    def _unknown(self, use: str, allowed: str) -> SymbolicTensorError:
        return SymbolicTensorError(
            f"The unknown size {self} cannot be {use} while a model is being built.\n"
            f"Received: {self!r}, a size that is known only when data arrive.\n"
            f"Allowed: {allowed}.\n"
            "Give the size in `Input(shape=...)` or `batch_size`, or use an op (`ops.arange`, `ops.cast`, "
            "`ops.cond`) instead of Python on the size."
        )

    def __str__(self) -> str:
        """Return the expression as Python would write it."""
        texts = sorted((_term_text(m, c) for m, c in self._terms.items()), key=lambda t: (t[0] == "-", t))
        return "".join(texts[:1] + [f" - {t[1:]}" if t[0] == "-" else f" + {t}" for t in texts[1:]])

    def __repr__(self) -> str:
        """Return ``Dim(expression)``."""
        return f"Dim({self})"


Size: TypeAlias = int | Dim
"""The size of an axis, known or not."""


def known(size: Size) -> TypeGuard[int]:
    """Return whether `size` is a plain int."""
    return not isinstance(size, Dim)


def product(sizes: Iterable[Size]) -> Size:
    """Return the product of sizes, 1 for none."""
    result: Size = 1
    for size in sizes:
        result = result * size
    return result


def as_shape(dims: Iterable[Size]) -> tuple[int | None, ...]:
    """Return sizes as users see them, ``None`` for the unknown ones."""
    return tuple(size if known(size) else None for size in dims)


def unify(a: Size, b: Size) -> Size:
    """Return the size that `a` and `b` broadcast to.

    Two different unknowns give a third one, because either of them may turn out to be 1.

    Raises:
        RuleError: They are known, different, and neither is 1.
    """
    if b in {a, 1}:
        return a
    if a == 1:
        return b
    if known(a) and known(b):
        raise RuleError(
            "cannot broadcast two axes",
            f"sizes {a} and {b}",
            "equal sizes, or 1 on one side",
            "Insert axes of size 1 with `ops.expand_dims`, or transpose one argument.",
        )
    if known(a):
        return a
    return b if known(b) else Dim.fresh("broadcast")


def agree(a: Size, b: Size) -> Size:
    """Return the size that `a` and `b` both have: the known one, if one is.

    Raises:
        RuleError: They cannot be equal, as 3 and 4, or n and n + 1.
    """
    if a == b:
        return a
    difference = a - b
    if known(difference):
        raise RuleError(
            "needs two axes of one size",
            f"sizes {a} and {b}",
            "equal sizes",
            "Check the shapes of the arguments.",
        )
    return a if known(a) else b if known(b) else a


def _terms(value: object) -> _Terms | None:
    if isinstance(value, Dim):
        return value._terms
    # NumPy integers count as ints; bools and floats do not.
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        return None
    number = operator.index(value)
    return {_ONE: number} if number else {}


def _size(terms: _Terms) -> Size:
    if not terms:
        return 0
    if len(terms) == 1 and _ONE in terms:
        return terms[_ONE]
    return Dim(terms)


def _accumulate(terms: _Terms, monomial: _Monomial, coefficient: int) -> None:
    total = terms.get(monomial, 0) + coefficient
    if total:
        terms[monomial] = total
    else:
        terms.pop(monomial, None)


def _times(left: _Monomial, right: _Monomial, power: int = 1) -> _Monomial:
    powers = dict(left)
    for atom, exponent in right:
        powers[atom] = powers.get(atom, 0) + power * exponent
    return frozenset((atom, exponent) for atom, exponent in powers.items() if exponent)


def _atoms(terms: _Terms) -> set[_Atom]:
    return {atom for monomial in terms for atom, _ in monomial}


def _atom_key(atom: _Atom) -> str:
    return f"{atom.name}#{atom.number}" if isinstance(atom, _Symbol) else _atom_text(atom)


def _graded_order(terms: Iterable[_Monomial]) -> Callable[[_Monomial], tuple[int, ...]]:
    """Return the sort key of the graded lexicographic order, in which division terminates."""
    atoms = sorted({atom for monomial in terms for atom, _ in monomial}, key=_atom_key)

    def key(monomial: _Monomial) -> tuple[int, ...]:
        powers = dict(monomial)
        return (sum(powers.values()), *(powers.get(atom, 0) for atom in atoms))

    return key


def _divide(numerator: _Terms, denominator: _Terms) -> tuple[_Terms, _Terms]:
    """Return ``(q, r)`` with ``numerator = q * denominator + r``, by polynomial long division."""
    key = _graded_order([*numerator, *denominator])
    lead = max(denominator, key=key)
    rest, quotient, remainder = dict(numerator), _Terms(), _Terms()
    while rest:
        monomial = max(rest, key=key)
        coefficient = rest.pop(monomial)
        ratio = _times(monomial, lead, -1)
        times = coefficient // denominator[lead]
        if times == 0 or any(power < 0 for _, power in ratio):
            _accumulate(remainder, monomial, coefficient)
            continue
        _accumulate(quotient, ratio, times)
        _accumulate(remainder, monomial, coefficient - times * denominator[lead])
        for other, factor in denominator.items():
            if other != lead:
                _accumulate(rest, _times(other, ratio), -times * factor)
    return quotient, remainder


def _floordiv(a: Size, b: Size) -> Size:
    """Return ``floor(a / b)``: whole multiples of `b` leave the fraction, the rest stays in it."""
    numerator, denominator = _terms(a) or {}, _terms(b) or {}
    if not denominator:
        raise ZeroDivisionError(
            f"The size {a} cannot be divided by zero.\nReceived: {a} // 0.\n"
            "Allowed: any other divisor.\nCheck where the divisor comes from."
        )
    lead = max(denominator, key=_graded_order(denominator))
    if denominator[lead] < 0:  # floor(a / b) == floor(-a / -b)
        numerator = {monomial: -c for monomial, c in numerator.items()}
        denominator = {monomial: -c for monomial, c in denominator.items()}
    quotient, remainder = _divide(numerator, denominator)
    if lead == _ONE:
        fraction = _fraction(remainder, denominator[_ONE])
    elif remainder:
        fraction = _opaque(_size(remainder), _size(denominator))
    else:
        fraction = 0
    return _size(quotient) + fraction


def _fraction(remainder: _Terms, divisor: int) -> Size:
    """Return ``floor(remainder / divisor)`` for a remainder whose coefficients lie in [0, divisor)."""
    constant = remainder.get(_ONE, 0)
    rest = {monomial: c for monomial, c in remainder.items() if monomial != _ONE}
    if not rest:
        return 0
    # floor((g * a + c) / (g * d)) == floor((a + floor(c / g)) / d) for integers a.
    common = math.gcd(divisor, *rest.values())
    if common > 1:
        reduced = _size({monomial: c // common for monomial, c in rest.items()})
        return (reduced + constant // common) // (divisor // common)
    inner = [(atom, monomial) for monomial in rest for atom, _ in monomial if isinstance(atom, _Quotient)]
    if len(inner) == 1:
        atom, monomial = inner[0]
        below = atom.denominator
        # floor((floor(a / k) + b) / d) == floor((a + k * b) / (k * d)) for integers b and k > 0.
        if known(below) and monomial == frozenset({(atom, 1)}) and rest.pop(monomial) == 1:
            others = _size(rest) + constant
            return (atom.numerator + below * others) // (below * divisor)
    return _opaque(_size(remainder), divisor)


def _opaque(numerator: Size, denominator: Size) -> Dim:
    return Dim({frozenset({(_Quotient(numerator, denominator), 1)}): 1})


def _replace(atom: _Atom, known_atoms: Mapping[_Atom, Size], sizes: Mapping[Dim, Size]) -> Size:
    if isinstance(atom, _Symbol):
        return known_atoms.get(atom, Dim({frozenset({(atom, 1)}): 1}))
    numerator, denominator = (
        part.substitute(sizes) if isinstance(part, Dim) else part for part in (atom.numerator, atom.denominator)
    )
    return numerator // denominator


def _atom_text(atom: _Atom) -> str:
    if isinstance(atom, _Symbol):
        return atom.name
    parts = (f"({part})" if isinstance(part, Dim) and _compound(part) else f"{part}" for part in atom)
    return "//".join(parts)


def _compound(dim: Dim) -> bool:
    (monomial, coefficient), *others = dim._terms.items()
    return bool(others) or coefficient != 1 or len(monomial) > 1 or not isinstance(next(iter(monomial))[0], _Symbol)


def _term_text(monomial: _Monomial, coefficient: int) -> str:
    wrap = len(monomial) > 1 or abs(coefficient) != 1
    factors = []
    for atom, power in sorted(monomial, key=lambda pair: _atom_key(pair[0])):
        text = _atom_text(atom)
        text = f"({text})" if isinstance(atom, _Quotient) and (wrap or power > 1) else text
        factors.append(text if power == 1 else f"{text}**{power}")
    if abs(coefficient) != 1 or not factors:
        factors.insert(0, str(abs(coefficient)))
    return ("-" if coefficient < 0 else "") + "*".join(factors)

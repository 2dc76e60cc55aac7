"""The error of a shape rule: it carries four parts and learns the name of the op that failed."""

from __future__ import annotations

from polykeras.plugins.errors import ShapeError


class RuleError(ShapeError):
    """Shapes, axes or dtypes that an op cannot take.

    Args:
        problem: What the op could not do, as the end of "The op ...": ``"cannot broadcast its arguments"``.
        received: The shapes or values it got.
        allowed: The rule.
        hint: What to do next, a whole sentence.
    """

    op: str | None = None

    def __init__(self, problem: str, received: str, allowed: str, hint: str) -> None:
        super().__init__(problem, received, allowed, hint)
        self.problem = problem
        self.received = received
        self.allowed = allowed
        self.hint = hint

    def __str__(self) -> str:
        """Return the four parts, one per line."""
        who = "The op" if self.op is None else f"The op `{self.op}`"
        return f"{who} {self.problem}.\nReceived: {self.received}.\nAllowed: {self.allowed}.\n{self.hint}"


class RuleIndexError(RuleError, IndexError):
    """An index outside of the axis it selects from."""

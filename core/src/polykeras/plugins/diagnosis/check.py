"""One finding of the doctor: a fact without any drawing."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """How bad it is: a warning may be meant so, a problem stands in the way of something."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Check(NamedTuple):
    """A finding.

    Attributes:
        name: What was looked at; the same in every version.
        subject: Of what: a distribution, a variable, a file, a backend.
        status: How bad it is.
        message: What was found.
        action: What to do, or an empty string when there is nothing to do.
    """

    name: str
    subject: str
    status: Status
    message: str
    action: str = ""


def from_error(name: str, subject: str, text: str, status: Status = Status.PROBLEM) -> Check:
    """Return the finding for an error whose message has what failed first and what to do last."""
    first, *rest = text.splitlines()
    action = rest.pop() if len(rest) > 1 else ""
    return Check(name, subject, status, " ".join([first, *rest]), action)

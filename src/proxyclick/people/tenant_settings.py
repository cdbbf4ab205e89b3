"""What may be set about how the tenant answers, where clients and conformance suites want different things?"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class PatchAnswer(StrEnum):
    """The status of a PATCH that succeeded; one that asks for `attributes` is always answered with them."""

    RESOURCE = "200"
    NO_CONTENT = "204"


class EmailRule(StrEnum):
    """What userName and work e-mail have to do with each other, which are one value in Proxyclick."""

    REFUSE = "refuse"
    FOLLOW = "follow"
    APART = "apart"


class UnquotedValues(StrEnum):
    """Whether a filter may compare with text that has no quotes, as some clients send it."""

    ACCEPT = "accept"
    REFUSE = "refuse"


_KINDS: dict[str, type[StrEnum]] = {
    "patch-answer": PatchAnswer,
    "email-rule": EmailRule,
    "unquoted-values": UnquotedValues,
}
_COUNTS = ("requests-per-second", "activity-days")
_MOST = 1_000_000


class UnknownSetting(ValueError):
    """There is no such setting, or it has no such value; the message says which there are."""


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """How the tenant answers; the defaults serve Entra."""

    patch_answer: PatchAnswer = PatchAnswer.RESOURCE
    email_rule: EmailRule = EmailRule.REFUSE
    unquoted_values: UnquotedValues = UnquotedValues.ACCEPT
    requests_per_second: int = 0
    """How many requests a token may send in a second, on average and in a burst; 0: any number."""
    activity_days: int = 90
    """For how long the activity of integrations is kept; 0: for good."""

    def with_value(self, name: str, value: str) -> "TenantSettings":
        """The settings with another value of one of them, by its name. Raises UnknownSetting."""
        if name in _COUNTS:
            counts: dict[str, Any] = {_field(name): _count(name, value)}
            return replace(self, **counts)
        kind = _KINDS.get(name)
        if kind is None:
            raise UnknownSetting(f"There is no setting {name!r}, but {', '.join((*_KINDS, *_COUNTS))}.")
        try:
            found = kind(value)
        except ValueError:
            raise UnknownSetting(f"{name} is one of {', '.join(list(kind))}, not {value!r}.") from None
        values: dict[str, Any] = {_field(name): found}
        return replace(self, **values)

    def named(self) -> dict[str, str]:
        """Every setting by its name."""
        return {name: str(getattr(self, _field(name))) for name in (*_KINDS, *_COUNTS)}


def _field(name: str) -> str:
    return name.replace("-", "_")


def _count(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) <= _MOST):
        raise UnknownSetting(f"{name} is a whole number up to {_MOST}, not {value!r}.")
    return int(value)

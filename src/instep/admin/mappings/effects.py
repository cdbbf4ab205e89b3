"""What becomes of an account, or a group of the target, by one schema; and how do two schemas differ in that?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from instep.ledger.object_summary import as_text
from instep.rules.mapping.redaction import REDACTED
from instep.rules.planning.plan import Values


class Concern(StrEnum):
    """How somebody would be treated otherwise.

    `updated` have an account that would get other values; `created` have none yet, and it would be created with other
    values. `removed` would lose an active account that stays as things are saved, `spared` the reverse; `entering`
    and `leaving` are users without an account who come into scope or go. `failing` could not be provisioned any
    more, `mended` could again.
    """

    UPDATED = "updated"
    CREATED = "created"
    REMOVED = "removed"
    SPARED = "spared"
    ENTERING = "entering"
    LEAVING = "leaving"
    FAILING = "failing"
    MENDED = "mended"


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """What an account would say in one attribute: as things are saved now, and with the other schema."""

    attribute: str
    saved: str | None
    other: str | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of somebody: an account with these values, none, one removed, or a problem."""

    kind: str  # written, as it is, new, no account, removed, fails
    values: Values = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A user or group of the sample: the values that would be others, or the problem that there would be."""

    name: str
    values: tuple[ChangedValue, ...] = ()
    problem: str = ""


NO_ACCOUNT: Final = Effect("no account")
AS_IT_IS: Final = Effect("as it is")
REMOVED: Final = Effect("removed")
SHOWN: Final = 10  # of each concern
MOST_VALUES_SHOWN: Final = 8


def concern_of(before: Effect, after: Effect) -> Concern | None:
    """Return how somebody would be treated otherwise; None where only values can tell."""
    kinds = before.kind, after.kind
    if "fails" in kinds:
        return Concern.FAILING if after.kind == "fails" else Concern.MENDED
    if "removed" in kinds:
        return Concern.REMOVED if after.kind == "removed" else Concern.SPARED
    if "no account" in kinds:
        return Concern.ENTERING if before.kind == "no account" else Concern.LEAVING
    return None


def changed_values(
    before: Effect, after: Effect, known: Mapping[str, object], redacted: frozenset[str]
) -> Iterator[ChangedValue]:
    """Yield the values that differ; what is not written stays as it is `known`."""

    def text(attribute: str, value: object) -> str | None:
        return REDACTED if attribute in redacted and value is not None else as_text(value)

    for attribute in {**before.values, **after.values}:
        saved = before.values.get(attribute, known.get(attribute))
        other = after.values.get(attribute, known.get(attribute))
        if saved != other:
            yield ChangedValue(attribute, text(attribute, saved), text(attribute, other))


def add_example(
    sample: dict[Concern, list[Concerned]], concern: Concern, name: str, values: tuple[ChangedValue, ...], after: Effect
) -> None:
    """Add somebody to a sample, if it has not enough of this concern yet."""
    shown = sample.setdefault(concern, [])
    if len(shown) < SHOWN:
        shown.append(Concerned(name, values[:MOST_VALUES_SHOWN], after.problem))

"""What of a job's state does a restart clear? (engine.md 11.2)"""

from enum import StrEnum


class ResetScope(StrEnum):
    """The words are Graph's `resetScope`; its `None` and `ConnectorDataStore`, which nobody should use, are refused."""

    ESCROWS = "Escrows"  # those who failed are not tried again by themselves
    WATERMARK = "Watermark"  # everyone is evaluated again
    QUARANTINE_STATE = "QuarantineState"  # the quarantine is lifted
    FULL = "Full"  # all of these, and the links: everyone is matched afresh
    FORCE_DELETES = "ForceDeletes"  # the removals that are held at this moment are sent


PORTAL_RESTART = frozenset({ResetScope.QUARANTINE_STATE, ResetScope.WATERMARK, ResetScope.ESCROWS})
_NOT_FOR_USE = {
    "none": "None clears nothing; to go on where the job stopped, start it",
    "connectordatastore": "ConnectorDataStore would forget links without matching anyone afresh; use Full",
}


class ResetRefused(Exception):
    """A word that is no scope, or one that is not for use, or a reset that would leave accounts behind."""


def read_reset_scopes(text: str) -> frozenset[ResetScope]:
    """Return the scopes in a comma list, in any order and letter case; none is a restart as in the portal.

    Raises ResetRefused.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    known = {scope.value.casefold(): scope for scope in ResetScope}
    for word in words:
        if (why := _NOT_FOR_USE.get(word.casefold())) is not None:
            raise ResetRefused(f"The scope {word} is not for use: {why}.")
        if word.casefold() not in known:
            raise ResetRefused(
                f"There is no scope {word!r}. There are: {', '.join(scope.value for scope in ResetScope)}."
            )
    return frozenset(known[word.casefold()] for word in words) or PORTAL_RESTART

"""How is it said that something failed before, and when it is tried again? (engine.md 1.6)"""

from collections.abc import Mapping
from datetime import datetime

from instep.clock import to_text


def retried_in_words(attempts: int, next_attempt_at: datetime) -> str:
    """Return Entra's two sentences; the first of `attempts` was no retry."""
    return _in_words(attempts, to_text(next_attempt_at))


def retried(facts: Mapping[str, object]) -> str:
    """Return the same from the facts of a log entry; of an entry that does not know the moment, less."""
    attempts, again = facts.get("attempts"), facts.get("next_attempt_at")
    if isinstance(attempts, int) and isinstance(again, str):
        return _in_words(attempts, again)
    return "It is tried again."


def _in_words(attempts: int, again: str) -> str:
    times = f"{attempts - 1} time{'' if attempts == 2 else 's'}"
    return f"This operation was retried {times}. It will be retried again after this date: {again}."

"""How is it said to a person that an operation is held: what, over which budget, and what to do?"""

from collections.abc import Mapping

from instep.ledger.records import LogEntry

WHAT_TO_DO = "instep apps held shows what is held, to be approved or rejected"
_WHAT = {
    "create": "The account of {name} is not created yet",
    "update": "The update of {name}'s account {account} is held",
    "enable": "{name}'s account {account} is not enabled again yet",
}


def held_reason(entry: LogEntry, why: str) -> str:
    """Return the sentences; `why` is the cause in the directory, to follow what is held."""
    what = _WHAT.get(str(entry.facts.get("kind")), "The removal of {name}'s account {account} is held")
    said = what.format(name=entry.user_name, account=entry.account_id)
    return f"{said}{why}: {over(entry.facts)}. Check whether that is meant: {WHAT_TO_DO}."


def over(facts: Mapping[str, object]) -> str:
    """Say what holds it: a budget, Entra's threshold, or that everything needs an approval."""
    if facts.get("approval"):
        return "this application's operations need an approval"
    planned = facts.get("removals", facts.get("planned"))
    of = facts.get("of", "removals")
    if (threshold := facts.get("threshold")) is not None:
        return f"{planned} {of} in one cycle reach the accidental deletion threshold of {threshold}"
    period = " in 24 hours" if of == "removals" else ""
    return f"{planned} {of} together exceed the budget of {facts.get('budget')}{period}"

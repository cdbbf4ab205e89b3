"""How is it said to a person that an operation is held: what, over which budget, and what to do?"""

from collections.abc import Mapping

from instep.ledger.plans import PlanSubject
from instep.ledger.records import LogEntry

WHAT_TO_DO = "the page Held, or instep apps held, shows what is held, to be approved or rejected"
_WHAT = {
    "create": "The account of {name} is not created yet",
    "update": "The update of {name}'s account {account} is held",
    "enable": "{name}'s account {account} is not enabled again yet",
}


_COUNTED = {  # one, several
    "memberships": ("change of a membership", "changes of memberships"),
    "people": ("person who would be taken out of groups", "people who would be taken out of groups"),
    "groups": ("deletion of a group", "deletions of groups"),
}
_APPROVED = {"people": "removals", "groups": "removals", "memberships": "changes"}
_IN_A_DAY = frozenset({"removals", "people", "groups"})


def subject_in_words(subject: PlanSubject) -> str:
    """Return what a held set is a set of."""
    return "creates and updates" if subject is PlanSubject.EVERYTHING else subject.value


def held_reason(entry: LogEntry, why: str) -> str:
    """Return the sentences; `why` is the cause in the directory, to follow what is held."""
    what = _WHAT.get(str(entry.facts.get("kind")), "The removal of {name}'s account {account} is held")
    said = what.format(name=entry.user_name, account=entry.account_id)
    return f"{said}{why}: {over(entry.facts)}. Check whether that is meant: {WHAT_TO_DO}."


def over(facts: Mapping[str, object]) -> str:
    """Say what holds it: a budget, Entra's threshold, or that everything needs an approval."""
    planned, of = facts.get("removals", facts.get("planned")), str(facts.get("of", "removals"))
    many = counted(of, planned)
    if facts.get("approval"):
        are = "is" if planned == 1 else "are"
        return f"{many} {are} planned, and {_APPROVED.get(of, of)} of this application need an approval"
    if (threshold := facts.get("threshold")) is not None:
        return f"{many} in one cycle reach the accidental deletion threshold of {threshold}"
    period = " in 24 hours" if of in _IN_A_DAY else " a cycle"
    before = f", after {spent} in this cycle," if (spent := facts.get("spent")) is not None else ""
    exceed = "exceeds" if planned == 1 else "together exceed"
    return f"{many}{before} {exceed} the budget of {facts.get('budget')}{period}"


def counted(of: str, number: object) -> str:
    """Return so many of what has a budget, as "2 removals" or "1 deletion of a group"."""
    one, several = _COUNTED.get(of, (of.removesuffix("s"), of))
    return f"1 {one}" if number == 1 else f"{number} {several}"

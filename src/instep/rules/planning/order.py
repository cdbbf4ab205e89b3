"""In which order are managers created, so that a manager rides in the create of whoever reports to them?"""

from collections.abc import Mapping


def levels(managers: Mapping[str, str | None]) -> list[list[str]]:
    """Return the keys in levels: everyone stands in a later level than their own manager, where that one is a key.

    `managers` says of each who their manager is. A cycle of managers is cut at its smallest id, so that one of its
    members, and no other, stands before their own manager.
    """
    reports: dict[str, list[str]] = {}
    for user_id, manager_id in managers.items():
        if manager_id is not None:
            reports.setdefault(manager_id, []).append(user_id)
    first = {user_id for user_id, manager_id in managers.items() if manager_id not in managers} | _cuts(managers)
    found: list[list[str]] = []
    level = sorted(first)
    while level:
        found.append(level)
        level = sorted(report for user_id in level for report in reports.get(user_id, ()) if report not in first)
    return found


def _cuts(managers: Mapping[str, str | None]) -> set[str]:
    """Return the smallest member of each cycle."""
    cuts: set[str] = set()
    seen: set[str] = set()
    for start in managers:
        way: dict[str, None] = {}
        user_id: str | None = start
        while user_id is not None and user_id in managers and user_id not in seen:
            seen.add(user_id)
            way[user_id] = None
            user_id = managers[user_id]
        if user_id is not None and user_id in way:
            steps = list(way)
            cuts.add(min(steps[steps.index(user_id) :]))
    return cuts

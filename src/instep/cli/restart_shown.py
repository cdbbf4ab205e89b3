"""How does `apps restart` say what it cleared, and what happens next?"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from instep.ledger.jobs import JobState
from instep.ledger.reset_scopes import ResetScope


def restart_as_document(
    app_name: str, scopes: Collection[ResetScope], cleared: Mapping[ResetScope, int], state: JobState
) -> dict[str, Any]:
    """Return what was cleared as one JSON object."""
    return {
        "app": app_name,
        "scopes": sorted(scope.value for scope in scopes),
        "cleared": {scope.value: count for scope, count in cleared.items()},
        "state": state.value,
    }


def restart_in_words(
    app_name: str, scopes: Collection[ResetScope], cleared: Mapping[ResetScope, int], state: JobState
) -> Iterator[str]:
    """Yield what was cleared line by line, and how it goes on."""
    if ResetScope.FULL in scopes:
        yield f"{_counted(cleared[ResetScope.FULL], 'link was', 'links were')} erased: everyone is matched afresh."
        yield "Who has left since the last cycle has no link any more; look for their accounts in the application."
    elif ResetScope.WATERMARK in scopes:
        yield f"The next cycle of {app_name} is an initial one; every user is evaluated again."
    if cleared.get(ResetScope.ESCROWS) and not {ResetScope.FULL, ResetScope.WATERMARK} & set(scopes):
        users = _counted(cleared[ResetScope.ESCROWS], "of those who failed is", "of those who failed are")
        yield f"{users} not tried again, until they change in the directory or the job is restarted."
    if ResetScope.QUARANTINE_STATE in scopes:
        yield "It is not in quarantine; should the cause be there still, it will be again."
    if ResetScope.FORCE_DELETES in scopes:
        removals = _counted(cleared[ResetScope.FORCE_DELETES], "held removal goes", "held removals go")
        yield f"{removals} with the next cycle; whoever is held after this is judged anew."
    if state is JobState.PAUSED:
        yield f"The job is stopped. Next: instep apps start '{app_name}', or instep apps provision for one cycle."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

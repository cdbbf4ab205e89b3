"""The command `instep apps escrows`: who failed, with what, and when are they tried again?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from instep.cli.apps import AppArgument
from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say

if TYPE_CHECKING:
    from instep.admin.status import AppStatus
    from instep.wiring import Instep


def escrows(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """List the users and groups that failed, the next to be tried first: with what, how often, and when again.

    A change in the directory gives them a new attempt in the next cycle; `apps provision` tries all of them now.
    """
    from instep.admin.applications import find_app
    from instep.admin.status import status_of

    with open_directory(data) as instep:
        status = status_of(instep.service, find_app(instep.applications, app))
        listed = list(_listed(instep, status))
    for each in listed:
        if json:
            print_json(each)
        else:
            say(f"{each['name']}  {each['code']}: {each['detail']}")
            say(f"    {each['message']}")
    if not listed and not json:
        say(f"Nobody fails in {status.app.name}.")


def _listed(instep: "Instep", status: "AppStatus") -> Iterator[dict[str, Any]]:
    from instep.clock import to_text
    from instep.ledger.retry_wording import retried_in_words
    from instep.rules.health.quarantine import is_reference_failure

    of_both = [
        *(("User", escrow) for escrow in status.escrows),
        *(("Group", escrow) for escrow in status.group_escrows),
    ]
    with instep.directory.reading() as reading:
        for kind, escrow in sorted(of_both, key=lambda each: each[1].next_attempt_at):
            known = reading.user(escrow.user_id) if kind == "User" else reading.group(escrow.user_id)
            yield {
                "type": kind,
                "id": escrow.user_id,
                "name": escrow.user_id if known is None else _name(known),
                "code": escrow.code,
                "detail": str(escrow.facts.get("detail", escrow.code)),
                "reference_failure": is_reference_failure(escrow.code),
                "since": to_text(escrow.since),
                "attempts": escrow.attempts,
                "next_attempt_at": to_text(escrow.next_attempt_at),
                "message": retried_in_words(escrow.attempts, escrow.next_attempt_at),
            }


def _name(known: Any) -> str:
    return str(getattr(known, "user_principal_name", None) or known.display_name)

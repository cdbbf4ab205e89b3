"""How are many users printed: for people, as JSON, or as CSV that a spreadsheet may open?"""

import sys
from collections.abc import Iterable, Iterator

from instep.cli.directory import print_json, say, user_to_json
from instep.directory.attributes import CATALOGUE, MANAGER
from instep.directory.users import User
from instep.directory.wording import said_of_value


def list_users(users: Iterable[User], form: str) -> None:
    """Print users as they come, in the form "text", "json" or "csv"."""
    if form == "csv":
        _print_csv(users)
        return
    for user in users:
        if form == "json":
            print_json(user_to_json(user))
        else:
            say(f"{user.user_principal_name:<48} {user.attributes.get('displayName', ''):<32} {_state(user)}")


def _print_csv(users: Iterable[User]) -> None:
    from instep.connectors.sources.csv.csv_text import write_csv

    write_csv(sys.stdout, ["id", *CATALOGUE, MANAGER], (list(_cells(user)) for user in users))


def _cells(user: User) -> Iterator[str]:
    yield user.id
    for name in CATALOGUE:
        yield said_of_value(user.attributes[name]) if name in user.attributes else ""
    yield user.manager_id or ""


def _state(user: User) -> str:
    if user.deleted_at is not None:
        return f"deleted {user.deleted_at:%Y-%m-%d}"
    return "enabled" if user.is_enabled else "disabled"

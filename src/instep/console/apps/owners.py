"""Who answers for an application?"""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from instep.admin.app_owners import add_owner, remove_owner
from instep.console.apps.candidates import find_users
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.lists import selection_of
from instep.directory.applications import App
from instep.directory.errors import NotFound

CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class OwnerShown:
    """An owner with the name; one who was deleted for good is told by the id."""

    id: str
    name: str
    display_name: str
    since: datetime
    added_by: str


def show(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *Owners*, with those who could be one where somebody was looked for."""
    instep, selection = desk.instep, selection_of(asked.request, "q")
    owners = _owners(desk, app)
    known = {owner.id for owner in owners}
    looked_for = selection.word("q")
    found = find_users(instep.directory, looked_for, CANDIDATES) if looked_for else []
    candidates = [each for each in found if each.id not in known]
    return desk.page(
        asked, app, "apps/owners.html", title="Owners", owners=owners, candidates=candidates, selection=selection
    )


def add(desk: Desk, asked: Asked, app: App) -> Response:
    """Make a user an owner."""
    instep = desk.instep
    with instep.directory.reading() as reading:
        user = reading.user(asked.field("user"))
    if user is None or user.deleted_at is not None:
        raise NotFound("This user is not in the directory any more; nothing was changed.")
    is_new = add_owner(instep.applications, app, user, instep.clock, asked.actor)
    said = "answers for" if is_new else "answered already for"
    return desk.frame.redirect(asked, address(app, "owners"), f"{user.user_principal_name} {said} {app.name}.")


def remove(desk: Desk, asked: Asked, app: App) -> Response:
    """End an ownership."""
    instep, user_id = desk.instep, asked.field("user")
    name = next((owner.name for owner in _owners(desk, app) if owner.id == user_id), user_id)
    remove_owner(instep.applications, app, user_id, name, instep.clock, asked.actor)
    return desk.frame.redirect(asked, address(app, "owners"), f"{name} no longer answers for {app.name}.")


def _owners(desk: Desk, app: App) -> list[OwnerShown]:
    with desk.instep.directory.reading() as reading:
        kept = [(each, reading.user(each.user_id)) for each in desk.instep.applications.owners(app.id)]
    return [
        OwnerShown(
            each.user_id,
            user.user_principal_name if user is not None else each.user_id,
            str(user.attributes.get("displayName", "")) if user is not None else "",
            each.since,
            each.added_by,
        )
        for each, user in kept
    ]

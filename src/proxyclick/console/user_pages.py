"""Who is this user, where do they come from, and what has happened to them?"""

from starlette.responses import Response
from starlette.routing import BaseRoute

from proxyclick.admin.acting import NotAllowed, NotThere, Refused
from proxyclick.admin.invitations import Invited, invite, may_be_invited
from proxyclick.admin.stores import read
from proxyclick.admin.user_facts import history_of, provenance_of, whereabouts
from proxyclick.admin.user_groups import set_groups
from proxyclick.admin.users import Deleted, delete_user, set_active, user_at
from proxyclick.console.asking import Asked
from proxyclick.console.desk import UNPROCESSABLE, Desk
from proxyclick.console.doors import Doors
from proxyclick.console.user_forms import FURTHER_GROUPS, asked_groups, invited_page
from proxyclick.people.person import person_of
from proxyclick.people.user_groups import Right
from proxyclick.store.resources import Record

_MOST_EVENTS = 100
_MOST_VISITS = 5


class UserPages:
    """The page of one user, and what is done from there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        return [
            doors.route("/users/{id}", self.user, right=Right.SEE_USERS),
            doors.route("/users/{id}/groups", action=self.set_groups, right=Right.DEFINE_GROUPS),
            doors.route("/users/{id}/disable", action=self.disable, right=Right.EDIT_USERS),
            doors.route("/users/{id}/enable", action=self.enable, right=Right.EDIT_USERS),
            doors.route("/users/{id}/invite", action=self.invite, right=Right.EDIT_USERS),
            doors.route("/users/{id}/delete", self.confirm, self.delete, right=Right.EDIT_USERS),
        ]

    def user(self, asked: Asked) -> Response:
        """The page of a user."""
        record = user_at(self._desk.reading, asked.actor, asked.path("id"))
        return self._desk.not_there(asked) if record is None else self._page(asked, record, {})

    async def set_groups(self, asked: Asked) -> Response:
        """Puts the user into the groups that are ticked, and out of the others."""
        user_id, groups = asked.path("id"), asked_groups(asked)
        outcome = await self._desk.write(lambda: set_groups(self._desk.writing, asked.actor, user_id, groups))
        return self._after(asked, outcome, "The user groups were saved.")

    async def disable(self, asked: Asked) -> Response:
        """Ends the access of the user."""
        return await self._set_active(asked, active=False, notice="The user is inactive: nobody finds them as a host.")

    async def enable(self, asked: Asked) -> Response:
        """Gives the user access again."""
        return await self._set_active(asked, active=True, notice="The user is active again.")

    async def invite(self, asked: Asked) -> Response:
        """Makes a link with which the user chooses a password."""
        user_id = asked.path("id")
        outcome = await self._desk.write(lambda: invite(self._desk.accounts, asked.actor, user_id))
        if isinstance(outcome, Invited):
            return invited_page(self._desk, asked, user_id, outcome.secret)
        return self._after(asked, outcome, "")

    def confirm(self, asked: Asked) -> Response:
        """Asks whether the user is really to be deleted, and says what that means."""
        record = user_at(self._desk.reading, asked.actor, asked.path("id"))
        return self._desk.not_there(asked) if record is None else self._confirmation(asked, record, "")

    async def delete(self, asked: Asked) -> Response:
        """Takes the user from the location."""
        user_id = asked.path("id")
        outcome = await self._desk.write(lambda: delete_user(self._desk.writing, asked.actor, user_id))
        match outcome:
            case NotAllowed() | NotThere():
                return self._desk.refusal(asked, outcome)
            case Refused(errors):
                record = user_at(self._desk.writing, asked.actor, user_id)
                if record is None:
                    return self._desk.not_there(asked)
                return self._confirmation(asked, record, errors[""], UNPROCESSABLE)
            case Deleted(name, is_elsewhere):
                where = " Other locations still have this user." if is_elsewhere else ""
                return self._desk.frame.redirect(asked, "/users", f"{name} was deleted.{where}")

    async def _set_active(self, asked: Asked, *, active: bool, notice: str) -> Response:
        user_id = asked.path("id")
        outcome = await self._desk.write(lambda: set_active(self._desk.writing, asked.actor, user_id, active=active))
        return self._after(asked, outcome, notice)

    def _after(self, asked: Asked, outcome: object, notice: str) -> Response:
        if isinstance(outcome, NotAllowed | NotThere):
            return self._desk.refusal(asked, outcome)
        if isinstance(outcome, Refused):
            record = user_at(self._desk.writing, asked.actor, asked.path("id"))
            if record is None:
                return self._desk.not_there(asked)
            return self._page(asked, record, dict(outcome.errors), UNPROCESSABLE)
        return self._desk.frame.redirect(asked, f"/users/{asked.path('id')}", notice)

    def _page(self, asked: Asked, record: Record, errors: dict[str, str], status: int = 200) -> Response:
        stores, actor = self._desk.reading, asked.actor
        return self._desk.frame.page(
            asked,
            "user.html",
            status,
            record=record,
            person=person_of(read(record)),
            provenance=provenance_of(stores, record),
            places=whereabouts(stores, actor, record),
            groups=stores.groups.groups_of(actor.location, record.number),
            further_groups=FURTHER_GROUPS,
            events=history_of(stores, record, _MOST_EVENTS),
            visits=stores.visits.of_host(record.number, _MOST_VISITS),
            errors=errors,
            may_invite=may_be_invited(stores, actor, record),
            may_edit=actor.may(Right.EDIT_USERS),
            may_set_groups=actor.may(Right.DEFINE_GROUPS),
        )

    def _confirmation(self, asked: Asked, record: Record, problem: str, status: int = 200) -> Response:
        stores = self._desk.reading
        return self._desk.frame.page(
            asked,
            "user_delete.html",
            status,
            record=record,
            person=person_of(read(record)),
            provenance=provenance_of(stores, record),
            elsewhere=len(whereabouts(stores, asked.actor, record)) > 1,
            problem=problem,
        )

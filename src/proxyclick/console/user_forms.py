"""How are users added and edited on a page?"""

from dataclasses import asdict, dataclass, fields

from starlette.responses import Response
from starlette.routing import BaseRoute

from proxyclick.accounts.links import VALID_FOR, link_address
from proxyclick.admin.acting import NotAllowed, NotThere, Refused
from proxyclick.admin.invitations import Invited, invite_new
from proxyclick.admin.stores import read
from proxyclick.admin.user_facts import provenance_of
from proxyclick.admin.users import Added, add_user, edit_user, user_at
from proxyclick.console.asking import Asked
from proxyclick.console.desk import UNPROCESSABLE, Desk, Form
from proxyclick.console.doors import Doors
from proxyclick.people.by_hand import Particulars, particulars_of
from proxyclick.people.person import person_of
from proxyclick.people.user_groups import Right, UserGroup, group_named
from proxyclick.store.resources import Record

FURTHER_GROUPS = tuple(group for group in UserGroup if group is not UserGroup.DEFAULT)


@dataclass(frozen=True, slots=True)
class _Welcomed:
    """Somebody was added and invited at once."""

    id: str
    secret: str


class UserForms:
    """The forms for a new user and for one who is there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes; the one for a new user stands before those for an id."""
        return [
            doors.route("/users/new", self.new, self.add, right=Right.CREATE_USERS),
            doors.route("/users/{id}/edit", self.edit, self.save, right=Right.EDIT_USERS),
        ]

    def new(self, asked: Asked) -> Response:
        """An empty form."""
        return self._new_page(asked, Form({"groups": ()}))

    async def add(self, asked: Asked) -> Response:
        """Adds the user, or shows the form again with what is wrong."""
        form, groups = _particulars(asked), asked_groups(asked)
        wants_invitation = asked.field("invitation") == "yes"

        def add() -> Added | Refused | NotAllowed | _Welcomed:
            added = add_user(self._desk.writing, asked.actor, form, groups)
            if not wants_invitation or not isinstance(added, Added) or added.was_elsewhere:
                return added
            invited = invite_new(self._desk.accounts, asked.actor, added.id)
            return _Welcomed(added.id, invited.secret) if isinstance(invited, Invited) else added

        outcome = await self._desk.write(add)
        match outcome:
            case _Welcomed(user_id, secret):
                return invited_page(self._desk, asked, user_id, secret)
            case NotAllowed():
                return self._desk.refusal(asked, outcome)
            case Refused(errors):
                values = asdict(form) | {"groups": groups, "invitation": wants_invitation}
                return self._new_page(asked, Form(values, errors), UNPROCESSABLE)
            case Added(user_id, was_elsewhere):
                who = f"{form.first_name} {form.last_name}"
                notice = (
                    f"{form.email} was at another location, and is here now too."
                    if was_elsewhere
                    else f"{who} was added."
                )
                return self._desk.frame.redirect(asked, f"/users/{user_id}", notice)

    def edit(self, asked: Asked) -> Response:
        """The form, filled with what is known."""
        record = user_at(self._desk.reading, asked.actor, asked.path("id"))
        if record is None:
            return self._desk.not_there(asked)
        return self._edit_page(asked, record, Form(asdict(particulars_of(read(record)))))

    async def save(self, asked: Asked) -> Response:
        """Changes the user, or shows the form again with what is wrong."""
        user_id, form = asked.path("id"), _particulars(asked)
        revision = asked.field("revision")
        number = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0
        outcome = await self._desk.write(lambda: edit_user(self._desk.writing, asked.actor, user_id, form, number))
        if isinstance(outcome, NotAllowed | NotThere):
            return self._desk.refusal(asked, outcome)
        if isinstance(outcome, Refused):
            record = user_at(self._desk.writing, asked.actor, user_id)
            if record is None:
                return self._desk.not_there(asked)
            return self._edit_page(asked, record, Form(asdict(form), outcome.errors), UNPROCESSABLE)
        return self._desk.frame.redirect(asked, f"/users/{user_id}", "The changes were saved.")

    def _new_page(self, asked: Asked, form: Form, status: int = 200) -> Response:
        return self._desk.frame.page(
            asked,
            "user_new.html",
            status,
            form=form,
            groups=FURTHER_GROUPS,
            may_choose_groups=asked.actor.may(Right.DEFINE_GROUPS),
        )

    def _edit_page(self, asked: Asked, record: Record, form: Form, status: int = 200) -> Response:
        return self._desk.frame.page(
            asked,
            "user_edit.html",
            status,
            form=form,
            record=record,
            person=person_of(read(record)),
            provenance=provenance_of(self._desk.reading, record),
        )


def invited_page(desk: Desk, asked: Asked, user_id: str, secret: str) -> Response:
    """Shows the link of an invitation, this once."""
    record = user_at(desk.writing, asked.actor, user_id)
    if record is None:
        return desk.not_there(asked)
    address = link_address(desk.frame.site, secret)
    return desk.frame.page(
        asked, "user_invited.html", record=record, person=person_of(read(record)), address=address, days=VALID_FOR.days
    )


def asked_groups(asked: Asked) -> frozenset[UserGroup]:
    """The user groups that are ticked."""
    found = (group_named(str(value)) for value in asked.form.getlist("groups"))
    return frozenset(group for group in found if group is not None)


def _particulars(asked: Asked) -> Particulars:
    return Particulars(**{each.name: asked.field(each.name).strip() for each in fields(Particulars)})

"""How does a Global Administrator manage the others?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.administrators import Administrator
from instep.access.links import Purpose, link_address
from instep.access.refusals import AccessRefused
from instep.access.roles import GRANTED, Permission, Role
from instep.admin.access.administrators import (
    add_administrator,
    change_administrator,
    delete_administrator,
    disable_administrator,
    enable_administrator,
    roles_named,
)
from instep.admin.access.authenticators import has_authenticator, remove_authenticator
from instep.admin.access.ports import Access
from instep.admin.access.sessions import end_sessions, sessions_of
from instep.admin.access.tokens import end_token
from instep.admin.access.welcoming import issue_link
from instep.console.access.devices import device
from instep.console.asked import Asked
from instep.console.doors import Doors
from instep.console.forms import Form, filled
from instep.console.frame import Frame
from instep.console.shown_once import ShownOnce
from instep.console.site import Site

LIST = "/administrators"


@dataclass(frozen=True, slots=True)
class AdministratorPages:
    """The list, and the page of each."""

    access: Access
    frame: Frame
    site: Site
    shown_once: ShownOnce = field(default_factory=ShownOnce)

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        one, read, manage = f"{LIST}/{{id}}", Permission.READ_ADMINISTRATORS, Permission.MANAGE_ADMINISTRATORS
        return [
            doors.page(LIST, self.list, read),
            doors.page(f"{LIST}/new", self.new, manage),
            doors.dangerous_action(f"{LIST}/new", self.add, manage),
            doors.page(one, self.one, read),
            doors.dangerous_action(one, self.change, manage),
            doors.dangerous_action(f"{one}/link", self.issue_link, manage),
            doors.dangerous_action(f"{one}/disable", self.disable, manage),
            doors.dangerous_action(f"{one}/enable", self.enable, manage),
            doors.dangerous_action(f"{one}/delete", self.delete, manage),
            doors.dangerous_action(f"{one}/sign-out", self.sign_out, manage),
            doors.dangerous_action(f"{one}/authenticator/reset", self.reset_authenticator, manage),
            doors.dangerous_action(f"{one}/tokens/{{token}}/delete", self.end_token, manage),
        ]

    def list(self, asked: Asked) -> Response:
        """Everyone."""
        signed_in = {whose.id for _, whose in sessions_of(self.access)}
        everyone = self.access.administrators.all()
        return self.frame.page(
            asked, "access/administrators.html", title="Administrators", everyone=everyone, signed_in=signed_in
        )

    def new(self, asked: Asked) -> Response:
        """Ask who it is to be."""
        return self._form(asked, Form(), frozenset())

    def add(self, asked: Asked) -> Response:
        """Make an administrator; their page shows the link, once, with which they choose a password."""
        form, chosen = filled(("user_name", "display_name"), asked.form), asked.fields("roles")
        try:
            roles = roles_named(chosen)
            names = (form.text("user_name"), form.text("display_name"))
            made = add_administrator(self.access, *names, roles, asked.actor)
        except AccessRefused as refusal:
            return self._form(asked, form.with_problem(refusal.field, str(refusal)), frozenset(chosen), 422)
        self._keep_link(asked, made)
        return self._to(asked, made, f"{made.display_name} is an administrator now.")

    def one(self, asked: Asked) -> Response:
        """One of them."""
        found = self._found(asked)
        form = Form({"display_name": found.display_name})
        return self._page(asked, found, form, frozenset(found.roles))

    def change(self, asked: Asked) -> Response:
        """Another name, or other roles."""
        before, form, chosen = self._found(asked), filled(("display_name",), asked.form), asked.fields("roles")
        try:
            after = change_administrator(
                self.access, before, form.text("display_name"), roles_named(chosen), asked.actor
            )
        except AccessRefused as refusal:
            form = form.with_problem(refusal.field, str(refusal))
            return self._page(asked, before, form, frozenset(chosen), 422)
        lost = ", who is signed out everywhere" if before.roles - after.roles else ""
        return self._to(asked, after, f"Saved: {', '.join(after.role_names)} for {after.display_name}{lost}.")

    def issue_link(self, asked: Asked) -> Response:
        """Another link to choose a password, which the next page shows once."""
        found = self._found(asked)
        self._keep_link(asked, found)
        return self._to(asked, found, "")

    def disable(self, asked: Asked) -> Response:
        """Let somebody in no more."""
        after = disable_administrator(self.access, self._found(asked), asked.actor)
        return self._to(asked, after, f"{after.display_name} is disabled, and signed out everywhere.")

    def enable(self, asked: Asked) -> Response:
        """Let somebody in again."""
        after = enable_administrator(self.access, self._found(asked), asked.actor)
        return self._to(asked, after, f"{after.display_name} is enabled.")

    def delete(self, asked: Asked) -> Response:
        """Delete somebody."""
        found = self._found(asked)
        delete_administrator(self.access, found, asked.actor)
        return self.frame.redirect(asked, LIST, f"{found.display_name} is no administrator any more.")

    def sign_out(self, asked: Asked) -> Response:
        """End all sessions of somebody."""
        found = self._found(asked)
        ended = end_sessions(self.access, found, asked.actor)
        return self._to(asked, found, f"{ended} {'session was' if ended == 1 else 'sessions were'} ended.")

    def reset_authenticator(self, asked: Asked) -> Response:
        """Take the authenticator of somebody away, who has lost it."""
        found = self._found(asked)
        remove_authenticator(self.access, found, asked.actor)
        said = f"{found.display_name} has no authenticator any more, and signs in without a code."
        return self._to(asked, found, said)

    def end_token(self, asked: Asked) -> Response:
        """Delete an API token of somebody."""
        found = self._found(asked)
        ended = end_token(self.access, found, asked.path("token"), asked.actor)
        return self._to(asked, found, f"The API token {ended.name} was deleted, and is refused now.")

    def _found(self, asked: Asked) -> Administrator:
        found = self.access.administrators.find(asked.path("id"))
        if found is None:
            raise AccessRefused("There is no such administrator (any more).")
        return found

    def _keep_link(self, asked: Asked, administrator: Administrator) -> None:
        secret = issue_link(self.access, administrator, Purpose.CHOOSE, asked.actor)
        address = link_address(self.site.public_url or self.site.own_url(asked.request), secret)
        self.shown_once.keep(asked.session_key, administrator.id, address)

    def _to(self, asked: Asked, administrator: Administrator, said: str) -> Response:
        return self.frame.redirect(asked, f"{LIST}/{administrator.id}", said)

    def _form(self, asked: Asked, form: Form, chosen: frozenset[str], status: int = 200) -> Response:
        title = "New administrator"
        return self.frame.page(
            asked, "access/administrator_new.html", status, title=title, form=form, chosen=chosen, roles=_roles()
        )

    def _page(
        self, asked: Asked, administrator: Administrator, form: Form, chosen: frozenset[str], status: int = 200
    ) -> Response:
        sessions = sessions_of(self.access, administrator.id)
        return self.frame.page(
            asked,
            "access/administrator.html",
            status,
            title=administrator.display_name,
            administrator=administrator,
            form=form,
            chosen=chosen,
            roles=_roles(),
            sessions=[(session, device(session.browser)) for session, _ in sessions],
            tokens=[each for each, _ in self.access.tokens.all(administrator.id)],
            new_link=self.shown_once.take(asked.session_key, administrator.id),
            has_authenticator=has_authenticator(self.access, administrator),
            own=asked.session_key,
            is_oneself=administrator.id == asked.administrator.id,
            now=self.access.clock(),
        )


def _roles() -> Sequence[tuple[str, str, str]]:
    """The roles, and what each may."""
    return [(role.value, role.value, _allowed(role)) for role in Role]


def _allowed(role: Role) -> str:
    if role is Role.GLOBAL_ADMINISTRATOR:
        return "May do everything, and make others administrators."
    may = [permission.in_words for permission in Permission if permission in GRANTED[role]]
    return f"May {'; '.join(may)}."

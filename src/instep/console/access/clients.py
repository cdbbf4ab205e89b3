"""How does a Global Administrator register programs that call the API, and end what they may?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.clients import DEFAULT_LIFE, LONGEST_LIFE, LONGEST_NAME, RegisteredClient
from instep.access.graph_permissions import KNOWN
from instep.access.refusals import AccessRefused
from instep.access.roles import Permission
from instep.admin.access.clients import Registered, end_client, register_client, renew_secret
from instep.admin.access.ports import Access
from instep.console.asked import Asked
from instep.console.doors import Doors
from instep.console.forms import Form, filled
from instep.console.frame import Frame
from instep.console.shown_once import ShownOnce

LIST = "/clients"
_FIELDS = ("name", "days")
_MOST_DAYS = 10_000  # of which a moment can be made; the use case says how many are good


@dataclass(frozen=True, slots=True)
class ClientPages:
    """The list, and the page of each."""

    access: Access
    frame: Frame
    shown_once: ShownOnce = field(default_factory=ShownOnce)

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes. What a client may is granted to whoever has its secret, so all of it is dangerous."""
        one, read, manage = f"{LIST}/{{id}}", Permission.READ_ADMINISTRATORS, Permission.MANAGE_ADMINISTRATORS
        return [
            doors.page(LIST, self.list, read),
            doors.page(f"{LIST}/new", self.new, manage),
            doors.dangerous_action(f"{LIST}/new", self.register, manage),
            doors.page(one, self.one, read),
            doors.dangerous_action(f"{one}/secret", self.renew, manage),
            doors.dangerous_action(f"{one}/delete", self.delete, manage),
        ]

    def list(self, asked: Asked) -> Response:
        """Every client."""
        clients, now = self.access.clients.all(), self.access.clock()
        return self.frame.page(asked, "access/clients.html", title="Registered clients", clients=clients, now=now)

    def new(self, asked: Asked) -> Response:
        """Ask what it is, and what it may."""
        return self._form(asked, _new_form(), frozenset())

    def register(self, asked: Asked) -> Response:
        """Register a client; its page shows the client secret, once."""
        form, chosen = filled(_FIELDS, asked.form), asked.fields("permissions")
        try:
            made = register_client(self.access, form.text("name"), chosen, KNOWN, _life(form), asked.actor)
        except AccessRefused as refusal:
            return self._form(asked, form.with_problem(refusal.field, str(refusal)), frozenset(chosen), 422)
        return self._with_secret(asked, made, f"{made.client.name} is registered.")

    def one(self, asked: Asked) -> Response:
        """One of them."""
        return self._page(asked, self._found(asked), _new_form())

    def renew(self, asked: Asked) -> Response:
        """Another client secret, which the next page shows once."""
        found, form = self._found(asked), filled(_FIELDS, asked.form)
        try:
            renewed = renew_secret(self.access, found, _life(form), asked.actor)
        except AccessRefused as refusal:
            return self._page(asked, found, form.with_problem(refusal.field, str(refusal)), 422)
        return self._with_secret(asked, renewed, "The secret before, and its access tokens, are refused now.")

    def delete(self, asked: Asked) -> Response:
        """Delete a client."""
        found = self._found(asked)
        end_client(self.access, found, asked.actor)
        return self.frame.redirect(asked, LIST, f"{found.name} was deleted, and is refused now.")

    def _found(self, asked: Asked) -> RegisteredClient:
        found = self.access.clients.find(asked.path("id"))
        if found is None:
            raise AccessRefused("There is no such client (any more).")
        return found[0]

    def _with_secret(self, asked: Asked, registered: Registered, said: str) -> Response:
        self.shown_once.keep(asked.session_key, registered.client.id, registered.secret)
        return self.frame.redirect(asked, f"{LIST}/{registered.client.id}", said)

    def _form(self, asked: Asked, form: Form, chosen: frozenset[str], status: int = 200) -> Response:
        return self.frame.page(
            asked,
            "access/client_new.html",
            status,
            title="New client",
            form=form,
            chosen=chosen,
            permissions=_permissions(),
            longest_name=LONGEST_NAME,
            longest_days=LONGEST_LIFE.days,
        )

    def _page(self, asked: Asked, client: RegisteredClient, form: Form, status: int = 200) -> Response:
        return self.frame.page(
            asked,
            "access/client.html",
            status,
            title=client.name,
            client=client,
            form=form,
            new_secret=self.shown_once.take(asked.session_key, client.id),
            longest_days=LONGEST_LIFE.days,
            now=self.access.clock(),
        )


def _permissions() -> Sequence[tuple[str, str, str]]:
    return [(name, name, "") for name in sorted(KNOWN)]


def _new_form() -> Form:
    return Form({"days": str(DEFAULT_LIFE.days)})


def _life(form: Form) -> timedelta:
    """For how long the secret is to be good; not at all where no number was typed, which is refused."""
    typed = form.text("days")
    return timedelta(days=min(int(typed), _MOST_DAYS) if typed.isascii() and typed.isdecimal() else 0)

"""What do all pages about one application share: which one it is, its tabs, and what is said if there is none?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from instep.admin.provisioning import NotConnected
from instep.console.asked import Asked
from instep.console.frame import Frame
from instep.directory.applications import App
from instep.wiring import Instep


@dataclass(frozen=True, slots=True)
class Desk:
    """The installation, and who renders its pages."""

    instep: Instep
    frame: Frame

    def about(self, answer: "Callable[[Desk, Asked, App], Response]") -> Callable[[Asked], Response]:
        """Return what answers at an address that names an application, by its id."""

        def answered(asked: Asked) -> Response:
            app = self.app(asked.path("app"))
            if app is not None:
                try:
                    return answer(self, asked, app)
                except NotConnected:
                    place = address(app, "provisioning/connection")
                    return self.frame.redirect(asked, place, f"{app.name} is not connected yet: do that first.")
            reason = "There is no such application. Somebody may have removed it, or the address is not whole."
            return self.frame.page(asked, "apps/not_there.html", 404, title="No such application", reason=reason)

        return answered

    def app(self, app_id: str) -> App | None:
        """Return the application of that id."""
        return next((app for app in self.instep.applications.all() if app.id == app_id), None)

    def page(
        self, asked: Asked, app: App, template: str, /, title: str, http_status: int = 200, **values: Any
    ) -> Response:
        """A page about an application, with the tabs among which it stands."""
        tabs = (provisioning_tabs if template.startswith("provisioning/") else app_tabs)(app)
        open_tab = _open_tab(tabs, asked.request.url.path)
        return self.frame.page(
            asked, template, http_status, title=title, app=app, tabs=tabs, open_tab=open_tab, **values
        )


def _open_tab(tabs: Sequence[tuple[str, str]], path: str) -> str:
    """Return the tab to which a page belongs, or one that leads from it: the longest that its path begins with."""
    addresses = [at for _, at in tabs if path == at or path.startswith(f"{at}/")]
    return max(addresses, key=len, default="")


def address(app: App, place: str = "") -> str:
    """Return the address of one of an application's pages."""
    return f"/apps/{app.id}/{place}" if place else f"/apps/{app.id}"


def app_tabs(app: App) -> list[tuple[str, str]]:
    """Return the pages of an application, as in Entra."""
    return [
        ("Overview", address(app)),
        ("Properties", address(app, "properties")),
        ("Owners", address(app, "owners")),
        ("App roles", address(app, "roles")),
        ("Users and groups", address(app, "users-and-groups")),
        ("Single sign-on", address(app, "single-sign-on")),
        ("Provisioning", address(app, "provisioning")),
        ("Provisioning logs", address(app, "logs")),
    ]


def provisioning_tabs(app: App) -> list[tuple[str, str]]:
    """Return the pages about the provisioning of an application, in the order in which it is set up."""
    return [
        ("Overview", address(app, "provisioning")),
        ("Connection", address(app, "provisioning/connection")),
        ("Mappings", address(app, "provisioning/mappings")),
        ("Scoping filters", address(app, "provisioning/filters")),
        ("Provision on demand", address(app, "provisioning/on-demand")),
        ("Settings", address(app, "provisioning/settings")),
        ("Preview and plans", address(app, "provisioning/plans")),
        ("Held", address(app, "provisioning/held")),
        ("Cycles", address(app, "provisioning/cycles")),
        ("Drift", address(app, "provisioning/drift")),
        ("Logs", address(app, "logs")),
    ]

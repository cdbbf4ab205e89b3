"""What is there to know of one user: properties, groups, accounts, and why?"""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from instep.admin.provisioning import connected_job
from instep.admin.users import UserDetails, find_user, show_user
from instep.admin.why import Story, paragraph, tell
from instep.console.asked import Asked
from instep.console.frame import Frame
from instep.console.paths import from_path, in_path
from instep.console.users.fields import field_groups, form_of
from instep.directory.applications import App
from instep.directory.errors import NotFound
from instep.wiring import Instep

REPORTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class InApplication:
    """What is known of a user in one application; `story` is None where it is not connected yet."""

    app: App
    story: Story | None
    why: str


@dataclass(frozen=True, slots=True)
class UserPages:
    """The pages about one user."""

    instep: Instep
    frame: Frame

    def properties(self, asked: Asked) -> Response:
        """All attributes that have a value, the manager, and whom the user manages."""
        details = self.details(asked)
        with self.instep.directory.reading() as reading:
            reports = reading.reports_of(details.user.id)
        return self.page(
            asked,
            "users/properties.html",
            details,
            groups=field_groups(details.user),
            form=form_of(details.user, details.manager),
            reports=reports[:REPORTS_SHOWN],
            more_reports=max(0, len(reports) - REPORTS_SHOWN),
        )

    def memberships(self, asked: Asked) -> Response:
        """The groups that the user is a direct member of."""
        return self.page(asked, "users/groups.html", self.details(asked))

    def applications(self, asked: Asked) -> Response:
        """Where the user has an account, and why."""
        details = self.details(asked)
        shown = [self._in(app, details.user.id) for app in self.instep.applications.all()]
        return self.page(asked, "users/applications.html", details, applications=shown)

    def _in(self, app: App, user_id: str) -> InApplication:
        if connected_job(self.instep.service.jobs, app) is None:
            return InApplication(app, None, "The application is not connected yet.")
        try:
            story = tell(self.instep.service, self.instep.directory, self.instep.history, app, user_id)
        except NotFound:
            return InApplication(app, None, "The user is gone.")
        return InApplication(app, story, paragraph(story))

    def details(self, asked: Asked) -> UserDetails:
        """The user that an address names, by id. Raises NotFound."""
        who = from_path(asked.path("user"))
        with self.instep.directory.reading() as reading:
            if reading.user(who) is None:  # an address has an id, and never a name that somebody else may get
                raise NotFound("There is no such user any more.")
        return show_user(self.instep.directory, who)

    def page(self, asked: Asked, template: str, details: UserDetails, **values: Any) -> Response:
        """A page about a user, with the tabs among which it stands."""
        user = details.user
        at = f"/users/{in_path(user.id)}"
        tabs = [
            ("Overview", at),
            ("Groups", f"{at}/groups"),
            ("Applications", f"{at}/applications"),
            ("Sign-in", f"{at}/sign-in"),
        ]
        title = str(user.attributes.get("displayName") or user.user_principal_name)
        return self.frame.page(asked, template, title=title, details=details, user=user, at=at, tabs=tabs, **values)


def user_name(instep: Instep, user_id: str) -> str:
    """What to call a user in a notice."""
    with instep.directory.reading() as reading:
        user = find_user(reading, user_id)
    return str(user.attributes.get("displayName") or user.user_principal_name)

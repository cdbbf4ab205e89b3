"""What stands in the top menu, and what under Settings?"""

from dataclasses import dataclass

from proxyclick.people.user_groups import Right


@dataclass(frozen=True, slots=True)
class Entry:
    """A link to a page; `right` None means that everyone who is signed in may open it."""

    title: str
    path: str
    right: Right | None = None
    about: str = ""


MENU = (
    Entry("Logbook", "/logbook"),
    Entry("Users", "/users", Right.SEE_USERS),
    Entry("User groups", "/user-groups", Right.SEE_USERS),
    Entry("Locations", "/locations"),
    Entry("Settings", "/settings"),
)
SETTINGS = (
    # Shown to everyone: who may not connect an integration is told so, and whom to ask.
    Entry("Integrations", "/settings/integrations", None, "Connect your identity provider, and see what it does."),
    Entry("Sessions", "/settings/sessions", None, "Where you are signed in, and how to end it."),
    Entry("Audit log", "/settings/audit", Right.MANAGE_INTEGRATIONS, "What administrators have done, and when."),
)

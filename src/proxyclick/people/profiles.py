"""What sort of tenant is it: Proxyclick with its rules, or one that knows the RFC alone?"""

from collections.abc import Callable
from dataclasses import dataclass

from instep.scim.definitions import ENTERPRISE_USER, GROUP, USER
from instep.scim.schemas import ResourceSchema
from proxyclick.people.keys import Keys, Resource, keys_of_user, keys_of_user_by_the_rfc
from proxyclick.people.rules import RfcRules, Rules, RulesAsSet
from proxyclick.people.tenant_settings import EmailRule

# Passwords are not taken (people sign in elsewhere), and memberships are read from the groups.
_USERS = ResourceSchema(USER.without({"password", "groups"}), ENTERPRISE_USER)


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules and the resource types of a tenant; `groups` None means that it has no groups."""

    name: str
    rules_by: Callable[[Callable[[], EmailRule]], Rules]
    keys_of_user: Callable[[Resource], Keys]
    users: ResourceSchema
    groups: ResourceSchema | None

    @property
    def rules(self) -> Rules:
        """The rules while nothing is set."""
        return self.rules_by(lambda: EmailRule.REFUSE)


PROXYCLICK = Profile("proxyclick", RulesAsSet, keys_of_user, _USERS, None)
RFC = Profile("rfc", lambda _: RfcRules(), keys_of_user_by_the_rfc, _USERS, ResourceSchema(GROUP))
PROFILES = {profile.name: profile for profile in (PROXYCLICK, RFC)}

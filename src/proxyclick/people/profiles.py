"""What sort of tenant is it: Proxyclick with its rules, or one that knows the RFC alone?"""

from dataclasses import dataclass

from instep.scim.definitions import ENTERPRISE_USER, GROUP, USER
from instep.scim.schemas import ResourceSchema
from proxyclick.people.rules import ProxyclickRules, RfcRules, Rules

# Passwords are not taken (people sign in elsewhere), and memberships are read from the groups.
_USERS = ResourceSchema(USER.without({"password", "groups"}), ENTERPRISE_USER)


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules and the resource types of a tenant; `groups` None means that it has no groups."""

    name: str
    rules: Rules
    users: ResourceSchema
    groups: ResourceSchema | None


PROXYCLICK = Profile("proxyclick", ProxyclickRules(), _USERS, None)
RFC = Profile("rfc", RfcRules(), _USERS, ResourceSchema(GROUP))
PROFILES = {profile.name: profile for profile in (PROXYCLICK, RFC)}

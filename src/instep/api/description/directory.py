"""Of what types is what the API says of users, groups and the tenant (graph-api.md 1.3)?

Of users and groups this follows from the tables by which they are shaped: a property has the type of its source
attribute.
"""

from instep.api import group_shape, user_shape
from instep.api.description.types import (
    BOOLEAN,
    MOMENT,
    TEXT,
    Kind,
    Many,
    Null,
    OneOf,
    Words,
    each,
    entity,
    selectable,
    structure,
)
from instep.directory.attributes import AttributeType, attribute_named
from instep.directory.definitions import GROUP_ATTRIBUTES

_MOMENTS = each(Null(MOMENT), "createdDateTime deletedDateTime")


def _of_user(source: str) -> Kind:
    match attribute_named(source).type:
        case AttributeType.BOOLEAN:
            return Null(BOOLEAN)
        case AttributeType.STRINGS:
            return Many(TEXT)
        case AttributeType.STRING:
            return Null(TEXT)


def _of_group(name: str) -> Kind:
    attribute = GROUP_ATTRIBUTES[name]
    if attribute.multivalued:
        return Many(TEXT)
    return Null(BOOLEAN) if attribute.type == "Boolean" else Null(TEXT)


REMOVED = structure("removed", {"reason": Words("removalReason", ("changed", "deleted"))})
PASSWORD = structure(
    "passwordProfile",
    {
        "password": Null(TEXT),
        **each(Null(BOOLEAN), "forceChangePasswordNextSignIn forceChangePasswordNextSignInWithMfa"),
    },
)
GROUP_PROPERTIES: dict[str, Kind] = {
    "id": TEXT,
    **_MOMENTS,
    **{name: _of_group(name) for name in group_shape.KEPT},
    **{
        name: Null(BOOLEAN if name in ("isAssignableToRole", "onPremisesSyncEnabled") else TEXT)
        for name in group_shape.ALWAYS_NULL
    },
}
MANAGER = selectable(
    "manager",
    {
        "id": TEXT,
        **_MOMENTS,
        **{name: _of_user(source) for name, source in user_shape.PROPERTIES.items()},
        **{name: Null(structure(name, dict.fromkeys(parts, Null(TEXT)))) for name, parts in user_shape.COMPLEX.items()},
        "businessPhones": Many(TEXT),
    },
    further="^extension_",
)
MEMBERSHIP = selectable("membership", GROUP_PROPERTIES)
USER = selectable(
    "user",
    {**MANAGER.properties, "manager": MANAGER, "memberOf": Many(MEMBERSHIP), "@removed": REMOVED},
    further="^extension_",
)
GROUP = selectable("group", {**GROUP_PROPERTIES, "members": Many(MANAGER), "@removed": REMOVED})
ANY_OBJECT = OneOf((USER, GROUP))
REFERENCE = structure("reference", {"@odata.id": TEXT})
IDS = structure("ids", {"value": Many(TEXT)})
GROUP_IDS = structure("groupIds", {"groupIds": Many(TEXT)})
SECURITY_ONLY = structure("securityEnabledOnly", {"securityEnabledOnly": Null(BOOLEAN)})
NEW_USER = structure(
    "newUser",
    {
        **{name: kind for name, kind in MANAGER.properties.items() if name not in ("id", *_MOMENTS)},
        "passwordProfile": Null(PASSWORD),
        "passwordPolicies": Null(TEXT),
    },
    further="^extension_",
)
NEW_GROUP = structure(
    "newGroup",
    {**{name: _of_group(name) for name in group_shape.KEPT}, "members@odata.bind": Many(TEXT)},
)
ORGANIZATION = selectable(
    "organization",
    {
        **each(TEXT, "id displayName tenantType"),
        **_MOMENTS,
        "countryLetterCode": Null(TEXT),
        "onPremisesSyncEnabled": Null(BOOLEAN),
        "assignedPlans": Many(structure("assignedPlan", {})),
        "verifiedDomains": Many(
            structure(
                "verifiedDomain", {**each(TEXT, "name type capabilities"), **each(BOOLEAN, "isDefault isInitial")}
            )
        ),
    },
)
DOMAIN = entity(
    "domain",
    {
        **each(TEXT, "id authenticationType"),
        **each(BOOLEAN, "isDefault isInitial isRoot isVerified"),
        "supportedServices": Many(TEXT),
    },
)

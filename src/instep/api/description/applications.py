"""Of what types is what the API says of the gallery, applications and assignments (graph-api.md 1.3)?"""

from instep.api.description.types import (
    BOOLEAN,
    GUID,
    MOMENT,
    TEXT,
    Kind,
    Many,
    Null,
    Words,
    each,
    selectable,
    structure,
)

_NONE = structure("nothing", {})
INFO = structure("informationalUrl", each(Null(TEXT), "logoUrl marketingUrl privacyStatementUrl supportUrl"))
APP_ROLE = structure(
    "appRole",
    {
        "id": GUID,
        "allowedMemberTypes": Many(Words("allowedMemberType", ("User",))),
        **each(TEXT, "displayName description"),
        "isEnabled": BOOLEAN,
        "origin": Words("appRoleOrigin", ("Application", "ServicePrincipal")),
        "value": Null(TEXT),
    },
)
_OF_BOTH: dict[str, Kind] = {
    **each(TEXT, "id appId displayName"),
    "applicationTemplateId": Null(TEXT),
    **each(Null(MOMENT), "createdDateTime deletedDateTime"),
    "notes": Null(TEXT),
    "tags": Many(TEXT),
    "appRoles": Many(APP_ROLE),
    "info": INFO,
}
SERVICE_PRINCIPAL = selectable(
    "servicePrincipal",
    {
        **_OF_BOTH,
        **each(BOOLEAN, "accountEnabled appRoleAssignmentRequired"),
        **each(TEXT, "appDisplayName servicePrincipalType"),
        **each(
            Null(TEXT),
            "appOwnerOrganizationId disabledByMicrosoftStatus homepage loginUrl logoutUrl preferredSingleSignOnMode",
        ),
        **each(Many(TEXT), "alternativeNames notificationEmailAddresses replyUrls servicePrincipalNames"),
        **each(Many(_NONE), "addIns keyCredentials oauth2PermissionScopes passwordCredentials"),
        "@removed": structure("removed", {"reason": Words("removalReason", ("changed", "deleted"))}),
    },
)
APPLICATION = selectable(
    "application",
    {
        **_OF_BOTH,
        "identifierUris": Many(TEXT),
        "publisherDomain": Null(TEXT),
        "signInAudience": TEXT,
        "api": structure("apiApplication", {}),
        "web": structure("webApplication", {"redirectUris": Many(TEXT)}),
    },
)
BOTH = structure("applicationServicePrincipal", {"application": APPLICATION, "servicePrincipal": SERVICE_PRINCIPAL})
TEMPLATE_NAME = structure("instantiation", each(Null(TEXT), "displayName serviceManagementReference"))
NEW_SERVICE_PRINCIPAL = structure("newServicePrincipal", {"appId": TEXT, "displayName": Null(TEXT)})
GALLERY_TEMPLATE = selectable(
    "applicationTemplate",
    {
        **each(TEXT, "id displayName"),
        **each(Null(TEXT), "homePageUrl logoUrl publisher description"),
        "supportedSingleSignOnModes": Many(TEXT),
        "supportedProvisioningTypes": Many(Words("provisioningType", ("sync",))),
        "categories": Many(TEXT),
        **each(Null(MOMENT), "deprecationDate lastModifiedDateTime"),
        "isEntraIntegrated": Null(BOOLEAN),
    },
)
ASSIGNMENT = selectable(
    "appRoleAssignment",
    {
        "id": TEXT,
        "deletedDateTime": Null(MOMENT),
        "appRoleId": GUID,
        "createdDateTime": MOMENT,
        **each(TEXT, "principalDisplayName principalId resourceDisplayName resourceId"),
        "principalType": Words("principalType", ("User", "Group", "ServicePrincipal")),
    },
)
NEW_ASSIGNMENT = structure("newAppRoleAssignment", {**each(TEXT, "principalId resourceId"), "appRoleId": GUID})

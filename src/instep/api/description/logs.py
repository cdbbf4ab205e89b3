"""Of what types is what the API says of the two logs (graph-api.md 1.7 and 1.9)?"""

from instep.api.description.types import (
    ANYTHING,
    INT64,
    MOMENT,
    TEXT,
    Many,
    Null,
    Words,
    each,
    selectable,
    structure,
)
from instep.ledger.error_codes import Category
from instep.ledger.records import Status

_STATUS = Words("provisioningResult", tuple(status.value for status in Status))
ACTIONS = ("create", "update", "delete", "stagedDelete", "disable", "other")
_SYSTEM = structure("provisioningSystem", {**each(TEXT, "id displayName"), "details": ANYTHING})
_IDENTITY = structure("provisionedIdentity", {**each(TEXT, "id displayName identityType"), "details": ANYTHING})
_MODIFIED = structure("modifiedProperty", {"displayName": TEXT, **each(Null(TEXT), "oldValue newValue")})
_ERROR = structure(
    "provisioningErrorInfo",
    {
        **each(Null(TEXT), "errorCode reason additionalDetails recommendedAction"),
        "errorCategory": Words("provisioningStatusErrorCategory", tuple(category.value for category in Category)),
    },
)
_STEP = structure(
    "provisioningStep",
    {
        "name": TEXT,
        "provisioningStepType": Words(
            "provisioningStepType",
            ("import", "scoping", "matching", "processing", "referenceResolution", "export"),
        ),
        "status": _STATUS,
        "description": TEXT,
        "details": ANYTHING,
    },
)
ENTRY = selectable(
    "provisioningObjectSummary",
    {
        **each(TEXT, "id tenantId jobId cycleId changeId"),
        "activityDateTime": MOMENT,
        "provisioningAction": Words("provisioningAction", ACTIONS),
        "durationInMilliseconds": INT64,
        "provisioningStatusInfo": structure(
            "provisioningStatusInfo", {"status": _STATUS, "errorInformation": Null(_ERROR)}
        ),
        "provisioningSteps": Many(_STEP),
        "modifiedProperties": Many(_MODIFIED),
        "servicePrincipal": structure("provisioningServicePrincipal", each(TEXT, "id displayName")),
        **each(_SYSTEM, "sourceSystem targetSystem"),
        **each(_IDENTITY, "sourceIdentity targetIdentity"),
        "initiatedBy": structure(
            "initiator",
            {
                **each(TEXT, "id displayName"),
                "initiatorType": Words("initiatorType", ("user", "application", "system")),
            },
        ),
    },
)
AUDIT = selectable(
    "directoryAudit",
    {
        **each(TEXT, "id activityDisplayName category loggedByService operationType"),
        **each(Null(TEXT), "correlationId resultReason"),
        "activityDateTime": MOMENT,
        "result": Words("operationResult", ("success", "failure", "timeout")),
        "initiatedBy": structure(
            "auditActivityInitiator",
            {
                "user": Null(structure("userIdentity", each(Null(TEXT), "id displayName userPrincipalName ipAddress"))),
                "app": Null(
                    structure(
                        "appIdentity", each(Null(TEXT), "appId displayName servicePrincipalId servicePrincipalName")
                    )
                ),
            },
        ),
        "targetResources": Many(
            structure(
                "targetResource",
                {
                    **each(Null(TEXT), "id displayName type userPrincipalName groupType"),
                    "modifiedProperties": Many(_MODIFIED),
                },
            )
        ),
        "additionalDetails": Many(structure("keyValue", {"key": TEXT, "value": Null(TEXT)})),
    },
)

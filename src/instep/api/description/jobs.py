"""Of what types is what the API says of synchronization: templates, jobs, secrets (graph-api.md 1.4, 1.6 and 1.8)?"""

from instep.api.description.types import (
    BOOLEAN,
    DURATION,
    INT64,
    MOMENT,
    TEXT,
    Kind,
    Many,
    Null,
    Structure,
    Words,
    each,
    entity,
    structure,
)
from instep.rules.health.quarantine import QuarantineReason

ERROR = structure("synchronizationError", {"code": Null(TEXT), "message": Null(TEXT), "tenantActionable": BOOLEAN})
QUARANTINE = structure(
    "synchronizationQuarantine",
    {
        "reason": Words("quarantineReason", tuple(reason.value for reason in QuarantineReason)),
        **each(MOMENT, "currentBegan seriesBegan"),
        "nextAttempt": Null(MOMENT),
        "seriesCount": INT64,
        "error": ERROR,
    },
)
EXECUTION = structure(
    "synchronizationTaskExecution",
    {
        "activityIdentifier": TEXT,
        **each(
            INT64,
            "countEntitled countEntitledForProvisioning countEscrowed countEscrowedRaw countExported countExports"
            " countImported countImportedDeltas countImportedReferenceDeltas",
        ),
        "state": Null(Words("synchronizationTaskExecutionResult", ("Succeeded", "Failed", "EntryLevelErrors"))),
        "error": Null(ERROR),
        "timeBegan": MOMENT,
        "timeEnded": Null(MOMENT),
    },
)
PROGRESS = structure(
    "synchronizationProgress",
    {**each(INT64, "completedUnits totalUnits"), "progressObservationDateTime": MOMENT, "units": Null(TEXT)},
)
STATUS = structure(
    "synchronizationStatus",
    {
        "code": Words("synchronizationStatusCode", ("NotConfigured", "NotRun", "Active", "Paused", "Quarantine")),
        "countSuccessiveCompleteFailures": INT64,
        "escrowsPruned": BOOLEAN,
        **each(Null(EXECUTION), "lastExecution lastSuccessfulExecution lastSuccessfulExecutionWithExports"),
        "quarantine": Null(QUARANTINE),
        "progress": Many(PROGRESS),
        **each(MOMENT, "steadyStateFirstAchievedTime steadyStateLastAchievedTime"),
        "synchronizedEntryCountByType": Many(structure("stringKeyLongValuePair", {"key": TEXT, "value": INT64})),
        "troubleshootingUrl": Null(TEXT),
    },
)
SCHEDULE = structure(
    "synchronizationSchedule",
    {
        "expiration": Null(MOMENT),
        "interval": DURATION,
        "state": Words("synchronizationScheduleState", ("Active", "Disabled", "Paused")),
    },
)
PAIR = structure("keyValuePair", each(TEXT, "name value"))
JOB = entity(
    "synchronizationJob",
    {
        "id": TEXT,
        "templateId": TEXT,
        "schedule": SCHEDULE,
        "status": STATUS,
        "synchronizationJobSettings": Many(PAIR),
    },
)
CHANGED_JOB = structure("changedJob", {"schedule": SCHEDULE, "synchronizationJobSettings": Many(PAIR)})
NEW_JOB = structure("newJob", {"templateId": Null(TEXT)})
METADATA = structure("metadataEntry", {"key": TEXT, "value": Null(TEXT)})
TEMPLATE = entity(
    "synchronizationTemplate",
    {
        **each(TEXT, "id applicationId description factoryTag"),
        **each(BOOLEAN, "default discoverable"),
        "metadata": Many(METADATA),
        "schema": Null(structure("nothing", {})),
    },
)
SYNCHRONIZATION = entity("synchronization", {"id": TEXT, "jobs": Many(JOB), "templates": Many(TEMPLATE)})
_KEYS = """
    None UserName Password SecretToken AppKey BaseAddress ClientIdentifier ClientSecret SingleSignOnType Sandbox Url
    Domain ConsumerKey ConsumerSecret TokenKey TokenExpiration Oauth2AccessToken Oauth2AccessTokenCreationTime
    Oauth2RefreshToken SyncAll InstanceName Oauth2ClientId Oauth2ClientSecret CompanyId UpdateKeyOnSoftDelete
    SynchronizationSchedule SystemOfRecord SandboxName EnforceDomain SyncNotificationSettings SkipOutOfScopeDeletions
    Oauth2AuthorizationCode Oauth2RedirectUri ApplicationTemplateIdentifier Oauth2TokenExchangeUri
    Oauth2AuthorizationUri AuthenticationType Server PerformInboundEntitlementGrants HardDeletesEnabled
    SyncAgentCompatibilityKey SyncAgentADContainer ValidateDomain TestReferences ConnectionString
"""
SECRET = structure(
    "synchronizationSecretKeyStringValuePair",
    {"key": Words("synchronizationSecret", tuple(_KEYS.split())), "value": TEXT},
)
SECRETS = structure("secrets", {"value": Many(SECRET)})
CREDENTIALS = structure(
    "credentials",
    {
        **each(Null(TEXT), "templateId applicationIdentifier"),
        "useSavedCredentials": Null(BOOLEAN),
        "credentials": Null(Many(SECRET)),
    },
)
TOKEN_CREDENTIALS = structure("tokenCredentials", {"credentials": Many(SECRET)})
RESTART = structure(
    "restart", {"criteria": Null(structure("synchronizationJobRestartCriteria", {"resetScope": Null(TEXT)}))}
)
_SUBJECT: dict[str, Kind] = {
    "objectId": TEXT,
    "objectTypeName": Words("objectTypeName", ("User", "Group")),
}
SUBJECT = structure(
    "synchronizationJobSubject",
    {
        **_SUBJECT,
        "links": Null(
            structure("synchronizationLinkedObjects", {"members": Many(structure("linkedMember", _SUBJECT))})
        ),
    },
)
ON_DEMAND = structure(
    "provisionOnDemand",
    {"parameters": Many(structure("jobParameters", {"ruleId": Null(TEXT), "subjects": Many(SUBJECT)}))},
)
STORY = structure("stringKeyStringValuePair", each(TEXT, "key value"))
NOTHING: Structure = structure("nothing", {})
FUNCTION = entity(
    "attributeMappingFunctionSchema",
    {
        **each(TEXT, "id name"),
        "parameters": Many(
            structure(
                "attributeMappingParameterSchema",
                {**each(TEXT, "name type"), **each(BOOLEAN, "required allowMultipleOccurrences")},
            )
        ),
    },
)
OPERATOR = entity(
    "filterOperatorSchema",
    {
        **each(TEXT, "id name"),
        "arity": Words("scopeOperatorType", ("Binary", "Unary")),
        "multivaluedComparisonType": Words("scopeOperatorMultiValuedComparisonType", ("All", "Any")),
        "supportedAttributeTypes": Many(TEXT),
    },
)

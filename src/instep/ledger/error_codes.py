"""What does each code of the provisioning log mean, and what should an administrator do (engine.md 9.4)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """Whose fault it is (Graph's `errorCategory`)."""

    SERVICE = "failure"  # this service's own
    OTHER = "nonServiceFailure"  # of the data, the configuration, or the application
    NONE = "success"  # nobody's: there was nothing to do


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One code in plain words."""

    meaning: str
    action: str
    category: Category = Category.OTHER


_BY_ITSELF = "Nothing at first: it is tried again by itself."
_VENDOR = "Ask the application's vendor, with the time and the message of the entry."
_SCIM = "SystemForCrossDomainIdentityManagement"

_FAILURES = {
    "AnswerTooLarge": ErrorCode(
        "The application answered with more than is read; what it said is not known.",
        f"{_VENDOR} If it is a list, ask for smaller pages (instep apps set APP dialect.page_size=N).",
    ),
    "AnswerUnreadable": ErrorCode(
        "The application's answer is damaged, or in an encoding that was not asked for.",
        f"{_BY_ITSELF} If it lasts, look for what stands between: a proxy or a gateway.",
    ),
    "AttributeValidationFailed": ErrorCode(
        "A mapping gave a value that its target attribute cannot take, or its expression failed for this user.",
        "Correct the user's source attribute, or the mapping that the message names.",
    ),
    "Conflict": ErrorCode(
        "A value clashes with one of another account, or the account exists and did not match.",
        "Change the value in one of the two systems; if the account should have been taken over, correct the "
        "matching attribute.",
    ),
    "ConnectionFailed": ErrorCode(
        "The application could not be reached.",
        f"{_BY_ITSELF} If it lasts, check the Tenant URL, the network and whether the application runs.",
    ),
    "DuplicateSourceEntries": ErrorCode(
        "The account that matches belongs to another user of the directory already.",
        "Give one of the two users another value of the matching attribute, or delete the user who is left over.",
    ),
    "DuplicateTargetEntries": ErrorCode(
        "Several accounts match this user.",
        "Delete or correct all but one of the accounts that the message names, or match by another attribute.",
    ),
    "EntryConflict": ErrorCode(
        "The application has this user, or a value that must be unique, already, and no account matches.",
        "Change the value in one of the two systems; if the account should have been taken over, correct the "
        "matching attribute.",
    ),
    "ImportSkipped": ErrorCode(
        "The user has no value of any matching attribute. This says nothing about scope.",
        "Fill in the source attribute, or match by another attribute.",
    ),
    "InsufficientRights": ErrorCode(
        "The Secret Token is accepted, but not allowed to do this.",
        "Give the account of the token the rights that it lacks, or issue another token.",
    ),
    "InternalError": ErrorCode(
        "Something went wrong inside Instep.",
        f"{_BY_ITSELF} If it lasts, report it with the change id of the entry.",
        Category.SERVICE,
    ),
    "InternalServerError": ErrorCode(
        "The application failed unexpectedly.", f"{_BY_ITSELF} If it lasts: {_VENDOR[0].lower()}{_VENDOR[1:]}"
    ),
    "InvalidAnchor": ErrorCode(
        "The account to which the user is linked is not in the application any more.",
        "Restore the account there, or remove the link (instep apps links remove) and provision the user again.",
    ),
    "InvalidDomain": ErrorCode(
        "The application does not allow, or has not verified, the domain of a value.",
        "Verify the domain in the application, or map another attribute.",
    ),
    "LicenseLimitExceeded": ErrorCode("The application is out of licences.", "Buy licences or free some there."),
    "MandatoryFieldsMissing": ErrorCode(
        "The application requires a value that was not sent.",
        "Fill in the source attribute, or give the mapping a default value.",
    ),
    "MethodNotAllowed": ErrorCode(
        "The application does not offer this operation.", "Untick the action that it does not offer, or ask its vendor."
    ),
    "MissingValues": ErrorCode(
        "A target attribute is required, and the user has no value for it.",
        "Fill in the source attribute, or give the mapping a default value.",
    ),
    "NoFilter": ErrorCode(
        "The application finds users whom it was not asked for: it does not filter.",
        "Ask its vendor, or match by its list (instep apps set APP dialect.filterable=none).",
    ),
    "NotFound": ErrorCode(
        "There is nothing at the Tenant URL.", "Check the Tenant URL, and connect the application again."
    ),
    "NotImplemented": ErrorCode("The application answered that it does not implement this.", _VENDOR),
    "NotPermitted": ErrorCode(
        "The Secret Token is accepted, but this is forbidden.", "Check the rights of its account, and the actions."
    ),
    "NotScim": ErrorCode(
        "There is no SCIM service at the Tenant URL.", "Check the Tenant URL, and connect the application again."
    ),
    "Redirected": ErrorCode(
        "The application redirects to another address, which is never followed.",
        "Connect the application with the Tenant URL to which it redirects, if that is right.",
    ),
    "SchemaAttributeNotFound": ErrorCode(
        "A mapping writes an attribute that the application does not know.", "Correct the mapping or remove it."
    ),
    "SchemaPropertyCanOnlyAcceptValue": ErrorCode(
        "The target attribute takes one value, and the source gave several.",
        "Map an attribute with one value, or choose one by an expression.",
    ),
    "Timeout": ErrorCode(
        "The application did not answer in time.",
        f"{_BY_ITSELF} If it lasts, allow more time (Settings, or instep apps set APP timeout=SECONDS).",
    ),
    "TooManyRequests": ErrorCode(
        "The application asked for fewer requests.",
        f"{_BY_ITSELF} If it recurs, slow down (Settings, or instep apps set APP rate=REQUESTS_PER_SECOND).",
    ),
    "UnableToResolveReferenceAttributeValue": ErrorCode(
        "A user or group that is referred to has no account in the application.",
        "Bring the user or group that the message names into scope.",
    ),
    "Unauthorized": ErrorCode(
        "The application does not accept the Secret Token.",
        "Issue another Secret Token there, and connect the application again.",
    ),
    "UnprocessableEntity": ErrorCode(
        "The application understood the request and could not process it.",
        "Check the values that the entry shows, and their mappings; then ask the application's vendor.",
    ),
    "WebExceptionProtocolError": ErrorCode("The answer broke the HTTP protocol.", _BY_ITSELF),
    f"{_SCIM}BadResponse": ErrorCode("The application's answer is wrong.", _VENDOR),
    f"{_SCIM}CredentialValidationFailure": ErrorCode(
        "The connection test failed.", "Check the Tenant URL and the Secret Token."
    ),
    f"{_SCIM}CredentialValidationUnavailable": ErrorCode(
        "The connection could not be tested.", "Check the Tenant URL, and whether the application runs."
    ),
    f"{_SCIM}MultipleEntriesInResponse": ErrorCode(
        "A question for one user was answered with several.", f"Remove the duplicates. If there are none: {_VENDOR}"
    ),
    f"{_SCIM}ServiceIncompatible": ErrorCode("The application's answer is not SCIM as it is required.", _VENDOR),
}

_REASONS = {
    "AlreadyDeleted": ErrorCode("The user is gone from the directory, and has no account.", "Nothing."),
    "AlreadyDisabled": ErrorCode("The account is disabled, as it should be.", "Nothing."),
    "CreateActionOff": ErrorCode(
        "No account matches the user, and this job creates none.",
        "Turn the action Create on (Mappings, or instep apps set APP actions=create,update,delete), or create the "
        "account by hand.",
    ),
    "DeleteActionOff": ErrorCode(
        "The account should be deleted, and this job deletes none.",
        "Turn the action Delete on, or delete the account in the application by hand.",
    ),
    "DeprovisioningNotMapped": ErrorCode(
        "The account should be disabled, but no mapping uses IsSoftDeleted.",
        "Map IsSoftDeleted to active, or disable the account in the application by hand.",
    ),
    "EntrySynchronizationSkipped": ErrorCode(
        "The user was read and nothing was done: out of scope, or already as it should be.", "Usually nothing."
    ),
    "NotActiveInSource": ErrorCode(
        "The user is disabled in the directory; disabled users get no account.", "Enable the user, if that is meant."
    ),
    "NotEffectivelyEntitled": ErrorCode(
        "The user is not assigned to the application, or only with the role Default Access.",
        "Assign an app role to the user or one of the user's groups, if the user should have an account.",
    ),
    "NotAsPlanned": ErrorCode(
        "A plan was applied, and what it has for the user is out of date: the user, the account, or an account that "
        "it refers to has changed since.",
        "Nothing: the next cycle decides anew. Or save another plan.",
    ),
    "NotInProvisioningScope": ErrorCode(
        "The user passes none of the scoping filters.",
        "Look at the clauses that the entry names; change the user's attribute or the filter, if that is meant.",
    ),
    "ProtectedUser": ErrorCode(
        "The account would be disabled or deleted, but its user is protected.",
        "Nothing, if that is meant; else end the protection.",
    ),
    "RedundantExport": ErrorCode("The account is already as it should be.", "Nothing."),
    "SkipOutOfScopeDeletions": ErrorCode(
        "The user left the scope, and the setting keeps the account as it is.",
        "Nothing if that is meant; else change it (Settings, or instep apps set APP "
        "skip_out_of_scope_deletions=false).",
    ),
    "RejectedByAdministrator": ErrorCode(
        "What was to be done was held, and an administrator has rejected it.",
        "Nothing: it lasts until something changes about the user in the directory.",
    ),
    "SoftDeletedInSource": ErrorCode(
        "The user is in the directory's recycle bin and has no account.", "Restore the user, if that is meant."
    ),
    "StagedCreate": ErrorCode(
        "The account is not created yet: with others it exceeds the budget, or it needs an approval.",
        "Look at what is held, and approve or reject it.",
    ),
    "StagedUpdate": ErrorCode(
        "The update is held: with others it exceeds the budget, or it needs an approval.",
        "Look at what is held, and approve or reject it.",
    ),
    "StagedDelete": ErrorCode(
        "The removal is held: together with others it exceeds the budget.",
        "Check whether the removals are meant; then let them go.",
    ),
    "UpdateActionOff": ErrorCode(
        "The account should be changed, disabled or enabled, and this job changes none.",
        "Turn the action Update on, or change the account in the application by hand.",
    ),
}

CODES: Mapping[str, ErrorCode] = _FAILURES | {
    code: ErrorCode(known.meaning, known.action, Category.NONE) for code, known in _REASONS.items()
}
_UNKNOWN = ErrorCode("The message has the details.", "Look at the message; then ask the application's vendor.")


def explained(code: str) -> ErrorCode:
    """Return what a code means; a connector may put its name before one (`ContosoEntryConflict`)."""
    if (known := CODES.get(code)) is not None:
        return known
    suffixes = [known for known in CODES if code.endswith(known)]
    return CODES[max(suffixes, key=len)] if suffixes else _UNKNOWN

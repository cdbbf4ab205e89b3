"""What does each operation take, and what does it answer where it is done?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from instep.api.calls import Operation
from instep.api.description import applications as app
from instep.api.description import directory, jobs, logs, schemas
from instep.api.description.types import Kind, Structure


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list."""

    of: Kind


@dataclass(frozen=True, slots=True)
class Number:
    """A bare number, as a plain text."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is no JSON, of this type of media."""

    media_type: str


Answered = Kind | Page | Number | Document | None


@dataclass(frozen=True, slots=True)
class Bodies:
    """The status of success with what is answered (None: no body), and what is taken; `needed` must be in it."""

    status: int
    gives: Answered = None
    takes: Structure | None = None
    needed: tuple[str, ...] = ()


def bodies_of(operation: Operation) -> Bodies:
    """Return what an operation takes and answers. Raises KeyError for one that is not described."""
    return _BODIES[f"{operation.method} {operation.address}"]


def all_structures() -> Iterator[Kind]:
    """Yield what operations take and answer."""
    for bodies in _BODIES.values():
        yield from () if bodies.takes is None else (bodies.takes,)
        match bodies.gives:
            case Page(of):
                yield of
            case Number() | Document() | None:
                pass
            case kind:
                yield kind


_DONE: Final = Bodies(204)
_COUNT: Final = Bodies(200, Number())
_REFERENCE: Final = Bodies(204, None, directory.REFERENCE, ("@odata.id",))
_IDS: Final = Bodies(200, directory.IDS, directory.SECURITY_ONLY)
_USERS, _GROUPS, _OBJECTS = (
    Bodies(200, Page(kind)) for kind in (directory.USER, directory.GROUP, directory.ANY_OBJECT)
)


def _of_users() -> Mapping[str, Bodies]:
    required = ("accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile")
    user, one = directory.USER, "users/{id}"
    return {
        "GET users": _USERS,
        "POST users": Bodies(201, user, directory.NEW_USER, required),
        "GET users/$count": _COUNT,
        "GET users/delta": _USERS,
        f"GET {one}": Bodies(200, user),
        f"PATCH {one}": Bodies(204, None, directory.NEW_USER),
        f"DELETE {one}": _DONE,
        f"GET {one}/manager": Bodies(200, user),
        f"GET {one}/manager/$ref": Bodies(200, directory.REFERENCE),
        f"PUT {one}/manager/$ref": _REFERENCE,
        f"DELETE {one}/manager/$ref": _DONE,
        f"GET {one}/directReports": _USERS,
        **{
            f"GET {one}/{name}{cast}": _GROUPS for name in ("memberOf", "transitiveMemberOf") for cast in ("", "/group")
        },
        "GET me": Bodies(200, user),
    }


def _of_groups() -> Mapping[str, Bodies]:
    required, one = ("displayName", "mailEnabled", "mailNickname", "securityEnabled"), "groups/{id}"
    found = {
        "GET groups": _GROUPS,
        "POST groups": Bodies(201, directory.GROUP, directory.NEW_GROUP, required),
        "GET groups/$count": _COUNT,
        "GET groups/delta": _GROUPS,
        f"GET {one}": Bodies(200, directory.GROUP),
        f"PATCH {one}": Bodies(204, None, directory.NEW_GROUP),
        f"DELETE {one}": _DONE,
        f"POST {one}/members/$ref": _REFERENCE,
        f"DELETE {one}/members/{{member}}/$ref": _DONE,
    }
    for name in ("members", "transitiveMembers"):
        for cast, listed in (("", _OBJECTS), ("/user", _USERS), ("/group", _GROUPS)):
            found |= {f"GET {one}/{name}{cast}": listed, f"GET {one}/{name}{cast}/$count": _COUNT}
    return found


def _of_objects() -> Mapping[str, Bodies]:
    deleted, any_one = "directory/deletedItems", Bodies(200, directory.ANY_OBJECT)
    checked = Bodies(200, directory.IDS, directory.GROUP_IDS, ("groupIds",))
    return {
        f"GET {deleted}/user": _USERS,
        f"GET {deleted}/group": _GROUPS,
        f"GET {deleted}/servicePrincipal": Bodies(200, Page(app.SERVICE_PRINCIPAL)),
        f"GET {deleted}/{{id}}": any_one,
        f"POST {deleted}/{{id}}/restore": any_one,
        f"DELETE {deleted}/{{id}}": _DONE,
        "GET directoryObjects/{id}": any_one,
        **{f"POST {kind}/{{id}}/checkMemberGroups": checked for kind in ("directoryObjects", "users")},
        **{f"POST {kind}/{{id}}/getMemberGroups": _IDS for kind in ("directoryObjects", "users")},
        "GET organization": Bodies(200, Page(directory.ORGANIZATION)),
        "GET organization/{id}": Bodies(200, directory.ORGANIZATION),
        "GET domains": Bodies(200, Page(directory.DOMAIN)),
        "GET $metadata": Bodies(200, Document("application/xml")),
    }


def _of_applications() -> Mapping[str, Bodies]:
    made, role = app.NEW_ASSIGNMENT, ("principalId", "resourceId", "appRoleId")
    found = {
        "GET applicationTemplates": Bodies(200, Page(app.GALLERY_TEMPLATE)),
        "GET applicationTemplates/$count": _COUNT,
        "GET applicationTemplates/{id}": Bodies(200, app.GALLERY_TEMPLATE),
        "POST applicationTemplates/{id}/instantiate": Bodies(201, app.BOTH, app.TEMPLATE_NAME),
        "POST servicePrincipals": Bodies(201, app.SERVICE_PRINCIPAL, app.NEW_SERVICE_PRINCIPAL, ("appId",)),
        "GET servicePrincipals/delta": Bodies(200, Page(app.SERVICE_PRINCIPAL)),
        "GET servicePrincipals/{id}/owners": _USERS,
        "POST servicePrincipals/{id}/owners/$ref": _REFERENCE,
        "GET servicePrincipals/{id}/appRoleAssignedTo/$count": _COUNT,
    }
    for kind, shape in (("servicePrincipals", app.SERVICE_PRINCIPAL), ("applications", app.APPLICATION)):
        found |= {
            f"GET {kind}": Bodies(200, Page(shape)),
            f"GET {kind}/$count": _COUNT,
            f"GET {kind}/{{id}}": Bodies(200, shape),
            f"PATCH {kind}/{{id}}": Bodies(204, None, shape),
            f"DELETE {kind}/{{id}}": _DONE,
        }
    for base in ("servicePrincipals/{id}/appRoleAssignedTo", "users/{id}/appRoleAssignments"):
        found |= {
            f"GET {base}": Bodies(200, Page(app.ASSIGNMENT)),
            f"POST {base}": Bodies(201, app.ASSIGNMENT, made, role),
            f"GET {base}/{{assignment}}": Bodies(200, app.ASSIGNMENT),
            f"DELETE {base}/{{assignment}}": _DONE,
        }
    return found


_SYNC: Final = "servicePrincipals/{id}/synchronization"
_JOB: Final = f"{_SYNC}/jobs/{{job}}"
_TEMPLATES: Final = tuple(
    f"{owner}/{{id}}/synchronization/templates" for owner in ("servicePrincipals", "applications")
)


def _of_jobs() -> Mapping[str, Bodies]:
    tried = Bodies(204, None, jobs.CREDENTIALS)
    found = {
        f"GET {_SYNC}": Bodies(200, jobs.SYNCHRONIZATION),
        f"GET {_SYNC}/jobs": Bodies(200, Page(jobs.JOB)),
        f"GET {_SYNC}/jobs/$count": _COUNT,
        f"POST {_SYNC}/jobs": Bodies(201, jobs.JOB, jobs.NEW_JOB),
        f"POST {_SYNC}/jobs/validateCredentials": tried,
        f"GET {_JOB}": Bodies(200, jobs.JOB),
        f"PATCH {_JOB}": Bodies(200, jobs.JOB, jobs.CHANGED_JOB),
        f"DELETE {_JOB}": _DONE,
        **{f"POST {_JOB}/{action}": Bodies(204, None, jobs.NOTHING) for action in ("start", "pause")},
        f"POST {_JOB}/restart": Bodies(204, None, jobs.RESTART),
        f"POST {_JOB}/validateCredentials": tried,
        f"POST {_JOB}/provisionOnDemand": Bodies(200, jobs.STORY, jobs.ON_DEMAND, ("parameters",)),
        **{f"{method} {_JOB}/bulkUpload": Bodies(501) for method in ("GET", "POST", "PUT", "PATCH")},
        f"PUT {_SYNC}/secrets": Bodies(204, None, jobs.SECRETS, ("value",)),
        f"GET {_SYNC}/secrets": Bodies(200, Page(jobs.SECRET)),
    }
    for owner in ("servicePrincipals", "applications"):
        found[f"POST {owner}/{{id}}/synchronization/acquireAccessToken"] = Bodies(204, None, jobs.TOKEN_CREDENTIALS)
    for base in _TEMPLATES:
        found |= {
            f"GET {base}": Bodies(200, Page(jobs.TEMPLATE)),
            f"GET {base}/$count": _COUNT,
            f"GET {base}/{{template}}": Bodies(200, jobs.TEMPLATE),
        }
    return found


def _of_schemas() -> Mapping[str, Bodies]:
    replaced = Bodies(204, None, schemas.SCHEMA, ("directories", "synchronizationRules"))
    directories, one = f"{_JOB}/schema/directories", Bodies(200, schemas.DIRECTORY)
    found = {
        f"DELETE {_JOB}/schema": _DONE,
        f"GET {directories}": Bodies(200, Page(schemas.DIRECTORY)),
        f"GET {directories}/{{directory}}": one,
        f"PATCH {directories}/{{directory}}": Bodies(204, None, schemas.DIRECTORY),
        f"DELETE {directories}/{{directory}}": _DONE,
        f"POST {directories}/{{directory}}/discover": Bodies(200, schemas.DIRECTORY, jobs.NOTHING),
    }
    for base in (f"{_JOB}/schema", *(f"{base}/{{template}}/schema" for base in _TEMPLATES)):
        found |= {
            f"GET {base}": Bodies(200, schemas.SCHEMA),
            f"PUT {base}": replaced,
            f"PATCH {base}": replaced,
            f"GET {base}/filterOperators": Bodies(200, Page(jobs.OPERATOR)),
            f"GET {base}/functions": Bodies(200, Page(jobs.FUNCTION)),
            f"POST {base}/parseExpression": Bodies(200, schemas.PARSED, schemas.EXPRESSION, ("expression",)),
        }
    return found


def _of_logs() -> Mapping[str, Bodies]:
    return {
        f"GET auditLogs/{name}{one}": Bodies(200, kind if one else Page(kind))
        for name, kind in (("provisioning", logs.ENTRY), ("directoryAudits", logs.AUDIT))
        for one in ("", "/{id}")
    }


_BODIES: Final[Mapping[str, Bodies]] = {
    **_of_users(),
    **_of_groups(),
    **_of_objects(),
    **_of_applications(),
    **_of_jobs(),
    **_of_schemas(),
    **_of_logs(),
}

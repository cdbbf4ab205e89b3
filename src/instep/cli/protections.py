"""The commands that protect users from being disabled or deleted, in one application or in all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.apps import AppArgument, GroupOption, UserOption, principal_of
from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say
from instep.clock import to_text

if TYPE_CHECKING:
    from instep.admin.applications import Principal
    from instep.directory.applications import App
    from instep.directory.protections import Protection
    from instep.wiring import Instep

_EVERYWHERE = "every application"
UserArgument = Annotated[str, typer.Argument(metavar="U", help="A user, by id or userPrincipalName.")]


def protect_in_app(
    app: AppArgument,
    *,
    user: UserOption = None,
    group: GroupOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Protect a user, or the members of a group: the application's job never disables or deletes their accounts."""
    with open_directory(data) as instep:
        found = _app(instep, app)
        _protect(instep, found.id, found.name, _principal(instep, user, group), _form(json=json))


def unprotect_in_app(
    app: AppArgument,
    *,
    user: UserOption = None,
    group: GroupOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """End a protection; the next cycle decides about the users like anyone else."""
    with open_directory(data) as instep:
        found = _app(instep, app)
        _unprotect(instep, found.id, found.name, _principal(instep, user, group), _form(json=json))


def protected_in_app(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """List whom an application's job never disables or deletes, with those who are protected everywhere."""
    with open_directory(data) as instep:
        found = _app(instep, app)
        _list(instep, instep.protections.all(found.id), found, _form(json=json))


def protect_user(user: UserArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Protect a user in every application: no job ever disables or deletes the account."""
    from instep.directory.protections import EVERY_APPLICATION

    with open_directory(data) as instep:
        _protect(instep, EVERY_APPLICATION, _EVERYWHERE, _principal(instep, user, None), _form(json=json))


def unprotect_user(user: UserArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """End a protection in every application; those in single applications stay."""
    from instep.directory.protections import EVERY_APPLICATION

    with open_directory(data) as instep:
        _unprotect(instep, EVERY_APPLICATION, _EVERYWHERE, _principal(instep, user, None), _form(json=json))


def protected_users(*, data: DataOption = None, json: JsonOption = False) -> None:
    """List who is protected in every application."""
    with open_directory(data) as instep:
        _list(instep, instep.protections.all(), None, _form(json=json))


def _protect(instep: "Instep", app_id: str, where: str, principal: "Principal", form: str) -> None:
    from instep.admin.protections import protect

    is_new = protect(instep.protections, app_id, principal, instep.clock, actor())
    if form == "json":
        print_json({"protected": principal.name, "in": where, "changed": is_new})
    else:
        say(f"{principal.name} {'is' if is_new else 'was'} protected in {where}{'' if is_new else ' already'}.")


def _unprotect(instep: "Instep", app_id: str, where: str, principal: "Principal", form: str) -> None:
    from instep.admin.protections import unprotect

    unprotect(instep.protections, app_id, principal, instep.clock, actor())
    if form == "json":
        print_json({"unprotected": principal.name, "in": where})
    else:
        say(f"{principal.name} is no longer protected in {where}; the next cycle decides like about anyone else.")


def _list(instep: "Instep", protections: "Sequence[Protection]", app: "App | None", form: str) -> None:
    for protection in protections:
        document = _as_document(instep, protection, app)
        if form == "json":
            print_json(document)
        else:
            since = f"since {protection.protected_at:%Y-%m-%d %H:%M} UTC by {protection.protected_by}"
            say(f"{document['principal_type']:<6} {document['principal']:<45} in {document['in']}, {since}")


def _as_document(instep: "Instep", protection: "Protection", app: "App | None") -> dict[str, Any]:
    from instep.directory.applications import PrincipalType

    with instep.directory.reading() as reading:
        if protection.principal_type is PrincipalType.USER:
            user = reading.user(protection.principal_id)
            name = user.user_principal_name if user is not None else protection.principal_id
        else:
            group = reading.group(protection.principal_id)
            name = group.display_name if group is not None else protection.principal_id
    return {
        "principal_type": protection.principal_type.value,
        "principal": name,
        "principal_id": protection.principal_id,
        "in": app.name if app is not None and app.id == protection.app_id else _EVERYWHERE,
        "protected_at": to_text(protection.protected_at),
        "protected_by": protection.protected_by,
    }


def _principal(instep: "Instep", user: str | None, group: str | None) -> "Principal":
    """Return who is meant; a user who was purged is known by the id of the protection."""
    from instep.admin.applications import Principal
    from instep.directory.applications import PrincipalType
    from instep.directory.errors import NotFound

    if (user is None) == (group is None):
        raise typer.BadParameter("Give one of --user U or --group G.")
    try:
        return principal_of(instep, user, group, None)
    except NotFound:
        known = {p.principal_id for app in instep.applications.all() for p in instep.protections.all(app.id)}
        if user in known | {p.principal_id for p in instep.protections.all()}:
            return Principal(PrincipalType.USER, str(user), str(user))
        raise


def _app(instep: "Instep", named: str) -> "App":
    from instep.admin.applications import find_app

    return find_app(instep.applications, named)


def _form(*, json: bool) -> str:
    return "json" if json else "words"

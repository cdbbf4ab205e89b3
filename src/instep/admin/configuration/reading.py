"""Is a document a configuration, and if not, what is wrong with it, and where?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from instep.admin.app_properties import check_emails, check_name, check_notes, check_tags
from instep.admin.app_roles import RoleTexts, checked_role
from instep.admin.configuration.problems import Reading
from instep.admin.configuration.single_sign_on import read_single_sign_on
from instep.admin.settings import change_settings
from instep.directory.applications import INTEGRATED_APP, App, AppRole
from instep.ledger.graph_schema import Problem
from instep.ledger.jobs import JobSettings
from instep.sign_on.configuration import SamlConfiguration

KIND: Final = "configuration"
VERSION: Final = 1
_OF_APP = frozenset(
    {"name", "template", "notes", "app_roles", "job", "schema", "owners", "protected", "assignments"}
    | {"is_enabled", "is_assignment_required", "tags", "notification_emails", "single_sign_on"}
)  # fmt: skip
_OF_ROLE = {"display_name": str, "value": str, "description": str, "is_enabled": bool}


class ConfigurationRefused(Exception):
    """A document that is no configuration, or not for this installation, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Named:
    """A user or a group, by name, and the app role where there is one."""

    place: str
    who: dict[str, str]
    role: str = ""


@dataclass(frozen=True, slots=True)
class ConfiguredJob:
    """What the job of an application is to be like; it is never connected by an import, as that takes a secret."""

    tenant_url: str
    settings: JobSettings


@dataclass(frozen=True, slots=True)
class ConfiguredApp:
    """What an application is to be like."""

    place: str
    name: str
    template: str
    notes: str
    is_enabled: bool
    is_assignment_required: bool
    tags: tuple[str, ...]
    notification_emails: tuple[str, ...]
    roles: tuple[AppRole, ...]  # without ids
    job: ConfiguredJob | None
    single_sign_on: SamlConfiguration | None
    schema: Any
    owners: tuple[Named, ...]
    protected: tuple[Named, ...]
    assignments: tuple[Named, ...]

    def properties_of(self, app: App) -> App:
        """Return an application with these properties."""
        return replace(
            app,
            name=self.name,
            notes=self.notes,
            is_enabled=self.is_enabled,
            is_assignment_required=self.is_assignment_required,
            tags=self.tags,
            notification_emails=self.notification_emails,
        )


@dataclass(frozen=True, slots=True)
class Configuration:
    """A document that was read."""

    applications: tuple[ConfiguredApp, ...]
    protected: tuple[Named, ...]


def read_configuration(document: object) -> Configuration:
    """Return what a document says. Raises ConfigurationRefused with everything that is wrong in itself."""
    if not isinstance(document, dict) or document.get("instep") != KIND:
        raise ConfigurationRefused([Problem("instep", "This is no configuration that `instep export` wrote.")])
    if document.get("version") != VERSION or isinstance(document["version"], bool):
        message = (
            f"The version is {document.get('version')!r}; this Instep reads version {VERSION}. Use a newer Instep."
        )
        raise ConfigurationRefused([Problem("version", message)])
    reading = Reading()
    reading.known_keys(document, frozenset({"instep", "version", "applications", "protected"}), "")
    rows = reading.of_type(document, "applications", list, [], "")
    applications = [_application(reading, row, f"applications[{number}]") for number, row in enumerate(rows)]
    protected = _named(reading, document, "protected", "")
    _refuse_twice(reading, [app for app in applications if app is not None])
    if reading.problems:
        raise ConfigurationRefused(reading.problems)
    return Configuration(tuple(app for app in applications if app is not None), protected)


def _application(reading: Reading, row: object, place: str) -> ConfiguredApp | None:
    if not isinstance(row, dict):
        reading.wrong(place, "An object is expected.")
        return None
    reading.known_keys(row, _OF_APP, place)
    name, notes = reading.of_type(row, "name", str, "", place), reading.of_type(row, "notes", str, "", place)
    with reading.at(f"{place}.name"):
        name = check_name(name)
    with reading.at(f"{place}.notes"):
        notes = check_notes(notes)
    tags = reading.texts(row, "tags", [INTEGRATED_APP], place)
    emails = reading.texts(row, "notification_emails", [], place)
    with reading.at(f"{place}.tags"):
        tags = check_tags(tags)
    with reading.at(f"{place}.notification_emails"):
        emails = check_emails(emails)
    return ConfiguredApp(
        place,
        name,
        reading.of_type(row, "template", str, "", place),
        notes,
        reading.of_type(row, "is_enabled", bool, True, place),
        reading.of_type(row, "is_assignment_required", bool, True, place),
        tags,
        emails,
        tuple(_roles(reading, row, place)),
        _job(reading, row, place),
        read_single_sign_on(reading, row.get("single_sign_on"), f"{place}.single_sign_on"),
        row.get("schema"),
        tuple(
            Named(f"{place}.owners[{number}]", {"user": str(owner)})
            for number, owner in enumerate(reading.of_type(row, "owners", list, [], place))
        ),
        _named(reading, row, "protected", place),
        _named(reading, row, "assignments", place),
    )


def _roles(reading: Reading, row: Mapping[str, Any], place: str) -> Iterator[AppRole]:
    seen = set[str]()
    for number, role in enumerate(reading.of_type(row, "app_roles", list, [], place)):
        at = f"{place}.app_roles[{number}]"
        if not isinstance(role, dict) or not role.get("display_name"):
            reading.wrong(at, "An app role is an object with a display_name.")
            continue
        reading.known_keys(role, frozenset(_OF_ROLE), at)
        defaults: dict[str, Any] = {"value": "", "description": "", "is_enabled": True}
        texts = {key: reading.of_type(role, key, kind, defaults.get(key, ""), at) for key, kind in _OF_ROLE.items()}
        if str(texts["display_name"]).casefold() in seen:
            reading.wrong(at, f"There is an app role named {texts['display_name']} before.")
        seen.add(str(texts["display_name"]).casefold())
        with reading.at(at):
            yield checked_role("", RoleTexts(**texts))


def _job(reading: Reading, row: Mapping[str, Any], place: str) -> ConfiguredJob | None:
    job = row.get("job")
    if job is None:
        return None
    at = f"{place}.job"
    if not isinstance(job, dict):
        reading.wrong(at, "An object is expected, or null where there is no job.")
        return None
    reading.known_keys(job, frozenset({"tenant_url", "settings"}), at)
    settings = JobSettings()
    for name, word in reading.of_type(job, "settings", dict, {}, at).items():
        with reading.at(f"{at}.settings.{name}"):
            settings = change_settings(settings, {name: str(word)})
    return ConfiguredJob(reading.of_type(job, "tenant_url", str, "", at), settings)


def _named(reading: Reading, row: Mapping[str, Any], key: str, place: str) -> tuple[Named, ...]:
    found, at = [], f"{place}.{key}" if place else key
    with_role = {"role"} if key == "assignments" else set()
    for number, name in enumerate(reading.of_type(row, key, list, [], place)):
        kinds = set(name) - with_role if isinstance(name, dict) else set()
        if len(kinds) != 1 or not kinds < {"user", "group"} or not with_role <= set(name):
            role = ' and the "role"' if with_role else ""
            reading.wrong(f"{at}[{number}]", f'An object with either a "user" or a "group"{role} is expected.')
            continue
        (kind,) = kinds
        found.append(Named(f"{at}[{number}]", {kind: str(name[kind])}, str(name.get("role", ""))))
    return tuple(found)


def _refuse_twice(reading: Reading, applications: Sequence[ConfiguredApp]) -> None:
    seen = set[str]()
    for app in applications:
        if app.name.casefold() in seen:
            reading.wrong(f"{app.place}.name", f"There is an application named {app.name} before.")
        seen.add(app.name.casefold())

"""What would a configuration change here, step by step? Nothing is removed: what it does not name stays as it is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from instep.admin.applications import assign
from instep.admin.configuration.installation import Installation
from instep.admin.configuration.reading import Configuration, ConfigurationRefused, ConfiguredApp, Named
from instep.admin.schema import require_a_job_that_can_run, standard_of
from instep.admin.setting_values import SettingRefused
from instep.admin.setting_words import setting_words
from instep.admin.settings import check_scope
from instep.admin.sign_on.setting_up import save_configuration
from instep.directory.applications import DEFAULT_ACCESS, App, AppRole, Ownership
from instep.directory.errors import NotFound
from instep.directory.protections import EVERY_APPLICATION, Protection
from instep.gallery.template import UnknownTemplate
from instep.ledger.graph_schema import Problem, SchemaRefused, read_schema, write_schema
from instep.ledger.jobs import Job, JobSettings, JobState
from instep.ledger.schema import Schema
from instep.ledger.schema_changes import schema_changes
from instep.sign_on.documents import what_differs


@dataclass(frozen=True, slots=True)
class Step:
    """One change, in words; `take` makes it. All steps of an import are taken in one transaction."""

    says: str
    take: Callable[[], object]
    next: str = ""  # what is to be done then, which no import can do


def import_steps(installation: Installation, configuration: Configuration) -> Sequence[Step]:
    """Return what is to be changed; nothing where all of it is so already.

    Raises ConfigurationRefused with everything that does not fit this installation.
    """
    planning = _Planning(installation, [])
    present = {app.name.casefold(): app for app in installation.applications.all()}
    steps = [step for app in configuration.applications for step in planning.app(app, present.get(app.name.casefold()))]
    steps += planning.protections(EVERY_APPLICATION, "every application", configuration.protected)
    if planning.problems:
        raise ConfigurationRefused(planning.problems)
    return steps


@dataclass(frozen=True, slots=True)
class _Planning:
    installation: Installation
    problems: list[Problem]

    def app(self, wanted: ConfiguredApp, present: App | None) -> Iterator[Step]:
        if present is not None and present.template_id != wanted.template:
            self._wrong(f"{wanted.place}.template", f"{present.name} was added as {present.template_id} here.")
            return
        app = present or self._new_app(wanted)
        try:
            schema = self._schema(wanted, app, present)
        except UnknownTemplate as refusal:
            self._wrong(f"{wanted.place}.template", str(refusal))
            return
        if schema is None:
            return
        if present is None:
            yield Step(f"Add {app.name} ({app.template_id})", self._adding(app, schema))
        else:
            yield from self._kept(wanted, present, schema)
            app = replace(app, roles=tuple(self._all_roles(wanted, present)))
        yield from self._job(wanted, app, schema)
        yield from self._single_sign_on(wanted, app)
        yield from self._people(wanted, app)

    def protections(self, app_id: str, where: str, wanted: Sequence[Named]) -> Iterator[Step]:
        protections = self.installation.protections
        everyone = protections.all(None if app_id == EVERY_APPLICATION else app_id)
        known = {each.principal_id for each in everyone if each.app_id == app_id}
        for named in wanted:
            if (who := self._find(named)) is not None and who.id not in known:
                protection = Protection(app_id, who.type, who.id, self._now(), self.installation.actor)
                yield Step(f"Protect {who.name} in {where}", lambda it=protection: protections.protect(it))  # type: ignore[misc]

    def _schema(self, wanted: ConfiguredApp, app: App, present: App | None) -> Schema | None:
        try:
            schema = read_schema(wanted.schema, replace(standard_of(app), app_id=app.name))
            job = None if present is None else self.installation.service.jobs.job_of(present)
            if wanted.job is not None:
                check_scope(wanted.job.settings, schema)
            if job is not None and present is not None:
                require_a_job_that_can_run(self.installation.service, present, schema)
        except SchemaRefused as refused:
            for problem in refused.problems:
                self._wrong(f"{wanted.place}.schema.{problem.place}", problem.message)
        except SettingRefused as refusal:
            self._wrong(f"{wanted.place}.job.settings.scope", str(refusal))
        else:
            return schema
        return None

    def _new_app(self, wanted: ConfiguredApp) -> App:
        service = self.installation.service
        roles = tuple(replace(role, id=service.new_id()) for role in wanted.roles)
        return wanted.properties_of(App(service.new_id(), wanted.name, wanted.template, self._now(), roles))

    def _adding(self, app: App, schema: Schema) -> Callable[[], None]:
        return lambda: self.installation.applications.add(app, schema, self.installation.actor)

    def _kept(self, wanted: ConfiguredApp, present: App, schema: Schema) -> Iterator[Step]:
        """The steps of an application that is there: its name's letter case, properties, roles and schema."""
        kept, actor = self.installation.applications, self.installation.actor
        changed = wanted.properties_of(present)
        if changed != present:
            yield Step(
                f"{present.name}: change its properties",
                lambda: kept.save_properties(present, changed, self._now(), actor),
            )
        by_name = {role.display_name.casefold(): role for role in present.roles}
        for role in self._all_roles(wanted, present):
            before = by_name.get(role.display_name.casefold())
            if before is None:
                yield Step(
                    f"{present.name}: add the app role {role.display_name}",
                    lambda it=role: kept.add_role(present.id, it, self._now(), actor),  # type: ignore[misc]
                )
            elif before != role:
                yield Step(
                    f"{present.name}: change the app role {role.display_name}",
                    lambda it=role, was=before: kept.save_role(present.id, was, it, self._now(), actor),  # type: ignore[misc]
                )
        before_schema, standard = kept.schema(present.id), standard_of(present)
        if write_schema(before_schema, standard) != write_schema(schema, standard):
            lines = schema_changes(before_schema, schema) or ("the form of expressions",)
            yield Step(
                "\n".join(f"{present.name}: {line}" for line in lines),
                lambda: kept.save_schema(present, before_schema, schema, self._now(), actor),
            )

    def _all_roles(self, wanted: ConfiguredApp, present: App) -> Iterator[AppRole]:
        """The roles that the document names, with the ids that they have here, and those that only are here."""
        by_name = {role.display_name.casefold(): role for role in present.roles}
        for role in wanted.roles:
            known = by_name.pop(role.display_name.casefold(), None)
            yield replace(role, id=self.installation.service.new_id() if known is None else known.id)
        yield from by_name.values()

    def _job(self, wanted: ConfiguredApp, app: App, schema: Schema) -> Iterator[Step]:
        if wanted.job is None:
            return
        jobs, actor, settings = self.installation.service.jobs, self.installation.actor, wanted.job.settings
        job = jobs.job_of(app)
        if job is None:
            first = self._new_job(app, settings)
            yield Step(
                f"{app.name}: add its job, stopped and not connected",
                lambda: jobs.connect(first, "", self._now(), actor),
            )
            return
        if job.settings != settings:
            before, after = setting_words(job.settings), setting_words(settings)
            changed = [f"{name}={after.get(name, 'default')}" for name in {**before, **after}
                       if before.get(name) != after.get(name)]  # fmt: skip
            kept = job
            yield Step(
                f"{app.name}: set {' '.join(changed)}", lambda: jobs.save_settings(kept, settings, self._now(), actor)
            )

    def _single_sign_on(self, wanted: ConfiguredApp, app: App) -> Iterator[Step]:
        after, sign_on = wanted.single_sign_on, self.installation.sign_on
        before = sign_on.kept.configuration(app.id)
        if after is None or after == before:
            return
        what = f"change single sign-on: {', '.join(what_differs(before, after))}" if before else "set up single sign-on"
        kept = "" if sign_on.kept.certificates(app.id) else ", with a new SAML certificate"
        yield Step(
            f"{app.name}: {what}{kept}",
            lambda: save_configuration(sign_on, app, after, self.installation.actor),
            ""
            if before
            else f"give {app.name} what `instep apps sign-on metadata '{app.name}'` prints: identifier, "
            "addresses and certificate are those of this installation.",
        )

    def _new_job(self, app: App, settings: JobSettings) -> Job:
        service = self.installation.service
        identity = service.new_id(), app.id, app.name, app.template_id, ""
        return Job(*identity, JobState.PAUSED, settings, configuration_version=1, seed=service.new_id())

    def _people(self, wanted: ConfiguredApp, app: App) -> Iterator[Step]:
        kept, actor = self.installation.applications, self.installation.actor
        owners = {owner.user_id for owner in kept.owners(app.id)}
        for named in wanted.owners:
            if (who := self._find(named)) is not None and who.id not in owners:
                owner = Ownership(app.id, who.id, self._now(), actor)
                yield Step(f"{app.name}: add the owner {who.name}", lambda it=owner: kept.add_owner(it))  # type: ignore[misc]
        yield from self.protections(app.id, app.name, wanted.protected)
        held = {(each.principal_id, each.role_id) for each in kept.assignments(app.id)}
        roles = {role.display_name.casefold(): role for role in (*app.roles, DEFAULT_ACCESS)}
        for named in wanted.assignments:
            role = roles.get(named.role.casefold())
            if role is None:
                self._wrong(named.place, f"{app.name} has no app role {named.role!r}.")
            elif (who := self._find(named)) is not None and (who.id, role.id) not in held:
                yield Step(
                    f"{app.name}: assign {who.name} as {role.display_name}",
                    lambda who=who, role=role: assign(  # type: ignore[misc]
                        kept, app, who, role, self._now, self.installation.service.new_id, actor
                    ),
                )

    def _find(self, named: Named) -> Any:
        try:
            return self.installation.find(named.who)
        except NotFound as missing:
            self._wrong(named.place, f"{missing} Import the directory first, or leave people out: --without-people.")
            return None

    def _wrong(self, place: str, message: str) -> None:
        self.problems.append(Problem(place, message))

    def _now(self) -> Any:
        return self.installation.service.clock()

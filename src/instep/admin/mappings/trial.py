"""What does an expression give for one user of the directory, while it is being written?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from instep.admin.provisioning import Service
from instep.admin.schema import standard_of
from instep.admin.scope_preview import imagined_cycle, job_or_none_yet
from instep.cycle.scoping import compile_scoping
from instep.directory.applications import App
from instep.directory.errors import NotFound
from instep.ledger.graph_schema.standard import SOURCE_USER
from instep.ledger.jobs import Job
from instep.ledger.object_summary import as_text as shown_text
from instep.rules.mapping.attribute_mapping import TargetAttribute
from instep.rules.mapping.compiled_mapping import context_of
from instep.rules.mapping.expressions import (
    DROP,
    Candidates,
    Compiled,
    Context,
    EvaluationError,
    ExpressionError,
    Value,
    compile_expression,
)
from instep.rules.mapping.expressions.cases import json_from
from instep.rules.mapping.expressions.parts import attributes_in
from instep.rules.mapping.redaction import REDACTED
from instep.rules.mapping.source_values import source_values
from instep.rules.mapping.target_values import MappingFailed, converter_for
from instep.rules.scoping.standing import decide_standing

LONGEST_SHOWN = 2_000  # characters of one value


@dataclass(frozen=True, slots=True)
class Unsound:
    """The text is no expression that can be saved; `column` counts its characters from 1."""

    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Fails:
    """The expression is sound, and cannot work with this user's values, or the target cannot take what it gives."""

    message: str
    column: int | None
    used: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Gives:
    """What it gives: texts, several for a list or for SelectUniqueValue; none where `note` says why there is none.

    `used` are the source attributes that it reads, with the user's values.
    """

    values: tuple[str, ...]
    note: str
    used: Mapping[str, str | None]


Trial: TypeAlias = Unsound | Fails | Gives


def try_expression(service: Service, app: App, text: str, target: TargetAttribute, user_id: str) -> Trial:
    """Evaluate an expression for a user as a cycle would now. Raises NotFound for a user who is not in the directory.

    A value that calls Redact is hidden, and so are the attributes that it is made of.
    """
    try:
        compiled = compile_expression(text)
    except ExpressionError as error:
        return Unsound(error.column, error.message)
    if (unknown := _unknown_attribute(app, compiled)) is not None:
        return unknown
    job = job_or_none_yet(service, app)
    source = _source(service, app, job, user_id)
    context = Context(service.clock(), job.seed, job.settings.default_domain)
    used = {name: _shown(source.get(name), compiled) for name in sorted(compiled.attributes)}
    try:
        value = compiled.evaluate(source, context_of(target.name, source, context))
        return _given(value, target, compiled, used)
    except EvaluationError as error:
        return Fails(f"{error.function}: {error.message}", error.column, used)
    except MappingFailed as failed:
        return Fails(f"{target.name}: {failed.problem}", None, used)


def _unknown_attribute(app: App, compiled: Compiled) -> Unsound | None:
    """The first source attribute that there is not; roles are known, and go through a function."""
    find = standard_of(app).source_object(SOURCE_USER).find
    for attribute in sorted(attributes_in(compiled.expression), key=lambda each: each.column):
        try:
            find(attribute.name)
        except LookupError as unknown:
            return Unsound(attribute.column, str(unknown.args[0]))
    return None


def _source(service: Service, app: App, job: Job, user_id: str) -> Mapping[str, Value]:
    batch = service.feed.some(job, imagined_cycle(service, job), [user_id])
    if not batch.users:
        raise NotFound("This user is not in the directory any more; choose another one to try the expression on.")
    (user,) = batch.users
    standing = decide_standing(user, compile_scoping(job, service.applications.schema(app.id).users))
    return source_values(user, standing, batch.managers.get(user.manager_id or ""))


def _given(value: Value, target: TargetAttribute, compiled: Compiled, used: Mapping[str, str | None]) -> Gives:
    if value is DROP:
        return Gives((), "Nothing: the attribute is left out of the request.", used)
    if value is None or value == ():
        return Gives((), "Nothing (null): a new account gets the default value; an existing one keeps its value.", used)
    if isinstance(value, Candidates):
        return Gives(_texts(list(value.values), compiled), "The first of these that no account has is taken.", used)
    converted = converter_for(target)(value)
    several = converted if isinstance(converted, list) else [converted]
    note = "An empty text, which flows as it is." if several == [""] else ""
    return Gives(_texts(several, compiled), note, used)


def _texts(values: Sequence[object], compiled: Compiled) -> tuple[str, ...]:
    return tuple(_shown(value, compiled) or "" for value in values)


def _shown(value: object, compiled: Compiled) -> str | None:
    if value is None or value is DROP:
        return None
    text = REDACTED if compiled.redacts else shown_text(json_from(value)) or ""  # type: ignore[arg-type]
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"

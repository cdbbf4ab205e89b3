"""Which NameID and which claims does somebody have for an application, by the rules that were set up?

The source of a claim is an expression of the mapping language. `user.mail` is Entra's way to write `[mail]`, in any
letter case, and is understood as such.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from instep.rules.mapping.compiled_mapping import context_of
from instep.rules.mapping.expressions import (
    DROP,
    Candidates,
    Compiled,
    Context,
    EvaluationError,
    ExpressionError,
    NotOneText,
    Value,
    as_text,
    compile_expression,
)
from instep.rules.mapping.expressions.parts import attributes_in

NAME_ID = "NameID"
LONGEST_VALUE = 2_000
MOST_CLAIMS = 50
_USERS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_ATTRIBUTE = re.compile(r"user\.([A-Za-z][A-Za-z0-9_]*)", re.IGNORECASE | re.ASCII)

FindAttribute = Callable[[str], str]
"""Returns the name of a source attribute as it is written, by a name in any letter case. Raises LookupError."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim's name, as the application knows it, and where its value comes from."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """What is told of somebody: the NameID with its format, and the claims.

    Without a source the NameID is no value of theirs, but drawn for the application.
    """

    name_id_source: str
    name_id_format: str
    claims: tuple[Claim, ...]


DEFAULT_CLAIMS = (
    Claim(f"{_USERS}givenname", "user.givenname"),
    Claim(f"{_USERS}surname", "user.surname"),
    Claim(f"{_USERS}emailaddress", "user.mail"),
    Claim(f"{_USERS}name", "user.userprincipalname"),
)
"""Those that a new application has in Entra."""
DEFAULT_RULES = ClaimRules("user.mail", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", DEFAULT_CLAIMS)


class ClaimRefused(Exception):
    """A claim that cannot be saved; `name` is which one, and `column` where in its source."""

    def __init__(self, name: str, problem: str, column: int | None = None) -> None:
        super().__init__(f"The claim {name} cannot be used: {problem}")
        self.name = name
        self.problem = problem
        self.column = column


@dataclass(frozen=True, slots=True)
class GivenClaim:
    """A claim with somebody's values."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What is told of somebody; claims without a value are left out, and `name_id` is "" where it is to be drawn."""

    name_id: str
    claims: tuple[GivenClaim, ...]


@dataclass(frozen=True, slots=True)
class ClaimFails:
    """Nobody can be told of so; `problem` says what is missing, or what went wrong, in which claim."""

    name: str
    problem: str


def source_expression(source: str, find: FindAttribute) -> str:
    """Return the source as an expression of the mapping language. Raises LookupError for an unknown attribute."""
    found = _ATTRIBUTE.fullmatch(source.strip())
    return source if found is None else f"[{find(found[1])}]"


def check_rules(rules: ClaimRules, find: FindAttribute) -> None:
    """Raise ClaimRefused for the first rule that cannot work."""
    if len(rules.claims) > MOST_CLAIMS:
        raise ClaimRefused(rules.claims[MOST_CLAIMS].name, f"there are more than {MOST_CLAIMS}.")
    if rules.name_id_source:
        _compiled(NAME_ID, rules.name_id_source, find)
    names: set[str] = set()
    for claim in rules.claims:
        if claim.name in names:
            raise ClaimRefused(claim.name, "it is there twice; each claim has one source.")
        names.add(claim.name)
        _compiled(claim.name, claim.source, find)


def give_claims(
    rules: ClaimRules, find: FindAttribute, source: Mapping[str, Value], context: Context
) -> Given | ClaimFails:
    """Return what is told of the user with these source values. A NameID is required, claims are not.

    A claim that fails refuses the sign-in: an application that decides by it must not decide by its absence.
    """
    try:
        drawn = not rules.name_id_source
        names = ("",) if drawn else _values(NAME_ID, rules.name_id_source, find, source, context)
        if not drawn and (len(names) != 1 or not names[0].strip()):
            lacking = f"{rules.name_id_source} gives {'no value' if not names else 'several values'} for this user"
            return ClaimFails(NAME_ID, f"{lacking}, and the application knows people by one.")
        given = [GivenClaim(each.name, _values(each.name, each.source, find, source, context)) for each in rules.claims]
    except (ClaimRefused, _Fails) as failed:
        return ClaimFails(failed.name, failed.problem)
    return Given(names[0], tuple(each for each in given if each.values))


class _Fails(Exception):
    def __init__(self, name: str, problem: str) -> None:
        super().__init__(problem)
        self.name, self.problem = name, problem


def _compiled(name: str, source: str, find: FindAttribute) -> Compiled:
    try:
        compiled = compile_expression(source_expression(source, find))
    except ExpressionError as error:
        raise ClaimRefused(name, str(error), error.column) from None
    except LookupError as unknown:
        raise ClaimRefused(name, str(unknown.args[0])) from None
    for attribute in attributes_in(compiled.expression):
        try:
            find(attribute.name)
        except LookupError as unknown:
            raise ClaimRefused(name, str(unknown.args[0]), attribute.column) from None
    if "SelectUniqueValue" in compiled.functions:
        raise ClaimRefused(name, "SelectUniqueValue asks the target who has a value, which nobody does here.")
    return compiled


def _values(
    name: str, source_text: str, find: FindAttribute, source: Mapping[str, Value], context: Context
) -> tuple[str, ...]:
    compiled = _compiled(name, source_text, find)
    try:
        value = compiled.evaluate(source, context_of(name, source, context))
        texts = _texts(value)
    except (EvaluationError, NotOneText, RecursionError, ValueError) as error:
        raise _Fails(name, str(error)) from None
    for text in texts:
        if len(text) > LONGEST_VALUE or not _is_writable(text):
            raise _Fails(name, f"a value is longer than {LONGEST_VALUE} characters, or has control characters in it.")
    return texts


def _texts(value: Value) -> tuple[str, ...]:
    if value is None or value is DROP or isinstance(value, Candidates):
        return ()
    several = value if isinstance(value, tuple) else (value,)
    return tuple(text for text in (as_text(each) for each in several) if text)


def _is_writable(text: str) -> bool:
    """Whether XML has a way to write all of it; line breaks are no part of a claim."""
    return all(
        " " <= character <= "\ud7ff" or (character >= "\ue000" and character not in "\ufffe\uffff")
        for character in text
    )

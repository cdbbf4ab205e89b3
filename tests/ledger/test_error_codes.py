"""Is every code that the engine writes explained, in the program and in the documentation?"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from instep.ledger.error_codes import CODES, Category, explained
from instep.rules.health.verdicts import failure_code
from instep.rules.planning.plan import Reason

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "src" / "instep" / part for part in ("cycle", "rules", "connectors")]
# Where a code is given: the name that is called, and which of its arguments.
GIVEN = {
    "NoAnswer": 1,
    "Problem": 0,
    "Failed": 0,
    "Uncertain": 0,
    "Unavailable": 0,
    "Misconfigured": 0,
    "MappingFailed": 2,
}
DOCUMENTED_BY_ENTRA = [
    "Conflict",
    "EntryConflict",
    "TooManyRequests",
    "InternalServerError",
    "InsufficientRights",
    "MethodNotAllowed",
    "NotPermitted",
    "Unauthorized",
    "UnprocessableEntity",
    "WebExceptionProtocolError",
    "InvalidAnchor",
    "NotImplemented",
    "MandatoryFieldsMissing",
    "MissingValues",
    "SchemaAttributeNotFound",
    "InternalError",
    "InvalidDomain",
    "Timeout",
    "LicenseLimitExceeded",
    "DuplicateTargetEntries",
    "DuplicateSourceEntries",
    "ImportSkipped",
    "EntrySynchronizationSkipped",
    "SystemForCrossDomainIdentityManagementMultipleEntriesInResponse",
    "SystemForCrossDomainIdentityManagementServiceIncompatible",
    "SystemForCrossDomainIdentityManagementBadResponse",
    "SystemForCrossDomainIdentityManagementCredentialValidationUnavailable",
    "SystemForCrossDomainIdentityManagementCredentialValidationFailure",
    "SchemaPropertyCanOnlyAcceptValue",
]


def written_codes() -> Iterator[str]:
    """Every code that the engine's source gives to one of the values that carry codes."""
    for path in (path for source in SOURCES for path in source.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GIVEN:
                given = node.args[GIVEN[node.func.id] : GIVEN[node.func.id] + 1]
                constants = (each for argument in given for each in ast.walk(argument))
                yield from (c.value for c in constants if isinstance(c, ast.Constant) and str(c.value)[:1].isupper())
            elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(target, ast.Name) and target.id == "code" for target in targets):
                    yield str(node.value.value)  # the default of a value that carries a code


WRITTEN = sorted({*written_codes(), *(failure_code(status) for status in range(400, 600)), *Reason, "StagedDelete"})


def test_the_search_for_codes_finds_those_of_the_engine() -> None:
    assert {"DuplicateTargetEntries", "EntryConflict", "Timeout", "MissingValues", "InvalidAnchor"} <= set(WRITTEN)


@pytest.mark.parametrize("code", [*WRITTEN, *DOCUMENTED_BY_ENTRA])
def test_a_code_is_explained_with_what_to_do(code: str) -> None:
    assert code in CODES, "add it to instep.ledger.error_codes and to docs/reference/error-codes.md"
    assert CODES[code].meaning.endswith(".")
    assert CODES[code].action.endswith(".")


@pytest.mark.parametrize("code", list(Reason))
def test_a_reason_for_doing_nothing_is_nobodys_fault(code: Reason) -> None:
    assert CODES[code].category is Category.NONE


def test_a_connectors_prefix_does_not_matter_and_an_unknown_code_is_explained_all_the_same() -> None:
    assert explained("ContosoEntryConflict") == CODES["EntryConflict"]
    assert explained("SomethingNew").action


def test_the_reference_has_a_row_for_every_code_in_the_same_words() -> None:
    page = (ROOT / "docs" / "reference" / "error-codes.md").read_text()
    missing = [code for code, known in CODES.items() if f"| `{code}` | {known.meaning} | {known.action} |" not in page]
    assert not missing

"""Which values of an application's users and groups must people not see?"""

from collections.abc import Mapping

from instep.ledger.records import SourceType
from instep.ledger.schema import Schema
from instep.rules.mapping.redaction import redacted_targets

Redacted = Mapping[SourceType, frozenset[str]]  # target attributes


def redacted_in(schema: Schema) -> Redacted:
    """Return the target attributes whose values are hidden, those of users and those of groups apart."""
    of_groups = schema.groups.mappings if schema.groups is not None else ()
    return {
        SourceType.USER: redacted_targets(schema.users.mappings),
        SourceType.GROUP: redacted_targets(of_groups),
    }

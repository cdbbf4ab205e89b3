"""How is a schema said as Graph says it: the JSON that an administrator exports, edits and imports (mappings.md 1.1)?

`write_schema` writes a schema, `read_schema` reads one and names everything that is wrong with it. What Graph's form
says and Instep does not use is kept with the schema, and said again (decision 0027).
"""

from instep.ledger.graph_schema.problems import Problem, SchemaRefused
from instep.ledger.graph_schema.read import read_schema
from instep.ledger.graph_schema.scope import write_scope
from instep.ledger.graph_schema.standard import Standard
from instep.ledger.graph_schema.unused import kept_without_effect
from instep.ledger.graph_schema.write import write_schema

__all__ = [
    "Problem",
    "SchemaRefused",
    "Standard",
    "kept_without_effect",
    "read_schema",
    "write_schema",
    "write_scope",
]

"""What does a job's configuration say of who is in scope, users or groups, compiled once a cycle?"""

from instep.ledger.jobs import Job
from instep.ledger.schema import ObjectMapping
from instep.rules.mapping.redaction import redacted_sources
from instep.rules.scoping.compile import compile_filters
from instep.rules.scoping.standing import ScopingRules


def compile_scoping(job: Job, mapping: ObjectMapping) -> ScopingRules:
    """Compile the scope of an object mapping; without filters nobody is evaluated by any. Raises FilterError."""
    if not mapping.filters:
        return ScopingRules(job.settings.scope)
    filters = compile_filters(mapping.filters, hidden=redacted_sources(mapping.mappings))
    return ScopingRules(job.settings.scope, filters=filters)

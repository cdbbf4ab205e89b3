"""What do the logs say, in Graph's form (graph-api.md 1.7 and 1.9; rows 55 and 56)?

The provisioning log is read back from its newest entry, page by page, in bounded time: a page may be short, and even
empty, and the next link then leads on.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from instep.access.graph_permissions import AUDIT_READ, LOGS_READ
from instep.admin.log_search import search_log
from instep.admin.ports import AuditQuery, LogQuery
from instep.admin.provisioning_log import ShownEntry
from instep.api.calls import Answer, Call, Document, Operation
from instep.api.errors import GraphError, bad_request, not_found
from instep.api.lists import Page, answer_list, answer_page, page_size, place_of, selection
from instep.api.organization import TENANT_ID
from instep.ledger.audit import directory_audit
from instep.ledger.change_ids import entry_of
from instep.ledger.object_summary import object_summary
from instep.ledger.records import Action, Status
from instep.odata.conditions import And, Comparison, Condition, Literal, Path
from instep.odata.evaluate import holds
from instep.odata.filters import parse_filter
from instep.odata.options import parse_order

_PROVISIONING, _AUDITS = "auditLogs/provisioning", "auditLogs/directoryAudits"
LARGEST_PAGE = 1_000
_MOST_AUDITS = 10_000
_SPELT = {Action.STAGED_DELETE.value: "stagedDelete"}


def operations() -> list[Operation]:
    """Return the operations on logs."""
    return [
        Operation("GET", _PROVISIONING, provisioning, LOGS_READ, "List what was provisioned, the newest first"),
        Operation(
            "GET", f"{_PROVISIONING}/{{id}}", one_provisioning, LOGS_READ, "Get an entry of the provisioning log"
        ),
        Operation("GET", _AUDITS, audits, AUDIT_READ, "List what administrators did, the newest first"),
        Operation("GET", f"{_AUDITS}/{{id}}", one_audit, AUDIT_READ, "Get an entry of the audit log"),
    ]


def provisioning(call: Call) -> Answer:
    """Return a page of the provisioning log."""
    _require_newest_first(call)
    text, place = call.options.get("$filter"), place_of(call)
    condition = None if text is None else parse_filter(text)
    size = page_size(call, LARGEST_PAGE)
    if place is not None and not isinstance(place, int):
        raise bad_request("The $skiptoken is of another list; begin at the first page.")
    query = replace(_narrowed(LogQuery(before=place), condition), limit=size)
    page = search_log(call.instep.applications, call.instep.jobs, query)
    shown = selection(call)
    found = map(shape_entry, page.entries)
    kept = [shown(each) for each in found if condition is None or holds(condition, each)]
    return answer_page(call, "auditLogs/provisioning", Page(kept, page.older))


def one_provisioning(call: Call) -> Answer:
    """Return one entry."""
    known = entry_of(call.parameters["id"])
    found: list[ShownEntry] = []
    if known is not None:
        query = LogQuery(entry_id=known, limit=1)
        found = list(search_log(call.instep.applications, call.instep.jobs, query).entries)
    if not found:
        raise not_found(call.parameters["id"])
    document = shape_entry(found[0])
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#{_PROVISIONING}/$entity"} | selection(call)(document))


def shape_entry(shown: ShownEntry) -> Document:
    """Return an entry as this version of Graph writes it, which spells one action otherwise than the log's own form."""
    document = object_summary(shown.recorded, shown.job)
    action = _SPELT.get(document["provisioningAction"], document["provisioningAction"])
    return document | {"provisioningAction": action, "tenantId": TENANT_ID}


def audits(call: Call) -> Answer:
    """Return a page of the audit log."""
    rows = call.instep.history.audit(AuditQuery(limit=_MOST_AUDITS))
    names = call.instep.applications.names()
    shown: list[Document] = [directory_audit(row, names.get(row.app_id or "")) for row in rows]
    return answer_list(call, _AUDITS, shown)


def one_audit(call: Call) -> Answer:
    """Return one entry."""
    asked = call.parameters["id"]
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    rows = [row for row in call.instep.history.audit(AuditQuery(limit=1, before=number + 1)) if row.id == number]
    if not rows:
        raise not_found(asked)
    shown = directory_audit(rows[0], call.instep.applications.names().get(rows[0].app_id or ""))
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#{_AUDITS}/$entity"} | selection(call)(shown))


def _require_newest_first(call: Call) -> None:
    text = call.options.get("$orderby")
    for order in () if text is None else parse_order(text):
        if str(order.path).lower() != "activitydatetime" or not order.is_descending:
            message = "The provisioning log is ordered by activityDateTime desc, and in no other way."
            raise GraphError(400, "Request_UnsupportedQuery", message)


def _narrowed(query: LogQuery, condition: Condition | None) -> LogQuery:
    """The query, narrowed by those parts of a condition that an index knows; the rest is asked of each entry."""
    for part in _parts(condition):
        match part:
            case Comparison(operator, Path(names), Literal(value)):
                narrow = _NARROWED.get(("/".join(names).lower(), operator))
                query = query if narrow is None else narrow(query, value)
    return query


def _parts(condition: Condition | None) -> tuple[Condition, ...]:
    match condition:
        case None:
            return ()
        case And(conditions):
            return tuple(part for each in conditions for part in _parts(each))
        case _:
            return (condition,)


def _since(query: LogQuery, value: object) -> LogQuery:
    if not isinstance(value, datetime):
        return query
    return replace(query, since=max(value, query.since or datetime.min.replace(tzinfo=UTC)))


def _until(query: LogQuery, value: object) -> LogQuery:
    if not isinstance(value, datetime):
        return query
    return replace(query, until=min(value, query.until or datetime.max.replace(tzinfo=UTC)))


def _status(query: LogQuery, value: object) -> LogQuery:
    known = {status.value.lower(): status for status in Status}
    return replace(query, status=known.get(str(value).lower(), query.status))


def _action(query: LogQuery, value: object) -> LogQuery:
    known = {action.value.lower(): action for action in Action}
    return replace(query, action=known.get(str(value).lower(), query.action))


_NARROWED: dict[tuple[str, str], Callable[[LogQuery, object], LogQuery]] = {
    ("activitydatetime", "gt"): _since,
    ("activitydatetime", "ge"): _since,
    ("activitydatetime", "lt"): _until,
    ("provisioningstatusinfo/status", "eq"): _status,
    ("provisioningaction", "eq"): _action,
    ("serviceprincipal/id", "eq"): lambda query, value: replace(query, app_id=str(value).lower()),
    ("sourceidentity/id", "eq"): lambda query, value: replace(query, user_id=str(value)),
    ("cycleid", "eq"): lambda query, value: replace(query, cycle_id=str(value)),
}

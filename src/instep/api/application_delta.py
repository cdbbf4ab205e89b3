"""How does a program follow service principals by delta queries (graph-api.md 1.2, row 15)?

The audit log numbers their changes. There are few of them, so a round is one page.
"""

from collections.abc import Sequence

from instep.access.graph_permissions import APPLICATIONS_READ
from instep.api.calls import Answer, Call, Document, Operation
from instep.api.delta import answer_round, removed, with_restart
from instep.api.delta_tokens import Round
from instep.api.lists import select_from
from instep.api.service_principals import shape_service_principal

_KIND = "servicePrincipals"


def operations() -> list[Operation]:
    """Return the one operation."""
    return [Operation("GET", f"{_KIND}/delta", follow, APPLICATIONS_READ, "Follow service principals")]


def follow(call: Call) -> Answer:
    """Return a round about service principals."""
    head = call.instep.history.audit_head()
    asked = with_restart(call, _KIND, head)
    return answer_round(call, _KIND, head, asked, [] if asked is None else _changed(call, asked))


def _changed(call: Call, asked: Round) -> Sequence[Document]:
    present = {app.id: app for app in call.instep.applications.all()}
    ids = list(present) if asked.after is None else call.instep.history.changed_apps(asked.after, asked.until)
    shown: list[Document] = []
    for app_id in ids:
        app = present.get(app_id)
        if asked.ids is not None and app_id not in asked.ids:
            continue
        if app is None:
            shown.append(removed(app_id, "deleted"))
        else:
            document = shape_service_principal(app)
            shown.append(document if asked.select is None else select_from(document, asked.select))
    return shown

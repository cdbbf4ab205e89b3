"""How does a program follow users and groups by delta queries (graph-api.md 4; rows 7 and 15)?

A first round shows everyone, a later one whoever changed since. A round may show somebody twice; the last word wins. A
group with many members is shown in parts, on several pages.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from instep.access.graph_permissions import GROUPS_READ, USERS_READ
from instep.api import group_shape, user_shape
from instep.api.calls import Answer, Call, Document, Operation
from instep.api.delta_tokens import Round, read_round
from instep.api.errors import GraphError, bad_request
from instep.directory.following import Span
from instep.directory.ports import DirectoryReading
from instep.directory.searching import Place, Wish
from instep.odata.conditions import Comparison, Condition, Literal, OneOfThese, Or, Path
from instep.odata.filters import parse_filter
from instep.odata.options import parse_select

USERS_A_PAGE, GROUPS_A_PAGE, MEMBERS_A_PAGE, MOST_IDS = 200, 50, 1_000, 50
_SKIP, _DELTA = "$skiptoken", "$deltatoken"
_REFUSED = ("$expand", "$orderby", "$search")


def operations() -> list[Operation]:
    """Return the two operations."""
    return [
        Operation("GET", "users/delta", users, USERS_READ, "Follow users: everyone, then whoever changed"),
        Operation("GET", "groups/delta", groups, GROUPS_READ, "Follow groups and their direct members"),
    ]


def users(call: Call) -> Answer:
    """Return a page of a round about users."""
    return _answer(call, "users", _users_page)


def groups(call: Call) -> Answer:
    """Return a page of a round about groups."""
    return _answer(call, "groups", _groups_page)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a page shows, and after whom the next one begins; None on the last page."""

    shown: Sequence[Document]
    rest: tuple[str, str] | None


_Paged = Callable[[DirectoryReading, Round], _Part]


def _answer(call: Call, kind: str, page: _Paged) -> Answer:
    with call.instep.directory.reading() as reading:
        head = reading.following.head()
        asked = with_restart(call, kind, head)
        part = _Part([], None) if asked is None else page(reading, asked)
    if asked is not None and part.rest is not None:
        following = replace(asked, place=part.rest)
        return _said(call, kind, part.shown, "@odata.nextLink", f"{_SKIP}={following.token()}")
    return answer_round(call, kind, head, asked, part.shown)


def answer_round(call: Call, kind: str, head: int, asked: Round | None, shown: Sequence[Document]) -> Answer:
    """Return the last page of a round, with where the next one begins; None: where that of this moment does."""
    until, select, ids = (
        (head, _selected(call), _ids(call)) if asked is None else (asked.until, asked.select, asked.ids)
    )
    following = Round(kind, until, until, call.instep.clock(), select, ids)
    return _said(call, kind, shown, "@odata.deltaLink", f"{_DELTA}={following.token()}")


def with_restart(call: Call, kind: str, head: int) -> Round | None:
    """Return the round that a call is about; None where only the link of this moment is asked for. Raises GraphError.

    Where everything is to be read again, the error says from where.
    """
    try:
        return _round(call, kind, head)
    except GraphError as error:
        if error.status == HTTPStatus.GONE:
            error.headers["Location"] = f"{call.base}/{kind}/delta?{_DELTA}="
        raise


def _said(call: Call, kind: str, shown: Sequence[Document], link: str, option: str) -> Answer:
    context, address = f"{call.base}/$metadata#{kind}", f"{call.base}/{kind}/delta?{option}"
    return Answer(200, {"@odata.context": context, link: address, "value": list(shown)})


def _round(call: Call, kind: str, head: int) -> Round | None:
    if refused := [name for name in _REFUSED if name in call.options]:
        raise GraphError(400, "Request_UnsupportedQuery", f"{refused[0]} is not supported in delta queries.")
    now, token = call.instep.clock(), call.options.get(_SKIP) or call.options.get(_DELTA)
    if token == "latest":  # noqa: S105
        return None
    if not token:
        return Round(kind, None, head, now, _selected(call), _ids(call))
    found = read_round(token, kind, now, head)
    return found if _SKIP in call.options else replace(found, after=found.until, until=head, issued_at=now)


def _selected(call: Call) -> tuple[str, ...] | None:
    text = call.options.get("$select")
    return None if text is None else parse_select(text)


def _ids(call: Call) -> tuple[str, ...] | None:
    """The ids of a filter such as `id eq 'a' or id eq 'b'`, the only one that delta queries have."""
    text = call.options.get("$filter")
    if text is None:
        return None
    ids = _ids_in(parse_filter(text))
    if len(ids) > MOST_IDS:
        raise bad_request(f"A delta query can be narrowed to {MOST_IDS} ids at most.", "BadRequest")
    return tuple(sorted(ids))


def _ids_in(condition: Condition) -> set[str]:
    match condition:
        case Or(conditions):
            return set().union(*map(_ids_in, conditions))
        case Comparison("eq", Path((name,)), Literal(str() as value)) if name.lower() == "id":
            return {value.lower()}
        case OneOfThese(Path((name,)), values) if name.lower() == "id":
            return {str(value).lower() for value in values}
    raise GraphError(400, "Request_UnsupportedQuery", "A delta query can be filtered by id alone: id eq '...' or ...")


def _users_page(reading: DirectoryReading, asked: Round) -> _Part:
    place = asked.place[0]
    if asked.after is None:
        page = reading.search.users(Wish(), Place("", place) if place else None, USERS_A_PAGE)
        ids = [user.id for user in page.users]
        rest = None if page.rest is None else page.rest.id
    else:
        ids = list(reading.following.changed_users(Span(asked.after, asked.until), place, USERS_A_PAGE + 1))
        rest = ids[USERS_A_PAGE - 1] if len(ids) > USERS_A_PAGE else None
        ids = ids[:USERS_A_PAGE]
    known = reading.users_with_ids(ids)
    wanted = ids if asked.ids is None else [each for each in ids if each in asked.ids]
    shown = []
    for user_id in wanted:
        user = known.get(user_id)
        if user is None:
            shown.append(removed(user_id, "deleted"))
        elif user.deleted_at is not None:
            shown.append(removed(user_id, "changed"))
        else:
            shown.append(_user(asked, user.manager_id, user_shape.all_of(user)))
    return _Part(shown, None if rest is None else (rest, ""))


def _user(asked: Round, manager_id: str | None, everything: Document) -> Document:
    select = asked.select or user_shape.BY_DEFAULT
    shown: Document = {"id": everything["id"]}
    for name in select:
        if name.lower() == "manager":
            shown["manager@delta"] = [] if manager_id is None else [_reference("user", manager_id)]
        else:
            known = user_shape.property_named(name)
            shown[known] = everything.get(known)
    return shown


def _groups_page(reading: DirectoryReading, asked: Round) -> _Part:
    """Groups with their members, in parts: the place is a group, and within it the last member that was shown."""
    group_id, member = asked.place
    ids = [group_id] if member else []
    ids += _group_ids(reading, asked, group_id, GROUPS_A_PAGE + 1)
    shown: list[Document] = []
    left = MEMBERS_A_PAGE
    for number, each in enumerate(ids):
        if number == GROUPS_A_PAGE:
            return _Part(shown, (ids[number - 1], ""))
        document, last, count = _group(reading, asked, each, member if number == 0 else "", left)
        if document is not None and (asked.ids is None or each in asked.ids):
            shown.append(document)
        if last is not None:
            return _Part(shown, (each, last))
        left = max(left - count, 1)
    return _Part(shown, None)


def _group_ids(reading: DirectoryReading, asked: Round, after: str, limit: int) -> list[str]:
    if asked.after is None:
        found = reading.search.groups(Wish(), Place("", after) if after else None, limit)
        return [group.id for group in found.groups]
    return list(reading.following.changed_groups(Span(asked.after, asked.until), after, limit))


def _group(
    reading: DirectoryReading, asked: Round, group_id: str, after: str, limit: int
) -> tuple[Document | None, str | None, int]:
    """A group as far as it fits, its last member if there are more, and how many members that were."""
    group = reading.group(group_id)
    if group is None or group.deleted_at is not None:
        return (None if asked.after is None else removed(group_id, "deleted")), None, 0
    names = None if asked.select is None else [name for name in asked.select if name.lower() != "members"]
    shown = group_shape.shape_group(group, names)
    if asked.select is not None and len(names or ()) == len(asked.select):
        return shown, None, 0
    following = reading.following
    if asked.after is None:
        members = [(each, True) for each in following.member_ids(group_id, after, limit + 1)]
    else:
        span = Span(asked.after, asked.until)
        members = list(following.changed_members(group_id, span, after, limit + 1))
    page = members[:limit]
    if page:
        shown["members@delta"] = [_member(reading, each, is_in) for each, is_in in page]
    return shown, (page[-1][0] if len(members) > limit else None), len(page)


def _member(reading: DirectoryReading, member_id: str, is_in: bool) -> Document:  # noqa: FBT001
    kind = "group" if reading.group(member_id) is not None else "user"
    found = _reference(kind, member_id)
    return found if is_in else found | {"@removed": {"reason": "deleted"}}


def _reference(kind: str, object_id: str) -> Document:
    return {"@odata.type": f"#microsoft.graph.{kind}", "id": object_id}


def removed(object_id: str, reason: str) -> Document:
    """Return what a round says of what is gone: `changed` where it may come back, else `deleted`."""
    return {"id": object_id, "@removed": {"reason": reason}}

"""In which order are the operations of a bulk request done, so that what they refer to is there (RFC 7644, 3.7.1)?"""

from collections.abc import Sequence

from instep.scim.bulk import BulkOperation, references


def stages(operations: Sequence[BulkOperation]) -> list[tuple[int, ...]]:
    """The places of the operations, in the client's order but for those that others wait for, which come before.

    A stage of several operations is a circle: each refers to another of them, by way of the others to itself.
    """
    made_by = {one.bulk_id: place for place, one in enumerate(operations) if one.method == "POST" and one.bulk_id}
    waits_for = [sorted(made_by[name] for name in references(one) if name in made_by) for one in operations]
    return _strongly_connected(waits_for)


def _strongly_connected(waits_for: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Tarjan's algorithm without recursion, as a chain of references may be as long as the request."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    open_places: list[int] = []
    is_open: set[int] = set()
    found: list[tuple[int, ...]] = []
    for start in range(len(waits_for)):
        path = [(start, iter(waits_for[start]))] if start not in index else []
        while path:
            place, others = path[-1]
            if place not in index:
                index[place] = low[place] = len(index)
                open_places.append(place)
                is_open.add(place)
            for other in others:
                if other not in index:
                    path.append((other, iter(waits_for[other])))
                    break
                if other in is_open:
                    low[place] = min(low[place], index[other])
            else:
                path.pop()
                if path:
                    parent = path[-1][0]
                    low[parent] = min(low[parent], low[place])
                if low[place] == index[place]:
                    found.append(_closed(place, open_places, is_open))
    return found


def _closed(place: int, open_places: list[int], is_open: set[int]) -> tuple[int, ...]:
    circle: list[int] = []
    while not circle or circle[-1] != place:
        circle.append(open_places.pop())
        is_open.discard(circle[-1])
    return tuple(sorted(circle))

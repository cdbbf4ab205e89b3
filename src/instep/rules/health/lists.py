"""What does a list say that the target answered with, and does it agree with itself (RFC 7644, 3.4.2)?

What it says is believed only as far as it is a ListResponse: an answer that is anything else says nothing about who is
there, and certainly not that nobody is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from instep.rules.health.verdicts import NOT_UNDERSTOOD, Failed


@dataclass(frozen=True, slots=True)
class Listed:
    """A list, or one page of it.

    `total` is what the target claims to have in all; None where it does not say. `next_cursor` names the next page
    (RFC 9865); None where there is none.
    """

    total: int | None
    resources: Sequence[Mapping[str, Any]]
    next_cursor: str | None = None


def judge_list(document: Mapping[str, object] | None) -> Listed | Failed:
    """Read a list; `NOT_UNDERSTOOD` for what is none, or says of itself what cannot be."""
    if document is None:
        return _not_a_list("the answer has no content")
    total, resources = document.get("totalResults"), document.get("Resources")
    if total is None and resources is None:
        return _not_a_list("it has neither totalResults nor Resources")
    if total is not None and (isinstance(total, bool) or not isinstance(total, int) or total < 0):
        return _not_a_list(f"its totalResults is {total!r}")
    resources = [] if resources is None else resources
    if not isinstance(resources, list) or not all(isinstance(resource, dict) for resource in resources):
        return _not_a_list("its Resources are no list of resources")
    if total is not None and len(resources) > total:
        return _not_a_list(f"it has {len(resources)} resources, and says that there are {total} in all")
    cursor = document.get("nextCursor")
    if cursor is not None and not isinstance(cursor, str):
        return _not_a_list(f"its nextCursor is {cursor!r}")
    return Listed(total, resources, cursor or None)


def judge_whole_list(document: Mapping[str, object] | None) -> Listed | Failed:
    """As `judge_list`, for an answer that is to have all of it: that to a filter which few resources satisfy."""
    listed = judge_list(document)
    if isinstance(listed, Listed) and listed.total is not None and listed.total > len(listed.resources):
        return _not_a_list(f"it says that there are {listed.total}, and has {len(listed.resources)}")
    return listed


def _not_a_list(problem: str) -> Failed:
    return Failed(NOT_UNDERSTOOD, f"the answer is no list of resources that could be believed: {problem}")

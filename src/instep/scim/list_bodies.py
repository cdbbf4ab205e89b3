"""How does a list get its frame, where its resources are JSON already?"""

from collections.abc import Mapping

from instep.scim.messages import LIST_RESPONSE_URN


def list_bytes(
    resources: list[bytes],
    total_results: int | None,
    start_index: int | None = None,
    cursors: Mapping[str, str] | None = None,
) -> bytes:
    """A ListResponse of resources that are bytes already; `cursors` by their names in it."""
    members: list[tuple[str, object]] = [("totalResults", total_results), ("startIndex", start_index)]
    head = f'{{"schemas":["{LIST_RESPONSE_URN}"],"itemsPerPage":{len(resources)},'
    head += "".join(f'"{name}":{value},' for name, value in members if value is not None)
    head += "".join(f'"{name}":"{cursor}",' for name, cursor in (cursors or {}).items())
    return b'%b"Resources":[%b]}' % (head.encode(), b",".join(resources))

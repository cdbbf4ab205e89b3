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
    head = f'{{"schemas":["{LIST_RESPONSE_URN}"],"itemsPerPage":{len(resources)},'
    if total_results is not None:
        head += f'"totalResults":{total_results},'
    if start_index is not None:
        head += f'"startIndex":{start_index},'
    for name, cursor in (cursors or {}).items():
        head += f'"{name}":"{cursor}",'
    return b'%b"Resources":[%b]}' % (head.encode(), b",".join(resources))

"""What does the JSON of a kept resource look like, and how does the answer get its location?"""

from collections.abc import Mapping
from typing import Any

import orjson

from instep.scim.messages import LIST_RESPONSE_URN

Resource = Mapping[str, Any]


def document(resource_id: str, resource_type: str, resource: Resource, meta: Resource) -> bytes:
    """The bytes that are kept: `schemas` and `id` first and `meta` last, whose location is added when answering."""
    body = {"schemas": resource["schemas"], "id": resource_id}
    body |= {name: value for name, value in resource.items() if name not in ("schemas", "id", "meta")}
    body["meta"] = {"resourceType": resource_type, **meta}
    return orjson.dumps(body)


def version_of(revision: int) -> str:
    """The entity tag of a revision: weak, as the answer differs with `attributes`."""
    return f'W/"{revision}"'


def located(body: bytes, location: str) -> bytes:
    """The kept bytes with the location, which depends on where the tenant is served, as the last member of `meta`."""
    return b'%b,"location":"%b"}}' % (body[:-2], location.encode())


def list_bytes(resources: list[bytes], total_results: int, start_index: int) -> bytes:
    """A ListResponse of resources that are bytes already."""
    head = (
        f'{{"schemas":["{LIST_RESPONSE_URN}"],"totalResults":{total_results},"startIndex":{start_index},'
        f'"itemsPerPage":{len(resources)},"Resources":['
    )
    return b"%b%b]}" % (head.encode(), b",".join(resources))

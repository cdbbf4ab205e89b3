"""What does the JSON of a kept resource look like?"""

from collections.abc import Mapping
from typing import Any

import orjson

Resource = Mapping[str, Any]


def document(resource_id: str, resource_type: str, resource: Resource, meta: Resource) -> bytes:
    """The bytes that are kept: `schemas` and `id` first and `meta` last, whose location is added when answering."""
    body = {"schemas": resource["schemas"], "id": "", **resource}
    body.pop("meta", None)  # which comes last
    body["id"], body["meta"] = resource_id, {"resourceType": resource_type, **meta}
    return orjson.dumps(body)


def version_of(revision: int) -> str:
    """The entity tag of a revision: weak, as the answer differs with `attributes`."""
    return f'W/"{revision}"'

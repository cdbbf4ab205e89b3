"""What JSON does a body hold? Read with limits, refused with a reason."""

import orjson

from instep.scim.errors import InvalidSyntax, PayloadTooLarge, UnsupportedMediaType

MAX_BODY_BYTES = 1_000_000
_MAX_NESTING = 40
_JSON_TYPES = frozenset({"", "application/json", "application/scim+json", "text/json"})


def check_media_type(content_type: str) -> None:
    """Raises UnsupportedMediaType for a body that is declared to be something else than JSON."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _JSON_TYPES:
        raise UnsupportedMediaType(f"The body is declared as {media_type!r}: send application/scim+json.")


def check_size(size_bytes: int) -> None:
    """Raises PayloadTooLarge for more bytes than are read."""
    if size_bytes > MAX_BODY_BYTES:
        raise PayloadTooLarge(f"The body is larger than {MAX_BODY_BYTES} bytes.")


def parse_body(text: bytes) -> object:
    """The JSON of a body. Raises InvalidSyntax for what is no JSON, or nested beyond reason."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidSyntax(f"The body is not JSON: {error}.") from None
    # Only a body with so many brackets can be nested so deep; most have fewer, and need no second look.
    if text.count(b"{") + text.count(b"[") > _MAX_NESTING and _is_nested_deeper(found, _MAX_NESTING):
        raise InvalidSyntax(f"The body is nested deeper than {_MAX_NESTING} levels.")
    return found


def _is_nested_deeper(value: object, levels: int) -> bool:
    level = [value]
    for _ in range(levels + 1):
        children: list[object] = []
        for item in level:
            if type(item) is dict:
                children.extend(item.values())
            elif type(item) is list:
                children.extend(item)
        if not children:
            return False
        level = children
    return True

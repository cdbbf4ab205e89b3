"""How much of an answer is read? At most a cap, counted after decompression."""

import zlib
from collections.abc import Awaitable

from aiohttp import ClientResponse, hdrs

MOST_BYTES = 10 * 1024 * 1024


class NotRead(Exception):
    """An answer that is not read; `code` is the provisioning log's."""

    code = "WebExceptionProtocolError"


class AnswerTooLarge(NotRead):
    """An answer that is longer than the cap, or claims to be."""

    code = "AnswerTooLarge"


class AnswerUnreadable(NotRead):
    """An answer in an encoding that was not asked for, or damaged."""

    code = "AnswerUnreadable"


def read_capped(response: ClientResponse) -> Awaitable[bytes]:
    """Return the whole body, to be awaited. Raises AnswerTooLarge or AnswerUnreadable; beyond the cap nothing is kept.

    It is no coroutine, as nearly every body is read at once.
    """
    encoding, length = response.headers.get(hdrs.CONTENT_ENCODING, "identity").lower(), response.content_length
    if length is not None:
        if length > MOST_BYTES:
            raise AnswerTooLarge(f"the answer has {length} bytes; at most {MOST_BYTES} are read")
        if encoding == "identity":
            return response.read()
    return _read_in_pieces(response, encoding)


async def _read_in_pieces(response: ClientResponse, encoding: str) -> bytes:
    inflate = _decompressor(encoding)
    pieces, size = [], 0
    async for raw in response.content.iter_chunked(64 * 1024):
        piece = raw if inflate is None else _inflate(inflate, raw, MOST_BYTES + 1 - size)
        size += len(piece)
        if size > MOST_BYTES:
            raise AnswerTooLarge(f"the answer is longer than {MOST_BYTES} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def _decompressor(encoding: str) -> "zlib._Decompress | None":
    if encoding == "identity":
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    raise AnswerUnreadable(f"the answer is encoded as {encoding!r}, which was not asked for")


def _inflate(inflate: "zlib._Decompress", raw: bytes, most: int) -> bytes:
    try:
        return inflate.decompress(raw, most)
    except zlib.error as error:
        raise AnswerUnreadable(f"the compressed answer is damaged: {error}") from None

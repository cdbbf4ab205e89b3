"""How does a name stop being known? The resolver of this process says so, as it does without a network."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Known(Protocol):
    """Whether names are known now."""

    @property
    def are_names_known(self) -> bool: ...


@contextmanager
def no_names(known: Known) -> Iterator[None]:
    """Within this, looking up `localhost` fails whenever names are not known."""
    asked = socket.getaddrinfo

    def looked_up(host: Any, *parts: Any, **named: Any) -> Any:
        if host == "localhost" and not known.are_names_known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return asked(host, *parts, **named)

    socket.getaddrinfo = looked_up
    try:
        yield
    finally:
        socket.getaddrinfo = asked

"""What is a mail made of, before it is text or HTML?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Commands:
    """What to type, a line each, for whoever is not at the admin center."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Things of a kind, such as whom it is about."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests that did not work, as `instep.ledger` quotes them."""

    quoted: Sequence[Mapping[str, object]]


Block = Paragraph | Commands | Listed | Requests


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the admin center: what it is called, and its path."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody is told; `about` is the headline, `link` the page where it is seen and mended."""

    about: str
    blocks: tuple[Block, ...]
    link: Link

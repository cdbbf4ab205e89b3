"""Every page that can be reached from the first is whole markup: what is opened is closed."""

from html.parser import HTMLParser

from fakes.staff_of_groups import Staff

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
DRAWN = frozenset({"path", "circle", "rect", "line", "polyline", "use"})  # of pictures, and closed or not
MOST_PAGES = 60


class Markup(HTMLParser):
    """What is wrong with a page, and where its links and forms lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.links: list[str] = []
        self.forms: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and (link := given.get("href")):
            self.links.append(link)
        if tag == "form":
            self.forms.append(given.get("action") or "")
        if tag not in VOID and tag not in DRAWN:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in DRAWN:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> at line {self.getpos()[0]} closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["script"], ["style"]) and any(sign in data for sign in ("{{", "}}", "{%", '">')):
            self.faults.append(f"{data.strip()!r} is a template's")


def test_every_page_is_whole(staff: Staff) -> None:
    staff.tenant.create("ada@markup.example")
    waiting, seen = ["/", "/settings/integrations/sso", "/sign-in/sso"], set()
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        page = staff.root.get(path)
        assert page.status_code == 200, path
        markup = Markup(page.text)
        assert markup.faults == [], path
        seen.add(path)
        known = {*seen, *waiting}
        waiting += [link for link in dict.fromkeys(markup.links) if _leads_on(link) and link not in known]
        assert all(action.startswith("/") for action in markup.forms if action), path
    assert len(seen) > 10


def _leads_on(link: str) -> bool:
    """Each kind of page once is enough: of lists, what they begin with."""
    return link.startswith("/") and "?" not in link and "#" not in link

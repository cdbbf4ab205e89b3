"""What does a browser see of a page: what it says, what it asked for, whether it fits?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, StorageState, expect

from fakes.console_browser import state_of
from instep.access.roles import Role
from instep.admin.access.ports import Access

IMAGES = Path(__file__).parents[2] / "docs" / "images"
WIDE, NARROW = 1440, 390
LOOKS = [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


_CUT_OFF = """() => [...document.querySelectorAll("main *")].filter((each) => {
    const style = getComputedStyle(each);
    const isBox = each.clientWidth > 1 && style.overflowX === "hidden" && style.textOverflow !== "ellipsis";
    return isBox && !style.webkitLineClamp.match(/\\d/) && each.scrollWidth > each.clientWidth + 1;
}).map((each) => `${each.tagName} ${each.className}: ${each.scrollWidth - each.clientWidth} pixels are cut off`)"""


@dataclass
class Visit:
    """A page that is open, with every complaint of the browser and every host that was asked for something."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def turn_to(self, scheme: str, width: int) -> None:
        """Look at the page that is open in light or dark, in a window of another width."""
        self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        self.page.set_viewport_size({"width": width, "height": 900})

    def cut_off(self) -> list[str]:
        """What of the page is cut off at its side, where nobody gets; an ellipsis is meant."""
        found: list[str] = self.page.evaluate(_CUT_OFF)
        return found

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def fits(self) -> bool:
        """Whether the page comes to be as narrow as the window; what is drawn by a script may need a moment for it."""
        for _ in range(60):
            if self.overflow() == 0:
                return True
            self.page.wait_for_timeout(50)
        return False

    def violations(self) -> list[tuple[str, list[str]]]:
        """The rules of accessibility that the page breaks, each with where."""
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [(rule["id"], [str(node["target"]) for node in rule["nodes"]]) for rule in found]

    def keep_picture(self, name: str) -> None:
        """Save a screenshot for the documentation, if that was asked for."""
        if os.environ.get("INSTEP_SCREENSHOTS") == "1":
            IMAGES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=IMAGES / name)


def expect_keyboard_at(locator: Locator) -> None:
    """Wait until what is typed goes to an element; whether the browser's window is in front does not matter."""
    for _ in range(600):
        if locator.evaluate("element => element === document.activeElement"):
            return
        locator.page.wait_for_timeout(50)
    raise AssertionError(f"what is typed does not go to {locator}")


@dataclass(frozen=True)
class Console:
    """A console that is served, and the administrators of its installation."""

    url: str
    access: Access


@contextmanager
def enter(
    browser: Browser,
    console: Console,
    scheme: str,
    width: int,
    path: str = "/",
    role: Role = Role.GLOBAL_ADMINISTRATOR,
) -> Iterator[Visit]:
    """Open a page of the console as somebody of a role, who has just signed in; for the rest as `visit`."""
    state = state_of(console.access, console.url, role)
    with visit(browser, console.url + path, scheme, width, state) as visited:
        yield visited


def signed_in(browser: Browser, link: str) -> StorageState:
    """What a browser keeps of somebody who has used a one-time link of the tenant."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def visit(browser: Browser, url: str, scheme: str, width: int, state: StorageState | None = None) -> Iterator[Visit]:
    """Open a page in light or dark; at the end nothing may have been complained of, nor asked of another host."""
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
        storage_state=state,
    )
    page = context.new_page()
    visited = Visit(page)
    page.on("console", lambda said: visited.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: visited.complaints.append(str(error)))
    page.on("request", lambda request: visited.hosts.add(urlsplit(request.url).hostname or ""))
    try:
        page.goto(url)
        yield visited
        assert visited.complaints == [], visited.complaints
        assert visited.hosts == {"127.0.0.1"}
    finally:
        context.close()

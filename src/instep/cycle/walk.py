"""What accounts does the target list, page by page, and did we see all of them?"""

from collections.abc import Awaitable
from dataclasses import replace

from instep.cycle.compiled import CompiledJob
from instep.cycle.ports import Target
from instep.cycle.run import Run
from instep.rules.health.completeness import Complete, Incomplete, Reading, judge_reading
from instep.rules.health.lists import Listed, judge_list
from instep.rules.health.outcomes import Outcome
from instep.rules.health.verdicts import Done, Failed, judge_read
from instep.rules.matching.match import Account
from instep.scim.dialects import Dialect, Paging, Totals
from instep.scim.values import boolean

LONGEST_DETAIL = 300  # characters of why a list proves nothing


def account_of(compiled: CompiledJob, resource: object) -> Account | None:
    """Return the account that a resource describes; None where it is no user."""
    if not isinstance(resource, dict) or not isinstance(account_id := resource.get("id"), str) or not account_id:
        return None
    values = compiled.form.values(resource)
    if (active := boolean(resource.get("active"))) is not None:
        values.setdefault("active", active)
    return Account(account_id, values)


def listed_account_of(compiled: CompiledJob, resource: object) -> Account | None:
    """Return the account that an element of a list describes; None where it is no user, or may be anybody's.

    Every user shows a userName (RFC 7643, 4.1.1). What does not cannot be held against what was asked for.
    """
    if isinstance(resource, dict) and isinstance(resource.get("userName"), str):
        return account_of(compiled, resource)
    return None


def ask_for_page(target: Target, dialect: Dialect, start_index: int = 1, cursor: str = "") -> Awaitable[Outcome]:
    """Ask for the page that begins at an index, or that a cursor names, as the target pages; the first by default."""
    match dialect.paging:
        case Paging.INDEX:
            return target.page(start_index, dialect.page_size)
        case Paging.CURSOR:
            return target.page_at(cursor, dialect.page_size)
        case Paging.NONE:
            return target.everything()


def is_last_page(dialect: Dialect, entries: int, page: Listed) -> bool:
    """Whether a page, after so many entries, is the last: an index has no end but the number claimed."""
    match dialect.paging:
        case Paging.NONE:
            return True
        case Paging.CURSOR:
            return page.next_cursor is None
        case Paging.INDEX if dialect.totals is Totals.ABSENT:
            return not page.resources
        case Paging.INDEX:
            return page.total is not None and entries + len(page.resources) >= page.total


def fault_of_page(dialect: Dialect, entries: int, page: Listed) -> str | None:
    """Say why a page, after so many entries, proves nothing."""
    is_last = is_last_page(dialect, entries, page)
    if is_last and not entries:
        return None  # a target that does not page answers with all of it
    if page.total is None and dialect.paging is Paging.INDEX and dialect.totals is not Totals.ABSENT:
        return "it does not say how many there are (if it never does, set dialect.totals=absent)"
    came, asked = len(page.resources), dialect.page_size
    if came > asked:
        return f"a page of {came} came, where {asked} were asked for"
    if not is_last and not came and dialect.paging is not Paging.CURSOR:
        return f"the page from {entries + 1} on was empty, although there are {page.total} in all"
    return None


class Walk:
    """A walk through all accounts of a target, kept in the ledger rather than in memory."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._dialect = run.compiled.dialect
        self._first: Listed | Failed | None = None
        self._cursors: set[str] = set()

    async def begin(self) -> Listed | None:
        """Read the first page; None where the answer is no list."""
        self._cursors.clear()
        self._first = await self._read(1, "")
        return self._first if isinstance(self._first, Listed) else None

    async def complete(self, most_pages: float) -> Complete | Incomplete:
        """Read on to the end, no further than so many pages; return whether all was seen, or why that is in doubt.

        A list that says another size on a later page has changed while it was read, and is read once more.
        """
        reading = await self._to_the_end(most_pages)
        if len(reading.claimed) > 1 and self._run.stop is None:
            await self.begin()
            reading = await self._to_the_end(most_pages)
        return judge_reading(reading)

    async def _to_the_end(self, most_pages: float) -> Reading:
        await self._run.call(self._run.ledger.forget_accounts, self._run.job)
        page, reading, pages = self._first, Reading(0), 0
        while True:
            if not isinstance(page, Listed):
                return replace(reading, failure="there is no answer" if page is None else page.detail)
            reading = await self._with(reading, page)
            pages += 1
            if reading.has_ended or reading.failure is not None or reading.repeated is not None:
                return reading
            if pages >= most_pages:
                return replace(reading, failure=f"it has more than {pages} pages, which costs more than filters")
            self._run.counts.reads_because["matching by a walk"] += 1
            page = await self._read(reading.entries + 1, page.next_cursor or "")

    async def _read(self, start_index: int, cursor: str) -> Listed | Failed | None:
        verdict = judge_read(await ask_for_page(self._run.target, self._dialect, start_index, cursor))
        self._run.take_notice(verdict)
        if isinstance(verdict, Done):
            return judge_list(verdict.resource)
        return verdict if isinstance(verdict, Failed) else None

    async def _with(self, reading: Reading, page: Listed) -> Reading:
        """Return the reading with one page more."""
        came = len(page.resources)
        has_total = page.total is not None and not self._has_no_totals
        return replace(
            reading,
            entries=reading.entries + came,
            claimed=reading.claimed | {page.total} if has_total and page.total is not None else reading.claimed,
            repeated=await self._keep(page) or self._circle(page),
            has_ended=is_last_page(self._dialect, reading.entries, page),
            failure=fault_of_page(self._dialect, reading.entries, page),
        )

    @property
    def _has_no_totals(self) -> bool:
        return self._dialect.totals is Totals.ABSENT

    def _circle(self, page: Listed) -> str | None:
        """Say so where a cursor leads back to a page that was read."""
        if page.next_cursor is None or self._dialect.paging is not Paging.CURSOR:
            return None
        if page.next_cursor in self._cursors:
            return "a cursor led back to a page that came before"
        self._cursors.add(page.next_cursor)
        return None

    async def _keep(self, page: Listed) -> str | None:
        """Keep a page's accounts; say so where not every resource is a user that did not come before."""
        read = [listed_account_of(self._run.compiled, resource) for resource in page.resources]
        accounts = [account for account in read if account is not None]
        kept = await self._run.call(
            self._run.ledger.keep_accounts, self._run.job, accounts, self._run.compiled.mappings.matching
        )
        new = len(page.resources)
        return None if kept == new else f"of {new} resources of a page {kept} are users that did not come before"

"""What accounts does the target list, page by page, and did we see all of them?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from instep.cycle.compiled import CompiledJob
from instep.cycle.run import Run
from instep.rules.health.completeness import Complete, Reading, judge_reading
from instep.rules.health.verdicts import Done, judge_read
from instep.rules.matching.match import Account

PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: `total` as the target claims it."""

    total: int
    resources: Sequence[Mapping[str, Any]]


async def read_page(run: Run, start_index: int) -> Page | None:
    """Read one page; None where the answer is no ListResponse."""
    verdict = judge_read(await run.target.page(start_index, PAGE_SIZE))
    run.take_notice(verdict)
    if not isinstance(verdict, Done) or verdict.resource is None:
        return None
    total, resources = verdict.resource.get("totalResults"), verdict.resource.get("Resources", [])
    if isinstance(total, bool) or not isinstance(total, int) or not isinstance(resources, list):
        return None
    return Page(total, resources)


def account_of(compiled: CompiledJob, resource: object) -> Account | None:
    """Return the account that a resource describes; None where it is no user."""
    if not isinstance(resource, dict) or not isinstance(account_id := resource.get("id"), str) or not account_id:
        return None
    values = compiled.form.values(resource)
    if isinstance(active := resource.get("active"), bool):
        values.setdefault("active", active)
    return Account(account_id, values)


class Walk:
    """A walk through all accounts of a target, kept in the ledger rather than in memory."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def complete(self, first: Page) -> bool:
        """Read to the end; return whether that is proven: no error, nothing repeated, as many as were claimed."""
        await self._run.call(self._run.ledger.forget_accounts, self._run.job)
        page: Page | None = first
        read = Reading(0)
        while page is not None and page.resources:
            read = replace(
                read,
                entries=read.entries + len(page.resources),
                claimed=read.claimed | {page.total},
                repeated=await self._keep(page),
            )
            if read.repeated is not None or read.entries >= page.total:
                break
            self._run.counts.reads_because["matching by a walk"] += 1
            page = await read_page(self._run, read.entries + 1)
        # An index has no end but the number claimed: a page that is missing or empty before it is none.
        has_ended = page is not None and read.entries >= page.total
        return isinstance(judge_reading(replace(read, has_ended=has_ended)), Complete)

    async def _keep(self, page: Page) -> str | None:
        """Keep a page's accounts; say so where not every resource is a user that did not come before."""
        read = [account_of(self._run.compiled, resource) for resource in page.resources]
        accounts = [account for account in read if account is not None]
        kept = await self._run.call(
            self._run.ledger.keep_accounts, self._run.job, accounts, self._run.compiled.mappings.matching
        )
        new = len(page.resources)
        return None if kept == new else f"of {new} resources of a page {kept} are users that did not come before"

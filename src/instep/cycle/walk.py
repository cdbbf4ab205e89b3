"""What accounts does the target list, page by page, and did we see all of them?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from instep.cycle.compiled import CompiledJob
from instep.cycle.run import Run
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
        read = 0
        while page is not None and page.resources:
            kept = await self._keep(page)
            read += len(page.resources)
            if kept < len(page.resources):
                return False
            if read >= page.total:
                return True
            self._run.counts.reads_because["matching by a walk"] += 1
            page = await read_page(self._run, read + 1)
        return False

    async def _keep(self, page: Page) -> int:
        """Keep a page's accounts; return how many were new: a resource that is no user, or came before, is not."""
        read = [account_of(self._run.compiled, resource) for resource in page.resources]
        accounts = [account for account in read if account is not None]
        return await self._run.call(
            self._run.ledger.keep_accounts, self._run.job, accounts, self._run.compiled.mappings.matching
        )

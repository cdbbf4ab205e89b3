"""What does a cycle do about those whom somebody provisions on demand beside it? It waits, and decides after them."""

import asyncio
from collections.abc import Collection

from instep.cycle.lookups import Lookups
from instep.cycle.ports import InHand
from instep.cycle.recovery import LOOK_AGAIN_AFTER_SECONDS, resolve
from instep.cycle.run import Run
from instep.ledger.records import SourceType

LOOKS_FOR_THE_WANTED = 40  # two seconds


async def wait_for_claims(run: Run, lookups: Lookups, user_ids: Collection[str]) -> None:
    """Return when none of these users is provisioned on demand any more, or the run is to stop.

    Of whoever was cut off, it is found out first what became of the operation that was under way.
    """
    looks = 0
    while run.stop is None:
        in_hand: InHand = await run.call(run.ledger.in_hand, run.job, SourceType.USER)
        if cut_off := in_hand.cut_off:
            operations = await run.call(run.ledger.open_operations, run.job)
            await resolve(run, lookups, [each for each in operations if each.user_id in cut_off])
        if _are_free(in_hand, user_ids, looks):
            return
        looks += 1
        await asyncio.sleep(LOOK_AGAIN_AFTER_SECONDS)


async def wait_for_group_claims(run: Run, group_ids: Collection[str]) -> None:
    """Return when none of these groups is provisioned on demand any more, or the run is to stop.

    Of one that was cut off, the next cycle finds out what became of the operation. Until then nothing is done twice:
    a group is looked for before it is created, and members who are added or taken out again stay what they are.
    """
    looks = 0
    while run.stop is None:
        if _are_free(await run.call(run.ledger.in_hand, run.job, SourceType.GROUP), group_ids, looks):
            return
        looks += 1
        await asyncio.sleep(LOOK_AGAIN_AFTER_SECONDS)


def _are_free(in_hand: InHand, ids: Collection[str], looks: int) -> bool:
    """Whoever is only wanted is let go for a moment, not for ever: an earlier operation may still be in hand."""
    waits_for_wanted = looks < LOOKS_FOR_THE_WANTED and not in_hand.wanted.isdisjoint(ids)
    return in_hand.now.isdisjoint(ids) and not waits_for_wanted

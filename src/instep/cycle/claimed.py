"""What does a cycle do about users whom somebody provisions on demand beside it? It waits, and decides after them."""

import asyncio
from collections.abc import Collection

from instep.cycle.lookups import Lookups
from instep.cycle.ports import InHand
from instep.cycle.recovery import LOOK_AGAIN_AFTER_SECONDS, resolve
from instep.cycle.run import Run

LOOKS_FOR_THE_WANTED = 40  # two seconds


async def wait_for_claims(run: Run, lookups: Lookups, user_ids: Collection[str]) -> None:
    """Return when none of these users is provisioned on demand any more, or the run is to stop.

    Whoever is only wanted is let go for a moment, not for ever: an earlier operation about them may still be in hand.
    Of whoever was cut off, it is found out first what became of the operation that was under way.
    """
    looks = 0
    while run.stop is None:
        in_hand: InHand = await run.call(run.ledger.in_hand, run.job)
        if cut_off := in_hand.cut_off:
            operations = await run.call(run.ledger.open_operations, run.job)
            await resolve(run, lookups, [each for each in operations if each.user_id in cut_off])
        waits_for_wanted = looks < LOOKS_FOR_THE_WANTED and not in_hand.wanted.isdisjoint(user_ids)
        if in_hand.now.isdisjoint(user_ids) and not waits_for_wanted:
            return
        looks += 1
        await asyncio.sleep(LOOK_AGAIN_AFTER_SECONDS)

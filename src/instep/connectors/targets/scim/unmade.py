"""What comes of a request that cannot be made?"""

from instep.rules.health.outcomes import NotMade, Outcome


async def not_made(reason: str) -> Outcome:
    """Return the outcome of a request that never is, to be awaited like those that are."""
    return NotMade(reason)

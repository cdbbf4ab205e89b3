"""How large a share of all accounts has drifted, as far as a random sample tells?"""

from dataclasses import dataclass
from math import sqrt

_Z = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share, and between which shares it is with 95 % certainty."""

    share: float
    low: float
    high: float


def estimate(drifted: int, looked_at: int) -> Estimate | None:
    """Return what so many drifted accounts of a sample tell; None of an empty one.

    The interval is Wilson's (1927), which holds for small samples and for shares near 0 and 1.
    """
    if not looked_at:
        return None
    share, square = drifted / looked_at, _Z**2 / looked_at
    middle = (share + square / 2) / (1 + square)
    half = _Z * sqrt(share * (1 - share) / looked_at + square / (4 * looked_at)) / (1 + square)
    low = 0.0 if not drifted else max(0.0, middle - half)
    high = 1.0 if drifted == looked_at else min(1.0, middle + half)
    return Estimate(share, low, high)

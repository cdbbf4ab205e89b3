"""When is something that failed tried again? (engine.md 1.6 and 6.2)"""

from datetime import datetime, timedelta

FIRST_INTERVAL = timedelta(minutes=40)
LONGEST_INTERVAL = timedelta(hours=24)
QUARANTINE_LASTS_AT_MOST = timedelta(days=28)
OUTAGE_BECOMES_QUARANTINE_AFTER = timedelta(hours=1)
PROBE_OF_WHAT_IS_UNREACHABLE = timedelta(minutes=10)
PROBE_OF_WHAT_REFUSES = timedelta(hours=1)
_QUARANTINE_HOURS = (6, 12, 24)


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Return when a user that has failed `attempts` times (1 or more) is tried again.

    After the first failure in the next cycle, whenever that is; then after 40 minutes, doubling, at most 24 hours.
    """
    if attempts <= 1:
        return now
    interval = FIRST_INTERVAL * (1 << min(attempts - 2, 10))
    return now + min(interval, LONGEST_INTERVAL)


def next_quarantine_attempt(since: datetime, now: datetime) -> datetime | None:
    """Return the next moment at which a quarantined job is tried: 6, 12, 24 hours after it began, then daily.

    None when four weeks are over: then the job is disabled.
    """
    if now - since >= QUARANTINE_LASTS_AT_MOST:
        return None
    for hours in _QUARANTINE_HOURS:
        if (moment := since + timedelta(hours=hours)) > now:
            return moment
    days = (now - since) // timedelta(days=1) + 1
    return since + timedelta(days=days)

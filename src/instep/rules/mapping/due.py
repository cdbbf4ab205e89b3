"""When may a user's values be others, although nobody changed anything: when are they next due (design.md 3)?

Only mappings that use Now() have such a moment. It is found by evaluating them ahead: a value that is another by the
next hour is followed to the minute; one that stays for a day is looked at again after that day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from instep.rules.mapping.compiled_mapping import CompiledMapping
from instep.rules.mapping.expressions import Context, Value
from instep.rules.mapping.target_values import MappingFailed

HORIZON = timedelta(hours=24)
STRIDE = timedelta(hours=1)
PRECISION = timedelta(minutes=1)


def next_due(timed: Sequence[CompiledMapping], source: Mapping[str, Value], context: Context) -> datetime:
    """Return the first moment after `context.now` at which these mappings give something else.

    It is late by less than a minute, and at most a day ahead; a value that changes and changes back within one hour is
    not seen to change.
    """
    now = context.now
    present = _values(timed, source, context, now)
    before, after = now, now + STRIDE
    while _values(timed, source, context, after) == present:
        if after - now >= HORIZON:
            return now + HORIZON
        before, after = after, after + STRIDE
    while after - before > PRECISION:
        middle = before + (after - before) / 2
        if _values(timed, source, context, middle) == present:
            before = middle
        else:
            after = middle
    return after


def _values(
    timed: Sequence[CompiledMapping], source: Mapping[str, Value], context: Context, at: datetime
) -> tuple[object, ...]:
    then = replace(context, now=at)
    return tuple(_value(mapping, source, then) for mapping in timed)


def _value(mapping: CompiledMapping, source: Mapping[str, Value], context: Context) -> object:
    try:
        return mapping.evaluate(source, context)
    except MappingFailed as error:  # an error that begins or ends is a change, too
        return str(error)

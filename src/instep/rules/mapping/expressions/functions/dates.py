"""What do the functions do that reckon with dates?"""

import calendar
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from instep.rules.mapping.expressions.errors import ExpressionError
from instep.rules.mapping.expressions.functions.date_texts import read_date, read_iso_date
from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate, shown
from instep.rules.mapping.expressions.values import Context, Value, is_null_or_empty

ReadDate: TypeAlias = Callable[[Attributes, Context], datetime | None]

_FILETIME_START: Final = datetime(1601, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LENGTHS: Final = {
    "ww": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "n": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
_MONTHS: Final = {"yyyy": 12, "m": 1}


def build_now(call: Call) -> Evaluate:
    """Now(): the cycle's time, to the second."""
    return lambda attributes, context: context.now.replace(microsecond=0)


def build_cdate(call: Call) -> Evaluate:
    """CDate(expression): a DateTime in UTC; null and the empty text give null."""
    return _read_date(call, 0)


def build_date_from_num(call: Call) -> Evaluate:
    """DateFromNum(value): of 100 nanoseconds since 1601 (FILETIME); null stays null."""
    source = call.required(0).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        value = source(attributes, context)
        if is_null_or_empty(value):
            return None
        ticks = call.integer(value, "the value")
        try:
            return _FILETIME_START + ticks // 10 * _MICROSECOND
        except OverflowError:
            raise call.error(f"{ticks} is no date of the years 1 to 9999") from None

    return evaluate


def build_num_from_date(call: Call) -> Evaluate:
    """NumFromDate(value): FILETIME of a DateTime, or of a text in ISO 8601; null stays null."""
    read = _read_date(call, 0, read_iso_date, "no date in ISO 8601; change it with FormatDateTime first")

    def evaluate(attributes: Attributes, context: Context) -> Value:
        moment = read(attributes, context)
        return None if moment is None else (moment - _FILETIME_START) // _MICROSECOND * 10

    return evaluate


def build_date_add(call: Call) -> Evaluate:
    """DateAdd(interval, value, dateTime): months and years end on the last day of the month; null stays null."""
    interval, amount, date = _read_interval(call), call.required(1).evaluate, _read_date(call, 2)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        unit, moment = interval(attributes, context), date(attributes, context)
        count = call.integer(amount(attributes, context), "the value")
        try:
            return None if moment is None else _moved(moment, unit, count)
        except (OverflowError, ValueError):
            raise call.error(f"the date would not be in the years 1 to 9999 ({count} {unit})") from None

    return evaluate


def build_date_diff(call: Call) -> Evaluate:
    """DateDiff(interval, date1, date2): how much later date2 is, as Visual Basic counts; null if one is null.

    Years and months are those of the calendar, weeks begin on Sunday, and of all else only whole ones count.
    """
    interval, first, second = _read_interval(call), _read_date(call, 1), _read_date(call, 2)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        start, end = first(attributes, context), second(attributes, context)
        return None if start is None or end is None else _between(interval(attributes, context), start, end)

    return evaluate


def _read_interval(call: Call) -> Callable[[Attributes, Context], str]:
    constant = call.constant_text(0)
    if constant is not None and _interval(constant) is None:
        raise ExpressionError(call.required(0).column, _no_interval(constant))
    text = call.read_text(0)

    def read(attributes: Attributes, context: Context) -> str:
        given = text(attributes, context)
        if (interval := _interval(given)) is None:
            raise call.error(_no_interval(given))
        return interval

    return read


def _interval(text: str | None) -> str | None:
    folded = (text or "").lower()
    return folded if folded in _LENGTHS or folded in _MONTHS else None


def _no_interval(given: str | None) -> str:
    return f"{shown(given)} is no interval; there are yyyy, m, d, ww, h, n (minutes) and s"


def _read_date(
    call: Call,
    index: int,
    read_text: Callable[[str], datetime | None] = read_date,
    otherwise: str = "no date; change it with FormatDateTime first",
) -> ReadDate:
    source = call.required(index).evaluate

    def read(attributes: Attributes, context: Context) -> datetime | None:
        value = source(attributes, context)
        if isinstance(value, datetime) or is_null_or_empty(value):
            return value if isinstance(value, datetime) else None
        if (moment := read_text(call.text(value) or "")) is None:
            raise call.error(f"{shown(value)} is {otherwise}")
        return moment

    return read


def _moved(moment: datetime, interval: str, count: int) -> datetime:
    if interval in _LENGTHS:
        return moment + _LENGTHS[interval] * count
    year, month = divmod(moment.year * 12 + moment.month - 1 + _MONTHS[interval] * count, 12)
    if not 1 <= year <= 9999:
        raise ValueError(f"there is no year {year}")
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def _between(interval: str, start: datetime, end: datetime) -> int:
    if interval == "yyyy":
        return end.year - start.year
    if interval == "m":
        return (end.year - start.year) * 12 + end.month - start.month
    span = end - start
    if interval == "ww":
        span += _since_sunday(start) - _since_sunday(end)
        return _whole(timedelta(days=_whole(span, _LENGTHS["d"])), _LENGTHS["ww"])
    return _whole(span, _LENGTHS[interval])


def _since_sunday(moment: datetime) -> timedelta:
    return timedelta(days=moment.isoweekday() % 7)


def _whole(span: timedelta, length: timedelta) -> int:
    """How many of this length fit, cut towards zero."""
    return span // length if span >= timedelta(0) else -(-span // length)

"""Do the functions of dates reckon as .NET and Visual Basic do (mappings.md 4.2)?"""

from datetime import UTC, datetime

import pytest

from instep.rules.mapping.expressions import Context, EvaluationError, ExpressionError, as_text, compile_expression

CONTEXT = Context(datetime(2021, 7, 2, 15, 33, 38, 999_999, tzinfo=UTC))


def text(expression: str, **user: object) -> str | None:
    return as_text(compile_expression(expression).evaluate(user, CONTEXT))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2020-03-16-07:00", "3/16/2020 7:00:00 AM"),
        ("2021-06-30+08:00", "6/29/2021 4:00:00 PM"),
        ("2009-06-15T01:45:30-07:00", "6/15/2009 8:45:30 AM"),
        ("2009-06-15 01:45:30.1234567Z", "6/15/2009 1:45:30 AM"),
        ("2009-06-15T01:45", "6/15/2009 1:45:00 AM"),
        ("2009-06-15T01:45:30+0530", "6/14/2009 8:15:30 PM"),
        ("2021-08-24", "8/24/2021 12:00:00 AM"),
        ("2021/8/4", "8/4/2021 12:00:00 AM"),
        ("8/25/2021 5:41:18 PM", "8/25/2021 5:41:18 PM"),
        ("8/25/2021 12:00 am", "8/25/2021 12:00:00 AM"),
        ("8/25/2021 12:00 PM", "8/25/2021 12:00:00 PM"),
        ("1/2/49", "1/2/2049 12:00:00 AM"),
        ("1/2/50", "1/2/1950 12:00:00 AM"),
        ("24 August 2021", "8/24/2021 12:00:00 AM"),
        ("Aug 24, 2021 10:00", "8/24/2021 10:00:00 AM"),
        ("24-Aug-2021", "8/24/2021 12:00:00 AM"),
        ("Tue, 24 Aug 2021 10:00:00 GMT", "8/24/2021 10:00:00 AM"),
        ("  2021-08-24\t", "8/24/2021 12:00:00 AM"),
        ("0999-01-01", "1/1/0999 12:00:00 AM"),
        ("", None),
    ],
)
def test_a_date_is_read_in_the_usual_forms_and_told_in_utc(written: str, moment: str | None) -> None:
    assert text("CDate([d])", d=written) == moment


@pytest.mark.parametrize(
    "written",
    [
        "not a date", "2021-02-29", "2021-13-01", "13/31/2021", "2021-08-24T25:00", "2021-08-24T10:00+15:00",
        "24.", "10:30", "Mon, 24 Aug 2021", "24 Augtober 2021", "8/25/2021 13:00 PM", "0001-01-01T00:00+01:00",
        "2021-08-24 " + "x" * 60, "२०२१-०८-२४",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(EvaluationError, match=r"CDate: .* is no date"):
        text("CDate([d])", d=written)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Now()", "7/2/2021 3:33:38 PM"),
        ("CDate(Now())", "7/2/2021 3:33:38 PM"),
        ("CDate([missing])", None),
        ('DateAdd("d", 7, CDate("2012-03-16-07:00"))', "3/23/2012 7:00:00 AM"),
        ('DateAdd("d", -10, CDate("2012-03-16-07:00"))', "3/6/2012 7:00:00 AM"),
        ('DateAdd("ww", 2, CDate("2012-03-16-07:00"))', "3/30/2012 7:00:00 AM"),
        ('DateAdd("m", 10, CDate("2012-03-16-07:00"))', "1/16/2013 7:00:00 AM"),
        ('DateAdd("m", -1, CDate("2021-03-31"))', "2/28/2021 12:00:00 AM"),
        ('DateAdd("yyyy", 2, CDate("2012-03-16-07:00"))', "3/16/2014 7:00:00 AM"),
        ('DateAdd("YYYY", 1, CDate("2020-02-29"))', "2/28/2021 12:00:00 AM"),
        ('DateAdd("h", "-1", "2021-08-24")', "8/23/2021 11:00:00 PM"),
        ('DateAdd("n", 90, "2021-08-24")', "8/24/2021 1:30:00 AM"),
        ('DateAdd("s", 1, [missing])', None),
        ('DateDiff("d", CDate("2021-08-18+08:00"), CDate("2021-08-31+08:00"))', "13"),
        ('DateDiff("d", CDate("8/25/2021 5:41:18 PM"), CDate("2012-03-16-07:00"))', "-3449"),
        ('DateDiff("ww", CDate("8/25/2021 5:41:18 PM"), CDate("2012-03-16-07:00"))', "-493"),
        ('DateDiff("m", CDate("8/25/2021 5:41:18 PM"), CDate("2012-03-16-07:00"))', "-113"),
        ('DateDiff("yyyy", CDate("8/25/2021 5:41:18 PM"), CDate("2012-03-16-07:00"))', "-9"),
        ('DateDiff("ww", "2021-08-21", "2021-08-22")', "1"),  # from a Saturday to a Sunday
        ('DateDiff("ww", "2021-08-22", "2021-08-28")', "0"),
        ('DateDiff("ww", "0001-01-01", "0001-01-08")', "1"),
        ('DateDiff("h", "2021-08-24", "2021-08-25")', "24"),
        ('DateDiff("n", "2021-08-24", "2021-08-25")', "1440"),
        ('DateDiff("s", "2021-08-25", "2021-08-24T23:59:59")', "-1"),
        ('DateDiff("h", "2021-08-24T00:59", "2021-08-24T02:00")', "1"),
        ('DateDiff("d", [missing], Now())', None),
        ("DateFromNum(129699324000000000)", "1/1/2012 11:00:00 PM"),
        ('DateFromNum("0")', "1/1/1601 12:00:00 AM"),
        ("DateFromNum([missing])", None),
        ('NumFromDate("1601-01-01T00:00:01Z")', "10000000"),
        ('NumFromDate("2020-12-31 23:59:59-08:00")', "132539615990000000"),
        ("NumFromDate(CDate(\"1/1/1601 12:00:02 AM\"))", "20000000"),
        ("NumFromDate([missing])", None),
        ('IIF(CDate("9/1/2021") > CDate("10/1/2020"), "later", "earlier")', "later"),
        ('IIF(CDate("9/1/2021") = "2021-09-01", "same", "other")', "same"),
        ('IIF(Now() < "2021-07-03", "before", "after")', "before"),
        ('IIF(CDate([missing]) < Now(), "T", "F")', "F"),
        ('Append("on ", CDate("2021-09-01"))', "on 9/1/2021 12:00:00 AM"),
    ],
)  # fmt: skip
def test_dates_are_reckoned_with(expression: str, expected: str | None) -> None:
    assert text(expression) == expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('DateAdd("yyyy", 9999, "2021-08-24")', "would not be in the years 1 to 9999"),
        ('DateAdd("s", 999999999999999, "2021-08-24")', "would not be in the years 1 to 9999"),
        ('DateAdd("d", 1.5, "2021-08-24")', "the value must be a whole number"),
        ('DateAdd([unit], 1, "2021-08-24")', "nothing is no interval"),
        ("DateFromNum(9000000000000000000)", "is no date of the years 1 to 9999"),
        ('NumFromDate("3/16/2020")', "is no date in ISO 8601; change it with FormatDateTime first"),
        ('IIF(Now() > "soon", 1, 2)', "a date cannot be compared with 'soon'"),
    ],
)
def test_what_cannot_be_reckoned_is_refused(expression: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        text(expression)


def test_an_interval_that_there_is_not_is_refused_when_it_is_saved() -> None:
    with pytest.raises(ExpressionError, match="column 20: 'week' is no interval; there are yyyy, m, d"):
        compile_expression('Append("", DateAdd("week", 1, Now()))')


def test_only_what_uses_now_says_so() -> None:
    assert compile_expression('DateDiff("d", Now(), [hired])').uses_now
    assert not compile_expression('DateDiff("d", [left], [hired])').uses_now

"""Does FormatDateTime read and write as .NET's ParseExact and ToString do?"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.mapping.expressions import Context, EvaluationError, ExpressionError, compile_expression
from instep.rules.mapping.expressions.functions.date_formats import parse_format, write
from instep.rules.mapping.expressions.functions.date_parsing import DEFAULT_STYLES, read
from instep.rules.mapping.expressions.render import quote

CONTEXT = Context(datetime(2021, 7, 2, tzinfo=UTC))


def formatted(text: str, given_format: str, wanted: str, styles: str = "") -> object:
    expression = f"FormatDateTime([d], {styles and quote(styles)}, {quote(given_format)}, {quote(wanted)})"
    return compile_expression(expression).evaluate({"d": text}, CONTEXT)


@pytest.mark.parametrize(
    ("text", "given_format", "wanted", "expected"),
    [
        ("20150123105347.1Z", "yyyyMMddHHmmss.fZ", "yyyy-MM-dd", "2015-01-23"),
        ("2020-12-31-08:00", "yyyy-MM-ddzzz", "yyyy-MM-dd", "2020-12-31"),
        ("2020-12-31+10:00", "yyyy-MM-ddzzz", "yyyy-MM-dd HH:mm", "2020-12-30 14:00"),
        ("3/16/2020 07:05:09 PM", "M/d/yyyy hh:mm:ss tt", "yyyy-MM-ddTHH:mm:ss", "2020-03-16T19:05:09"),
        ("7/2/2021 3:33:38 PM", "M/d/yyyy h:mm:ss tt", "dd.MM.yy H'h'mm", "02.07.21 15h33"),
        (" 2021-06-30 ", "yyyy-MM-dd", "yyyyMMdd", "20210630"),
        ("30 JUN 2021", "dd MMM yyyy", "dddd, d MMMM yyyy", "Wednesday, 30 June 2021"),
        ("Wednesday 30 june 21", "dddd d MMMM yy", "ddd M/d/y", "Wed 6/30/21"),
        ("2021-06-30T10:20:30.1234567Z", "o", "HH:mm:ss.fff K", "10:20:30.123 Z"),
        ("2021-06-30T10:20:30", "s", "HH:mm:ss K", "10:20:30 "),
        ("2021-06-30 10:20:30+02", "yyyy-MM-dd HH:mm:sszz", "HH:mm K", "08:20 +00:00"),
        ("2021-06-30 10:20:30+2", "yyyy-MM-dd HH:mm:ssz", "HH:mm", "08:20"),
        ("2021-06-30 10:20", "yyyy-MM-dd HH:mmK", "HH:mm zzz z zz", "10:20 +00:00 +0 +00"),
        ("10.5", "s.F", "s.FFF", "10.5"),
        ("10", "s.F", "s.FFF", "10"),
        ("10.000", "s.fff", "s.FF", "10"),
        ("12 AM", "hh tt", "HH", "00"),
        ("12 P", "hh t", "HH t", "12 P"),
        ("7", "h ", "HH", "07"),
        ("2021", "yyyy", "yyyyy g", "02021 A.D."),
        ("06/30/2021", "d", "D", "Wednesday, 30 June 2021"),
        ("June 30", "m", "%d", "30"),
        ("at 10h20", "'at' H\\hmm", '"it is" HH:mm', "it is 10:20"),
        ("", "yyyy", "yyyy", None),
    ],
)
def test_a_date_goes_from_one_format_into_another(text: str, given_format: str, wanted: str, expected: object) -> None:
    assert formatted(text, given_format, wanted) == expected


@pytest.mark.parametrize(
    ("text", "given_format"),
    [
        ("not a date", "yyyy-MM-dd"),
        ("2021-06-31", "yyyy-MM-dd"),
        ("2021-6-30", "yyyy-MM-dd"),
        ("2021-06-30 ", "yyyy-MM-dd HH"),
        ("2021-06-30x", "yyyy-MM-dd"),
        ("13 PM", "hh tt"),
        ("13 AM", "HH tt"),
        ("Monday 2021-06-30", "dddd yyyy-MM-dd"),
        ("2021 2022", "yyyy yyyy"),
        ("2021-06-30 20:00+15:00", "yyyy-MM-dd HH:mmzzz"),
        ("0001-01-01 00:00+01:00", "yyyy-MM-dd HH:mmzzz"),
        ("10.", "s.f"),
    ],
)
def test_a_text_that_is_not_in_the_format_is_refused(text: str, given_format: str) -> None:
    with pytest.raises(EvaluationError, match=r"FormatDateTime: .* is no date in the format"):
        formatted(text, given_format, "yyyy")


@pytest.mark.parametrize(
    ("text", "styles", "expected"),
    [
        ("2021-06-30 10:20", "AssumeUniversal", "10:20 +00:00"),
        ("2021-06-30 10:20", "AssumeUniversal, AdjustToUniversal", "10:20 Z"),
        ("2021-06-30 10:20", "None", "10:20 "),
        ("  2021-06-30   10 : 20 ", "AllowWhiteSpaces", "10:20 "),
        ("2021-06-30   10:20", "DateTimeStyles.AllowInnerWhite | NoCurrentDateDefault", "10:20 "),
        (" 2021-06-30 10:20", "allowleadingwhite", "10:20 "),
    ],
)
def test_the_styles_of_dotnet_say_what_may_stand_around_and_which_zone_is_meant(
    text: str, styles: str, expected: str
) -> None:
    assert formatted(text, "yyyy-MM-dd HH:mm", "HH:mm K", styles) == expected


def test_white_space_is_allowed_only_where_the_styles_say() -> None:
    with pytest.raises(EvaluationError, match="is no date"):
        formatted(" 2021", "yyyy", "yyyy", "None")


def test_three_arguments_are_a_source_and_two_formats() -> None:
    expression = compile_expression('FormatDateTime([d], "yyyyMMdd", "yyyy-MM-dd")')
    assert expression.evaluate({"d": "20150123"}, CONTEXT) == "2015-01-23"


@pytest.mark.parametrize(
    ("arguments", "column", "message"),
    [
        ('[d], , "yyyy", "q"', 31, "'q' alone is no standard format"),
        ('[d], , "ffffffff", "yyyy"', 23, "a second has at most 7 decimals, not 8"),
        ('[d], , "yyyy \'x", "yyyy"', 23, "is not complete"),
        ('[d], "Assume", "yyyy", "yyyy"', 21, "'assume' is none of the styles: None, AllowLeadingWhite"),
        ('[d], "AssumeLocal, RoundtripKind", "yyyy", "yyyy"', 21, "contradict each other"),
        ('[d], "yyyy"', 1, "FormatDateTime takes 4 arguments"),
    ],
)
def test_a_format_that_is_none_is_refused_when_it_is_saved(arguments: str, column: int, message: str) -> None:
    with pytest.raises(ExpressionError, match=message) as refused:
        compile_expression(f"FormatDateTime({arguments})")
    assert refused.value.column == column


def test_a_format_from_an_attribute_is_refused_with_the_user() -> None:
    with pytest.raises(EvaluationError, match="'q' alone is no standard format"):
        compile_expression('FormatDateTime([d], , [f], "yyyy")').evaluate({"d": "x", "f": "q"}, CONTEXT)


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_round_trip_is_read_back_as_the_same_moment(moment: datetime) -> None:
    tokens = parse_format("o")
    found = read(tokens, write(tokens, moment, "Z"), DEFAULT_STYLES)
    assert (found.moment, found.zone) == (moment, "Z")


@given(st.text(max_size=12), st.text("dfFghHKmMstyzZ:/.'\"\\% x", max_size=12), st.text("dMyHhmsftKz' %", max_size=8))
def test_no_text_and_no_format_raises_anything_but_our_errors(text: str, given_format: str, wanted: str) -> None:
    try:
        formatted(text, given_format, wanted)
    except (ExpressionError, EvaluationError):
        pass

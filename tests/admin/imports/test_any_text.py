"""Can any text at all do harm?"""

import csv
import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instep.directory.errors import UnreadableFile
from instep.directory.wording import summary_of_import, warnings_of_import

CELLS = st.one_of(
    st.sampled_from(["", "u1", "u2", "u3", "amy@x", "bob@x", "true", "no", "perhaps", "=1+3", "a\nb", '"', " ", "\0"]),
    st.text(max_size=8),
)
HEADINGS = st.lists(
    st.sampled_from(
        ["id", "userPrincipalName", "displayName", "accountEnabled", "manager", "department", "otherMails", "other"]
    ),
    unique=True,
    max_size=8,
)


def as_csv(heading: list[str], rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows([heading, *rows])
    return stream.getvalue()


TABLES = st.builds(as_csv, HEADINGS, st.lists(st.lists(CELLS, max_size=8), max_size=6)).map(str.encode)
SQUARE = HEADINGS.flatmap(
    lambda heading: st.builds(
        as_csv, st.just(heading), st.lists(st.lists(CELLS, min_size=len(heading), max_size=len(heading)), max_size=8)
    )
).map(lambda text: text.encode("utf-8", "surrogatepass"))
ANY = st.one_of(
    SQUARE, TABLES, SQUARE.flatmap(lambda text: st.integers(0, len(text)).map(lambda n: text[:n])), st.binary()
)

quickly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def state(company):
    return {user.id: user for user in (*company.live().values(), *company.deleted().values())}


@quickly
@given(texts=st.lists(ANY, min_size=1, max_size=3))
def test_only_our_error_or_a_report_that_tells_every_change(company, texts):
    for text in texts:
        before, logged = state(company), len(company.log())
        try:
            report = company.snapshot(text)
        except UnreadableFile:
            assert (state(company), len(company.log())) == (before, logged)
            continue
        after = state(company)
        changed = [key for key in after if after[key] != before.get(key)]
        assert len(changed) == report.added + report.updated + report.restored + report.removed
        if report.is_applied:
            assert report.rows == report.added + report.updated + report.restored + report.unchanged + report.bad_rows
        else:
            assert (report.names_nobody, changed, len(company.log())) == (True, [], logged)
        assert before.keys() <= after.keys()
        names = [name.strip().casefold() for name in company.names().values()]
        assert len(names) == len(set(names))


@quickly
@given(text=ANY)
def test_the_same_file_again_changes_nothing(company, text):
    try:
        company.merge(text)
    except UnreadableFile:
        return
    logged = company.log()
    company.merge(text)
    assert company.log() == logged


def test_the_words_of_a_report_are_never_empty(company):
    report = company.snapshot("id,userPrincipalName,displayName,what\n,,,\nx,,,\n")
    assert all([summary_of_import(report), *warnings_of_import(report)])

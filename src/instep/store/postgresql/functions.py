"""Which functions does PostgreSQL learn, so that each query is written once?

They are those of SQLite that the store's queries use, over texts that hold JSON. Each is one expression or one query,
so that PostgreSQL can put it in the place of its call. The first migration makes them, in the schema of the tables.
"""

from typing import Final

# A null character, which PostgreSQL takes in no text, is read as one that cannot be shown.
_DOCUMENT: Final = r"replace(document, '\u0000', '\ufffd')::jsonb"
_VALUE: Final = f"jsonb_path_query_first({_DOCUMENT}, path::jsonpath)"

FUNCTIONS: Final = (
    # Truth is 1 or 0, as SQLite has it; a number is its text; what is not there is null.
    f"""CREATE FUNCTION json_extract(document text, path text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE {_VALUE} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE {_VALUE} #>> '{{}}' END""",
    f"""CREATE FUNCTION json_each(document text) RETURNS TABLE (value text)
        LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 100
        RETURN jsonb_array_elements_text({_DOCUMENT})""",
    # The members of an object, or the values of a list, at a path; without either there are none.
    f"""CREATE FUNCTION json_each(document text, path text) RETURNS TABLE (key text, value text)
        LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 10
        BEGIN ATOMIC
            SELECT m.key, m.value FROM jsonb_each_text(
                CASE jsonb_typeof({_VALUE}) WHEN 'object' THEN {_VALUE} ELSE '{{}}' END) m
            UNION ALL
            SELECT NULL, e.value FROM jsonb_array_elements_text(
                CASE jsonb_typeof({_VALUE}) WHEN 'array' THEN {_VALUE} ELSE '[]' END) e;
        END""",
    f"""CREATE FUNCTION json_array_length(document text) RETURNS integer
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN jsonb_array_length({_DOCUMENT})""",
    """CREATE FUNCTION instr(inside text, what text) RETURNS integer
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN strpos(inside, what)""",
    # As Python's str.casefold does it.
    """CREATE FUNCTION folded(what text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN casefold(what COLLATE pg_unicode_fast)""",
)


def dropped(function: str) -> str:
    """Return what takes one of them back."""
    return f"DROP FUNCTION {function.removeprefix('CREATE FUNCTION ').split(' RETURNS')[0]}"

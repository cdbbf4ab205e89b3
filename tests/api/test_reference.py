"""Does the reference list the very operations that there are?"""

from pathlib import Path

from instep.api.app import api_operations
from instep.api.reference import operations_table

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"


def test_the_reference_lists_every_operation() -> None:
    assert PAGE.read_text("utf-8").endswith(f"compares -->\n\n{operations_table(api_operations())}")

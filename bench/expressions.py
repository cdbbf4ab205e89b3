"""Do the properties of the mapping language hold for many more expressions than the tests try?"""

import argparse
import os
from collections.abc import Sequence

import pytest

EXAMPLES = 5_000
PROPERTIES = "tests/rules/mapping/expressions/test_properties.py"


def main(arguments: Sequence[str]) -> int:
    """Run the property tests with the full count; return their exit code."""
    ask = argparse.ArgumentParser(prog="python -m bench expressions", description=__doc__)
    ask.add_argument("--examples", type=int, default=EXAMPLES, help="of each property")
    chosen = ask.parse_args(arguments)
    os.environ["INSTEP_EXPRESSION_EXAMPLES"] = str(chosen.examples)
    print(f"{chosen.examples:,} examples of each property of {PROPERTIES}:", flush=True)
    return int(pytest.main(["-q", PROPERTIES]))

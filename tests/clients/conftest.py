"""Where do these tests find an API that is served by HTTPS, for clients that know nothing of Instep?"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.served_graph import ServedGraph, served_graph


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedGraph]:
    """One service and one tenant for all scripts of a client."""
    with served_graph(tmp_path_factory.mktemp("served")) as found:
        yield found

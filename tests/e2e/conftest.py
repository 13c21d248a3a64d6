"""One platform for all end-to-end tests; each test signs up accounts of its own and leaves everything running."""

from collections.abc import Iterator

import pytest

from tests.e2e.platform import Platform, running


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    yield from running(tmp_path_factory.mktemp("platform") / "stack")

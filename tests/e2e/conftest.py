"""One platform for all end-to-end tests; each test signs up accounts of its own and leaves everything running."""

from collections.abc import Generator, Iterator

import pytest

from tests.e2e.platform import Platform, running


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    yield from running(tmp_path_factory.mktemp("platform") / "stack")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failing test also shows which processes have ended, and what each said last."""
    report = yield
    platform = getattr(item, "funcargs", {}).get("platform")
    if report.failed and isinstance(platform, Platform):
        report.sections.append(("processes of the platform", platform.last_words()))
    return report

"""Settings of every test: one thread per process, warnings are errors (pyproject), fixed examples in CI."""

import os
import signal

# A suite started in the background is born deaf to Ctrl-C, and so would be every program that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # before numpy is imported
os.environ.setdefault("MPLBACKEND", "Agg")

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

from tests.tools import missing  # noqa: E402

settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=50,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_configure(config: pytest.Config) -> None:
    """Where every tool must be present (CI), a missing one ends the run instead of leaving its tests out."""
    if os.environ.get("BHXH_REQUIRE_TOOLS") == "1" and (absent := missing()):
        raise pytest.UsageError(f"BHXH_REQUIRE_TOOLS=1, but not on this machine: {', '.join(absent)}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests whose tool this machine lacks; the summary names them."""
    absent = missing()
    left = [item for item in items if any(item.get_closest_marker(name) for name in absent)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what was left out."""
    for name in missing():
        terminalreporter.write_line(
            f"tests marked '{name}' were left out: the program is not on this machine"
        )

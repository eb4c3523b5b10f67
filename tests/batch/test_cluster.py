"""The same tables from this process, a cluster in it, and a scheduler and workers of their own on loopback."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bhxh_forecast import streaming
from bhxh_forecast.batch import cluster as clusters
from bhxh_forecast.batch import keys, remote
from bhxh_forecast.batch.chain import simulate_many
from bhxh_forecast.batch.cluster import Cluster, Documents
from bhxh_forecast.batch.documents import MODULE
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import load_inputs, load_scenario, load_world
from tests.batch.calls import kill_this_once
from tests.batch.fakes import Project
from tests.batch.test_workers import wait_for

BLOCKS = 4096 + 32
DASK = [sys.executable, "-m"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each a process; they share no cache with this one."""
    folder = tmp_path_factory.mktemp("dask")
    cache = {"BHXH_CACHE": str(folder / "cache"), "PYTHONPATH": str(keys.PACKAGE.parent)}
    environment = os.environ | cache | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    commands = [
        ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    ]
    own = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    commands += [["distributed.cli.dask_worker", address, *own]] * 2
    running = [
        subprocess.Popen([*DASK, *command], env=environment, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    yield address, running[1:]
    for process in reversed(running):
        process.terminate()
    for process in running:
        process.wait()


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    inputs = load_inputs()
    world = load_world("reference", inputs)
    return {"world": world, "draws": 48, "seed": 20181116, "until": 2030, "inputs": inputs}


def tables(found: Any, *names: str) -> dict[str, pd.DataFrame]:
    return {f"{n} {table}": getattr(found[n], table)() for n in names for table in streaming.TABLES}


def assert_same(left: dict[str, pd.DataFrame], right: dict[str, pd.DataFrame]) -> None:
    for name, frame in left.items():
        pd.testing.assert_frame_equal(frame, right[name], check_exact=True, obj=name)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_the_same_tables_from_any_workers(
    loopback: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One worker in this process, two on loopback, none at all: whole scenarios, and blocks of draws."""
    from distributed import LocalCluster

    scenarios = [load_scenario(name, options["inputs"]) for name in ("combined", "current_policy")]
    here = tables(simulate_many(scenarios, **options), "combined", "current_policy")
    many = options | {"draws": BLOCKS}
    monkeypatch.setattr(streaming, "EXACT", BLOCKS - 1)
    monkeypatch.setattr(clusters, "BLOCKS", 1)  # each further block of draws is a task
    alone = [load_scenario("current_policy", options["inputs"])]
    streamed = tables(simulate_many(alone, **many), "current_policy")
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0") as local,
        Cluster(local.scheduler_address) as one,
    ):
        assert one.threads == 1
        assert_same(here, tables(one.simulate_many(scenarios, **options), "combined", "current_policy"))
    with Cluster(loopback[0]) as two:
        two.client.wait_for_workers(2, timeout=30)
        assert two.threads == 2
        assert_same(here, tables(two.simulate_many(scenarios, **options), "combined", "current_policy"))
        assert_same(streamed, tables(two.simulate_many(alone, **many), "current_policy"))


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_documents_come_back_whole_and_a_failing_one_with_its_error(loopback: Any, tmp_path: Path) -> None:
    project = Project(tmp_path)
    run_dir = tmp_path / "run"
    (run_dir / "tables").mkdir(parents=True)
    (run_dir / "manifest.json").write_text("{}", encoding="utf-8")
    project.write_notebook("01_history_and_data", "import os\nsorted(os.listdir(run_dir))")
    project.write_notebook("04_budget", "1 / 0")
    environment = {"BHXH_DATA": str(project.data)}
    with Cluster(loopback[0]) as cluster:
        pool = Documents(cluster, project.notebooks, 1, [], environment)
        for name in ("01_history_and_data", "04_budget"):
            inner = {
                "source": str(project.notebooks / f"{name}.ipynb"), "stage": str(tmp_path / name),
                "output": f"s/{name}.ipynb", "run_dir": str(run_dir), "parameters": {"lang": "en"},
            }  # fmt: skip
            outer = {"call": f"{MODULE}:execute_notebook", "arguments": inner}
            pool.submit(name, f"{MODULE}:recorded", outer)
        local = {"call": "tests.batch.calls:write_stage", "arguments": {"stage": str(tmp_path / "local")}}
        pool.submit("local", f"{MODULE}:recorded", local)
        results = {result.id: result for result in (pool.wait() for _ in range(3))}
        pool.close()
    assert results["01_history_and_data"].ok
    assert (
        "manifest.json" in (tmp_path / "01_history_and_data" / "s" / "01_history_and_data.ipynb").read_text()
    )
    assert results["04_budget"].reason == "ZeroDivisionError: division by zero"
    assert "division by zero" in (tmp_path / "04_budget" / "s" / "04_budget.ipynb").read_text()
    assert results["local"].ok  # a kind of document that the cluster does not know is made here
    assert (tmp_path / "local" / "here").exists()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_a_killed_worker_costs_its_own_part_only(loopback: Any, tmp_path: Path) -> None:
    address, workers = loopback
    with Cluster(address) as cluster:
        calls = [cluster.submit(kill_this_once, str(tmp_path), number, 3) for number in range(8)]
        assert [future.result() for future in calls] == list(range(8))
    wait_for(tmp_path / "killed")
    assert sum(worker.poll() == -signal.SIGKILL for worker in workers) == 1
    starts = [len(list(tmp_path.glob(f"{number}-*"))) for number in range(8)]
    assert starts[3] == 2
    assert sum(starts) < 2 * 8  # not everything began again


def test_a_worker_with_other_code_or_packages_is_refused() -> None:
    wanted = keys.model_environment()
    remote.same_code(wanted)
    with pytest.raises(remote.OtherCodeError, match="packages, source differ"):
        remote.same_code(wanted | {"source": "0", "packages": {}})


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("address", ["nonsense://x", "tcp://127.0.0.1:9"])
def test_an_address_without_a_scheduler_is_named(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "SECONDS_TO_ANSWER", 0.3)
    with pytest.raises(InputError, match=f"cluster: found '{address}'"):
        Cluster(address)

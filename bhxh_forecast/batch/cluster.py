"""Projections, blocks of draws and documents on an existing Dask scheduler.

Every part of the work is a task without side effects: a worker that dies costs the part it was at, which the scheduler
gives to another one. Workers need this package and nothing else: data, sample and tables are sent to them.
"""

from __future__ import annotations

import queue
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from bhxh_forecast.batch import remote
from bhxh_forecast.batch.context import Model
from bhxh_forecast.batch.files import write_atomic
from bhxh_forecast.batch.keys import model_environment, report_environment
from bhxh_forecast.batch.parcel import Parcel, packed
from bhxh_forecast.batch.workers import Pool, Result, open_workers
from bhxh_forecast.errors import InputError

SECONDS_TO_ANSWER = 15
RETRIES = 2
BLOCKS = 8  # blocks of draws in one task: half a minute of work, which is what a killed worker costs
SENT = ("execute_notebook", "render_report")  # documents whose needs are known; others are made here


class Cluster:
    """A connection to a scheduler.

    Parameters
    ----------
    address
        For example ``tcp://10.0.0.1:8786``.

    Raises
    ------
    InputError
        No scheduler answers there, or it has no worker.
    """

    def __init__(self, address: str) -> None:
        from distributed import Client

        wrong = "the address of a Dask scheduler that runs, like tcp://10.0.0.1:8786"
        try:
            self.client = Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise InputError.of(
                "bhxh run", "cluster", f"{address!r} ({type(error).__name__})", wrong
            ) from None
        try:
            self.client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
        except TimeoutError:
            self.client.close()
            raise InputError.of(
                "bhxh run", "cluster", f"no worker at {address}", "a scheduler with workers"
            ) from None

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    @property
    def threads(self) -> int:
        """Number of tasks that run at once."""
        return max(1, int(sum(self.client.nthreads().values())))

    def send(self, parcel: Parcel) -> Any:
        """Hand a parcel to the scheduler, which hands it again to workers that replace dead ones."""
        return self.submit(_itself, parcel, key=f"bhxh-parcel-{parcel.digest}")

    def submit(self, function: Any, *arguments: Any, key: str | None = None) -> Any:
        """Start a task."""
        from dask import config

        with config.set(
            {"distributed.admin.large-graph-warning-threshold": "4GB"}
        ):  # parcels are meant to be large
            return self.client.submit(function, *arguments, key=key, retries=RETRIES, pure=False)

    def simulate_many(self, scenarios: Sequence[Any], **options: Any) -> dict[str, Any]:
        """Do ``simulate_many`` on the workers; see `chain.simulate_many`."""
        from bhxh_forecast.streaming import EXACT

        parcel = self.send(_with_data(scenarios, options))
        task = _task(scenarios, options)
        if options["draws"] > EXACT:
            return self._streamed(parcel, task)
        return self._whole(parcel, task)

    def _whole(self, parcel: Any, task: remote.Task) -> dict[str, Any]:
        """Scenarios with all their draws, in as many tasks as there are threads; each has the baseline."""
        baseline, others = task.scenarios[:1], task.scenarios[1:]
        parts = [others[k :: self.threads] for k in range(min(self.threads, len(others)))] or [()]
        futures = [
            self.submit(remote.tables, parcel, replace(task, scenarios=baseline + part)) for part in parts
        ]
        found: dict[str, Any] = {}
        for future in futures:
            found |= future.result()
        return found

    def _streamed(self, parcel: Any, task: remote.Task) -> dict[str, Any]:
        """Blocks of draws, some in each task; the first fixes the bins, the last pass builds the tables."""
        from bhxh_forecast.inputs.draws import BLOCK
        from bhxh_forecast.results.ledger import Tally

        begun = self.submit(remote.first, parcel, task)
        blocks = range(1, -(-task.draws // BLOCK))
        parts = [blocks[k : k + BLOCKS] for k in range(0, len(blocks), BLOCKS)]
        futures = [self.submit(remote.count, parcel, task, begun, list(part)) for part in parts]
        later = Tally()
        for k, future in enumerate(futures):
            later.add(future.result())
            futures[k] = None  # its result need not be kept any longer
        found: dict[str, Any] = self.submit(remote.last, parcel, task, begun, later).result()
        return found

    def model(self, model: Model) -> Model:
        """The chain as the batch calls it, with its work done on the cluster."""
        workers = partial(Documents, self, model.notebooks)
        return replace(model, simulate_many=self.simulate_many, open_workers=workers)


class Documents:
    """Documents on the cluster, with the interface of `workers.Workers`.

    Those of a kind whose needs are known are sent; the others are made by forked processes here.
    """

    def __init__(
        self,
        cluster: Cluster,
        notebooks: Path,
        limit: int,
        modules: Sequence[str],
        environment: Mapping[str, str],
    ) -> None:
        self._cluster, self._notebooks = cluster, notebooks
        self._here = (limit, modules, environment)
        self._local: Pool | None = None
        self._local_jobs = 0
        self._parcel: Any = None
        self._done: queue.Queue[tuple[str, Path, Any]] = queue.Queue()
        self._sent = 0

    def submit(self, job: str, call: str, arguments: Mapping[str, Any]) -> None:
        """Start a document."""
        inner = arguments.get("arguments", {})
        if str(arguments.get("call", "")).rpartition(":")[2] not in SENT:
            self._local = self._local or open_workers(*self._here)
            self._local.submit(job, call, arguments)
            self._local_jobs += 1
            return
        run_dir = Path(inner["run_dir"])
        extras = {name: (run_dir / name).read_bytes() for name in inner.get("notebooks", ())}
        future = self._cluster.submit(
            remote.document, self._sent_parcel(inner), report_environment(), call, dict(arguments), extras
        )
        future.add_done_callback(lambda done: self._done.put((job, Path(inner["stage"]), done)))
        self._sent += 1

    def wait(self) -> Result:
        """Wait for the next document; its files are then below its stage."""
        if self._local is not None and self._local_jobs and not (self._sent and not self._done.empty()):
            self._local_jobs -= 1
            return self._local.wait()
        job, stage, future = self._done.get()
        self._sent -= 1
        if future.status != "finished":
            error = future.exception()
            return Result(job, ok=False, reason=f"{type(error).__name__}: {error}", seconds=0.0)
        result, files = future.result()
        for name, content in files.items():
            write_atomic(stage / name, content, durable=False)
        return Result(job, result.ok, result.reason, result.seconds)

    def close(self) -> None:
        """End what runs here."""
        if self._local is not None:
            self._local.close()

    def _sent_parcel(self, arguments: Mapping[str, Any]) -> Any:
        if self._parcel is None:
            run_dir, data = Path(arguments["run_dir"]), Path(self._here[2]["BHXH_DATA"])
            files = packed(data, f"{remote.DATA}/{data.resolve().name}")
            files |= packed(run_dir / "tables", f"{remote.RUN}/tables")
            files[f"{remote.RUN}/manifest.json"] = (run_dir / "manifest.json").read_bytes()
            notebooks = sorted(self._notebooks.glob("*.ipynb"))
            files |= packed(self._notebooks, remote.NOTEBOOKS, notebooks)
            self._parcel = self._cluster.send(Parcel.of(files))
        return self._parcel


def _itself(parcel: Parcel) -> Parcel:
    return parcel


def _task(scenarios: Sequence[Any], options: Mapping[str, Any]) -> remote.Task:
    from bhxh_forecast.inputs import load_scenario
    from bhxh_forecast.simulation import BASELINE

    inputs = options["inputs"]
    own = {s.name: s for s in scenarios}
    baseline = own.pop(BASELINE, None) or load_scenario(BASELINE, inputs)
    numbers = {name: options[name] for name in ("world", "draws", "seed", "until")}
    return remote.Task(
        environment=model_environment(),
        scenarios=(baseline, *own.values()),
        as_of=inputs.as_of,
        data=inputs.data_dir.resolve().name,
        **numbers,
    )


def _with_data(scenarios: Sequence[Any], options: Mapping[str, Any]) -> Parcel:
    """Data folder and conditioned sample of a projection; the sample is made here if there is none yet."""
    from bhxh_forecast.calibration.source import cache_folder
    from bhxh_forecast.streaming import chain_of

    data = options["inputs"].data_dir
    files = packed(data, f"{remote.DATA}/{data.resolve().name}")
    chain = chain_of(list(scenarios), **options)
    name = f"{chain.source.key}.npz"
    kept = cache_folder() / name
    content = kept.read_bytes() if kept.is_file() else chain.source.sample.to_bytes()
    return Parcel.of(files | {f"{remote.SAMPLES}/{name}": content})

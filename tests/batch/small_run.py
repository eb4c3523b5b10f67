"""A run of the small project in a process of its own: ``python -m tests.batch.small_run FOLDER``."""

import sys
from pathlib import Path

from bhxh_forecast.batch.runner import run
from tests.batch.fakes import Project

if __name__ == "__main__":
    project = Project(Path(sys.argv[1]))
    sys.exit(run(project.options(), project.model, quiet=True).exit_code)

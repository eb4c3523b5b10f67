"""Programs of the machine that some tests need: found by name, or named by an environment variable."""

import os
import shutil

PROGRAMS = {  # marker: (environment variable, names to look for)
    "libreoffice": ("BHXH_SOFFICE", ("soffice", "libreoffice")),
    "browser": ("BHXH_CHROMIUM", ("chromium", "chromium-browser", "google-chrome")),
}


def program(marker: str) -> str | None:
    """Path of the program behind a marker, or None where the machine has none."""
    variable, names = PROGRAMS[marker]
    named = os.environ.get(variable)
    return named if named else next((found for name in names if (found := shutil.which(name))), None)


def missing() -> list[str]:
    """Markers whose program is not on this machine."""
    return [marker for marker in PROGRAMS if program(marker) is None]

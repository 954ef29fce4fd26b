"""Finds the Chromium that the browser tests drive; prints its path when run."""

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def find() -> str | None:
    """Give the path of a Chromium: the one named by FIRSTLINE_TEST_CHROMIUM, Playwright's own, or an installed one."""
    named = os.environ.get("FIRSTLINE_TEST_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    cache = Path.home() / ".cache" / "ms-playwright"
    own = sorted(cache.glob("chromium-*/chrome-linux*/chrome"))
    return str(own[-1]) if own else next((path for name in NAMES if (path := shutil.which(name))), None)


if __name__ == "__main__":
    found = find()
    sys.stdout.write(f"{found}\n")
    sys.exit(0 if found else 1)

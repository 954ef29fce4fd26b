"""Judges a page by WCAG 2.2 A and AA with axe-core, in light and in dark, and keeps a picture of each.

axe-core (Deque Systems, MPL-2.0) is the one that the package axe-playwright-python carries, pinned by hash in
requirements.lock; it looks into shadow roots. Everything but contrast is the same in both schemes and judged once.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.async_api import Page

SHOTS = Path(__file__).parents[2] / ".cache" / "screenshots" / "accessibility"
_SOURCE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
_TAGS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]}
_CONTRAST = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
_RUN = "(only) => axe.run(document, { runOnly: only, resultTypes: ['violations'] }).then((found) => found.violations)"


class Judge:
    """Collects what is wrong in each state that it is shown."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.wrong: list[str] = []
        self.states: list[str] = []

    async def look(self, page: Page, state: str) -> None:
        """Judge a page in both schemes; `target-size` belongs to WCAG 2.2 and is off in axe until asked for."""
        self.states.append(state)
        if not await page.evaluate("typeof axe === 'object'"):
            await page.evaluate(f"{_SOURCE}; axe.configure({{ rules: [{{ id: 'target-size', enabled: true }}] }})")
        for scheme, only in (("light", _TAGS), ("dark", _CONTRAST)):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = await page.evaluate(_RUN, only)
            self.wrong += [line for violation in found for line in _lines(f"{state} ({scheme})", violation)]
            SHOTS.mkdir(parents=True, exist_ok=True)
            await page.screenshot(
                path=SHOTS / f"{self.name}-{len(self.states):02}-{state}-{scheme}.png".replace(" ", "-")
            )
        await page.emulate_media(color_scheme="light")

    def nothing(self) -> None:
        """Fail with everything that is wrong."""
        assert len(set(self.states)) == len(self.states)
        assert self.wrong == [], "\n".join(self.wrong)


def _lines(state: str, violation: dict[str, Any]) -> list[str]:
    return [
        f"{state}: {violation['id']}: {node['html'][:160]}: {node['failureSummary'].splitlines()[-1].strip()[:200]}"
        for node in violation["nodes"]
    ]

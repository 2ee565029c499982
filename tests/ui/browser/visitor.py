"""A person with a browser: opens pages, waits for what comes, and takes pictures of it."""

import os
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

#: Where pictures of the pages are put, if anywhere (for the README: docs/images).
PICTURES = "KAGGLE_AGENT_TEST_PICTURES"
#: Milliseconds. Ends early; a loaded machine takes its time.
PATIENCE = 90_000
expect.set_options(timeout=PATIENCE)
_SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
_WIDTH, _HEIGHT, _MOST_HEIGHT = 1280, 860, 2200


class Visitor:
    """``asked`` are the addresses of everything that the browser asked for."""

    def __init__(self, page: Page, app: str) -> None:
        self.page = page
        self.app = app
        self.asked: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.set_viewport_size({"width": _WIDTH, "height": _HEIGHT})
        page.on("request", lambda request: self.asked.append(request.url))

    def open(self, path: str) -> None:
        self.page.goto(self.app + path, wait_until="domcontentloaded")
        self.settle()

    def settle(self) -> None:
        """Only that nothing is under way; wait for the result first."""
        self.page.wait_for_selector(_SETTLED, state="attached")

    def sees(self, text: str, seconds: float = PATIENCE / 1000) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=seconds * 1000)

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", name=text).first).to_be_visible()

    def key(self, key: str, within: str = "") -> Locator:
        """The widget with that key of Streamlit's."""
        return self.page.locator(f".st-key-{key} {within}".strip())

    def write(self, key: str, text: str) -> None:
        """Once the page stands still: what is typed while it is drawn may be drawn over."""
        self.settle()
        field = self.key(key, "input")
        field.fill(text)
        field.press("Enter")
        self.settle()
        expect(field).to_have_value(text)

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def picture(self, name: str) -> None:
        """Of the whole page, where pictures are wanted; both in light and in dark."""
        folder = os.environ.get(PICTURES)
        if not folder:
            return
        self.settle()
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            self.page.set_viewport_size({"width": _WIDTH, "height": self._content_height()})
            self.page.wait_for_timeout(1500)  # charts are drawn after the script has ended
            self.page.screenshot(path=Path(folder) / f"{name}-{scheme}.png")
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": _WIDTH, "height": _HEIGHT})

    def _content_height(self) -> int:
        found = self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        return min(_MOST_HEIGHT, max(_HEIGHT, int(found)))

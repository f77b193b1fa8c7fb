"""One site and one Chromium for all browser tests; a page per person that fails on any script or CSP error."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from deploy.local.assets import build_console
from deploy.local.toolchain import CHROMIUM, chromium_path, ensure
from tests.browser.site import Site, open_site
from tests.support.stack import Stack

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
# What the browser and htmx write when a server refuses or is away: its answer, which some tests ask for.
_ANSWERS = ("Failed to load resource", "ERR_", "htmx:sse:error")
# Generous, so that a busy machine is no defect; what must be quick is measured where it is claimed.
expect.set_options(timeout=15_000)
WIDE = (1440, 900)
PHONE = (390, 844)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    build_console()
    async with open_site(stack, tmp_path_factory.mktemp("site")) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    ensure(CHROMIUM)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        yield browser
        await browser.close()


@dataclass(slots=True)
class People:
    """Opens the site as somebody, in a browser of their own."""

    site: Site
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def opens(
        self, path: str, *, role: str | None = "analis", theme: str = "terang", size: tuple[int, int] = WIDE
    ) -> Page:
        context = await self.browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="id-ID")
        self.contexts.append(context)
        await context.add_cookies([{"name": "pasopati_tema", "value": theme, "url": self.site.url}])
        if role is not None:
            await context.add_cookies(await self.site.cookies(role))  # type: ignore[arg-type]
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{path}: {error}"))
        page.on("console", lambda m: self._heard(path, m.type, m.text))
        await page.goto(self.site.url + path)
        return page

    def _heard(self, path: str, kind: str, text: str) -> None:
        if kind == "error" and not any(word in text for word in _ANSWERS):
            self.complaints.append(f"{path}: {text}")


@pytest_asyncio.fixture(loop_scope="session")
async def people(site: Site, chromium: Browser) -> AsyncIterator[People]:
    made = People(site, chromium)
    yield made
    for context in made.contexts:
        await context.close()
    assert made.complaints == []


Opens = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def axe_source() -> str:
    from deploy.local.assets import CONSOLE

    return (Path(CONSOLE) / "node_modules" / "axe-core" / "axe.min.js").read_text()

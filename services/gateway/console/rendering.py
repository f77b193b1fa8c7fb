"""Templates → HTML: one Jinja environment for the console and the public pages, and the addresses of built assets."""

import json
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from services.gateway.console import words

HERE = Path(__file__).parent
DIST = HERE / "dist"
ASSETS_URL = "/aset"


@cache
def _manifest() -> dict[str, str]:
    path = DIST / "manifest.json"
    if not path.exists():
        raise FileNotFoundError(f"{path}: build the console first (npm ci && npm run build in {HERE})")
    found: dict[str, str] = json.loads(path.read_text())
    return found


def asset(name: str) -> str:
    """`pasopati.css` → `/aset/pasopati-1f3a.css`."""
    return f"{ASSETS_URL}/{_manifest()[name]}"


def icon(name: str, look: str = "i") -> Markup:
    """An icon of the sprite, hidden from readers: the text beside it says the same."""
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(look, asset("ikon.svg"), name)


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE.parent / "public" / "templates"]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(asset=asset, icon=icon, words=words)
    made.filters.update(
        clock=words.clock,
        zoned=words.clock_zoned,
        day_clock=words.day_clock,
        short=words.short,
        number=words.number,
        iso=words.iso,
        unbroken=words.unbroken,
        role=words.role,
        topic=words.topic,
    )
    return made


def render(template: str, **values: object) -> str:
    return environment().get_template(template).render(values)

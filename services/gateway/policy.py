"""Who may open which route: one line each; what has no line does not exist."""

import re
from dataclasses import dataclass
from functools import cache

from libs.schemas.common import Role

EVERYONE: frozenset[str] = frozenset({"*"})


def _roles(*roles: Role) -> frozenset[str]:
    return frozenset(roles)


STAFF = _roles("operator", "analis", "editor", "penyetuju", "pimpinan_krisis", "juru_bicara")
SIGNED_IN = STAFF | _roles("pelapor_upt", "auditor", "admin", "sistem_pelanggan", "layar_dinding")
SEES_ALERTS = STAFF | _roles("sistem_pelanggan", "layar_dinding")
SEES_SOURCES = STAFF | _roles("admin", "layar_dinding")
ACKNOWLEDGES = _roles("operator", "analis", "pimpinan_krisis")
JUDGES = _roles("analis", "pimpinan_krisis")
# Two of these, one after the other: a restricted case is opened by nobody alone.
LIFTS = _roles("analis", "pimpinan_krisis")
WRITES = _roles("editor")
APPROVES = _roles("penyetuju", "pimpinan_krisis")
CHANGES_SOURCES = _roles("analis")
# Sources and outlets as pages: the wall has no use for them.
SEES_REGISTRY = STAFF | _roles("admin")
REPORTS = _roles("pelapor_upt")
# A pelapor reads the reports of their own unit only: the routes see to that.
READS_REPORTS = STAFF | REPORTS
SEARCHES = _roles("operator", "analis", "editor", "penyetuju", "pimpinan_krisis")

API: dict[str, frozenset[str]] = {
    "GET /api/v1/openapi.json": SIGNED_IN,
    "GET /api/v1/me": SIGNED_IN,
    "GET /api/v1/kesehatan": SIGNED_IN,
    "GET /api/v1/arus": SEES_ALERTS,
    "GET /api/v1/perintah/{command_id}": SIGNED_IN,
    "GET /api/v1/items": STAFF,
    "GET /api/v1/items/{item_id}": STAFF,
    "POST /api/v1/items/{item_id}/lift": LIFTS,
    "POST /api/v1/items/{item_id}/relabel": JUDGES,
    "GET /api/v1/stories": STAFF,
    "GET /api/v1/stories/{story_id}": STAFF,
    "GET /api/v1/stories/{story_id}/items": STAFF,
    "POST /api/v1/stories/{story_id}/merge": JUDGES,
    "POST /api/v1/stories/{story_id}/split": JUDGES,
    "POST /api/v1/stories/{story_id}/rename": JUDGES,
    "POST /api/v1/stories/{story_id}/pin": JUDGES,
    "GET /api/v1/alerts": SEES_ALERTS,
    "GET /api/v1/alerts/{alert_id}": SEES_ALERTS,
    "GET /api/v1/alerts/{alert_id}/history": STAFF,
    "GET /api/v1/alerts/{alert_id}/notifications": STAFF,
    "POST /api/v1/alerts/{alert_id}/acknowledge": ACKNOWLEDGES,
    "POST /api/v1/alerts/{alert_id}/verify": JUDGES,
    "POST /api/v1/alerts/{alert_id}/dismiss": JUDGES,
    "POST /api/v1/alerts/{alert_id}/resolve": JUDGES,
    "GET /api/v1/releases": SIGNED_IN,
    "GET /api/v1/releases/{release_id}": SIGNED_IN,
    "GET /api/v1/drafts": STAFF,
    "GET /api/v1/drafts/{release_id}": STAFF,
    "POST /api/v1/releases": WRITES,
    "POST /api/v1/releases/{release_id}/save": WRITES,
    "POST /api/v1/releases/{release_id}/submit": WRITES,
    "POST /api/v1/releases/{release_id}/approve": APPROVES,
    "POST /api/v1/releases/{release_id}/return": APPROVES,
    "POST /api/v1/releases/{release_id}/publish": APPROVES,
    "GET /api/v1/sources": SEES_SOURCES,
    "GET /api/v1/sources/{source_id}": SEES_SOURCES,
    "POST /api/v1/sources": CHANGES_SOURCES,
    "POST /api/v1/sources/preview": CHANGES_SOURCES,
    "POST /api/v1/sources/{source_id}/switch": CHANGES_SOURCES,
    "POST /api/v1/sources/{source_id}/poll": CHANGES_SOURCES,
    "GET /api/v1/outlets": SEES_REGISTRY,
    "GET /api/v1/outlets/{outlet_id}": SEES_REGISTRY,
    "POST /api/v1/outlets/{outlet_id}/edit": CHANGES_SOURCES,
    "GET /api/v1/reports": READS_REPORTS,
    "GET /api/v1/reports/{report_id}": READS_REPORTS,
    "POST /api/v1/reports": REPORTS,
    "POST /api/v1/reports/photos": REPORTS,
    "GET /api/v1/photos/{sha256}": STAFF,
    "GET /api/v1/units/silent": STAFF,
    "GET /api/v1/stats/overview": SEARCHES,
    "GET /api/v1/stats/shares": SEARCHES,
    "GET /api/v1/stats/series": SEARCHES,
    "GET /api/v1/stats/concentration": SEARCHES,
    "GET /api/v1/stats/units": SEARCHES,
    "GET /api/v1/stats/precursors": SEARCHES,
    "GET /api/v1/stats/trends": SEARCHES,
    "GET /api/v1/stats/sight": SEARCHES,
    "GET /api/v1/stats/escalation": SEARCHES,
    "GET /api/v1/stats/items": SEARCHES,
    "GET /api/v1/search": SEARCHES,
    "GET /api/v1/search/saved": SEARCHES,
    "POST /api/v1/search/saved": SEARCHES,
    "POST /api/v1/search/saved/{saved_id}/delete": SEARCHES,
}

# The console and the public site.
PAGES: dict[str, frozenset[str]] = {
    "GET /umpan/arus": STAFF,
    "GET /umpan": STAFF,
    "GET /umpan/pratinjau/{row_id}": STAFF,
    "GET /umpan/anak/{story_id}": STAFF,
    "GET /umpan/baris/{row_id}": STAFF,
    "GET /peringatan": STAFF,
    "GET /peringatan/{alert_id}": STAFF,
    "GET /isu/{story_id}": STAFF,
    "GET /rilis": STAFF,
    "GET /rilis/baru": WRITES,
    "GET /rilis/{release_id}": STAFF,
    "GET /sumber": SEES_REGISTRY,
    "GET /sumber/tambah": CHANGES_SOURCES,
    "GET /sumber/pratinjau/{command_id}": CHANGES_SOURCES,
    "GET /sumber/{source_id}": SEES_REGISTRY,
    "GET /media": SEES_REGISTRY,
    "GET /media/{outlet_id}": SEES_REGISTRY,
    "GET /laporan": STAFF,
    "GET /laporan/diam": STAFF,
    "GET /laporan/{report_id}": STAFF,
    "GET /lapor": REPORTS,
    "POST /lapor": REPORTS,
    "GET /kerja-lapor.js": EVERYONE,
    "GET /telaah": JUDGES,
    "GET /cari": SEARCHES,
    "POST /cari/simpan": SEARCHES,
    "POST /cari/hapus": SEARCHES,
    "GET /statistik": SEARCHES,
    "GET /statistik/publikasi": SEARCHES,
    "GET /statistik/rincian": SEARCHES,
    "GET /kotak-contoh": STAFF,
    "GET /kotak-contoh/isi": STAFF,
    "POST /setelan": SIGNED_IN,
    "GET /masuk": EVERYONE,
    "POST /masuk": EVERYONE,
    "POST /keluar": SIGNED_IN,
    "GET /": EVERYONE,
    "GET /siaran": EVERYONE,
    "GET /siaran/{kode}": EVERYONE,
    "GET /feed.atom": EVERYONE,
}

# Folders of files that everybody may read.
MOUNTS: tuple[str, ...] = ("/aset",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the policy: `route` as the application knows it."""

    method: str
    route: str
    roles: frozenset[str]

    @property
    def open(self) -> bool:
        return self.roles is EVERYONE or "*" in self.roles

    def admits(self, role: str) -> bool:
        return self.open or role in self.roles


class Policy:
    """The table, ready to be asked for a request's line."""

    def __init__(self, table: dict[str, frozenset[str]], mounts: tuple[str, ...] = MOUNTS) -> None:
        self.mounts = mounts
        self.lines = [_line(text, roles) for text, roles in table.items()]
        self._exact = {(line.method, line.route): line for line in self.lines if "{" not in line.route}
        self._patterns = [(_pattern(line.route), line) for line in self.lines if "{" in line.route]

    def line_for(self, method: str, path: str) -> Line | None:
        """The line of a request; None: no such route (or not by this method)."""
        if line := self._exact.get((method, path)):
            return line
        for pattern, line in self._patterns:
            if line.method == method and pattern.fullmatch(path):
                return line
        if method == "GET" and self.is_file(path):
            return Line(method="GET", route=path, roles=EVERYONE)
        return None

    def is_file(self, path: str) -> bool:
        """Below a folder that everybody may read."""
        return any(path.startswith(mount + "/") for mount in self.mounts)

    def methods_of(self, path: str) -> list[str]:
        """The methods that have a line for this path."""
        found = {line.method for line in self.lines if line.route == path}
        found |= {line.method for pattern, line in self._patterns if pattern.fullmatch(path)}
        return sorted(found)


def _line(text: str, roles: frozenset[str]) -> Line:
    method, _, route = text.partition(" ")
    return Line(method=method, route=route, roles=roles)


def _pattern(route: str) -> re.Pattern[str]:
    parts = re.split(r"\{[a-z0-9_]+\}", route)
    return re.compile("[^/]{1,200}".join(re.escape(part) for part in parts))


@cache
def whole_policy() -> Policy:
    """API and pages together."""
    return Policy(API | PAGES)


def may(role: str, method: str, route: str) -> bool:
    """Whether a role may use a route, named as in the table."""
    roles = (API | PAGES).get(f"{method} {route}", frozenset())
    return "*" in roles or role in roles

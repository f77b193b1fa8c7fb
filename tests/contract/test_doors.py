"""Which modules may open a connection, and to whose addresses: exactly this list."""

from __future__ import annotations

import ast
from pathlib import Path

PROJECT = Path(__file__).parents[2]

# Addresses that came from data: one door (security.md, "Fetching").
ADDRESSES_FROM_DATA = {"libs/runtime/http.py"}
# Addresses that come from settings alone.
ADDRESSES_FROM_SETTINGS = {
    "libs/runtime/bus.py": "Kafka",
    "libs/runtime/kafka.py": "Kafka",
    "libs/runtime/topics_admin.py": "Kafka",
    "libs/runtime/mongo.py": "MongoDB",
    "libs/runtime/telemetry.py": "OTLP",
    "services/alerts/channels/email.py": "SMTP",
    "services/gateway/console/inbox.py": "the sample's inbox on loopback",
    "services/gateway/live.py": "Kafka",
    "services/gateway/reading.py": "Kafka",
    "services/gateway/rebuilding.py": "Kafka",
    "services/gateway/resuming.py": "Kafka",
}
# Other programs could fetch as well: only the parser pool starts one (itself).
STARTS_PROGRAMS = {"services/ingest/parsing.py"}

_CLIENT_LIBRARIES = {
    "aiohttp", "aiosmtplib", "ftplib", "grpc", "httpcore", "httpx", "httpx_aiohttp", "imaplib", "motor", "paramiko",
    "poplib", "requests", "smtplib", "socket", "telnetlib", "urllib3", "websockets", "websocket", "xmlrpc", "pycurl",
}  # fmt: skip
_CLIENT_MODULES = {"http.client", "urllib.request", "asyncio.streams", "multiprocessing.connection"}
_CLIENT_NAMES = {
    "AIOKafkaAdminClient", "AIOKafkaConsumer", "AIOKafkaProducer", "AsyncMongoClient", "KafkaBroker", "MongoClient",
    "OTLPSpanExporter", "create_connection", "create_datagram_endpoint", "open_connection", "open_unix_connection",
    "sock_connect", "urlopen",
}  # fmt: skip
_PROGRAM_NAMES = {
    "Popen", "create_subprocess_exec", "create_subprocess_shell", "execv", "popen", "posix_spawn", "system",
}  # fmt: skip


def _modules() -> dict[str, ast.Module]:
    found = {}
    for root in ("libs", "services"):
        for path in sorted((PROJECT / root).rglob("*.py")):
            if "node_modules" not in path.parts:
                found[path.relative_to(PROJECT).as_posix()] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def _names(tree: ast.Module) -> set[str]:
    """Every module imported (as written), every name imported from one, every attribute and name used."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
    return names


def _connects(names: set[str]) -> bool:
    libraries = {name.partition(".")[0] for name in names if "." in name or name in _CLIENT_LIBRARIES}
    return bool(libraries & _CLIENT_LIBRARIES or names & _CLIENT_MODULES or names & _CLIENT_NAMES)


def test_only_the_listed_modules_open_connections() -> None:
    connecting = {path for path, tree in _modules().items() if _connects(_names(tree))}
    assert connecting == ADDRESSES_FROM_DATA | set(ADDRESSES_FROM_SETTINGS)


def test_only_the_parser_pool_starts_programs() -> None:
    starting = {path for path, tree in _modules().items() if _names(tree) & (_PROGRAM_NAMES | {"subprocess"})}
    assert starting == STARTS_PROGRAMS


def test_what_parses_feeds_is_imported_nowhere_but_in_the_worker() -> None:
    """Both libraries fetch by themselves when they are handed an address."""
    parsing = {path for path, tree in _modules().items() if _names(tree) & {"feedparser", "fastfeedparser"}}
    assert parsing == {"services/ingest/sources/feeds.py"}

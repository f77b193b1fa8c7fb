"""Which modules may open a connection, and to whose addresses: exactly this list."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

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
# Other programs could fetch as well: two modules start one, each a child of our own that refuses every connection.
STARTS_PROGRAMS = {"services/gateway/photos.py", "services/ingest/parsing.py"}
# What is imported by a name made at run time is seen by no list: nothing is.
IMPORTS_BY_NAME: set[str] = set()

_CLIENT_LIBRARIES = {
    "aiohttp", "aiosmtplib", "ftplib", "grpc", "httpcore", "httpx", "httpx_aiohttp", "imaplib", "motor", "paramiko",
    "poplib", "requests", "smtplib", "socket", "telnetlib", "urllib3", "websockets", "websocket", "xmlrpc", "pycurl",
    "_socket", "aiodns", "asyncpg", "asyncssh", "boto3", "confluent_kafka", "dns", "elasticsearch", "h11", "h2",
    "hpack", "kafka", "ldap3", "nats", "niquests", "nntplib", "pandas", "pika", "psycopg", "redis", "selenium", "socks",
    "trafilatura", "treq", "tweepy", "webbrowser", "zmq",
}  # fmt: skip
_CLIENT_MODULES = {"http.client", "urllib.request", "asyncio.streams", "multiprocessing.connection"}
_CLIENT_NAMES = {
    "AIOKafkaAdminClient", "AIOKafkaConsumer", "AIOKafkaProducer", "AsyncMongoClient", "KafkaBroker", "MongoClient",
    "OTLPSpanExporter", "create_connection", "create_datagram_endpoint", "open_connection", "open_unix_connection",
    "sock_connect", "urlopen", "create_unix_connection", "getaddrinfo", "gethostbyname", "gethostbyname_ex",
    "getnameinfo", "urlretrieve", "make_parser", "RobotFileParser", "start_tls",
}  # fmt: skip
_IMPORTING_NAMES = {"import_module", "__import__", "spec_from_file_location", "run_module", "run_path"}
_PROGRAM_NAMES = {
    "Popen", "create_subprocess_exec", "create_subprocess_shell", "execv", "popen", "posix_spawn", "system",
}  # fmt: skip


@cache
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
        elif isinstance(node, ast.Name):
            names.add(node.id)
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


def test_no_module_is_imported_by_a_name_made_at_run_time() -> None:
    importing = {path for path, tree in _modules().items() if _names(tree) & _IMPORTING_NAMES}
    assert importing == IMPORTS_BY_NAME


@pytest.mark.parametrize(
    "code",
    [
        "import socket",
        "import httpx as h",
        "from aiohttp import ClientSession",
        "from http import client\nclient.HTTPConnection('x')",
        "from urllib import request",
        "import urllib.request",
        "from urllib.request import urlopen",
        "async def f(loop):\n    await loop.create_connection(print, 'x', 80)",
        "async def f(loop):\n    return await loop.getaddrinfo('x', 80)",
        "import asyncio\nasync def f():\n    await asyncio.open_connection('x', 80)",
        "from pymongo import MongoClient",
        "from aiokafka import AIOKafkaConsumer",
        "import redis.asyncio",
        "from xml.sax import make_parser",
    ],
)
def test_a_new_door_would_be_seen(code: str) -> None:
    assert _connects(_names(ast.parse(code)))


@pytest.mark.parametrize("code", ["import json", "from urllib.parse import urlsplit", "from http import cookiejar"])
def test_what_opens_nothing_is_no_door(code: str) -> None:
    assert not _connects(_names(ast.parse(code)))


def test_what_parses_feeds_is_imported_nowhere_but_in_the_worker() -> None:
    """Both libraries fetch by themselves when they are handed an address."""
    parsing = {path for path, tree in _modules().items() if _names(tree) & {"feedparser", "fastfeedparser"}}
    assert parsing == {"services/ingest/sources/feeds.py"}


def test_what_takes_pages_apart_is_imported_nowhere_but_in_the_worker() -> None:
    """lxml opens addresses and files that it is handed by name; monsters belong to a process that may be killed."""
    modules = _modules()
    with_trees = {path for path, tree in modules.items() if "lxml" in {name.partition(".")[0] for name in _names(tree)}}
    assert with_trees == {"services/ingest/articles.py", "services/ingest/article_facts.py"}
    readers = {"services.ingest.articles", "services.ingest.article_facts"}
    reading = {path for path, tree in modules.items() if _names(tree) & readers}
    assert reading == {"services/ingest/articles.py", "services/ingest/parser_worker.py"}

"""The catalogue → docs/asyncapi.yaml (AsyncAPI 3.0) and docs/topics.md, for those who read without reading code."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from .checks import example_path
from .compatibility import Breach
from .envelope import CONTENT_TYPE, MAX_VALUE_BYTES, short_name, type_of
from .topics import CATALOGUE, DAY_MS, SERVICES, AnyEvent, Topic, all_events

PROJECT = Path(__file__).resolve().parents[2]
GENERATED = "Generated from libs/schemas by `pasopati docs`; do not edit."

_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})

_ABOUT = f"""\
What travels between the services of Pasopati, the warning system of a government media centre, and what other
systems may subscribe to. Topics named `pasopati.…` are open to other systems by grant; `pasopati-int.…` are not.

Every record is a CloudEvents 1.0 event in structured JSON mode (UTF-8, attributes without a value are left out, at
most {MAX_VALUE_BYTES // 1024} KiB), its key the id of the entity whose order matters. Delivery is at least once: per
topic and `subject` keep the last `sequence` and drop what is not higher. Ignore fields and event types you do not
know. Show `opmode: sample` (CONTOH) and `drill` (Latihan) marked as such, never as real.
"""


def asyncapi_document() -> dict[str, Any]:
    """The whole bus as an AsyncAPI 3.0 document."""
    return {
        "asyncapi": "3.0.0",
        "id": "urn:pasopati:bus",
        "info": {
            "title": "Pasopati",
            "version": "1.0.0",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
            "tags": [{"name": "public"}, {"name": "internal"}],
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "installation": {
                "host": "{broker}",
                "protocol": "kafka",
                "description": "The Kafka of one installation (kafka_bootstrap in .run/state.json on one machine).",
                "variables": {"broker": {"default": "localhost:9092", "description": "host:port"}},
            }
        },
        "channels": {topic.slug: _channel(topic) for topic in CATALOGUE},
        "operations": _operations(),
        "components": {
            "messages": {event.__name__: _message(event) for event in all_events()},
            "schemas": _schemas(),
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": topic.name,
        "title": topic.slug,
        "description": f"{topic.about} Key: {topic.key}.",
        "tags": [{"name": "public" if topic.public else "internal"}],
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": _configuration(topic),
                "bindingVersion": "0.5.0",
            }
        },
    }
    if topic.events:
        channel["messages"] = {
            event.__name__: {"$ref": f"#/components/messages/{event.__name__}"} for event in topic.events
        }
    return channel


def _configuration(topic: Topic) -> dict[str, Any]:
    if topic.cleanup == "compact":
        return {"cleanup.policy": ["compact"]}
    return {"cleanup.policy": ["delete"], "retention.ms": topic.keep_days * DAY_MS}


def _operations() -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for topic in CATALOGUE:
        channel = {"$ref": f"#/channels/{topic.slug}"}
        producers = [service for service in SERVICES if topic.producer in (service, "every owner")]
        if topic.producer == "every owner":
            producers.remove("gateway")
        for service in producers:
            operations[f"{service}_sends_{topic.slug}"] = {"action": "send", "channel": channel}
        for service in topic.consumers:
            operations[f"{service}_receive_{topic.slug}"] = {"action": "receive", "channel": channel}
    return operations


def _message(event: type[AnyEvent]) -> dict[str, Any]:
    message: dict[str, Any] = {
        "name": type_of(event),
        "title": event.__name__,
        "summary": _summary(event),
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
    }
    path = example_path(event)
    if path.exists():
        message["examples"] = [{"name": short_name(event), "payload": json.loads(path.read_text("utf-8"))}]
    return message


def _schemas() -> dict[str, Any]:
    _, definitions = models_json_schema(
        [(event, "validation") for event in all_events()], ref_template="#/components/schemas/{model}"
    )
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas


def topics_document() -> str:
    """The map of the bus for people: a table of topics, then each event and the fields of its `data`."""
    lines = ["# Topics", "", f"<!-- {GENERATED} -->", "", _ABOUT, "", "## Map", ""]
    lines += ["| topic | events | key | from → to | kept | partitions |", "|---|---|---|---|---|---|"]
    lines += [_row(topic) for topic in CATALOGUE]
    lines += ["", "*compact n*: the last state of each key stays for ever, every transition at least n days.", ""]
    lines += ["## Envelope", "", *_fields(next(iter(all_events())), envelope=True), ""]
    for topic in CATALOGUE:
        if topic.events:
            lines += [f"## {topic.name}", "", topic.about, ""]
            lines += _events(topic)
    return "\n".join(lines).rstrip() + "\n"


def _row(topic: Topic) -> str:
    kept = f"compact {topic.keep_days}" if topic.cleanup == "compact" else f"{topic.keep_days} d"
    events = ", ".join(event.__name__ for event in topic.events) or "parked records"
    way = f"{topic.producer} → {', '.join(topic.consumers)}"
    return f"| `{topic.name}` | {events} | {topic.key} | {way} | {kept} | {topic.partitions} |"


def _events(topic: Topic) -> list[str]:
    """Events with the same data share one table of fields."""
    lines: list[str] = []
    by_data: dict[str, list[type[AnyEvent]]] = {}
    for event in topic.events:
        by_data.setdefault(str(event.model_fields["data"].annotation), []).append(event)
    for events in by_data.values():
        lines += [f"- **{event.__name__}** `{type_of(event)}`: {_summary(event)}" for event in events]
        lines += ["", *_fields(events[0], envelope=False), ""]
    return lines


def _fields(event: type[AnyEvent], *, envelope: bool) -> list[str]:
    schema = event.model_json_schema()
    part = schema if envelope else schema["$defs"][str(schema["properties"]["data"]["$ref"]).rsplit("/", 1)[-1]]
    lines = ["| field | type | |", "|---|---|---|"]
    for name, field in part["properties"].items():
        if envelope and name == "data":
            continue
        needed = "required" if name in part.get("required", ()) else _default(field)
        lines.append(f"| `{name}` | {_kind(field)} | {needed} |")
    return lines


def _kind(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_kind(choice) for choice in field["anyOf"])
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    if "enum" in field:
        return " · ".join(map(str, field["enum"]))
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    if isinstance(field.get("additionalProperties"), dict):
        return f"map of {_kind(field['additionalProperties'])}"
    return str(field.get("format") or field.get("type", "any"))


def _default(field: dict[str, Any]) -> str:
    if "const" in field:
        return "" if "." in str(field["const"]) and field["const"] != "1.0" else f"always `{field['const']}`"
    default = field.get("default")
    return "optional" if default in (None, "", [], {}) or isinstance(default, dict | list) else f"default `{default}`"


def _summary(event: type[AnyEvent]) -> str:
    about = (event.__doc__ or "").strip().splitlines()
    if about:
        return about[0]
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", event.__name__).lower()
    return f"A person asks: {words}."


def yaml(value: Any, indent: int = 0) -> str:
    """Block YAML of JSON-like data; strings stay in JSON's quotes, which YAML reads the same, so nothing is guessed."""
    pad = "  " * indent
    if isinstance(value, dict) and value:
        return "".join(f"{pad}{_name(key)}:{_nested(item, indent)}" for key, item in value.items())
    if isinstance(value, list) and value:
        return "".join(f"{pad}-{_nested(item, indent)}" for item in value)
    return f"{pad}{json.dumps(value, ensure_ascii=False)}\n"


def _nested(value: Any, indent: int) -> str:
    if isinstance(value, dict | list) and value:
        return "\n" + yaml(value, indent + 1)
    if isinstance(value, str) and _is_block(value):
        pad, end = "  " * (indent + 1), "" if value.endswith("\n") else "-"
        lines = value.removesuffix("\n").split("\n")
        return f" |{end}\n" + "".join(f"{pad}{line}\n" if line else "\n" for line in lines)
    return f" {json.dumps(value, ensure_ascii=False)}\n"


def _is_block(text: str) -> bool:
    lines = text.removesuffix("\n").split("\n")
    return len(lines) > 1 and not any(line != line.strip() for line in lines) and bool(lines[0] and lines[-1])


def _name(key: str) -> str:
    # YAML 1.1 reads these words as truth values or nothing.
    is_plain = re.fullmatch(r"[A-Za-z_$][\w.-]*", key) and key.lower() not in _YAML_WORDS
    return key if is_plain else json.dumps(key, ensure_ascii=False)


def documents() -> dict[str, str]:
    """Path inside the project → text of every generated document."""
    return {
        "docs/asyncapi.yaml": f"# {GENERATED}\n{yaml(asyncapi_document())}",
        "docs/topics.md": topics_document(),
    }


def stale_documents() -> Iterator[Breach]:
    """Committed documents that no longer say what the catalogue says."""
    for name, text in documents().items():
        path = PROJECT / name
        if not path.exists() or path.read_text("utf-8") != text:
            yield Breach(subject=name, rule="document_stale", detail="run `make docs`")


def write_documents() -> list[str]:
    """Writes what is stale; the names of what was written."""
    texts, stale = documents(), [breach.subject for breach in stale_documents()]
    for name in stale:
        (PROJECT / name).parent.mkdir(parents=True, exist_ok=True)
        (PROJECT / name).write_text(texts[name], "utf-8")
    return stale

"""The contract against its rules: catalogue, snapshots, examples → what is wrong, each naming event and rule."""

import inspect
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from . import alerts, commands, items, notifications, outcomes, releases, reports, sources, stories, trends
from .compatibility import Breach, Schema, breaches
from .envelope import TYPE_PREFIX, Command, Envelope, Event, schema_uri, short_name, type_of
from .topics import CATALOGUE, PRIVATE_PREFIX, PUBLIC_PREFIX, SERVICES, AnyEvent, Topic

SNAPSHOTS = Path(__file__).parent / "snapshots"
MODULES = (alerts, commands, items, notifications, outcomes, releases, reports, sources, stories, trends)

_TOPIC_NAME = re.compile(r"pasopati(-int)?(\.[a-z0-9]+(-[a-z0-9]+)*)+\.(v\d+|dlq)")
_TYPE_NAME = re.compile(re.escape(TYPE_PREFIX) + r"[a-z]+(\.[a-z]+(-[a-z]+)*)\.v\d+")
# A topic's name in a source file; the look-behind leaves out the `type` of an event.
_NAME_IN_SOURCE = re.compile(r"(?<![\w.-])pasopati(?:-int)?\.[a-z0-9.-]+\.(?:v\d+|dlq)(?![\w-])")
# The system that steers communication holds no inmate's identity: no event has a field for one (domain.md).
FORBIDDEN_FIELDS = frozenset({"nik", "kk", "no_kk", "no_register", "nomor_register", "inmate_id", "wbp_id", "nama_wbp"})


def snapshot_of(event: type[AnyEvent]) -> Schema:
    """The JSON Schema of an event's whole record, as it is committed."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": schema_uri(event)}
    return head | event.model_json_schema()


def snapshot_path(event: type[AnyEvent], folder: Path = SNAPSHOTS) -> Path:
    return folder / f"{short_name(event)}.schema.json"


def example_path(event: type[AnyEvent], folder: Path = SNAPSHOTS) -> Path:
    return folder / f"{short_name(event)}.example.json"


def written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def check_catalogue(catalogue: Iterable[Topic] = CATALOGUE) -> Iterator[Breach]:
    """Names, keys, producers and consumers; each event on exactly one topic of a lane."""
    topics = list(catalogue)
    for what, values in (("slug", [t.slug for t in topics]), ("name", [t.name for t in topics])):
        for value, times in Counter(values).items():
            if times > 1:
                yield Breach(subject=value, rule=f"{what}_twice")
    for (_, event), times in Counter((topic.lane, event) for topic in topics for event in topic.events).items():
        if times > 1:
            yield Breach(subject=event.__name__, rule="event_on_two_topics")
    for topic in topics:
        yield from _check_topic(topic)


def _check_topic(topic: Topic) -> Iterator[Breach]:
    def broken(rule: str, detail: str = "") -> Breach:
        return Breach(subject=topic.name, rule=rule, detail=detail)

    if not _TOPIC_NAME.fullmatch(topic.name):
        yield broken("topic_name", "pasopati.<entity>.<what>.v1, lower case, dots and hyphens")
    if not topic.key:
        yield broken("topic_key", "the id whose order matters")
    if topic.producer not in (*SERVICES, "every owner"):
        yield broken("topic_producer", topic.producer)
    strangers = [reader for reader in topic.consumers if reader not in (*SERVICES, "others", "operations")]
    if strangers or not topic.consumers:
        yield broken("topic_consumer", ", ".join(strangers) or "nobody reads it")
    if ("others" in topic.consumers) != topic.public:
        yield broken("topic_visibility", f"`others` read {PUBLIC_PREFIX}… and only that, never {PRIVATE_PREFIX}…")
    if topic.keep_days < 1 or topic.partitions < 1 or topic.local_partitions < 1:
        yield broken("topic_size", "days and partitions count from 1")
    if not topic.events and not topic.name.endswith(".dlq"):
        yield broken("topic_without_events")
    for event in topic.events:
        is_command = topic.name.endswith(".commands.v1")
        if not issubclass(event, Command if is_command else Event):
            yield broken("command_topic" if is_command else "event_topic", event.__name__)


def check_events(
    events: Iterable[type[AnyEvent]] | None = None, catalogue: Iterable[Topic] = CATALOGUE
) -> Iterator[Breach]:
    """Every event class stands in the catalogue, has a right and single type, and no field that may not be."""
    defined = list(defined_events() if events is None else events)
    travelling = {event for topic in catalogue for event in topic.events}
    for event in defined:
        if event not in travelling:
            yield Breach(subject=event.__name__, rule="topic_missing", detail="no topic of the catalogue carries it")
        if not _TYPE_NAME.fullmatch(type_of(event)):
            yield Breach(subject=event.__name__, rule="event_type", detail=type_of(event))
        if not (event.__doc__ or "").strip() and issubclass(event, Event):
            yield Breach(subject=event.__name__, rule="event_undescribed", detail="one line: what happened")
        for name in sorted(_field_names(event) & FORBIDDEN_FIELDS):
            yield Breach(subject=event.__name__, rule="forbidden_field", where=name)
    for kind, times in Counter(map(type_of, defined)).items():
        if times > 1:
            yield Breach(subject=kind, rule="type_twice")


def defined_events() -> list[type[AnyEvent]]:
    """Every event and command class of this package, in the catalogue or not."""
    found = {
        member
        for module in MODULES
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Envelope) and isinstance(member.model_fields["type"].default, str)
    }
    return sorted(found, key=type_of)


def _field_names(event: type[AnyEvent]) -> set[str]:
    schema = event.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}


def check_snapshots(events: Iterable[type[AnyEvent]] | None = None, folder: Path = SNAPSHOTS) -> Iterator[Breach]:
    """Each event against the schema that is committed for it."""
    known = list(defined_events() if events is None else events)
    for event in known:
        path = snapshot_path(event, folder)
        if not path.exists():
            yield Breach(subject=event.__name__, rule="snapshot_missing", detail="run `pasopati schemas snapshot`")
            continue
        committed, current = json.loads(path.read_text("utf-8")), snapshot_of(event)
        broken = breaches(event.__name__, committed, current)
        yield from broken
        if not broken and committed != current:
            yield Breach(subject=event.__name__, rule="snapshot_stale", detail="run `pasopati schemas snapshot`")
    expected = {path.name for event in known for path in (snapshot_path(event, folder), example_path(event, folder))}
    for path in sorted(folder.glob("*.json")):
        if path.name not in expected:
            yield Breach(subject=path.name.rsplit(".", 2)[0], rule="event_removed", detail=f"{path.name} is committed")


def check_examples(events: Iterable[type[AnyEvent]] | None = None, folder: Path = SNAPSHOTS) -> Iterator[Breach]:
    """Each event has a committed example that its class can read and that loses nothing when read."""
    for event in defined_events() if events is None else events:
        path = example_path(event, folder)
        if not path.exists():
            yield Breach(subject=event.__name__, rule="example_missing", detail=path.name)
            continue
        try:
            example = json.loads(path.read_text("utf-8"))
            read = event.model_validate_json(path.read_bytes())
        except ValueError as error:
            yield Breach(subject=event.__name__, rule="example_invalid", detail=str(error).splitlines()[0])
            continue
        for where in _unknown_fields(example, read.model_dump(mode="json"), ""):
            yield Breach(subject=event.__name__, rule="example_unknown_field", where=where)


def _unknown_fields(example: Any, read: Any, where: str) -> Iterator[str]:
    if isinstance(example, dict) and isinstance(read, dict):
        for name, value in example.items():
            at = f"{where}.{name}".lstrip(".")
            if name not in read:
                yield at
            else:
                yield from _unknown_fields(value, read[name], at)
    elif isinstance(example, list) and isinstance(read, list):
        for index, (before, after) in enumerate(zip(example, read, strict=False)):
            yield from _unknown_fields(before, after, f"{where}[{index}]")


def check_names_in_sources(root: Path, catalogue: Iterable[Topic] = CATALOGUE) -> Iterator[Breach]:
    """No service or library names a topic that the catalogue does not have."""
    names = {topic.name for topic in catalogue}
    for folder in ("services", "libs", "deploy"):
        for path in sorted((root / folder).rglob("*.py")):
            for name in _NAME_IN_SOURCE.findall(path.read_text("utf-8")):
                if name not in names:
                    yield Breach(subject=name, rule="topic_unknown", detail=str(path.relative_to(root)))


def write_snapshots(folder: Path = SNAPSHOTS, *, accept_breaking: bool) -> tuple[list[str], list[Breach]]:
    """Commits today's schemas: names of the files written, and the breaches that were not accepted."""
    changed: list[str] = []
    refused: list[Breach] = []
    for event in defined_events():
        path, current = snapshot_path(event, folder), snapshot_of(event)
        committed = json.loads(path.read_text("utf-8")) if path.exists() else None
        if committed == current:
            continue
        broken = breaches(event.__name__, committed, current) if committed else []
        if broken and not accept_breaking:
            refused.extend(broken)
            continue
        path.write_text(written(current), "utf-8")
        changed.append(path.name)
    return changed, refused

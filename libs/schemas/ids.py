"""Deterministic identities: the same thing met twice gets the same id, on every machine, for ever."""

from uuid import UUID, uuid5

# Fixed for ever: every id ever published rests on it.
NAMESPACE = UUID("6f0d2c58-9d5b-5b8e-8a5e-3c1d1f0a7b26")


def _uid(*parts: object) -> str:
    """uuid5 over the parts; the unit separator keeps ("ab", "c") and ("a", "bc") apart."""
    return str(uuid5(NAMESPACE, "\x1f".join(str(part) for part in parts)))


def mode_of(opmode: str, drillid: str | None = None) -> str:
    """The name of the world an aggregate lives in: `live`, `sample`, or `drill:<drillid>`."""
    return f"{opmode}:{drillid}" if drillid else opmode


def event_id(event_type: str, entity_id: str, sequence: int) -> str:
    return _uid("event", event_type, entity_id, sequence)


def command_id(person_id: str, idempotency_key: str) -> str:
    """Id of a person's command: the same press sent twice is the same command."""
    return _uid("command", person_id, idempotency_key)


def source_id(mode: str, url: str) -> str:
    return _uid("source", mode, url)


def item_id(mode: str, outlet_id: str, canonical_url: str) -> str:
    """Id of one piece of content; where there is no permalink the feed's guid stands in for the address."""
    return _uid("item", mode, outlet_id, canonical_url)


def story_id(mode: str, first_item_id: str) -> str:
    return _uid("story", mode, first_item_id)


def alert_id(mode: str, rule_group: str, group_key: str, episode: int) -> str:
    return _uid("alert", mode, rule_group, group_key, episode)


def notification_id(alert: str, transition: int, channel: str, recipient: str, repeat: int) -> str:
    return _uid("notification", alert, transition, channel, recipient, repeat)


def release_id(alert: str) -> str:
    """Id of the draft that a verified alert opens; a draft opened by a person has `from_command`."""
    return _uid("release", alert)


def report_id(mode: str, unit_id: str, client_id: str) -> str:
    """Id of a unit's report: the phone's own id of it, so that what was queued offline and sent twice is one report."""
    return _uid("report", mode, unit_id, client_id)


def from_command(kind: str, command: str) -> str:
    """Id of a new entity made by a command."""
    return _uid(kind, "command", command)


def keyed(*parts: object) -> str:
    """A deterministic id for anything else that needs one (inputs of a write, members, leases)."""
    return _uid("keyed", *parts)

"""The people file: who may come in, in which role, by which keys (kept as keyed hashes only)."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from libs.schemas.common import Role

KEY_PREFIX = "psp_"
MAX_LIVE_KEYS = 2  # one in use and its successor, during a rotation
_REREAD_SECONDS = 5.0


class BadPeopleFile(Exception):
    """The people file cannot be used; the message says where."""


class KeyEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    hash: str = Field(pattern="^[0-9a-f]{64}$")
    expires: AwareDatetime


class PersonEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    person_id: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,63}$")
    role: Role
    label: str = Field(min_length=1, max_length=60)
    unit_id: str | None = Field(default=None, pattern="^[a-z0-9][a-z0-9-]{0,99}$")
    """The unit a pelapor reports for; nobody else has one."""
    keys: list[KeyEntry] = Field(max_length=10)


class PeopleFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    people: list[PersonEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody of the people file."""

    person_id: str
    role: Role
    label: str
    unit_id: str | None = None


def new_key() -> str:
    """A fresh 256-bit secret."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def hash_key(pepper: bytes, key: str) -> str:
    """HMAC-SHA256 of a key: useless to whoever steals the file without the installation's secret."""
    return hmac.digest(pepper, key.encode("utf-8", "surrogatepass"), "sha256").hex()


def read_people(text: str) -> PeopleFile:
    """The file's text → people; BadPeopleFile."""
    try:
        people = PeopleFile.model_validate(yaml.safe_load(text) or {"people": []})
    except (ValidationError, yaml.YAMLError) as error:
        raise BadPeopleFile(_where(error)) from None
    if any(person.unit_id and person.role != "pelapor_upt" for person in people.people):
        raise BadPeopleFile("only a pelapor_upt belongs to a unit")
    ids = [person.person_id for person in people.people]
    if len(ids) != len(set(ids)):
        raise BadPeopleFile("a person_id occurs twice")
    return people


def _where(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()[:5])
    return "not YAML"


def write_people(people: Sequence[dict[str, Any]]) -> str:
    """People as YAML text."""
    return yaml.safe_dump({"people": list(people)}, sort_keys=False, allow_unicode=True)


class People:
    """The file's present content; looked at again when it changes, so that a rotation needs no restart."""

    def __init__(self, *, file: Path | None, pepper: bytes, actor_key: bytes) -> None:
        self._file = file
        self._pepper = pepper
        self._actor_key = actor_key
        self._stamp: tuple[int, int] | None = None
        self._looked_at = float("-inf")
        self._people: dict[str, PersonEntry] = {}
        self._keys: list[tuple[str, datetime, PersonEntry]] = []

    def look(self, monotonic: float) -> None:
        """Reads the file again when it changed (asked at most every five seconds); BadPeopleFile at first."""
        if self._file is None or monotonic - self._looked_at < _REREAD_SECONDS:
            return
        first = self._stamp is None
        self._looked_at = monotonic
        try:
            stat = self._file.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            if stamp != self._stamp:
                self._take(read_people(self._file.read_text()))
                self._stamp = stamp
        except (OSError, BadPeopleFile) as error:
            # A half-written file must not lock everybody out: the last good one stays.
            if first:
                raise BadPeopleFile(f"{self._file}: {error}") from None

    def _take(self, file: PeopleFile) -> None:
        self._people = {person.person_id: person for person in file.people}
        self._keys = [(key.hash, key.expires.astimezone(UTC), p) for p in file.people for key in _usable(p.keys)]

    def by_id(self, person_id: str) -> Known | None:
        entry = self._people.get(person_id)
        return _known(entry) if entry else None

    def by_key(self, key: str, now: datetime) -> Known | None:
        """Whose live key this is. Every hash is compared, each in constant time."""
        presented = hash_key(self._pepper, key)
        found: PersonEntry | None = None
        for hashed, expires, person in self._keys:
            if hmac.compare_digest(hashed, presented) and expires > now:
                found = person
        return _known(found) if found else None

    def key_id(self, person_id: str) -> str:
        """What events carry instead of the person: keyed, so that nobody can count through the people file."""
        return hmac.digest(self._actor_key, person_id.encode(), "sha256").hex()[:20]

    def label_of(self, key_id: str) -> str | None:
        """The label of whoever has this keyed id: "Operator 1"."""
        return next((p.label for p in self._people.values() if self.key_id(p.person_id) == key_id), None)


def _known(entry: PersonEntry) -> Known:
    return Known(person_id=entry.person_id, role=entry.role, label=entry.label, unit_id=entry.unit_id)


def _usable(keys: Sequence[KeyEntry]) -> list[KeyEntry]:
    # More than two: only the two that live longest, so that a forgotten old key does not stay open.
    return sorted(keys, key=lambda key: key.expires, reverse=True)[:MAX_LIVE_KEYS]

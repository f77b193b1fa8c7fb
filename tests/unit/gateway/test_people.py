"""The people file: hashes only, two live keys, read again when it changes."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from services.gateway import keys
from services.gateway.people import BadPeopleFile, People, hash_key, read_people, write_people
from services.gateway.settings import settings_of
from tests.unit.gateway.fakes import SECRET, START

PEPPER = b"p" * 32


def people_of(directory: Path, *lives_in_days: int) -> People:
    entries = [
        {"hash": hash_key(PEPPER, f"kunci-{n}"), "expires": (START + timedelta(days=days)).isoformat()}
        for n, days in enumerate(lives_in_days)
    ]
    person = {"person_id": "operator-1", "role": "operator", "label": "Operator 1", "keys": entries}
    file = directory / "people.yaml"
    file.write_text(write_people([person]))
    people = People(file=file, pepper=PEPPER, actor_key=b"a" * 32)
    people.look(0.0)
    return people


def test_during_a_rotation_both_keys_work_and_an_expired_one_does_not(tmp_path: Path) -> None:
    people = people_of(tmp_path, 10, 300, -1)
    assert [people.by_key(f"kunci-{n}", START) is not None for n in range(3)] == [True, True, False]


def test_a_third_live_key_closes_the_oldest(tmp_path: Path) -> None:
    people = people_of(tmp_path, 10, 300, 200)
    assert [people.by_key(f"kunci-{n}", START) is not None for n in range(3)] == [False, True, True]


def test_events_carry_a_keyed_id_that_only_this_installation_can_resolve(tmp_path: Path) -> None:
    people = people_of(tmp_path, 10)
    key_id = people.key_id("operator-1")
    assert "operator" not in key_id and people.label_of(key_id) == "Operator 1"


def test_the_file_is_read_again_and_a_broken_one_keeps_the_last_good(tmp_path: Path) -> None:
    people = people_of(tmp_path, 10)
    (tmp_path / "people.yaml").write_text("people: [{person_id: x}]")
    people.look(10.0)
    assert people.by_id("operator-1") is not None
    (tmp_path / "people.yaml").write_text("people: []")
    people.look(20.0)
    assert people.by_id("operator-1") is None


@pytest.mark.parametrize("text", ["people: 1", "a: [", "people: [{person_id: a, role: raja, label: A, keys: []}]"])
def test_a_broken_file_is_said_at_start(text: str) -> None:
    with pytest.raises(BadPeopleFile):
        read_people(text)


def test_keys_init_makes_a_key_per_role_and_never_overwrites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASOPATI_SECRET_KEY", SECRET)
    argv = ["init", "--people", str(tmp_path / "run" / "people.yaml"), "--keys", str(tmp_path / "run" / "keys.json")]
    assert keys.command(argv) == 0
    made = json.loads((tmp_path / "run" / "keys.json").read_text())
    people = (tmp_path / "run" / "people.yaml").read_text()
    assert set(made) == set(keys.DEVELOPMENT_PEOPLE)
    assert stat.S_IMODE((tmp_path / "run" / "keys.json").stat().st_mode) == 0o600
    assert not any(key in people for key in made.values())
    assert keys.command(argv) == 1


def test_tools_find_a_running_installation_by_its_state_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PASOPATI_SECRET_KEY", raising=False)
    monkeypatch.setenv("PASOPATI_SECRETS_DIR", str(tmp_path / "secrets"))
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "pasopati_secret_key").write_text(SECRET)
    state = tmp_path / "state.json"
    state.write_text('{"kafka_bootstrap": "127.0.0.1:1", "mongodb_url": "mongodb://127.0.0.1:2"}')
    settings = settings_of(state)
    assert settings.kafka_bootstrap_servers == "127.0.0.1:1"
    assert settings.mongodb_url.get_secret_value() == "mongodb://127.0.0.1:2"

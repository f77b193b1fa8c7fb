"""Settings: what is missing or wrong is named as an operator writes it; no secret is printed anywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from libs.runtime.settings import ServiceSettings, what_is_wrong
from services.gateway.settings import GatewaySettings

PROJECT = Path(__file__).resolve().parents[3]
KEY = "c0ffee" + "17" * 29
SERVICES = ("ingest", "classifier", "alerts", "publisher", "gateway")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PASOPATI_") or name in ("KAFKA_BOOTSTRAP_SERVERS", "MONGODB_URL"):
            monkeypatch.delenv(name)


def wrong(**values: str) -> str:
    with pytest.raises(ValidationError) as caught:
        ServiceSettings(**values)
    told = "; ".join(what_is_wrong(ServiceSettings, caught.value))
    for value in values.values():
        assert value not in told and value not in str(caught.value) and value not in repr(caught.value)
    return told


def test_a_missing_key_is_named() -> None:
    assert wrong() == "PASOPATI_SECRET_KEY: Field required"


@pytest.mark.parametrize(
    "key", ["ab" * 31, "bukan-heksa-sama-sekali-tetapi-cukup-panjang-untuk-lolos-sebentar", "a" * 65]
)
def test_a_short_or_crooked_key_is_named_and_not_repeated(key: str) -> None:
    assert wrong(secret_key=key) == "PASOPATI_SECRET_KEY: Value error, needs 32 bytes or more in hexadecimal"


def test_every_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASOPATI_HTTP_PORT", "99999")
    monkeypatch.setenv("PASOPATI_NAMESPACE", "Tidak Boleh!")
    monkeypatch.setenv("PASOPATI_LOG_LEVEL", "KERAS")
    told = wrong(secret_key=KEY)
    assert {part.split(":")[0] for part in told.split("; ")} == {
        "PASOPATI_HTTP_PORT", "PASOPATI_NAMESPACE", "PASOPATI_LOG_LEVEL",
    }  # fmt: skip


def test_secret_files_are_read_and_the_environment_goes_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pasopati_secret_key").write_text(f"{KEY}\n")
    (tmp_path / "mongodb_url").write_text("mongodb://dari.berkas.example:27017\n")
    monkeypatch.setenv("PASOPATI_SECRETS_DIR", str(tmp_path))
    settings = ServiceSettings()
    assert settings.secret_key.get_secret_value() == KEY
    assert settings.mongodb_url.get_secret_value() == "mongodb://dari.berkas.example:27017"
    monkeypatch.setenv("MONGODB_URL", "mongodb://dari.lingkungan.example:27017")
    assert ServiceSettings().mongodb_url.get_secret_value() == "mongodb://dari.lingkungan.example:27017"


def test_an_empty_secrets_folder_setting_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASOPATI_SECRETS_DIR", "")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pasopati_secret_key").write_text(KEY)
    with pytest.raises(ValidationError):
        ServiceSettings()


def test_no_form_of_the_settings_shows_a_secret() -> None:
    settings = GatewaySettings(secret_key=KEY, mongodb_url="mongodb://orang:katasandi@127.0.0.1:1")
    for shown in (repr(settings), str(settings), f"{settings.model_dump()}", settings.model_dump_json()):
        assert KEY not in shown and "katasandi" not in shown


def test_each_purpose_has_a_key_of_its_own() -> None:
    settings = ServiceSettings(secret_key=KEY)
    keys = {purpose: settings.derived_key(purpose) for purpose in ("people", "cursors", "csrf")}
    assert len(set(keys.values())) == 3 and all(len(key) == 32 for key in keys.values())
    assert settings.derived_key("people") == keys["people"]
    assert ServiceSettings(secret_key="17" * 32).derived_key("people") != keys["people"]


def test_a_namespace_is_part_of_the_database_name() -> None:
    assert ServiceSettings(secret_key=KEY).database_name("ingest") == "pasopati_ingest"
    assert ServiceSettings(secret_key=KEY, namespace="t1").database_name("ingest") == "pasopati_ingest_t1"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_with_wrong_settings_says_so_in_one_log_line_and_ends(service: str, tmp_path: Path) -> None:
    key = "rahasia-terlalu-pendek"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PASOPATI_")}
    done = subprocess.run(
        [sys.executable, "-m", f"services.{service}.main"],
        cwd=PROJECT, env=clean | {"PASOPATI_SECRET_KEY": key, "PASOPATI_HTTP_PORT": "banyak"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    (line,) = (json.loads(line) for line in (done.stdout + done.stderr).splitlines())
    assert line["service"] == service and line["level"] == "critical"
    assert "PASOPATI_SECRET_KEY: " in line["problem"] and "PASOPATI_HTTP_PORT: " in line["problem"]
    assert key not in done.stdout + done.stderr

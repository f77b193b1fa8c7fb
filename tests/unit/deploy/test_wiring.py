"""What a local run tells its services."""

import stat
from pathlib import Path

from deploy.local.state import end_left_over, left_over, read_state, write_private, write_state
from deploy.local.wiring import Choices, common_env, sample_env, secret, write_sample_files
from libs.reference.outlets import load_sources
from services.alerts.recipients import load_recipients


def the_env(run: Path, choices: Choices) -> dict[str, str]:
    return common_env(
        run,
        choices,
        kafka_bootstrap="127.0.0.1:1",
        mongodb_url="mongodb://127.0.0.1:2/",
        public_url="http://127.0.0.1:3",
    )


def test_the_sample_plays_unless_it_is_left_out() -> None:
    assert Choices.of({}).sample
    assert not Choices.of({"SAMPLE": "0"}).sample


def test_real_sources_are_switched_on_only_when_asked(tmp_path: Path) -> None:
    assert "PASOPATI_LIVE" not in the_env(tmp_path, Choices.of({"LIVE": "0"}))
    assert the_env(tmp_path, Choices.of({"LIVE": "1"}))["PASOPATI_LIVE"] == "1"


def test_secrets_are_files_of_their_owner_and_stay_the_same(tmp_path: Path) -> None:
    env = the_env(tmp_path, Choices.of({}))
    path = tmp_path / "secrets" / "pasopati_secret_key"
    assert env["PASOPATI_SECRETS_DIR"] == str(path.parent)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(bytes.fromhex(path.read_text())) == 32
    assert secret(tmp_path, "pasopati_secret_key") == path.read_text()
    assert path.read_text() not in env.values()


def test_the_files_of_the_sample_are_what_the_services_read(tmp_path: Path) -> None:
    write_sample_files(tmp_path, feed_port=8099)
    env = sample_env(tmp_path, feed_port=8099, mail_port=2525)
    seeds = load_sources(Path(env["PASOPATI_SAMPLE_SOURCES_FILE"]))
    assert seeds
    assert all(seed.opmode == "sample" and seed.enabled for seed in seeds)
    assert all(seed.url.startswith(f"http://{env['PASOPATI_LOCAL_ADDRESSES']}/feeds/") for seed in seeds)
    recipients = load_recipients(Path(env["PASOPATI_RECIPIENTS_FILE"]))
    assert recipients.on("sample", (1,))
    assert not recipients.on("live", (1, 2, 3))


def test_a_private_file_is_private_from_its_first_moment(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys.json"
    write_private(path, "{}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_state_that_is_missing_or_broken_is_empty(tmp_path: Path) -> None:
    assert read_state(tmp_path) == {}
    (tmp_path / "state.json").write_text("{")
    assert read_state(tmp_path) == {}
    write_state(tmp_path, {"console_url": "http://127.0.0.1:1"})
    assert read_state(tmp_path) == {"console_url": "http://127.0.0.1:1"}


def test_records_of_the_dead_are_removed_and_nobody_is_signalled(tmp_path: Path) -> None:
    (tmp_path / "pids").mkdir()
    (tmp_path / "pids" / "alerts.pid").write_text("1 () 5")
    (tmp_path / "pids" / "broken.pid").write_text("")
    assert left_over(tmp_path) == []
    assert end_left_over(tmp_path, patience_seconds=0.1) == []
    assert list((tmp_path / "pids").iterdir()) == []

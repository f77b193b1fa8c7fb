"""What the services of a local run are told: addresses, secrets, keys, and the sample's sources and recipients."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.sample.config import webhook_secret, write_config
from deploy.local.state import write_private


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the person who typed `make run` asked for."""

    sample: bool
    live: bool
    kafka_bootstrap: str
    mongodb_url: str

    @classmethod
    def of(cls, env: Mapping[str, str]) -> "Choices":
        return cls(
            sample=env.get("SAMPLE", "1") != "0",
            live=env.get("LIVE", "0") == "1",
            kafka_bootstrap=env.get("KAFKA_BOOTSTRAP_SERVERS", ""),
            mongodb_url=env.get("MONGODB_URL", ""),
        )


def secret(run: Path, name: str) -> str:
    """A secret of this checkout, made at the first start and then kept."""
    path = run / "secrets" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, secrets.token_hex(32))
    return path.read_text().strip()


def common_env(
    run: Path, choices: Choices, *, kafka_bootstrap: str, mongodb_url: str, public_url: str
) -> dict[str, str]:
    """The same for every service; secrets travel as files, not in the environment."""
    secret(run, "pasopati_secret_key")
    env = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap,
        "MONGODB_URL": mongodb_url,
        "PASOPATI_HTTP_HOST": "127.0.0.1",
        "PASOPATI_SECRETS_DIR": str(run / "secrets"),
        "PASOPATI_PEOPLE_FILE": str(run / "people.yaml"),
        "PASOPATI_BLOBS_FOLDER": str(run / "blobs"),
        "PASOPATI_PUBLIC_URL": public_url,
        "PYTHONUNBUFFERED": "1",
    }
    if choices.live:
        env["PASOPATI_LIVE"] = "1"
    return env


def write_sample_files(run: Path, *, feed_port: int) -> None:
    """Sources at the sample server's address of this run, and its inbox as the sample's only recipient."""
    signing = webhook_secret(run / "sample", run / "secrets")
    write_config(run, base_url=f"http://127.0.0.1:{feed_port}", secret=signing)


def sample_env(run: Path, *, feed_port: int, mail_port: int) -> dict[str, str]:
    return {
        "PASOPATI_LOCAL_ADDRESSES": f"127.0.0.1:{feed_port}",
        "PASOPATI_SAMPLE_SOURCES_FILE": str(run / "sample_sources.yaml"),
        "PASOPATI_RECIPIENTS_FILE": str(run / "recipients.yaml"),
        "PASOPATI_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "PASOPATI_SAMPLE_INBOX_URL": f"http://127.0.0.1:{feed_port}/inbox.json",
    }

"""What the services of a local run are told: addresses, secrets, keys, and the sample's sources and recipients."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from deploy.local.places import PROJECT
from deploy.local.state import write_private

# Outlets of the CONTOH day; their feeds' addresses are paths on the sample server.
SAMPLE_OUTLETS = PROJECT / "deploy" / "local" / "sample" / "sources.yaml"


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
        "PASOPATI_PUBLIC_URL": public_url,
        "PYTHONUNBUFFERED": "1",
    }
    if choices.live:
        env["PASOPATI_LIVE"] = "1"
    return env


def webhook_secret(run: Path) -> str:
    """Standard Webhooks form; the inbox checks signatures with the same one."""
    return "whsec_" + base64.b64encode(bytes.fromhex(secret(run, "sample_webhook_secret"))).decode()


def write_sample_files(run: Path, *, feed_port: int) -> None:
    """Sources at the sample server's address of this run, and its inbox as the sample's only recipient."""
    base = f"http://127.0.0.1:{feed_port}"
    sources = yaml.safe_load(SAMPLE_OUTLETS.read_text(encoding="utf-8"))
    for outlet in sources["outlets"]:
        for feed in outlet["feeds"]:
            feed["url"] = f"{base}{feed['url']}"
    channels = [
        {"kind": "webhook", "url": f"{base}/inbox/webhook", "secret": webhook_secret(run)},
        {"kind": "email", "to": "operator@contoh.example"},
    ]
    rungs = {rung: [{"id": "kotak-contoh", "role": "operator", "channels": channels}] for rung in (1, 2, 3, 4)}
    write_private(run / "sample_sources.yaml", yaml.safe_dump(sources, allow_unicode=True, sort_keys=False))
    write_private(run / "recipients.yaml", yaml.safe_dump({"sample": rungs}, sort_keys=False))


def sample_env(run: Path, *, feed_port: int, mail_port: int) -> dict[str, str]:
    return {
        "PASOPATI_LOCAL_ADDRESSES": f"127.0.0.1:{feed_port}",
        "PASOPATI_SAMPLE_SOURCES_FILE": str(run / "sample_sources.yaml"),
        "PASOPATI_RECIPIENTS_FILE": str(run / "recipients.yaml"),
        "PASOPATI_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "PASOPATI_SAMPLE_INBOX_URL": f"http://127.0.0.1:{feed_port}/inbox.json",
    }

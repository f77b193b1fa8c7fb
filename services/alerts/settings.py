"""Settings of alerts: files of rules, clocks and recipients, the mail server, the console's address."""

from pathlib import Path
from typing import Final

from pydantic import Field, SecretStr

from libs.runtime.settings import ServiceSettings

_DATA: Final = Path(__file__).parent / "data"


class AlertsSettings(ServiceSettings):
    """Beside what every service needs; an address in `local_addresses` may be posted to although it is not public."""

    rules_file: Path = _DATA / "rules.yaml"
    ladder_file: Path = _DATA / "ladder.yaml"
    recipients_file: Path | None = None
    smtp_url: SecretStr | None = None
    smtp_from: str = Field(default="pasopati@localhost", pattern=r"^[^@\s<>,]+@[^@\s<>,]+$")
    public_url: str = "http://127.0.0.1:8080"
    local_addresses: str = ""

"""Settings of a service: environment variables and secret files; secrets are never printed."""

import hashlib
import hmac
import os
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

_PREFIX = "PASOPATI_"


class ServiceSettings(BaseSettings):
    """What every service needs. `PASOPATI_<FIELD>` in the environment, or a file `pasopati_<field>` in the
    directory that `PASOPATI_SECRETS_DIR` names; raises pydantic's ValidationError naming what is missing."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, extra="ignore", hide_input_in_errors=True, validate_by_name=True, validate_by_alias=True
    )

    kafka_bootstrap_servers: str = Field(default="127.0.0.1:9092", validation_alias="KAFKA_BOOTSTRAP_SERVERS")
    mongodb_url: SecretStr = Field(default=SecretStr("mongodb://127.0.0.1:27017"), validation_alias="MONGODB_URL")
    otlp_endpoint: str | None = Field(default=None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    namespace: str = Field(default="", pattern=r"^[a-z0-9]{0,16}$")
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=0, ge=0, le=65_535)
    replica: str = Field(default="0", pattern=r"^[A-Za-z0-9._-]{1,64}$")
    node: str = Field(default="pusat", pattern=r"^[a-z0-9-]{1,40}$")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    secret_key: SecretStr

    def __init__(self, **values: Any) -> None:
        super().__init__(_secrets_dir=os.environ.get(f"{_PREFIX}SECRETS_DIR") or None, **values)

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        try:
            enough = len(bytes.fromhex(value.get_secret_value())) >= 32
        except ValueError:
            enough = False
        if not enough:
            raise ValueError("needs 32 bytes or more in hexadecimal")
        return value

    def derived_key(self, purpose: str) -> bytes:
        """A 32-byte key of its own for each purpose (HMAC-SHA256 of the purpose under the secret key)."""
        return hmac.new(bytes.fromhex(self.secret_key.get_secret_value()), purpose.encode(), hashlib.sha256).digest()

    def database_name(self, service: str) -> str:
        return f"pasopati_{service}" + (f"_{self.namespace}" if self.namespace else "")


def what_is_wrong(settings_class: type[ServiceSettings], error: ValidationError | SettingsError) -> list[str]:
    """`PASOPATI_X: the rule` for each setting at fault: names as an operator writes them, never a value."""
    if isinstance(error, SettingsError):
        return [str(error)]  # names the field and where it came from
    aliases = {str(field.validation_alias) for field in settings_class.model_fields.values() if field.validation_alias}
    found = []
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        found.append(f"{name if name in aliases else _PREFIX + name.upper()}: {problem['msg']}")
    return found

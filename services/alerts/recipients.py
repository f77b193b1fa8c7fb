"""The recipients file → who is called on which rung of which mode, and over which channels.

The form (an opmode that is not named has no recipients; addresses and secrets never leave this process's memory):

    sample:
      1:
        - id: kotak-contoh
          role: operator
          channels:
            - {kind: webhook, url: "http://127.0.0.1:8099/inbox/webhook", secret: "whsec_…"}
            - {kind: email, to: "operator@contoh.example"}
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from standardwebhooks.webhooks import Webhook

from libs.schemas.common import Role
from libs.schemas.envelope import OpMode


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class WebhookTo(_Strict):
    """An address that takes signed posts; secrets as Standard Webhooks writes them (whsec_ + base64).

    While a secret is replaced the one before signs as well, so that the receiver may change over when it likes.
    """

    kind: Literal["webhook"]
    url: SecretStr
    secret: SecretStr
    secret_before: SecretStr | None = None

    @field_validator("secret", "secret_before")
    @classmethod
    def _signs(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            Webhook(value.get_secret_value())
        except Exception:
            raise ValueError("is not a Standard Webhooks secret (whsec_ and base64)") from None
        return value


class EmailTo(_Strict):
    """A mail address."""

    kind: Literal["email"]
    to: SecretStr

    @field_validator("to")
    @classmethod
    def _is_one_address(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        local, at, domain = text.rpartition("@")
        if not at or not local or not domain or any(c.isspace() or c in ",;<>" for c in text):
            raise ValueError("is not one mail address")
        return value


ChannelTo = WebhookTo | EmailTo


class Recipient(_Strict):
    """A person or system on duty: a keyed id and a role, never a name."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    role: Role
    channels: tuple[Annotated[ChannelTo, Field(discriminator="kind")], ...] = ()

    def named_channels(self) -> dict[str, ChannelTo]:
        """{name: channel}; the second of a kind is `webhook-2`: the name is part of a push's identity."""
        named: dict[str, ChannelTo] = {}
        for channel in self.channels:
            same = sum(1 for other in named.values() if other.kind == channel.kind)
            named[channel.kind if not same else f"{channel.kind}-{same + 1}"] = channel
        return named


class Recipients(BaseModel):
    """Everybody, by mode and rung."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    by_mode: dict[OpMode, dict[int, tuple[Recipient, ...]]] = {}

    @model_validator(mode="after")
    def _one_id_one_recipient(self) -> Self:
        for mode, rungs in self.by_mode.items():
            known: dict[str, Recipient] = {}
            for recipient in (one for rung in rungs.values() for one in rung):
                if known.setdefault(recipient.id, recipient) != recipient:
                    raise ValueError(f"{mode}: {recipient.id} is described in two ways")
        return self

    def on(self, opmode: OpMode, rungs: Iterable[int]) -> list[Recipient]:
        """The recipients of these rungs of a mode, each once, lowest rung first. Other modes' people never."""
        of_mode = self.by_mode.get(opmode, {})
        found = {one.id: one for rung in sorted(set(rungs)) for one in of_mode.get(rung, ())}
        return list(found.values())

    def channel(self, opmode: OpMode, recipient_id: str, name: str) -> ChannelTo | None:
        """Where a push goes today; None when the recipient or channel is no longer listed."""
        for recipient in self.on(opmode, self.by_mode.get(opmode, {})):
            if recipient.id == recipient_id:
                return recipient.named_channels().get(name)
        return None

    @property
    def count(self) -> int:
        return sum(len(self.on(mode, rungs)) for mode, rungs in self.by_mode.items())


def load_recipients(path: Path | None) -> Recipients:
    """Read and check the file; no file: nobody. ValueError without the values that were wrong (they are addresses)."""
    if path is None or not path.is_file():
        return Recipients()
    try:
        return Recipients(by_mode=yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        wrong = "; ".join(_problem(e["loc"], e["type"], e["msg"]) for e in error.errors(include_input=False))
        raise ValueError(f"recipients file: {wrong}") from None


def _problem(place: tuple[int | str, ...], kind: str, message: str) -> str:
    # An unknown key may be half of an address that YAML split at its comma.
    shown = place[:-1] if kind == "extra_forbidden" else place
    return f"{'.'.join(map(str, shown))}: {message}"

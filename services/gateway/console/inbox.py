"""The sample's inbox, read from the address in the settings (loopback; sample mode only)."""

from typing import Any

import httpx

TIMEOUT_SECONDS = 2.0


class InboxUnavailable(Exception):
    """It does not answer, or not with its list."""


async def read_inbox(url: str) -> list[dict[str, Any]]:
    """Newest first."""
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            answer = await client.get(url)
            answer.raise_for_status()
            content = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise InboxUnavailable(type(error).__name__) from error
    messages = content.get("messages") if isinstance(content, dict) else content
    if not isinstance(messages, list):
        raise InboxUnavailable("not a list")
    return [message for message in messages if isinstance(message, dict)]

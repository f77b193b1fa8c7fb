"""Addresses that name a person: sealed before the first write, opened only by who holds the key."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


def seal(key: bytes, item_id: str, address: str) -> bytes:
    """AES-256-GCM; bound to the item, so that a sealed address cannot be moved to another one."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, address.encode(), item_id.encode())


def unseal(key: bytes, item_id: str, sealed: bytes) -> str:
    """The address again; raises InvalidTag for another key, another item or a changed byte."""
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], item_id.encode()).decode()

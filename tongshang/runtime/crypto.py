"""Signing what leaves the platform and comes back: links, sessions, cursors of trust."""

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MAC_BYTES: Final = 16
_NONCE_BYTES: Final = 12


def token(size: int = 24) -> str:
    """A fresh secret, safe in a URL."""
    return secrets.token_urlsafe(size)


def digest(text: str) -> bytes:
    """What is stored of a secret: enough to recognise it, not to use it."""
    return hashlib.sha256(text.encode()).digest()


def sign(key: bytes, purpose: str, body: bytes) -> str:
    """`body` as text that only the holder of `key` can make, for one `purpose`."""
    mac = hmac.new(key, purpose.encode() + b"\0" + body, hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.urlsafe_b64encode(mac + body).decode().rstrip("=")


def unsign(key: bytes, purpose: str, text: str) -> bytes | None:
    """The body of a signed text, or None where it was not signed with `key` for `purpose`."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return None
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    expected = hmac.new(key, purpose.encode() + b"\0" + body, hashlib.sha256).digest()
    return body if hmac.compare_digest(mac, expected[:_MAC_BYTES]) else None


def seal(key: bytes, purpose: str, owner: str, text: str) -> bytes:
    """`text` as bytes that only the holder of `key` can read, and only as this owner's."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(key, purpose).encrypt(nonce, text.encode(), owner.encode())


def unseal(key: bytes, purpose: str, owner: str, sealed: bytes) -> str:
    """What was sealed with `key` for this purpose and owner; fails on anything else."""
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    return _cipher(key, purpose).decrypt(nonce, body, owner.encode()).decode()


def _cipher(key: bytes, purpose: str) -> AESGCM:
    return AESGCM(hmac.new(key, b"seal\0" + purpose.encode(), hashlib.sha256).digest())

"""The cipher of pushes, byte by byte (reference section 13.4)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from tongshang.modules.push.refusals import NotGenuine

RANDOM_BYTES: Final = 16
_IV_BYTES: Final = 16
_LENGTH_BYTES: Final = 4
_PAD_BLOCK: Final = 32  # not the 16 that AES would ask for


@dataclass(frozen=True, slots=True)
class Letter:
    """What was inside a ciphertext: the message, and whose app it was for."""

    message: bytes
    appid: str


def signature(token: str, timestamp: str, nonce: str, *encrypted: str) -> str:
    """`signature`, or with the ciphertext `msg_signature` (sections 13.2 and 13.3)."""
    return hashlib.sha1(  # noqa: S324 - the protocol's own
        "".join(sorted((token, timestamp, nonce, *encrypted), key=str.encode)).encode()
    ).hexdigest()


def key(aes_key: str) -> bytes:
    """The 32 bytes behind the 43 characters of an EncodingAESKey."""
    return base64.b64decode(aes_key + "=")


def encrypt(aes_key: str, message: bytes, appid: str, random: bytes) -> str:
    """`message` for the app `appid`, in the frame of the protocol."""
    assert len(random) == RANDOM_BYTES
    frame = random + len(message).to_bytes(_LENGTH_BYTES, "big") + message + appid.encode()
    pad = _PAD_BLOCK - len(frame) % _PAD_BLOCK
    encryptor = _cipher(aes_key).encryptor()
    sealed = encryptor.update(frame + bytes([pad]) * pad) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def decrypt(aes_key: str, encrypted: str) -> Letter:
    """The letter in a ciphertext; refuses what this key did not make."""
    try:
        sealed = base64.b64decode(encrypted, validate=True)
    except (ValueError, binascii.Error):
        raise NotGenuine from None
    if not sealed or len(sealed) % _PAD_BLOCK:
        raise NotGenuine
    decryptor = _cipher(aes_key).decryptor()
    padded = decryptor.update(sealed) + decryptor.finalize()
    pad = padded[-1]
    if not 1 <= pad <= _PAD_BLOCK or padded[-pad:] != bytes([pad]) * pad:
        raise NotGenuine
    body = padded[RANDOM_BYTES:-pad]
    size, rest = int.from_bytes(body[:_LENGTH_BYTES], "big"), body[_LENGTH_BYTES:]
    if size > len(rest):
        raise NotGenuine
    try:
        return Letter(rest[:size], rest[size:].decode())
    except UnicodeDecodeError:
        raise NotGenuine from None


def _cipher(aes_key: str) -> Cipher[CBC]:
    secret = key(aes_key)
    return Cipher(AES(secret), CBC(secret[:_IV_BYTES]))

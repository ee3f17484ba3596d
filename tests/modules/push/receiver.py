"""A receiver as a shop's engineer would write it: its own cipher, its own HTTP, on loopback."""

import asyncio
import base64
import contextlib
import hashlib
import json
import ssl
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

TOKEN, KEY = "sesame123", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass
class Got:
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes
    plain: dict[str, object]
    appid: str


@dataclass
class Receiver:
    """Answers what `answers` says, in turn, then 200 `success`; `echoes` at verification."""

    url: str = ""
    echoes: bool = True
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    delay: float = 0
    got: list[Got] = field(default_factory=list)

    def _read(self, query: dict[str, str], headers: dict[str, str], raw: bytes) -> Got:
        """Verify and decrypt, or fail the test."""
        if query.get("encrypt_type") != "aes":
            assert _sha1(TOKEN, query["timestamp"], query["nonce"]) == query["signature"]
            return Got(query, headers, raw, json.loads(raw), "")
        sealed = json.loads(raw)["Encrypt"]
        signed = _sha1(TOKEN, query["timestamp"], query["nonce"], sealed)
        assert signed == query["msg_signature"]
        secret = base64.b64decode(KEY + "=")
        opener = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
        frame = opener.update(base64.b64decode(sealed)) + opener.finalize()
        frame = frame[: -frame[-1]]
        end = 20 + int.from_bytes(frame[16:20], "big")
        return Got(query, headers, raw, json.loads(frame[20:end]), frame[end:].decode())

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        raw = await reader.readexactly(int(headers.get("content-length", "0")))
        method, target, _ = first.split(" ")
        query = {k: v[0] for k, v in parse_qs(urlsplit(target).query).items()}
        if method == "GET":
            assert _sha1(TOKEN, query["timestamp"], query["nonce"]) == query["signature"]
            status, body = 200, query["echostr"].encode() if self.echoes else b"hello"
        else:
            self.got.append(self._read(query, headers, raw))
            await asyncio.sleep(self.delay)
            status, body = self.answers.pop(0) if self.answers else (200, b"success")
        line = f"HTTP/1.1 {status} OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        with contextlib.suppress(ConnectionError):
            writer.write(line.encode() + body)
            await writer.drain()
        writer.close()


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


@dataclass
class Certificate:
    """A certificate for `localhost` that only `trusting` trusts."""

    serving: ssl.SSLContext
    trusting: ssl.SSLContext


def own_certificate() -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(Encoding.PEM)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem + secret)
        file.flush()
        serving.load_cert_chain(file.name)
    return Certificate(serving, ssl.create_default_context(cadata=pem.decode()))


@contextlib.asynccontextmanager
async def receiving(certificate: Certificate | None = None) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    context = certificate.serving if certificate else None
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    place = f"https://localhost:{port}" if certificate else f"http://127.0.0.1:{port}"
    receiver.url = f"{place}/hook?from=tongshang"
    async with server:
        yield receiver

"""Calls to a shop's receiver: verification and delivery (reference sections 13.2 and 13.3).

A connection is made for each call: hours may lie between two events of a shop, and a connection
kept so long is closed by the other side just when it is used, which would count as a failure.
"""

import asyncio
import functools
import secrets
import socket
import ssl
from datetime import datetime
from typing import Final

import httpx
import msgspec

from tongshang.modules.push import cipher, domain
from tongshang.modules.push.domain import Mode, Push, Target

_SUCCESS: Final = (b"", b"success")


class _Envelope(msgspec.Struct):
    ToUserName: str
    FromUserName: str


class _Sealed(msgspec.Struct):
    ToUserName: str
    Encrypt: str


class Unreachable(Exception):
    """Why a call had no usable answer; the text is shown to the shop."""


async def deliver(target: Target, push: Push, at: datetime) -> str | None:
    """Deliver a push; the reason where the receiver did not take it."""
    query, body = _packed(target, push.body, at)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Tongshang-Push-Id": str(push.push_id),
        "Tongshang-Push-Seq": str(push.seq),
    }
    try:
        status, answer = await _call("POST", target.url, query, headers, body)
    except Unreachable as reason:
        return str(reason)
    if status != 200:
        return f"it answered HTTP {status}"
    if answer.strip() not in _SUCCESS:
        return "its answer was neither empty nor `success`"
    return None


async def verify(target: Target, at: datetime) -> str | None:
    """Ask a receiver to echo; the reason where it did not."""
    echo = str(secrets.randbelow(10**19))
    query = {**_signed(target.token, at), "echostr": echo}
    try:
        status, answer = await _call("GET", target.url, query, {}, b"")
    except Unreachable as reason:
        return str(reason)
    if status != 200 or answer != echo.encode():
        return f"it answered HTTP {status} without the echostr as its body"
    return None


def _signed(token: str, at: datetime) -> dict[str, str]:
    timestamp, nonce = str(int(at.timestamp())), str(secrets.randbelow(10**10))
    signature = cipher.signature(token, timestamp, nonce)
    return {"signature": signature, "timestamp": timestamp, "nonce": nonce}


def _packed(target: Target, body: str, at: datetime) -> tuple[dict[str, str], bytes]:
    query = _signed(target.token, at)
    if target.mode is Mode.PLAIN:
        return query, body.encode()
    # Sixteen characters rather than any sixteen bytes, as in the official vectors.
    random = secrets.token_hex(cipher.RANDOM_BYTES // 2).encode()
    encrypted = cipher.encrypt(target.aes_key, body.encode(), target.appid, random)
    envelope = msgspec.json.decode(body, type=_Envelope)
    msg_signature = cipher.signature(target.token, query["timestamp"], query["nonce"], encrypted)
    query |= {
        "openid": envelope.FromUserName,
        "encrypt_type": "aes",
        "msg_signature": msg_signature,
    }
    return query, msgspec.json.encode(_Sealed(envelope.ToUserName, encrypted))


async def _call(
    method: str, address: str, query: dict[str, str], headers: dict[str, str], body: bytes
) -> tuple[int, bytes]:
    """The status and the beginning of the answer, within the time that a receiver has."""
    try:
        async with asyncio.timeout(domain.ANSWER_SECONDS):
            return await _exchange(method, httpx.URL(address), query, headers, body)
    except TimeoutError:
        raise Unreachable(f"no answer within {domain.ANSWER_SECONDS} seconds") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as problem:
        raise Unreachable(f"the call failed: {type(problem).__name__}: {problem}") from None


async def _exchange(
    method: str, url: httpx.URL, query: dict[str, str], headers: dict[str, str], body: bytes
) -> tuple[int, bytes]:
    # We call the very address that was judged: a name may lead elsewhere the next time it is asked.
    ip = await _resolved(url)
    headers = {**headers, "Host": url.netloc.decode()}
    pinned = url.copy_merge_params(query).copy_with(host=ip)
    async with (
        httpx.AsyncClient(verify=_tls(), trust_env=False, timeout=None) as client,  # noqa: S113 - limited by _call
        client.stream(
            method, pinned, headers=headers, content=body, extensions={"sni_hostname": url.host}
        ) as answer,
    ):
        start = b""
        async for part in answer.aiter_bytes():
            start += part
            if len(start) > domain.ANSWER_BYTES_MAX:
                break
        return answer.status_code, start


async def _resolved(url: httpx.URL) -> str:
    port = url.port or (443 if url.scheme == "https" else 80)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    addresses = [str(place[4][0]) for place in found]
    if not addresses or not all(domain.may_call(address) for address in addresses):
        raise Unreachable("its address belongs to a network that the platform does not call")
    return addresses[0]


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()

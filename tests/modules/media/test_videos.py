"""Videos: told by their content, written while they come, played from any second."""

import io
from typing import Any

import httpx
import pytest

from tests.modules.media.films import box, mp4
from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.modules.identity.api import PartyDraft, PartyKind, add_app, add_parties
from tongshang.modules.media import domain
from tongshang.modules.media.refusals import VideoRefused
from tongshang.runtime.call import Caller, Scope
from tongshang.runtime.files import SentFile

PROMOTER = Caller("promoter", frozenset({Scope.PUBLIC, Scope.PROMOTER}), party_id=3)
PATH = "/v1/promoter/video/upload"


async def _upload(opened: Opened, content: bytes) -> Any:
    return await ask(opened, PROMOTER, PATH, media=SentFile(io.BytesIO(content), len(content)))


async def test_a_video_is_told_by_its_index(opened: Opened) -> None:
    kept = await _upload(opened, mp4(millis=12_345, size=(720, 1280)))
    assert (kept.width, kept.height, kept.millis) == (720, 1280, 12_345)
    assert domain.is_our_video(kept.url)
    assert (opened.house.home / kept.url.lstrip("/")).stat().st_size == len(mp4())
    again = await _upload(opened, mp4(millis=12_345, size=(720, 1280)))
    assert again.url == kept.url
    assert await opened.house.pool.fetchval("select count(*) from videos") == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        mp4()[:200],  # cut off
        mp4()[20:],  # no ftyp
        mp4(millis=0),
        mp4(millis=601_000),
        mp4(codec=b"mp4a"),  # only sound
        mp4(codec=b"jpeg"),
        mp4(size=(0, 0)),
        mp4(size=(20_000, 10)),
        box(b"ftyp", b"isom", bytes(8)) + box(b"moov", box(b"trak", box(b"trak", bytes(7)))),
        box(b"ftyp", b"isom", bytes(8)) + b"\x00\x00\x00\x02moov" + bytes(99),
        box(b"ftyp", b"isom", bytes(8)) + box(b"free") * 2_000,
        box(b"ftyp", b"isom", bytes(8)) + box(b"moov", box(b"free") * 20_000),
    ],
)
async def test_what_is_no_video_is_not_kept(opened: Opened, content: bytes) -> None:
    with pytest.raises(VideoRefused):
        await _upload(opened, content)
    assert await opened.house.pool.fetchval("select count(*) from videos") == 0
    folder = opened.house.home / "media"
    assert not folder.exists() or not list(folder.iterdir())


async def test_a_large_video_comes_as_a_form_and_a_larger_one_does_not(
    opened: Opened, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with calling(opened) as call:
        (party_id,) = await add_parties(call, [PartyDraft(PartyKind.PROMOTER, "阿宁")])
        app = await add_app(call, party_id)
    asked = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
    token = (await client.post("/cgi-bin/stable_token", json=asked)).json()["access_token"]
    bearer = {"authorization": f"Bearer {token}"}
    large = mp4(more=bytes(12 * 1024 * 1024))  # more than any other request may bring
    sent = await client.post(PATH, headers=bearer, files={"media": ("a.mp4", large)})
    assert sent.status_code == 200, sent.text
    assert sent.json()["millis"] == 8_000
    too_large = bytes(domain.VIDEO_BYTES_MAX + 100_000)
    sent = await client.post(PATH, headers=bearer, files={"media": ("a.mp4", too_large)})
    assert (sent.status_code, sent.json()["code"]) == (413, 45002)
    sent = await client.post(PATH, headers=bearer, json={"media": "x"})
    assert (sent.status_code, sent.json()["code"]) == (400, 40097)
    sent = await client.post(
        "/v1/promoter/picture/upload", headers=bearer, files={"media": ("a.png", large)}
    )
    assert (sent.status_code, sent.json()["code"]) == (413, 45002)


async def test_a_video_is_played_from_any_second(opened: Opened, client: httpx.AsyncClient) -> None:
    content = mp4(more=bytes(range(256)) * 40)
    url = (await _upload(opened, content)).url

    async def read(**headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.get(url, headers={"accept-encoding": "gzip", **named})

    whole = await read()
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    assert "content-encoding" not in whole.headers
    part = await read(range="bytes=100-199")
    assert (part.status_code, part.content) == (206, content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(content)}"
    assert (await read(range="bytes=-50")).content == content[-50:]
    assert (await read(range=f"bytes={len(content)}-")).status_code == 416
    mark = whole.headers["etag"]
    assert (await read(range="bytes=0-9", if_range=mark)).status_code == 206
    assert (await read(range="bytes=0-9", if_range='"another"')).status_code == 200
    assert (await client.get("/media/" + "0" * 64 + ".mp4")).status_code == 404

"""Pictures as shops bring them."""

import asyncio
import io
import zlib
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.platform import calling
from tongshang.app import Opened
from tongshang.kernel.refusal import Refusal
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.media import api
from tongshang.runtime import http

PATHS = ("/channels/ec/basics/img/upload", "/shop/ec/basics/img/upload")

HOME = "http://shop.test"


def picture(form: str = "PNG", colour: str = "teal", side: int = 64) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(file, form)
    return file.getvalue()


def bomb() -> bytes:
    """A PNG of some hundred bytes that says it has 100,000 × 100,000 pixels."""
    header = b"IHDR" + (100_000).to_bytes(4) * 2 + bytes([1, 0, 0, 0, 0])
    data = b"IDAT" + zlib.compress(bytes(12_501))
    chunks = b"".join(
        (len(chunk) - 4).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4)
        for chunk in (header, data, b"IEND")
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.fixture
async def token(opened: Opened, client: httpx.AsyncClient) -> str:
    async with calling(opened) as call:
        (party_id,) = await identity.add_parties(call, [PartyDraft(PartyKind.SHOP, "山间杂货")])
        app = await identity.add_app(call, party_id)
    asked = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
    return str((await client.get("/cgi-bin/token", params=asked)).json()["access_token"])


async def upload(
    client: httpx.AsyncClient, token: str, content: bytes, path: str = PATHS[0], **query: Any
) -> dict[str, Any]:
    params = {"access_token": token, "upload_type": 0, "resp_type": 1, **query}
    files = {"media": ("a.png", content, "image/png")}
    return dict((await client.post(path, params=params, files=files)).json())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("form", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
async def test_a_picture_is_kept_under_a_name_of_its_content(
    opened: Opened, client: httpx.AsyncClient, token: str, path: str, form: str, ending: str
) -> None:
    content = picture(form)
    url = (await upload(client, token, content, path))["pic_file"]["img_url"]
    assert url.endswith(f".{ending}")
    assert url.startswith(HOME), "as programs of the wire can show it (decision 0030)"
    url = url.removeprefix(HOME)
    assert api.is_ours(url)
    name = url.removeprefix("/media/")
    assert (opened.house.home / "media" / name).read_bytes() == content
    ids = (await upload(client, token, content, path, resp_type=0))["pic_file"]
    assert set(ids) == {"media_id", "pay_media_id"}


async def test_the_same_picture_many_times_at_once_is_one(
    opened: Opened, client: httpx.AsyncClient, token: str
) -> None:
    content = picture()
    given = await asyncio.gather(*(upload(client, token, content, resp_type=0) for _ in range(6)))
    assert len({one["pic_file"]["media_id"] for one in given}) == 1
    assert await opened.house.pool.fetchval("select count(*) from pictures") == 1
    assert len(list((opened.house.home / "media").iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        picture()[:90],
        picture("BMP"),
        bomb(),
        picture() + bytes(5 * 1024 * 1024),
    ],
    ids=["empty", "text", "svg", "cut off", "bmp", "bomb", "heavy"],
)
async def test_what_is_no_picture_of_ours_is_refused_and_not_kept(
    opened: Opened, client: httpx.AsyncClient, token: str, content: bytes
) -> None:
    assert (await upload(client, token, content))["errcode"] == 10020331
    assert await opened.house.pool.fetchval("select count(*) from pictures") == 0
    assert not (opened.house.home / "media").exists()


async def test_bad_forms_get_their_code(client: httpx.AsyncClient, token: str) -> None:
    async def code(**sent: Any) -> int:
        sent.setdefault("params", {"access_token": token, "resp_type": 1})
        return int((await client.post(PATHS[0], **sent)).json()["errcode"])

    assert await code(json={"img_url": "https://pictures.test/a.png"}) == 9002001
    assert await code(content=b"{") == 47001
    assert await code(content=b"x", headers={"content-type": "multipart/form-data"}) == 47001
    broken = {"content-type": "multipart/form-data; boundary=b"}
    assert await code(content=b"x", headers=broken) == 47001
    wrong = {"access_token": token, "resp_type": "one"}
    assert await code(params=wrong, files={"media": picture()}) == 40097
    assert await code(content=bytes(http.FILE_BYTES_MAX + 1)) == 45002
    assert await code(params={"access_token": ""}, files={"media": picture()}) == 41001


async def test_one_that_is_no_picture_refuses_its_whole_batch(opened: Opened) -> None:
    with pytest.raises(Refusal) as refused:
        async with calling(opened) as call:
            await api.keep_pictures(call, 1, [picture(), b"x"])
    assert refused.value.code == 10020331
    assert await opened.house.pool.fetchval("select count(*) from pictures") == 0
    async with calling(opened) as call:
        urls = await api.keep_pictures(call, 1, [picture(), picture(colour="red"), picture()])
    assert urls[0] == urls[2] != urls[1]


@pytest.mark.parametrize(
    "url", ["https://evil.test/media/" + "0" * 64 + ".png", "/media/../secret", "/media/a.svg", ""]
)
def test_urls_of_elsewhere_are_not_ours(url: str) -> None:
    assert not api.is_ours(url)

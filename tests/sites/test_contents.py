"""Writing, watching and barring over HTTP, with forms alone: no script runs here."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx

from tests.market import Market, png
from tests.modules.media.films import mp4
from tests.platform import finish_work
from tests.sites.test_frame import token_in
from tests.sites.test_storefront import sign_in

HOME = "/desk/promoter/contents"


class Editor:
    """The editor's form as a browser without script has it."""

    def __init__(self, client: httpx.AsyncClient, page: str) -> None:
        self.client, self.page = client, page

    @classmethod
    async def open(cls, client: httpx.AsyncClient, place: str) -> "Editor":
        return cls(client, (await client.get(place)).text)

    @property
    def fields(self) -> dict[str, Any]:
        """What the form would send, lists for what comes several times."""
        form = self.page[self.page.index("data-editor") : self.page.index("<template")]
        found: dict[str, Any] = {}
        for tag in re.findall(
            r"<input[^>]*>|<textarea.*?</textarea>|<select.*?</select>", form, re.DOTALL
        ):
            name = re.search(r'name="([^"]+)"', tag)
            if name is None or 'type="file"' in tag:
                continue
            value = re.search(r'value="([^"]*)"', tag)
            if tag.startswith("<textarea"):
                value = re.search(r">\n?(.*)</textarea>", tag, re.DOTALL)
            elif tag.startswith("<select"):
                value = re.search(r'value="([^"]*)" selected', tag)
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
        return found

    async def press(
        self, do: str, place: str = f"{HOME}/0", files: Any = None, **typed: Any
    ) -> httpx.Response:
        """Send the form by one of its buttons."""
        sent = self.fields | typed | {"do": do}
        sent_by = await self.client.post(place, data=sent, files=files or {"cover": ("", b"")})
        if sent_by.status_code < 300 or sent_by.status_code == 400:
            self.page = sent_by.text
        return sent_by


async def test_an_article_is_written_with_buttons_alone_and_read(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.promoter)
    editor = await Editor.open(client, f"{HOME}/new")
    await editor.press("add:heading", title="三道茶", part_text=["先闻<script>x()</script>香"])
    await editor.press("up:1")
    assert editor.fields["part_kind"] == ["heading", "paragraph"]
    await editor.press(f"put:{market.shop_id}-{market.tea.product_id}")
    await editor.press("upload", files={"pictures": ("a.png", png(9, 9, 9))})
    assert editor.fields["part_kind"] == ["heading", "paragraph", "card", "picture"]
    await editor.press("cut:3")
    texts = ["一道", "先闻<script>x()</script><b>香</b>", ""]
    done = await editor.press("publish", part_text=texts, part_look=["small", "small", "large"])
    assert done.headers["location"] == f"{HOME}?done=publish"
    listed = (await client.get(HOME)).text
    content_id = re.search(rf'href="{HOME}/(\d+)"', listed)
    assert content_id
    page = (await client.get(f"/a/{content_id[1]}")).text
    assert "<h2>一道</h2>" in page
    assert "先闻<b>香</b>" in page
    assert "<script>x" not in page
    assert market.tea.title in page
    assert "look-large" in page


async def test_a_refused_article_keeps_what_was_typed_and_says_where(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.promoter)
    editor = await Editor.open(client, f"{HOME}/new")
    refused = await editor.press("publish", title="包治百病的茶", part_text=["喝一杯根治失眠"])
    assert refused.status_code == 400
    assert "根治" in refused.text
    assert editor.fields["title"] == ["包治百病的茶"]
    refused = await editor.press("publish", title="", part_text=["茶"])
    assert refused.status_code == 400
    refused = await editor.press("schedule", title="茶", part_text=["茶"], publish_at="昨天")
    assert refused.status_code == 400
    listed = (await client.get(f"{HOME}?state=visible")).text
    assert "包治百病" not in listed


async def test_a_draft_is_previewed_scheduled_taken_back_and_restored(
    client: httpx.AsyncClient, market: Market
) -> None:
    sign_in(client, market, market.promoter)
    editor = await Editor.open(client, f"{HOME}/new")
    await editor.press(f"put:{market.shop_id}-{market.cup.product_id}", title="第一版")
    saved = await editor.press("save", part_text=["山", ""])
    place = saved.headers["location"].partition("?")[0]
    shown = await client.get(f"{place}/shown")
    assert "frame-ancestors 'self'" in shown.headers["content-security-policy"]
    assert market.cup.title in shown.text
    assert "data-card" not in shown.text, "a preview is no exposure"
    preview = await client.get(f"{place}/preview")
    assert "frame-ancestors 'none'" in preview.headers["content-security-policy"]
    assert (await client.get(place.replace(HOME, "/a"))).status_code == 404

    editor = await Editor.open(client, place)
    await editor.press("schedule", place, title="第二版", publish_at="2020-01-01T08:00")
    assert "晚于现在" in editor.page
    later = market.opened.house.clock.now() + timedelta(hours=10)  # two, where it is eight later
    sent = await editor.press("schedule", place, publish_at=f"{later:%Y-%m-%dT%H:%M}")
    assert sent.headers["location"] == f"{HOME}?done=schedule"
    assert "等待定时发布" in (await client.get(f"{HOME}?state=scheduled")).text
    form = {"form_token": token_in((await client.get(place)).text), "do": "withdraw"}
    await client.post(f"{place}/move", data=form)
    assert "第二版" in (await client.get(f"{HOME}?state=draft")).text
    versions = (await client.get(f"{place}/versions")).text
    assert "第一版" in versions
    form = {"form_token": token_in(versions), "version": "1"}
    await client.post(f"{place}/versions", data=form)
    assert 'value="第一版"' in (await client.get(place)).text


async def test_a_short_video_is_sent_and_watched(client: httpx.AsyncClient, market: Market) -> None:
    sign_in(client, market, market.promoter)
    page = (await client.get(f"{HOME}/new?kind=short_video")).text
    form = {"form_token": token_in(page), "form_key": "k1", "title": "一杯茶的十秒"}
    wrong = await client.post(
        f"{HOME}/0/video", data=form, files={"media": ("a.mp4", b"<svg/>", "video/mp4")}
    )
    assert wrong.status_code == 400
    assert "视频上传失败" in wrong.text
    large = mp4(millis=10_000, more=bytes(7 * 1024 * 1024))
    sent = await client.post(
        f"{HOME}/0/video", data=form, files={"media": ("a.mp4", large, "video/mp4")}
    )
    assert sent.status_code == 303, sent.text
    place = sent.headers["location"].partition("?")[0]
    editor = await Editor.open(client, place)
    await editor.press(f"put:{market.shop_id}-{market.tea.product_id}", place)
    done = await editor.press("publish", place, part_at_seconds=["4"])
    assert done.status_code == 303, done.text
    page = (await client.get(place.replace(HOME, "/a"))).text
    video = re.search(r'<video src="(/media/[0-9a-f]+\.mp4)"', page)
    assert video
    assert 'data-at="4"' in page
    assert market.tea.title in page
    played = await client.get(video[1], headers={"range": "bytes=0-99"})
    assert (played.status_code, len(played.content)) == (206, 100)


async def test_nobody_edits_what_another_wrote(client: httpx.AsyncClient, market: Market) -> None:
    sign_in(client, market, market.shop)
    place = f"/desk/shop/contents/{market.content_id}"
    for path in ("", "/preview", "/shown", "/versions"):
        assert (await client.get(place + path)).status_code == 404
    asked = await client.get(f"{HOME}/{market.content_id}")
    assert asked.headers["location"].startswith("/personas?role=promoter")
    large = {"media": ("a.mp4", mp4(), "video/mp4")}
    assert (await client.post(f"{HOME}/0/video", files=large)).status_code == 303, "not read at all"


async def test_the_operator_bars_a_product_and_its_card_is_gone(
    client: httpx.AsyncClient, market: Market
) -> None:
    article = f"/a/{market.content_id}"
    assert "文中的这件商品已经下架" not in (await client.get(article)).text
    sign_in(client, market, market.operator)
    place = "/desk/platform/restrictions"
    page = (await client.get(place)).text
    form = {"form_token": token_in(page), "product_id": market.tea.product_id, "source": "1"}
    refused = await client.post(place, data=form | {"reason": "夸大"})
    assert refused.status_code == 400, "no scene was chosen"
    assert 'value="夸大"' in refused.text
    await client.post(place, data=form | {"reason": "夸大", "scenes": ["6", "4"]})
    page = (await client.get(place)).text
    assert "订单与卡片" in page
    assert market.tea.title in page
    assert "文中的这件商品已经下架" in (await client.get(article)).text
    lift = {"form_token": token_in(page), "product_id": market.tea.product_id, "scene": "6"}
    await client.post(f"{place}/lift", data=lift)
    assert "文中的这件商品已经下架" not in (await client.get(article)).text
    assert (await client.get(f"{place}?lifted=1")).text.count("夸大") == 1
    await finish_work(market.opened)

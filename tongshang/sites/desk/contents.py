"""Where promoters and shops write: a list, an editor that works without JavaScript, a preview."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import InvalidField, Refusal
from tongshang.sites.desk import contents_form
from tongshang.sites.desk.contents_form import KINDS, Form, Part
from tongshang.sites.visit import Pages, Visit

_CHINA: Final = timezone(timedelta(hours=8))
_FOUND_MAX: Final = 8
_DOES: Final = {
    "publish": "publish",
    "withdraw": "withdraw",
    "remove": "remove",
}


def _home(visit: Visit) -> str:
    return f"/desk/{visit.session.role}/contents"


def _path(visit: Visit, what: str) -> str:
    return f"/v1/{visit.session.role}/content/{what}"


async def list_contents(visit: Visit) -> Response:
    """One's own contents by state."""
    state = visit.asked("state")
    state = state if state in {"draft", "scheduled", "visible", "removed"} else ""
    after = visit.asked("after")
    page = await visit.ask(_path(visit, "list"), state=state, next_key=after)
    return visit.show(
        "promoter_desk/contents.html", page=page, state=state, contents_home=_home(visit),
        done=visit.asked("done"),
    )  # fmt: skip


async def start(visit: Visit) -> Response:
    """The editor, empty; a short video begins with its video."""
    kind = visit.asked("kind", KINDS[0])
    return await _editor(visit, contents_form.empty(kind))


async def edit(visit: Visit) -> Response:
    """The editor with a content of one's own."""
    view = await visit.ask(_path(visit, "get"), content_id=str(visit.part("content_id")))
    return await _editor(visit, contents_form.shown(view), view=view)


async def save(visit: Visit) -> Response:
    """What the pressed button says: one part more or fewer, or all of it kept."""
    content_id = visit.part("content_id")
    form = contents_form.typed(visit.fields, visit.lists)
    what, _, which = visit.fields.get("do", "save").partition(":")
    try:
        form = await _with_pictures(visit, form)
        if what not in {"save", "publish", "schedule"}:
            return await _reshaped(visit, form, what, which)
        kept = await _keep(visit, content_id, form)
        content_id = int(kept)
        if what == "publish":
            await visit.ask(_path(visit, "publish"), content_id=kept)
        elif what == "schedule":
            await visit.ask(_path(visit, "schedule"), content_id=kept, publish_at=_time(visit))
    except Refusal as refusal:
        view = await _view(visit, content_id)
        if view is not None:  # Sent again, it says what is typed here, whatever was said meanwhile.
            form = replace(form, version=view.about.version)
        return await _editor(visit, form, view=view, refusal=refusal)
    if what == "save":
        return visit.go(f"{_home(visit)}/{content_id}?done=saved")
    return visit.go(f"{_home(visit)}?done={what}")


async def _keep(visit: Visit, content_id: int, form: Form) -> str:
    """Write what was typed; the content's id."""
    if not form.title:
        raise InvalidField(field="title", rule="1–64")
    if not content_id:
        path, key = _path(visit, "add"), visit.form_key
        added = await visit.ask(path, key, **form.document(), is_draft=True)
        return str(added.content_id)
    await visit.ask(
        _path(visit, "update"), content_id=str(content_id), version=form.version,
        **form.document(),
    )  # fmt: skip
    return str(content_id)


def _time(visit: Visit) -> str:
    """The time that was typed, which is China's."""
    try:
        typed = datetime.fromisoformat(visit.fields.get("publish_at", ""))
    except ValueError:
        raise InvalidField(field="publish_at", rule="2026-01-31 18:00") from None
    return typed.replace(tzinfo=_CHINA).isoformat()


async def _with_pictures(visit: Visit, form: Form) -> Form:
    """With the pictures that came with the form: a cover, and parts at the end."""
    for body in visit.files.get("cover", [])[:1]:
        form = replace(form, cover_url=await _uploaded(visit, body))
    for body in visit.files.get("pictures", []):
        form = form.with_part(Part("picture", url=await _uploaded(visit, body)))
    return form


async def _uploaded(visit: Visit, body: bytes) -> str:
    if visit.session.role == "promoter":
        return str((await visit.ask("/v1/promoter/picture/upload", media=body)).url)
    path = "/channels/ec/basics/img/upload"
    return str((await visit.ask(path, resp_type=1, media=body)).pic_file.img_url)


async def _reshaped(visit: Visit, form: Form, what: str, which: str) -> Response:
    """The form with one part more, fewer or elsewhere; or what was looked for."""
    place = int(which) if which.isdecimal() and len(which) < 4 else -1
    found: list[Part] = []
    match what:
        case "add" if which in {"heading", "paragraph"}:
            form = form.with_part(Part(which))
        case "up":
            form = form.moved(place, -1)
        case "down":
            form = form.moved(place, 1)
        case "cut":
            form = form.without(place)
        case "find":
            found = await _find(visit)
        case "put":
            shop_id, _, product_id = which.partition("-")
            form = form.with_part(_card(visit, shop_id, product_id))
    view = await _view(visit, visit.part("content_id"))
    return await _editor(visit, form, view=view, found=found, is_touched=True)


async def _find(visit: Visit) -> list[Part]:
    """Cards by words, or by a link or 口令 that was pasted."""
    asked = visit.fields.get("find", "").strip()
    if not asked:
        return []
    own = visit.session.owner_id if visit.session.role == "shop" else 0
    page = await visit.ask(
        "/v1/buyer/search", q=asked[:200], tab="product" if own else "all", shop_id=str(own),
        limit=_FOUND_MAX,
    )  # fmt: skip
    found = []
    if page.pasted is not None and page.pasted.card is not None:
        found.append(contents_form.of_card(page.pasted.card))
    if page.pasted is not None and page.pasted.shop is not None:
        found.append(contents_form.of_shop(page.pasted.shop))
    found += [contents_form.of_card(hit.card) for hit in page.products]
    return found + [contents_form.of_shop(hit.card) for hit in page.shops[:2]]


def _card(visit: Visit, shop_id: str, product_id: str) -> Part:
    """The part of a product, or (0) of a shop, that was picked from what was found."""
    label = visit.fields.get(f"label_{shop_id}-{product_id}", "")
    thumb = visit.fields.get(f"thumb_{shop_id}-{product_id}", "")
    if product_id in {"", "0"}:
        return Part("shop", shop_id=shop_id, label=label, thumb=thumb)
    return Part("card", shop_id=shop_id, product_id=product_id, label=label, thumb=thumb)


async def _view(visit: Visit, content_id: int) -> Any:
    """The content as it is kept, or None for one that is not kept yet."""
    if not content_id:
        return None
    return await visit.ask(_path(visit, "get"), content_id=str(content_id))


async def _editor(
    visit: Visit,
    form: Form,
    *,
    view: Any = None,
    found: list[Part] | None = None,
    refusal: Refusal | None = None,
    is_touched: bool = False,
) -> Response:
    wrong = refusal.details.get("position", 0) if refusal else 0
    return visit.show(
        "promoter_desk/content.html",
        400 if refusal else 200,
        form=form,
        about=view.about if view else None,
        content_id=view.about.content_id if view else 0,
        found=found,
        asked=visit.fields.get("find", ""),
        wrong=wrong,
        refusal=refusal,
        is_touched=is_touched,
        contents_home=_home(visit),
        done=visit.asked("done"),
        publish_at=_proposed(visit, view),
    )


def _proposed(visit: Visit, view: Any) -> str:
    """What stands in the field of time: what was typed, or was set, or tomorrow at eight."""
    if typed := visit.fields.get("publish_at"):
        return typed
    now = visit.house.clock.now().astimezone(_CHINA)
    at = (now + timedelta(days=1)).replace(hour=20, minute=0)
    if view is not None and view.about.publish_at is not None:
        at = view.about.publish_at.astimezone(_CHINA)
    return f"{at:%Y-%m-%dT%H:%M}"


async def move(visit: Visit) -> Response:
    """Publish, take back from the clock, or take down, from the list."""
    what = _DOES.get(visit.fields.get("do", ""), "publish")
    await visit.ask(_path(visit, what), content_id=str(visit.part("content_id")))
    return visit.go(f"{_home(visit)}?done={what}")


async def send_video(visit: Visit) -> Response:
    """Keep a video: a new short video begins with it, a content gets it as its last part."""
    content_id = visit.part("content_id")
    title = visit.fields.get("title", "").strip()
    view = await _view(visit, content_id)
    form = contents_form.shown(view) if view else contents_form.empty("short_video")
    form = replace(form, title=title or form.title)
    try:
        if "media" not in visit.sent:
            raise InvalidField(field="media", rule="MP4")
        path = f"/v1/{visit.session.role}/video/upload"
        video = await visit.ask(path, media=visit.sent["media"])
        if form.kind == "short_video":
            form = replace(form, video_url=video.url, video_seconds=video.millis // 1000)
        else:
            form = form.with_part(Part("video", url=video.url))
        content_id = int(await _keep(visit, content_id, form))
    except Refusal as refusal:
        return await _editor(visit, form, view=view, refusal=refusal)
    return visit.go(f"{_home(visit)}/{content_id}?done=video")


async def preview(visit: Visit) -> Response:
    """A content in a phone's width, and what may be done with it."""
    view = await visit.ask(_path(visit, "get"), content_id=str(visit.part("content_id")))
    return visit.show(
        "promoter_desk/content_preview.html", about=view.about, contents_home=_home(visit)
    )


async def show(visit: Visit) -> Response:
    """The content as people will see it; its cards count nothing and lead to the plain page."""
    view = await visit.ask(_path(visit, "get"), content_id=str(visit.part("content_id")))
    content = view.shown
    for block in content.blocks:
        if block.card is not None:
            block.card.token, block.card.url = "", f"/p/{block.card.product_id}"
        if block.shop is not None:
            block.shop.token, block.shop.url = "", f"/s/{block.shop.shop_id}"
    if content.published_at is None:
        content.published_at = view.about.publish_at or visit.house.clock.now()
    return visit.show(template_of(content.kind), content=content, is_preview=True)


async def list_versions(visit: Visit) -> Response:
    """What a content said at each saving."""
    content_id = str(visit.part("content_id"))
    view = await visit.ask(_path(visit, "get"), content_id=content_id)
    kept = await visit.ask(_path(visit, "version/list"), content_id=content_id)
    return visit.show(
        "promoter_desk/content_versions.html", about=view.about, versions=kept.versions,
        contents_home=_home(visit), refusal=None,
    )  # fmt: skip


async def restore(visit: Visit) -> Response:
    """Say again what an earlier version said."""
    content_id = visit.part("content_id")
    path = _path(visit, "version/restore")
    await visit.ask(path, content_id=str(content_id), version=visit.whole("version"))
    return visit.go(f"{_home(visit)}/{content_id}?done=restored")


def template_of(kind: str) -> str:
    """The page on which people read a content of this kind."""
    return {
        "short_video": "storefront/video.html",
        "mini_page": "storefront/mini_page.html",
    }.get(kind, "storefront/article.html")


def _pages(role: str) -> Pages:
    """The same pages for both who write."""
    pages, home = Pages(role=role), f"/desk/{role}/contents"
    one = home + "/{content_id:int}"
    for path, page in (
        (home, list_contents), (f"{home}/new", start), (one, edit), (f"{one}/preview", preview),
        (f"{one}/shown", show), (f"{one}/versions", list_versions),
    ):  # fmt: skip
        pages.get(path)(page)
    for path, page in ((one, save), (f"{one}/move", move), (f"{one}/versions", restore)):
        pages.post(path)(page)
    pages.post(f"{one}/video", large=True)(send_video)
    return pages


PAGES: Final = (_pages("promoter"), _pages("shop"))

"""A host's live rooms, and the console of one; a shop's flash prices for hosts."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import InvalidField, Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="promoter")

_HOME: Final = "/desk/promoter/live"
_CHINA: Final = timezone(timedelta(hours=8))
_COMMENTS: Final = 60
_OFFERS: Final = 50


@PAGES.get(_HOME)
async def rooms(visit: Visit) -> Response:
    """One's rooms, and a form for the next."""
    return await _show_rooms(visit)


async def _show_rooms(visit: Visit, refusal: Refusal | None = None) -> Response:
    page = await visit.ask("/v1/promoter/live/list", next_key=visit.asked("after"))
    return visit.show(
        "promoter_desk/live.html",
        int(refusal.kind) if refusal else 200,
        page=page,
        refusal=refusal,
        draft=visit.fields,
    )


@PAGES.post(_HOME)
async def schedule(visit: Visit) -> Response:
    """Announce a room."""
    fields = visit.fields
    try:
        made = await visit.ask(
            "/v1/promoter/live/schedule",
            visit.form_key,
            title=fields.get("title", "").strip(),
            intro=fields.get("intro", "").strip(),
            starts_at=_starts_at(fields.get("starts_at", "")),
        )
    except Refusal as refusal:
        return await _show_rooms(visit, refusal)
    return visit.go(f"{_HOME}/{made.content_id}")


def _starts_at(text: str) -> str | None:
    """The time that a form says, in China; none: at once."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=_CHINA).astimezone(UTC).isoformat()
    except ValueError:
        raise InvalidField(field="starts_at", rule="is a day and a time") from None


@PAGES.get(_HOME + "/{content_id:int}")
async def console(visit: Visit) -> Response:
    """All that a host needs while on air."""
    return await _show_console(visit)


async def _show_console(visit: Visit, refusal: Refusal | None = None) -> Response:
    content_id = visit.part("content_id")
    figures = await visit.ask("/v1/promoter/live/figures", content_id=content_id)
    found = await visit.ask("/v1/buyer/live/get", content_id=content_id)
    said = await visit.ask("/v1/promoter/live/comments", content_id=content_id, limit=_COMMENTS)
    offers = await visit.ask("/v1/promoter/plan/list", limit=_OFFERS)
    grants = await visit.ask("/v1/promoter/live/flash/list", limit=50)
    in_bag = {card.product_id: card for card in found.bag}
    return visit.show(
        "promoter_desk/live_room.html",
        int(refusal.kind) if refusal else 200,
        found=found,
        room=found.room,
        figures=figures,
        comments=list(reversed(said.comments)),
        offers=[one for one in offers.offers if one.product_id not in in_bag],
        grants=_grants(grants.grants, in_bag, visit),
        refusal=refusal,
    )


def _grants(grants: list[Any], in_bag: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """By product the flash price that runs, or could be opened now."""
    now = visit.house.clock.now()
    usable = [g for g in grants if g.runs or (not g.discount_id and g.valid_until > now)]
    return {g.product_id: g for g in sorted(usable, key=lambda g: g.runs) if g.product_id in in_bag}


@PAGES.get(_HOME + "/{content_id:int}/comments")
async def comments(visit: Visit) -> Response:
    """What is said, alone: for a console that heard that there is more."""
    content_id = visit.part("content_id")
    said = await visit.ask("/v1/promoter/live/comments", content_id=content_id, limit=_COMMENTS)
    return visit.show(
        "promoter_desk/live_comments.html",
        comments=list(reversed(said.comments)),
        place=f"{_HOME}/{content_id}",
    )


# What the buttons of the console do: endpoint, and which fields of the form it takes.
_DOES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "start": ("start", ()),
    "end": ("end", ()),
    "cancel": ("cancel", ()),
    "explain": ("explain/start", ("product_id",)),
    "explain-stop": ("explain/stop", ()),
    "flash": ("flash/start", ("grant_id",)),
    "flash-stop": ("flash/stop", ("grant_id",)),
    "comment-remove": ("comment/remove", ("comment_id",)),
}


@PAGES.post(_HOME + "/{content_id:int}")
async def act(visit: Visit) -> Response:
    """Do what a button of the console says."""
    content_id, do = visit.part("content_id"), visit.fields.get("do", "")
    try:
        if do in _DOES:
            path, names = _DOES[do]
            fields = {name: visit.fields.get(name, "") for name in names}
            await visit.ask(
                f"/v1/promoter/live/{path}", visit.form_key, content_id=content_id, **fields
            )
        elif do in {"mute", "unmute"}:
            who = visit.fields.get("buyer_id", "")
            await visit.ask(f"/v1/promoter/live/{do}", buyer_id=who)
        else:
            await _change_bag(visit, content_id, do)
    except Refusal as refusal:
        return await _show_console(visit, refusal)
    return visit.go(f"{_HOME}/{content_id}")


async def _change_bag(visit: Visit, content_id: int, do: str) -> None:
    product_id = visit.fields.get("product_id", "")
    if do == "add":
        wanted = [
            dict(zip(("shop_id", "product_id"), one.split("-", 1), strict=False))
            for one in visit.lists.get("product", [])
        ]
        await visit.ask("/v1/promoter/live/bag/add", content_id=content_id, products=wanted)
        return
    verb = {"remove": "remove", "first": "order"}.get(do)
    if verb is None:
        raise InvalidField(field="do", rule="is one of the console's buttons")
    path = f"/v1/promoter/live/bag/{verb}"
    await visit.ask(path, content_id=content_id, product_ids=[product_id])

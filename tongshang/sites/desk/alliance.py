"""A shop in the alliance: its plans of all kinds, and what each costs and brings."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.desk.offers import product_of
from tongshang.sites.shown import sentence
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="shop")

HERE: Final = "/desk/shop/alliance"
_ITEM: Final = "/channels/ec/league/item"
_SIZE: Final = 20
_NORMAL, _NAMED, _ALONE, _AGENCY = 1, 2, 3, 4
_LIST, _DELIST = 2, 3  # operate_type
_PERCENT: Final = 10_000


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as the shop's page shows it."""

    key: str
    kind: int
    product_id: str
    title: str
    picture_url: str
    price_fen: int
    ratio_ppm: int
    service_ppm: int
    agency_name: str
    agency_fixes: bool
    status: int
    ends_at: Any
    finders: tuple[str, ...]

    @property
    def costs_fen(self) -> int:
        """What one piece costs the shop."""
        return self.price_fen * (self.ratio_ppm + self.service_ppm) // 1_000_000


@PAGES.get(HERE)
async def plans(visit: Visit) -> Response:
    """The shop's plans of a kind; `open` names the one beside the list."""
    return await _show(visit)


@PAGES.post(HERE)
async def move(visit: Visit) -> Response:
    """List, take down or delete all plans that are chosen."""
    do = visit.fields.get("do", "")
    do = do if do in {"list", "delist", "delete"} else "delist"
    try:
        for key in visit.lists.get("pick", []):
            await _move(visit, _kind(visit), key, do)
    except Refusal as refusal:
        return await _show(visit, refusal)
    return visit.go(f"{HERE}?kind={_kind(visit)}&done={do}")


@PAGES.post(f"{HERE}/ratio")
async def change_ratio(visit: Visit) -> Response:
    """Another ratio for a plan: a rise at once, a cut when the lock is over."""
    kind, key = _kind(visit), visit.fields.get("key", "0")
    try:
        await visit.ask(
            f"{_ITEM}/upd", type=kind, operate_type=1, **_named(kind, key),
            ratio=visit.whole("percent", -1),
        )  # fmt: skip
    except Refusal as refusal:
        return await _show(visit, refusal, key)
    return visit.go(f"{HERE}?kind={kind}&done=ratio")


def _kind(visit: Visit) -> int:
    kind = visit.number("kind", _NORMAL)
    return kind if kind in {_NORMAL, _NAMED, _ALONE, _AGENCY} else _NORMAL


def _named(kind: int, key: str) -> dict[str, str]:
    return {"product_id": key} if kind == _NORMAL else {"info_id": key}


async def _move(visit: Visit, kind: int, key: str, do: str) -> None:
    if kind == _AGENCY:
        await visit.ask("/v1/shop/agencyplan/move", plan_id=key, move=do)
    elif do == "delete":
        await visit.ask(f"{_ITEM}/delete", type=kind, **_named(kind, key))
    else:
        operation = _LIST if do == "list" else _DELIST
        await visit.ask(f"{_ITEM}/upd", type=kind, operate_type=operation, **_named(kind, key))


# --- the list ----------------------------------------------------------------------------------


async def _show(visit: Visit, refusal: Refusal | None = None, chosen: str = "") -> Response:
    kind, chosen = _kind(visit), chosen or visit.asked("open")
    rows, next_key = await (_of_agencies(visit) if kind == _AGENCY else _own(visit, kind))
    opened = next((one for one in rows if one.key == chosen), None)
    finders = opened.finders if opened else ()
    people = await asyncio.gather(
        *(visit.ask("/v1/buyer/home/get", party_id=one) for one in finders)
    )
    return visit.show(
        "shop_desk/alliance.html",
        400 if refusal else 200,
        people=[one.author for one in people],
        rows=rows,
        next_key=next_key,
        kind=kind,
        after=visit.asked("after"),
        opened=opened,
        refusal=refusal,
        done=visit.asked("done"),
        count=visit.number("count"),
    )


async def _own(visit: Visit, kind: int) -> tuple[list[PlanRow], str]:
    found = await visit.ask(
        f"{_ITEM}/list/get", type=kind, page_size=_SIZE, last_buffer=visit.asked("after")
    )
    items = await asyncio.gather(*(_read(visit, kind, one) for one in found.items))
    return [one for one in items if one], found.last_buffer if found.has_more else ""


async def _read(visit: Visit, kind: int, listed: Any) -> PlanRow | None:
    key = str(listed.product_id if kind == _NORMAL else listed.info_id)
    reply, product = await asyncio.gather(
        visit.ask(
            f"{_ITEM}/get", type=kind, need_relation=kind != _NORMAL, page_size=30,
            **_named(kind, key),
        ),
        product_of(visit, str(listed.product_id)),
    )  # fmt: skip
    item = reply.item
    if item is msgspec.UNSET:
        return None
    terms = item.exclusive_info
    ends = terms.end_time if terms.end_time is not msgspec.UNSET else None
    finders = terms.finder_ids if terms.finder_ids is not msgspec.UNSET else []
    told = (key, kind, item.product_id, *_face(product))
    return PlanRow(*told, item.ratio * _PERCENT, 0, "", False, item.status, ends, tuple(finders))


async def _of_agencies(visit: Visit) -> tuple[list[PlanRow], str]:
    page = await visit.ask("/v1/shop/agencyplan/list", limit=_SIZE, next_key=visit.asked("after"))
    products = await asyncio.gather(*(product_of(visit, one.product_id) for one in page.plans))
    rows = [
        PlanRow(
            one.plan_id, _AGENCY, one.product_id, *_face(product), one.ratio_ppm,
            one.service_ppm, one.agency_name, one.commission_type == 1, one.status,
            one.ends_at, (),
        )
        for one, product in zip(page.plans, products, strict=True)
    ]  # fmt: skip
    return rows, page.next_key


def _face(product: Any) -> tuple[str, str, int]:
    if product is None:
        return "", "", 0
    return product.title, product.pictures[0] if product.pictures else "", product.price_fen


# --- a new plan --------------------------------------------------------------------------------


@PAGES.get(f"{HERE}/new")
async def new(visit: Visit) -> Response:
    """The form of a new plan of a kind."""
    return await _form(visit)


@PAGES.post(f"{HERE}/new")
async def add(visit: Visit) -> Response:
    """Offer the chosen products; what is wrong with one is told beside it."""
    kind, chosen = _kind(visit), visit.lists.get("product", [])
    try:
        results = await _add(visit, kind, chosen)
    except Refusal as refusal:
        return await _form(visit, refusal)
    wrong = {one.product_id: _why(visit, one.errcode) for one in results if one.errcode}
    if wrong:
        visit.fields.pop("form_key", None)  # some were added: what is sent next is another request
        return await _form(visit, wrong=wrong, added=len(results) - len(wrong))
    return visit.go(f"{HERE}?kind={kind}&done=added&count={len(results)}")


async def _add(visit: Visit, kind: int, chosen: list[str]) -> list[Any]:
    percent, key = visit.whole("percent", -1), visit.form_key
    if kind != _AGENCY:
        items: list[dict[str, Any]] = [{"product_id": i, "ratio": percent} for i in chosen]
        finders = visit.lists.get("finder", [])
        reply = await visit.ask(
            f"{_ITEM}/batchadd", key, type=kind, list=items, is_forerver=True, finder_ids=finders
        )
        return list(reply.result_info_list)
    leaves_it = visit.fields.get("leaves_it") == "1"
    service = visit.whole("service_percent", -1)
    appid = visit.fields.get("agency", "")
    if not appid:
        items = [
            {"product_id": i, "service_ratio": service, "kind": int(leaves_it),
             "ratio": None if leaves_it else percent}
            for i in chosen
        ]  # fmt: skip
        return list((await visit.ask("/v1/shop/agencyplan/open", key, items=items)).results)
    items = [
        {"product_id": i, "service_ratio": service, "commission_type": int(leaves_it),
         "ratio": None if leaves_it else percent}
        for i in chosen
    ]  # fmt: skip
    reply = await visit.ask(
        f"{_ITEM}/headsupplier/batchadd", key,
        headsupplier_appid=appid, list=items, is_forerver=True,
    )  # fmt: skip
    return list(reply.result_info_list)


def _why(visit: Visit, code: int) -> str:
    """The sentence of a code that stands beside one of several."""
    known = Refusal.taken.get(code)
    return sentence(known(), english=visit.session.lang == "en") if known else str(code)


async def _form(
    visit: Visit,
    refusal: Refusal | None = None,
    wrong: dict[str, str] | None = None,
    added: int = 0,
) -> Response:
    shop_id, kind = str(visit.session.owner_id), _kind(visit)
    goods, ties, agencies = await asyncio.gather(
        visit.ask("/v1/buyer/product/list", shop_id=shop_id, page_size=50),
        visit.ask("/channels/ec/league/promoter/list/get", status=2, page_size=100),
        visit.ask("/v1/shop/agency/list", limit=50),
    )
    people = await asyncio.gather(
        *(visit.ask("/v1/buyer/home/get", party_id=one) for one in ties.finder_ids)
    )
    return visit.show(
        "shop_desk/alliance_new.html",
        400 if refusal or wrong else 200,
        kind=kind,
        goods=goods.products,
        promoters=list(zip(ties.finder_ids, people, strict=True)),
        agencies=[one for one in agencies.agencies if one.state == 2],
        typed=visit.fields,
        chosen=visit.lists.get("product", []),
        finders=visit.lists.get("finder", []),
        refusal=refusal,
        wrong=wrong or {},
        added=added,
    )

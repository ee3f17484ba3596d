"""An agency's goods: what it has, what it passes on of each, to whom it supplies them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.desk.amounts import ppm_of
from tongshang.sites.desk.offers import Offered, described
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="agency")

HERE: Final = "/desk/agency/goods"
_FAMILY: Final = "/channels/ec/league/headsupplier"
_RESALE: Final = f"{_FAMILY}/secondheadsupplieritem"
_SIZE: Final = 12
_NAMED, _TO_ALL = 1, 2
_HIDE, _SHOW = 3, 4
_SET, _END = 1, 2
_WHOLE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """Something in an agency's hands: the offer, what is passed on to promoters, and to agencies."""

    item_id: int
    offer: Offered
    subs: tuple[Any, ...]
    resales: tuple[Any, ...]

    @property
    def passes_ppm(self) -> int | None:
        """What promoters get of the price by the agency's own word; none: it has said nothing."""
        listed = [one.ratio_ext for one in self.subs if one.status == 1]
        return max(listed) if listed else None

    @property
    def needs_word(self) -> bool:
        """Whether promoters cannot carry it before the agency says what they get."""
        return self.offer.agency_fixes and self.passes_ppm is None

    @property
    def promoter_fen(self) -> int:
        """What of one piece comes to the promoter."""
        ppm = (self.passes_ppm or 0) if self.offer.agency_fixes else self.offer.promoter_ppm
        return self.offer.price_fen * ppm // _WHOLE

    @property
    def passed_fen(self) -> int:
        """What of one piece the agency passes on to the promoter."""
        return self.promoter_fen if self.offer.agency_fixes else 0

    def hands(self, name: str) -> list[dict[str, Any]]:
        """One piece sold by a promoter, hand by hand, as far as the agency sees it."""
        comes, offer = self.offer.service_fen, self.offer
        unknown = {"received_fen": None, "kept_fen": None, "passed_fen": None, "is_me": False}
        payer = unknown | {
            "hand": 2 if offer.supplier_name else 0,
            "name": offer.supplier_name or offer.shop_name,
            "passed_fen": comes,
        }
        mine = {
            "hand": 3 if offer.supplier_name else 2,
            "name": name,
            "received_fen": comes,
            "passed_fen": self.passed_fen,
            "kept_fen": comes - self.passed_fen,
            "is_me": True,
        }
        if not offer.agency_fixes:  # the shop pays the promoter beside it
            return [payer, mine]
        return [payer, mine, unknown | {"hand": 1, "name": "", "received_fen": self.passed_fen}]


@PAGES.get(HERE)
async def goods(visit: Visit) -> Response:
    """All that the agency has; `open` names the one beside the list."""
    return await _show(visit)


@PAGES.post(HERE)
async def act(visit: Visit) -> Response:
    """Say what promoters get, supply another agency, hide or show."""
    do = visit.fields.get("do", "")
    acts: Mapping[str, Callable[[Visit], Awaitable[Any]]] = {
        "split": _split, "resell": _resell, "end": _end_resale, "hide": _hide, "show": _hide,
    }  # fmt: skip
    try:
        await acts.get(do, _split)(visit)
    except Refusal as refusal:
        return await _show(visit, refusal, visit.whole("item_id"))
    return visit.go(f"{HERE}?done={do}&open={visit.whole('item_id')}")


async def _split(visit: Visit) -> None:
    await visit.ask(
        f"{_FAMILY}/subitem/add",
        visit.form_key,
        cooperative_item_id=visit.whole("item_id"),
        ratio_ext=ppm_of(visit.fields.get("percent", "")),
    )


async def _resell(visit: Visit) -> None:
    appid = visit.fields.get("appid", "").strip()
    await visit.ask(
        f"{_RESALE}/add",
        visit.form_key,
        cooperative_item_id=visit.whole("item_id"),
        plan_type=_NAMED if appid else _TO_ALL,
        to_head_supplier_appid=appid,
        service_ratio=ppm_of(visit.fields.get("percent", "")),
    )


async def _end_resale(visit: Visit) -> None:
    appid = visit.fields.get("appid", "")
    await visit.ask(
        f"{_RESALE}/update",
        visit.form_key,
        cooperative_item_id=visit.whole("item_id"),
        plan_type=_NAMED if appid else _TO_ALL,
        to_head_supplier_appid=appid,
        update_type=_END,
    )


async def _hide(visit: Visit) -> None:
    await visit.ask(
        f"{_FAMILY}/item/upd",
        appid=visit.fields.get("shop_appid", ""),
        product_id=visit.whole("product_id"),
        type=_HIDE if visit.fields.get("do") == "hide" else _SHOW,
    )


async def _show(visit: Visit, refusal: Refusal | None = None, chosen: int = 0) -> Response:
    chosen = chosen or visit.number("open")
    found, resales = await asyncio.gather(
        visit.ask(
            f"{_FAMILY}/cooperativeitem/list/get",
            page_size=_SIZE,
            next_key=visit.asked("after"),
        ),
        visit.ask(f"{_RESALE}/getlist", page_size=20),
    )
    held = await _held(visit, found.items, resales.items)
    return visit.show(
        "agency_desk/goods.html",
        400 if refusal else 200,
        goods=held,
        next_key=found.next_key,
        after=visit.asked("after"),
        opened=next((one for one in held if one.item_id == chosen), None),
        refusal=refusal,
        done=visit.asked("done"),
        count=visit.number("count"),
    )


async def _held(visit: Visit, items: list[Any], resales: list[Any]) -> list[Held]:
    links = [one.head_supplier_item_link for one in items]
    path = f"{_FAMILY}/subitem/list/get"
    offers, *subs = await asyncio.gather(
        described(visit, links),
        *(visit.ask(path, cooperative_item_id=one.cooperative_item_id) for one in items),
    )
    by_link = {one.link: one for one in offers}
    return [
        Held(
            one.cooperative_item_id,
            by_link[one.head_supplier_item_link],
            tuple(sub.items),
            tuple(
                resale
                for resale in resales
                if resale.cooperative_item_id == one.cooperative_item_id and resale.status == 1
            ),
        )
        for one, sub in zip(items, subs, strict=True)
        if one.head_supplier_item_link in by_link
    ]

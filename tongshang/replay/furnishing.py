"""The shop of a replay: who it is, who promotes it, what it offers, who buys."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Final

from PIL import Image

from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import (
    Attr,
    Category,
    CatRef,
    DescInfo,
    ExpressInfo,
    ProductSheet,
    SkuSheet,
)
from tongshang.modules.delivery import api as delivery
from tongshang.modules.delivery.api import Address, AddressDraft, FreightTemplate, SendTime
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import BuyerDraft, PartyDraft, PartyKind
from tongshang.modules.league import api as league
from tongshang.modules.league.api import PlanDraft
from tongshang.modules.media import api as media
from tongshang.replay.fates import Sku
from tongshang.replay.planning import Invoice
from tongshang.runtime.call import Call

PROMOTERS: Final = 5
SKUS_MAX: Final = 500
TITLE_MAX: Final = 60
ROOT: Final = Category(cat_id=9_100, parent_id=0, level=1, name="重放", is_leaf=False)
GIFTS: Final = Category(
    cat_id=9_101,
    parent_id=9_100,
    level=2,
    name="四季小礼",
    name_en="All-occasion gifts",
    fee_ppm=50_000,
    confirm_receipt_days=10,
)
_TITLE_TAKES: Final = re.compile(r"[^0-9A-Za-z \-]")
_COLOURS: Final = ((214, 92, 80), (92, 143, 110), (88, 116, 178))


async def open_shop(call: Call) -> tuple[int, int]:
    """A new shop with its category and promoters; its id and that of its freight template."""
    await catalog.add_categories(call, (ROOT, GIFTS))
    draft = PartyDraft(
        PartyKind.SHOP,
        "一年的礼品店",
        "A gift shop's year",
        "UCI Online Retail (Chen 2015, CC BY 4.0)",
    )
    (shop_id,) = await identity.add_parties(call, (draft,))
    await identity.add_parties(
        call,
        [
            PartyDraft(PartyKind.PROMOTER, f"带货者 {n} 号", f"Promoter {n}", f"replay {shop_id}")
            for n in range(1, PROMOTERS + 1)
        ],
    )
    template = FreightTemplate(
        "postage is sold as goods", SendTime.FOUTYEIGHT_HOUR, True, delivery.SHIPS_FREE
    )
    return shop_id, await delivery.add_template(call, shop_id, template)


async def pictures_of(call: Call, shop_id: int) -> tuple[str, ...]:
    """The pictures of all its products; kept again they are the same."""
    return tuple(await media.keep_pictures(call, shop_id, _pictures()))


async def find_promoters(call: Call, shop_id: int) -> tuple[int, ...]:
    """The promoters that were made with the shop."""
    parties = await identity.list_parties(call.tx, PartyKind.PROMOTER)
    return tuple(one.party_id for one in parties if one.intro == f"replay {shop_id}")


async def offer(
    call: Call,
    shop_id: int,
    template_id: int,
    pictures: tuple[str, ...],
    names: Mapping[str, str],
    prices: Mapping[str, Sequence[int]],
) -> dict[Sku, tuple[int, int]]:
    """Products for stock codes, a SKU for each price, all listed; each has a plan for promoters."""
    sheets = [
        (
            code,
            part,
            replace(
                _sheet(code, names.get(code, ""), part, number, pictures),
                express_info=ExpressInfo(template_id),
            ),
        )
        for code in prices
        for number, part in enumerate(_parts(prices[code]), 1)
    ]
    ids = await catalog.add_products(call, shop_id, [sheet for _, _, sheet in sheets])
    failed = await catalog.list_products(call, shop_id, ids)
    assert not failed, f"the audit refused {failed}"
    await league.set_plans(
        call, [PlanDraft(shop_id, product_id, _ratio_ppm(product_id)) for product_id in ids]
    )
    skus = await catalog.skus_of(call.tx, shop_id, ids)
    return {
        Sku(code, price): (product_id, sku_id)
        for (code, part, _), product_id in zip(sheets, ids, strict=True)
        for price, (sku_id, _) in zip(part, skus[product_id], strict=True)
    }


async def meet(call: Call, invoices: Sequence[Invoice]) -> dict[str, tuple[int, int]]:
    """Buyers for customers, each with an address."""
    first: dict[str, Invoice] = {}
    for invoice in invoices:
        first.setdefault(invoice.customer, invoice)
    ids = await identity.add_buyers(call, [BuyerDraft(f"顾客 {name}"[:30]) for name in first])
    addresses = await delivery.add_addresses(
        call,
        [
            AddressDraft(buyer_id, _address(invoice), is_default=True)
            for buyer_id, invoice in zip(ids, first.values(), strict=True)
        ],
    )
    return dict(zip(first, zip(ids, addresses, strict=True), strict=True))


def promoter_of(customer: str, promoters: Sequence[int]) -> int:
    """The promoter whose card brings a customer, or 0: one customer in ten, the same each time."""
    mark = int.from_bytes(hashlib.sha256(f"touch {customer}".encode()).digest()[:4])
    return promoters[mark // 10 % len(promoters)] if mark % 10 == 0 else 0


def _parts(prices: Sequence[int]) -> list[Sequence[int]]:
    return [prices[i : i + SKUS_MAX] for i in range(0, len(prices), SKUS_MAX)]


def _sheet(
    code: str, name: str, prices: Sequence[int], number: int, pictures: tuple[str, ...]
) -> ProductSheet:
    plain = _TITLE_TAKES.sub(" ", name or "UNNAMED").strip()
    title = f"四季小礼 {' '.join(plain.split())} {_TITLE_TAKES.sub(' ', code)}"
    if number > 1:
        title = f"{title[: TITLE_MAX - 4]} {number}"
    return ProductSheet(
        title=title[:TITLE_MAX].strip(),
        head_imgs=pictures,
        desc_info=DescInfo(imgs=pictures[:1], desc=name),
        out_product_id=f"{code}/{number}",
        cats_v2=(CatRef(ROOT.cat_id), CatRef(GIFTS.cat_id)),
        skus=tuple(
            SkuSheet(
                sale_price=price,
                market_price=price,
                stock_num=0,
                sku_code=code,
                out_sku_id=f"{code}@{price}",
                sku_attrs=(Attr("价档", f"{price // 100}.{price % 100:02d}"),),
            )
            for price in prices
        ),
    )


def _ratio_ppm(product_id: int) -> int:
    """Between 5 and 20 percent, the same for a product each time."""
    return 50_000 + product_id // 32_768 % 16 * 10_000


def _address(invoice: Invoice) -> Address:
    return Address(
        name=f"顾客 {invoice.customer}"[:20],
        phone="10000000000",
        province=invoice.country,
        city=invoice.country,
        county="-",
        detail="the address is not in the file",
    )


def _pictures() -> list[bytes]:
    made = []
    for colour in _COLOURS:
        buffer = BytesIO()
        Image.new("RGB", (400, 400), colour).save(buffer, "PNG")
        made.append(buffer.getvalue())
    return made

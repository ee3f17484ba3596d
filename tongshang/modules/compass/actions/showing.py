"""Funnels with the names of what they are divided by."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from tongshang.modules.catalog import api as catalog
from tongshang.modules.compass import wire
from tongshang.modules.compass.domain.events import EventKind
from tongshang.modules.compass.domain.funnels import PERIOD_DAYS_MAX, By, funnels, whole
from tongshang.modules.compass.domain.sums import Sum
from tongshang.modules.compass.refusals import PeriodTooLong
from tongshang.modules.compass.store import reading
from tongshang.modules.identity import api as identity
from tongshang.modules.surfaces import api as surfaces
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

Named: TypeAlias = dict[int, tuple[str, str]]  # name and picture by id


async def funnel(
    call: Call, table: str, owner_id: int, asked: wire.FunnelQuery
) -> wire.FunnelReply:
    """An owner's funnels, divided as asked; days without events are there as well."""
    length = (asked.until - asked.since).days + 1
    if not 1 <= length <= PERIOD_DAYS_MAX:
        raise PeriodTooLong(days=PERIOD_DAYS_MAX)
    by = wire.BY[asked.by]
    period = (owner_id, asked.since, asked.until)
    found = funnels(await reading.funnel(call.tx, table, *period, by))
    shown = found[: asked.limit]
    names = await _names(call.tx, by, [one.key for one in shown])
    return wire.FunnelReply(
        asked.by,
        wire.FunnelView.of(whole(found)),
        [wire.FunnelView.of(one, *names.get(one.key, ("", ""))) for one in shown],
        len(found) - len(shown),
        wire.days_of(asked.since, length, _by_day(await reading.by_day(call.tx, table, *period))),
    )


def _by_day(rows: Sequence[tuple[date, int, Sum]]) -> dict[tuple[date, EventKind], Sum]:
    return {(day, EventKind(kind)): one for day, kind, one in rows}


async def _names(tx: Tx, by: By, keys: Sequence[int]) -> Named:
    """What things are called, asked of the rooms that own them."""
    ids = [key for key in keys if key]
    if not ids or by is By.SURFACE:
        return {}
    if by is By.CONTENT:
        contents = await surfaces.get_contents(tx, ids)
        return {i: (one.title, one.cover_url) for i, one in contents.items()}
    if by is By.CARRIER:
        parties = await identity.find_parties(tx, ids)
        return {i: (one.name, one.icon_url) for i, one in parties.items()}
    shops = await catalog.shop_of(tx, ids)
    cards = await catalog.cards(tx, [(shop_id, i) for i, shop_id in shops.items()])
    return {i: (one.title, one.picture_url) for i, one in cards.items()}

"""The shop window: what buyers see, and how one becomes somebody."""

from typing import Final

from tongshang.sites.storefront import (
    addresses,
    cart,
    chat_picks,
    chats,
    checkout,
    entry,
    feed,
    gift_cards,
    gifts,
    homes,
    join,
    kept,
    live,
    orders,
    packets,
    products,
    search,
    sharing,
    sharing_funds,
    sharing_statements,
    shell,
)
from tongshang.sites.visit import Pages

PAGES: Final[tuple[Pages, ...]] = (
    products.PAGES,
    shell.PAGES,
    search.PAGES,
    feed.PAGES,
    homes.PAGES,
    kept.PAGES,
    live.PAGES,
    cart.PAGES,
    chats.PAGES,
    chat_picks.PAGES,
    gifts.PAGES,
    gift_cards.PAGES,
    packets.PAGES,
    checkout.PAGES,
    orders.PAGES,
    sharing.PAGES,
    sharing.FILES,
    sharing_funds.PAGES,
    sharing_statements.PAGES,
    addresses.PAGES,
    join.PAGES,
    entry.PAGES,
)

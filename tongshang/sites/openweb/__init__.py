"""What leaves the shop window: links, share sheets, embeds, feeds, and what search engines read."""

from typing import Final

from tongshang.sites.openweb import embeds, finding, links, sheets
from tongshang.sites.visit import Pages

PAGES: Final[tuple[Pages, ...]] = (
    links.PAGES,
    links.FILES,
    sheets.PAGES,
    embeds.PAGES,
    finding.PAGES,
)

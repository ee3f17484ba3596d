"""The piece of HTML by which a product's card stands in an article written elsewhere.

It tells no price: written into somebody's article it would grow old. Who wants today's price in an
article frames the card instead (`/embed/card`); this is a link with a picture, signed as any card.
"""

from collections.abc import Mapping
from html import escape
from typing import Final

from tongshang.modules.surfaces.domain.content import CardLook

CARD_TYPES: Final = {0: CardLook.LARGE, 1: CardLook.SMALL, 2: CardLook.TEXT, 3: CardLook.BAR}

# Which looks an article takes, and whether each needs the DOM and the key (reference section 16):
# a picture post has its cards at its foot, by their keys, and only links between its words.
LOOKS: Final[Mapping[str, Mapping[CardLook, tuple[bool, bool]]]] = {
    "newspic": {
        CardLook.SMALL: (False, True),
        CardLook.TEXT: (True, True),
        CardLook.BAR: (False, True),
    },
    "news": {
        CardLook.LARGE: (True, False),
        CardLook.SMALL: (True, False),
        CardLook.TEXT: (True, False),
    },
}


def dom(look: CardLook, token: str, place: str, picture_url: str, title: str) -> str:
    """The card as HTML, without style or script."""
    inside = f"<span>{escape(title)}</span>"
    if look is not CardLook.TEXT:
        inside = f'<img src="{escape(picture_url)}" alt="" loading="lazy">{inside}'
    return (
        f'<a class="tongshang-card tongshang-card-{look}" href="{escape(place)}" '
        f'data-card="{escape(token)}">{inside}</a>'
    )

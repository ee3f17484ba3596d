"""The form of a content: its parts one under the other, each with its own fields.

Everything is text, as a person typed it, so that a form that was refused is shown again as it was;
without JavaScript every button sends the whole form, and gets it back with one part more, fewer or
elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

KINDS: Final = ("article", "short_video", "mini_page")
LOOKS: Final = ("small", "large", "text", "bar", "gift")
PARTS_MAX: Final = 80  # of a form; a form has at most 1,000 fields

_PART: Final = (
    "kind", "text", "url", "shop_id", "product_id", "look", "at_seconds", "room_id", "label",
    "thumb",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `label` and `thumb` show what a card leads to; they are never kept."""

    kind: str
    text: str = ""
    url: str = ""
    shop_id: str = ""
    product_id: str = ""
    look: str = "small"
    at_seconds: str = "0"
    room_id: str = ""
    label: str = ""
    thumb: str = ""

    def block(self) -> dict[str, Any] | None:
        """The part as the endpoint takes it; None where nothing was put in."""
        match self.kind:
            case "heading" | "paragraph":
                return {"kind": self.kind, "text": self.text} if self.text.strip() else None
            case "picture" | "video":
                return {"kind": self.kind, "url": self.url, "text": self.text}
            case "card":
                return {
                    "kind": "card",
                    "shop_id": self.shop_id,
                    "product_id": self.product_id,
                    "look": self.look if self.look in LOOKS else "small",
                    "at_seconds": int(self.at_seconds) if self.at_seconds.isdecimal() else 0,
                }
            case "shop":
                return {"kind": "shop", "shop_id": self.shop_id}
            case "live":
                return {"kind": "live", "content_id": self.room_id}
        return None


@dataclass(frozen=True, slots=True)
class Form:
    """What is in the fields."""

    kind: str
    title: str = ""
    cover_url: str = ""
    video_url: str = ""
    video_seconds: int = 0
    version: int = 0
    parts: tuple[Part, ...] = ()

    def document(self) -> dict[str, Any]:
        """The content as the endpoint takes it."""
        blocks = [block for part in self.parts if (block := part.block()) is not None]
        return {
            "kind": self.kind,
            "title": self.title,
            "cover_url": self.cover_url,
            "blocks": blocks,
            "media": {"url": self.video_url},
        }

    def with_part(self, part: Part) -> "Form":
        """With one part more, at the end."""
        return replace(self, parts=(*self.parts, part)) if len(self.parts) < PARTS_MAX else self

    def moved(self, place: int, by: int) -> "Form":
        """With the part at `place` before or after its neighbour."""
        parts, other = list(self.parts), place + by
        if 0 <= place < len(parts) and 0 <= other < len(parts):
            parts[place], parts[other] = parts[other], parts[place]
        return replace(self, parts=tuple(parts))

    def without(self, place: int) -> "Form":
        """Without the part at `place`."""
        parts = (part for number, part in enumerate(self.parts) if number != place)
        return replace(self, parts=tuple(parts))


def empty(kind: str) -> Form:
    """The form of a new content."""
    first = () if kind == "short_video" else (Part("paragraph"),)
    return Form(kind if kind in KINDS else "article", parts=first)


def shown(view: Any) -> Form:
    """What the form shows of a content of one's own."""
    about, content = view.about, view.shown
    return Form(
        about.kind,
        content.title,
        content.cover_url,
        content.media.url,
        content.media.seconds,
        about.version,
        tuple(_part(block) for block in content.blocks),
    )


def _part(block: Any) -> Part:
    if block.card is not None:
        return of_card(block.card, block.look, block.at_seconds)
    if block.shop is not None:
        return of_shop(block.shop)
    if block.live is not None:
        room = block.live
        return Part("live", room_id=room.content_id, label=room.title, thumb=room.cover_url)
    return Part(str(block.kind.value), block.html or block.text, block.url)


def of_card(card: Any, look: str = "small", at_seconds: int = 0) -> Part:
    """The part that a product's card makes."""
    return Part(
        "card",
        shop_id=card.shop_id,
        product_id=card.product_id,
        look=look,
        at_seconds=str(at_seconds),
        label=card.title,
        thumb=card.picture_url,
    )


def of_shop(shop: Any) -> Part:
    """The part that a shop's card makes."""
    return Part("shop", shop_id=shop.shop_id, label=shop.name, thumb=shop.icon_url)


def typed(fields: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> Form:
    """What a person sent."""
    columns = [lists.get(f"part_{name}", ()) for name in _PART]
    parts = [Part(*values) for values in zip(*columns, strict=False)]
    version, seconds = fields.get("version", ""), fields.get("video_seconds", "")
    kind = fields.get("kind", "")
    return Form(
        kind if kind in KINDS else "article",
        fields.get("title", "").strip(),
        fields.get("cover_url", ""),
        fields.get("video_url", ""),
        int(seconds) if seconds.isdecimal() else 0,
        int(version) if version.isdecimal() else 0,
        tuple(replace(part, text=part.text.replace("\r\n", "\n")) for part in parts[:PARTS_MAX]),
    )

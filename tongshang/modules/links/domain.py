"""Codes, what they stand for, and shares: values and decisions."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final, TypeAlias

from tongshang.modules.surfaces.api import CardRef, scene_of

# A prime number of letters and figures that nobody takes for another: the check character then
# finds every single wrong one and every two that changed places.
ALPHABET: Final = "23456789ABCDEFGHJKMNPRSTUVWXYZabcdefghjkmnpqrstuvwxyz"
_VALUE: Final = {char: value for value, char in enumerate(ALPHABET)}
_BASE: Final = len(ALPHABET)
_FIGURES: Final = 8  # the alphabet's first: no code begins with one, so none is a shop's number
CODE_LENGTH: Final = 9
# What a gift's link opens is worth money to whoever guesses it.
SECRET_LENGTH: Final = 20
SALTS_MAX: Final = 8
# Where a buyer opened what somebody showed them, what they then show is told to that share.
SHOWN_ON_WITHIN: Final = timedelta(days=30)
DEPTH_MAX: Final = 1_000


class SubjectKind(IntEnum):
    """What a link leads to. The values are stored: add, never renumber."""

    PRODUCT = 1
    SHOP = 2
    LIVE = 3
    GIFT = 4
    CONTENT = 5


@dataclass(frozen=True, slots=True)
class ShopRef:
    """A shop's home, and who shows it."""

    shop_id: int
    promoter_id: int = 0
    share_id: int = 0


@dataclass(frozen=True, slots=True)
class LiveRef:
    """A live room, which is a content, and who shows it."""

    content_id: int
    promoter_id: int = 0
    share_id: int = 0


@dataclass(frozen=True, slots=True)
class ContentRef:
    """An article, a short video or a page, and who shows it."""

    content_id: int
    promoter_id: int = 0
    share_id: int = 0


@dataclass(frozen=True, slots=True)
class GiftRef:
    """A gift, by the id of its present; whoever holds its link knows the shop as well."""

    present_id: int
    share_id: int = 0
    shop_id: int = 0


Ref: TypeAlias = CardRef | ShopRef | LiveRef | ContentRef | GiftRef


@dataclass(frozen=True, slots=True)
class Link:
    """What a code stands for. 0 and empty: nobody's, nowhere."""

    kind: int
    subject_id: int
    shop_id: int = 0
    promoter_id: int = 0
    content_id: int = 0
    scene: int = 1
    surface: int = 0
    share_id: int = 0
    corp_id: str = ""
    staff_id: str = ""
    deal_id: int = 0

    @property
    def ref(self) -> Ref:
        """What it leads to, as other rooms know it."""
        match self.kind:
            case SubjectKind.SHOP:
                return ShopRef(self.subject_id, self.promoter_id, self.share_id)
            case SubjectKind.LIVE:
                return LiveRef(self.subject_id, self.promoter_id, self.share_id)
            case SubjectKind.CONTENT:
                return ContentRef(self.subject_id, self.promoter_id, self.share_id)
            case SubjectKind.GIFT:
                return GiftRef(self.subject_id, self.share_id, self.shop_id)
        return CardRef(
            self.shop_id,
            self.subject_id,
            self.promoter_id,
            self.content_id,
            self.scene,
            self.surface,
            0,
            self.share_id,
            self.deal_id,
        )


def link_to(ref: Ref, surface: int, corp_id: str = "", staff_id: str = "") -> Link:
    """A link that opens `ref` and says that it was opened on `surface`."""
    made = Link(
        *subject_of(ref),
        promoter_id=0 if isinstance(ref, GiftRef) else ref.promoter_id,
        surface=surface,
        share_id=ref.share_id,
        corp_id=corp_id,
        staff_id=staff_id,
    )
    if isinstance(ref, ShopRef | GiftRef):
        return replace(made, shop_id=ref.shop_id)
    if isinstance(ref, CardRef):
        told = replace(made, shop_id=ref.shop_id, scene=scene_of(surface), deal_id=ref.deal_id)
        return replace(told, content_id=ref.content_id)
    return made


def shown_on(card: CardRef, surface: int, share_id: int = 0) -> CardRef:
    """The same card on another surface: whose it is stays, where it stood does not."""
    return replace(
        card,
        scene=scene_of(surface),
        surface=surface,
        position=0,
        share_id=share_id or card.share_id,
    )


def subject_of(ref: Ref) -> tuple[SubjectKind, int]:
    """What kind of thing it leads to, and its id."""
    match ref:
        case ShopRef():
            return SubjectKind.SHOP, ref.shop_id
        case LiveRef():
            return SubjectKind.LIVE, ref.content_id
        case ContentRef():
            return SubjectKind.CONTENT, ref.content_id
        case GiftRef():
            return SubjectKind.GIFT, ref.present_id
        case CardRef() if ref.product_id:
            return SubjectKind.PRODUCT, ref.product_id
        case CardRef():
            return SubjectKind.SHOP, ref.shop_id


def by_promoter(ref: Ref, promoter_id: int) -> Ref:
    """The same, in a promoter's name; a gift is in nobody's."""
    return ref if isinstance(ref, GiftRef) else replace(ref, promoter_id=promoter_id)


def by_share(ref: Ref, share_id: int) -> Ref:
    """The same, told to a share."""
    return replace(ref, share_id=share_id)


# --- codes -------------------------------------------------------------------------------------


def code_of(secret: bytes, link: Link, salt: int = 0) -> str:
    """The code of a link: the same for the same, and nobody without the secret can foresee it.

    `salt` makes another one, where two links fell on the same code.
    """
    *bare, deal_id = astuple(link)
    told = repr((tuple(bare), salt, deal_id) if deal_id else (tuple(bare), salt)).encode()
    mark = hmac.new(secret, b"link\0" + told, hashlib.sha256).digest()
    length = SECRET_LENGTH if link.kind == SubjectKind.GIFT else CODE_LENGTH
    number = int.from_bytes(mark)
    number, first = divmod(number, _BASE - _FIGURES)
    body = [ALPHABET[_FIGURES + first]]
    while len(body) < length - 1:
        number, value = divmod(number, _BASE)
        body.append(ALPHABET[value])
    return "".join(body) + _check(body)


def _check(body: Sequence[str]) -> str:
    weighed = sum((place + 2) * _VALUE[char] for place, char in enumerate(body))
    return ALPHABET[-weighed % _BASE]


def has_form(code: str) -> bool:
    """Whether a text has the length and the letters of a code."""
    return (
        len(code) in {CODE_LENGTH, SECRET_LENGTH}
        and all(char in _VALUE for char in code)
        and _VALUE[code[0]] >= _FIGURES
    )


def is_whole(code: str) -> bool:
    """Whether a code is as it was made: its check character fits."""
    return has_form(code) and _check(code[:-1]) == code[-1]


# --- shares ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShareDraft:
    """A buyer shows something to others. A parent of 0 is found by what they opened."""

    buyer_id: int
    card: Ref
    to_surface: int
    parent_share_id: int = 0


@dataclass(frozen=True, slots=True)
class Parent:
    """A share that another one came from."""

    sharer_id: int
    share_id: int
    parent_share_id: int
    root_share_id: int
    depth: int


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody showed something to others: a knot of the graph."""

    sharer_id: int
    share_id: int
    parent_share_id: int
    root_share_id: int
    depth: int
    kind: int
    subject_id: int
    shop_id: int
    promoter_id: int
    to_surface: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody opened what was shown; `buyer_id` 0: nobody had signed in."""

    share_id: int
    buyer_id: int
    subject_id: int
    surface: int
    at: datetime


def ref_of(share: Share) -> Ref:
    """What a share shows."""
    match share.kind:
        case SubjectKind.SHOP:
            return ShopRef(share.subject_id, share.promoter_id)
        case SubjectKind.LIVE:
            return LiveRef(share.subject_id, share.promoter_id)
        case SubjectKind.CONTENT:
            return ContentRef(share.subject_id, share.promoter_id)
        case SubjectKind.GIFT:
            return GiftRef(share.subject_id, shop_id=share.shop_id)
    return CardRef(share.shop_id, share.subject_id, share.promoter_id)


def share_of(draft: ShareDraft, share_id: int, parent: Parent | None, at: datetime) -> Share:
    """The knot that a draft becomes: below its parent, or a root of its own.

    Who shows again what they showed before stands beside their first share, not below it.
    """
    link = link_to(draft.card, draft.to_surface)
    parent_id, root_id, depth = 0, share_id, 1
    if parent and parent.sharer_id != draft.buyer_id:
        parent_id, root_id = parent.share_id, parent.root_share_id
        depth = min(parent.depth + 1, DEPTH_MAX)
    elif parent and parent.parent_share_id:
        parent_id, root_id, depth = parent.parent_share_id, parent.root_share_id, parent.depth
    return Share(
        draft.buyer_id,
        share_id,
        parent_id,
        root_id,
        depth,
        link.kind,
        link.subject_id,
        link.shop_id,
        link.promoter_id,
        draft.to_surface,
        at,
    )


def taglink_text(code: str, title: str) -> str:
    """A 口令 as people send it: what it is about, what to do, and the code."""
    told = title.replace("￥", "").replace("¥", "").strip()
    return f"【通商】{told} 复制这段文字，打开通商查看 ￥{code}￥".replace("】 ", "】")

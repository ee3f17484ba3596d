"""Who has a part in a gift, and what people are told of it."""

from dataclasses import dataclass
from datetime import datetime

from tongshang.modules.gifting.domain.present import Role


@dataclass(frozen=True, slots=True)
class Part:
    """A person's part in a present: gave it, or received (or may receive) a portion of it."""

    buyer_id: int
    role: Role
    present_id: int
    shop_id: int
    order_id: int = 0
    other_id: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """Something that a person is told of a gift."""

    buyer_id: int
    kind: str
    shop_id: int
    present_id: int
    order_id: int = 0
    other_id: int = 0


@dataclass(frozen=True, slots=True)
class KeptNews:
    """The same, once it is kept."""

    news: News
    news_id: int
    at: datetime

"""What people and rooms are told of gifts."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tongshang.modules.gifting.domain.people import News as News
from tongshang.modules.gifting.domain.present import Portion, Present
from tongshang.modules.gifting.store import people
from tongshang.runtime import jobs
from tongshang.runtime.call import Call

POST_JOB: Final = "gifting.post"
STREAM_KIND: Final = "gift"


class Post(msgspec.Struct):
    """A present to be shown in the chat it was sent to."""

    giver_id: int
    present_id: int
    to_buyer_id: int
    chat_id: int


class Told(msgspec.Struct):
    """A piece of news, as it runs on a person's stream."""

    news: str
    shop_id: str
    present_id: str


async def tell_people(call: Call, news: Sequence[News]) -> None:
    """Keep news for people, and say it on their streams."""
    await people.add_news(call, news)
    for one in news:
        if one.buyer_id:
            told = Told(one.kind, str(one.shop_id), str(one.present_id))
            call.house.streams.publish(call, f"buyer:{one.buyer_id}", STREAM_KIND, told)


def to_giver(kind: str, present: Present, portion: Portion | None = None, who: int = 0) -> News:
    """News for who gave it."""
    order_id = portion.order_id if portion else 0
    return News(present.giver_id, kind, present.shop_id, present.present_id, order_id, who)


def to_receiver(kind: str, present: Present, buyer_id: int, order_id: int = 0) -> News:
    """News for who has it, or may have it."""
    return News(buyer_id, kind, present.shop_id, present.present_id, order_id, present.giver_id)


async def post_in_chats(call: Call, presents: Sequence[Present]) -> None:
    """Leave the presents to be shown in their chats after the commit: a chat that does not take
    one (somebody left, blocks) never keeps a payment from being taken.
    """
    await jobs.add(
        call,
        [
            jobs.Job(
                POST_JOB,
                msgspec.json.encode(
                    Post(one.giver_id, one.present_id, one.to_buyer_id, one.chat_id)
                ),
                call.at,
                owner_id=one.giver_id,
            )
            for one in presents
            if one.giver_id and (one.to_buyer_id or one.chat_id)
        ],
    )

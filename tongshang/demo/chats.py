"""What the demo's buyers say to one another: friends, two groups, and what they show each other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec

from tongshang.demo.furnish import Furnished
from tongshang.demo.market import DATA
from tongshang.demo.stage import Stage
from tongshang.runtime.call import Caller

_MET: Final = timedelta(days=9)  # ago, before anything was said


class RedPacket(msgspec.Struct, frozen=True):
    """Money in a message: `kind` 1 to one person, 2 equal portions, 3 by luck; `key` names it."""

    key: str
    fen: int
    kind: int = 1
    portions: int = 1


class Line(msgspec.Struct, frozen=True):
    """Something said so many minutes ago: words, a product, content or shop of the market, or a
    red packet with words; `opens` takes from an earlier one instead.
    """

    ago: int
    who: str
    text: str = ""
    product: str = ""
    content: str = ""
    shop: str = ""
    packet: RedPacket | None = None
    opens: str = ""


class Wish(msgspec.Struct, frozen=True):
    """A friend request that waits."""

    sender: str = msgspec.field(name="from")
    to: str
    greeting: str


class Talk(msgspec.Struct, frozen=True):
    """A chat of two (`with`), or a group; `read` says when who looked last, in minutes ago."""

    lines: tuple[Line, ...]
    read: dict[str, int]
    pair: tuple[str, ...] = msgspec.field(name="with", default=())
    key: str = ""
    name: str = ""
    owner: str = ""
    members: tuple[str, ...] = ()
    notice: str = ""


class Script(msgspec.Struct, frozen=True):
    """All that is said."""

    friends: tuple[tuple[str, str], ...]
    requests: tuple[Wish, ...]
    chats: tuple[Talk, ...]


@lru_cache(maxsize=1)
def read_script() -> Script:
    """The script of the data file."""
    return msgspec.json.decode((DATA / "chats.json").read_bytes(), type=Script)


@dataclass(slots=True)
class Talker:
    """Says everything at its time, as who says it."""

    stage: Stage
    made: Furnished
    now: datetime
    chats: dict[str, str] = field(default_factory=dict)  # by number, groups also by key
    packets: dict[str, str] = field(default_factory=dict)

    async def talk(self, script: Script, tell: Callable[[int, int], None]) -> None:
        """Everybody becomes friends, then says what they say in order of time."""
        self.stage.go_to(self.now - _MET)
        for one, other in script.friends:
            await self._befriend(one, other)
        for number, talk in enumerate(script.chats):
            await self._open(number, talk)
        scenes = sorted(_scenes(script), key=lambda scene: -scene[0])
        for done, (ago, number, scene) in enumerate(scenes, start=1):
            self.stage.go_to(self.now - timedelta(minutes=ago))
            if isinstance(scene, Line):
                await self._say(str(number), scene)
            else:
                await self._read(str(number), scene)
            tell(done, len(scenes))
        self.stage.go_to(self.now - timedelta(minutes=5))
        for wish in script.requests:
            await self._ask(wish.sender, wish.to, wish.greeting)
        self.stage.return_to_now()

    async def _befriend(self, one: str, other: str) -> None:
        await self._ask(one, other, "")
        buyer_id = self.made.callers[one].buyer_id
        path = "/v1/buyer/contact/request/accept"
        await self.stage.ask(self._caller(other), path, buyer_id=buyer_id)

    async def _ask(self, one: str, other: str, greeting: str) -> None:
        card = await self.stage.ask(self._caller(other), "/v1/buyer/contact/card")
        path = "/v1/buyer/contact/request"
        await self.stage.ask(self._caller(one), path, token=card.token, greeting=greeting)

    async def _open(self, number: int, talk: Talk) -> None:
        if talk.pair:
            one, other = talk.pair
            opened = await self.stage.ask(
                self._caller(one), "/v1/buyer/chat/open", buyer_id=self._caller(other).buyer_id
            )
        else:
            opened = await self._open_group(talk)
        self.chats[str(number)] = opened.chat_id
        if talk.key:
            self.chats[talk.key] = opened.chat_id

    async def _open_group(self, talk: Talk) -> Any:
        """The owner's own friends first; the others come by the group's link."""
        owner = self._caller(talk.owner)
        pairs = {frozenset(pair) for pair in read_script().friends}
        near = [one for one in talk.members if frozenset((one, talk.owner)) in pairs]
        opened = await self.stage.ask(
            owner,
            "/v1/buyer/group/add",
            name=talk.name,
            buyer_ids=[self._caller(one).buyer_id for one in near],
        )
        link = await self.stage.ask(owner, "/v1/buyer/group/link", chat_id=opened.chat_id)
        for one in talk.members:
            if one not in near:
                path = "/v1/buyer/group/join"
                await self.stage.ask(self._caller(one), path, token=link.token)
        path = "/v1/buyer/group/update"
        await self.stage.ask(owner, path, chat_id=opened.chat_id, notice=talk.notice)
        return opened

    async def _say(self, number: str, line: Line) -> None:
        if line.packet:
            await self._give(number, line, line.packet)
            return
        if line.opens:
            packet_id = self.packets[line.opens]
            path = "/v1/buyer/packets/open"
            await self.stage.ask(self._caller(line.who), path, packet_id=packet_id)
            return
        await self.stage.ask(
            self._caller(line.who),
            "/v1/buyer/chat/send",
            chat_id=self.chats[number],
            body=self._body(line),
        )

    async def _give(self, number: str, line: Line, packet: RedPacket) -> None:
        """Make a red packet and pay it: it stands in the chat once the money is in."""
        who, path = self._caller(line.who), "/v1/buyer/packets/"
        made = await self.stage.ask(
            who, f"{path}make", chat_id=self.chats[number], greeting=line.text,
            kind=packet.kind, portions=packet.portions, amount_fen=packet.fen,
        )  # fmt: skip
        await self.stage.ask(who, f"{path}pay", packet_id=made.packet_id, confirm=True)
        await self.stage.finish_tasks()
        self.packets[packet.key] = made.packet_id

    def _body(self, line: Line) -> Mapping[str, str]:
        if line.product:
            shop_id, product_id = self.made.products[line.product]
            return {"kind": "product", "shop_id": shop_id, "product_id": product_id}
        if line.content:
            return {"kind": "content", "content_id": self.made.contents[line.content]}
        if line.shop:
            return {"kind": "shop", "shop_id": str(self._caller(line.shop).party_id)}
        return {"kind": "text", "text": line.text}

    async def _read(self, number: str, who: str) -> None:
        chat_id = self.chats[number]
        view = await self.stage.ask(self._caller(who), "/v1/buyer/chat/get", chat_id=chat_id)
        await self.stage.ask(
            self._caller(who), "/v1/buyer/chat/read", chat_id=chat_id, seq=view.last_seq
        )

    def _caller(self, key: str) -> Caller:
        return self.made.callers[key]


def _scenes(script: Script) -> Iterator[tuple[int, int, Line | str]]:
    """Lines, and looks at a chat, each with how many minutes ago it was."""
    for number, talk in enumerate(script.chats):
        for line in talk.lines:
            yield line.ago, number, line
        for who, ago in talk.read.items():
            yield ago, number, who

"""Some people who know each other, for tests of what they say."""

from dataclasses import dataclass
from typing import Any

from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.modules.identity.api import BuyerDraft, add_buyers, buyer_caller, find_buyers
from tongshang.runtime.call import Caller


@dataclass(frozen=True, slots=True)
class People:
    """Callers by nickname, on one platform."""

    opened: Opened
    callers: dict[str, Caller]

    def __getitem__(self, name: str) -> Caller:
        return self.callers[name]

    def id(self, name: str) -> str:
        return str(self.callers[name].buyer_id)

    async def ask(self, name: str, path: str, key: str = "", /, **fields: object) -> Any:
        return await ask(self.opened, self.callers[name], f"/v1/buyer/{path}", key, **fields)

    async def token(self, name: str) -> str:
        token: str = (await self.ask(name, "contact/card")).token
        return token

    async def request(self, name: str, other: str, greeting: str = "") -> Any:
        token = await self.token(other)
        return await self.ask(name, "contact/request", token=token, greeting=greeting)

    async def befriend(self, one: str, other: str) -> str:
        """Two friends; the id of their chat."""
        await self.request(one, other)
        opened = await self.ask(other, "contact/request/accept", buyer_id=self.id(one))
        chat_id: str = opened.chat_id
        return chat_id

    async def group(self, owner: str, *others: str, name: str = "茶友") -> str:
        """A group of friends of its owner; its id."""
        ids = [self.id(other) for other in others]
        chat_id: str = (await self.ask(owner, "group/add", name=name, buyer_ids=ids)).chat_id
        return chat_id

    async def say(self, name: str, chat_id: str, text: str) -> Any:
        body = {"kind": "text", "text": text}
        return await self.ask(name, "chat/send", chat_id=chat_id, body=body)

    async def heard(self, name: str, chat_id: str, **asked: object) -> list[Any]:
        """All that somebody sees of a chat but what it says itself."""
        page = await self.ask(name, "chat/messages", chat_id=chat_id, **asked)
        return [one for one in page.messages if one.kind != "notice"]

    async def texts(self, name: str, chat_id: str) -> list[str]:
        return [one.text for one in await self.heard(name, chat_id)]

    async def unread(self, name: str) -> int:
        count: int = (await self.ask(name, "chat/unread")).unread
        return count


async def people_on(opened: Opened, *names: str) -> People:
    """People of these nicknames, who do not know each other yet."""
    async with calling(opened) as call:
        ids = await add_buyers(call, [BuyerDraft(name) for name in names])
        buyers = await find_buyers(call.tx, ids)
    callers = {name: buyer_caller(buyers[i]) for name, i in zip(names, ids, strict=True)}
    return People(opened, callers)

"""What a page of the feed holds, tab by tab; what each is worth is the domain's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.delivery import api as delivery
from tongshang.modules.discovery import domain
from tongshang.modules.discovery.actions import showing
from tongshang.modules.discovery.domain import Edition, Facts, Post, Scored, Tab, Weights
from tongshang.modules.discovery.store import posts as store
from tongshang.modules.social import api as social
from tongshang.runtime.call import Call
from tongshang.runtime.recall import Recall

_WEIGHTS: Final = "discovery.weights"
_WEIGHTS_KEPT_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """A page of the feed; `note` says what is missing where there is nothing."""

    posts: Sequence[Scored]
    facts: Facts
    next_key: str = ""
    note: str = ""


async def weights_of(call: Call) -> Weights:
    """How much each part weighs, remembered for some seconds."""
    recall: Recall[Weights] = call.house.memory.setdefault(_WEIGHTS, Recall(_WEIGHTS_KEPT_SECONDS))
    weights = recall.get(_WEIGHTS)
    if weights is None:
        weights = await store.find_weights(call.tx)
        recall.keep(_WEIGHTS, _WEIGHTS, weights)
    return weights


def forget_weights(call: Call) -> None:
    """See to it that this process asks for the weights anew."""
    recall: Recall[Weights] | None = call.house.memory.get(_WEIGHTS)
    if recall is not None:
        recall.drop(_WEIGHTS, _WEIGHTS_KEPT_SECONDS)


async def choose(call: Call, tab: Tab, limit: int, next_key: str) -> Chosen:
    """A page of a tab for whoever asks."""
    if tab is Tab.RECOMMENDED:
        return await _recommended(call, limit, next_key)
    if tab is Tab.HOT:
        return await _ranked(call, tab, await store.list_hot(call.tx), limit, next_key)
    buyer_id = call.caller.buyer_id
    if not buyer_id:
        return Chosen((), Facts(call.at), note="sign_in")
    if tab is Tab.FOLLOWING:
        return await _following(call, buyer_id, limit, next_key)
    if tab is Tab.NEARBY:
        return await _nearby(call, buyer_id, limit, next_key)
    friends = await social.friends_of(call.tx, buyer_id)
    if not friends:
        return Chosen((), Facts(call.at), note="no_friends")
    edition = _edition(call, tab, next_key)
    bought = await store.list_friends(call.tx, friends, edition.until)
    return await _ranked(call, tab, bought, limit, next_key, friends)


async def _recommended(call: Call, limit: int, next_key: str) -> Chosen:
    """The newest of every lane, and from further down what one's people and the many chose."""
    edition = _edition(call, Tab.RECOMMENDED, next_key)
    buyer_id, weights = call.caller.buyer_id, await weights_of(call)
    friends = await social.friends_of(call.tx, buyer_id) if buyer_id else []
    city = await city_of(call, buyer_id) if buyer_id else ""
    walked = await store.walk(call.tx, edition)
    extras = []
    if not edition.is_crowded:
        extras = await store.find_extras(call.tx, buyer_id, friends, edition.until)
    posts = _fresh(edition, [*walked, *extras])
    facts = await store.find_facts(call.tx, posts, buyer_id, friends, call.at, city)
    facts = replace(facts, live=await showing.on_air(call, posts))
    scored = [domain.score(post, facts, weights) for post in posts]
    chosen = domain.arrange(scored, weights, limit)
    rest = edition.after((one.post for one in chosen), walked)
    has_more = len(chosen) < len(posts)
    return Chosen(chosen, facts, _cursor(call, Tab.RECOMMENDED, rest) if has_more else "")


async def _ranked(
    call: Call,
    tab: Tab,
    posts: Sequence[Post],
    limit: int,
    next_key: str,
    friends: Sequence[int] = (),
) -> Chosen:
    """A list in its own order, of bounded length, each once."""
    edition = _edition(call, tab, next_key)
    left = [post for post in posts if not edition.has_shown(post)]
    shown, buyer_id = left[:limit], call.caller.buyer_id
    facts = await store.find_facts(call.tx, shown, buyer_id, friends, call.at, "")
    weights = await weights_of(call)
    rest = edition.after(shown, ())
    key = _cursor(call, tab, rest) if len(left) > limit and not edition.is_crowded else ""
    note = "" if posts else "nothing"
    return Chosen([domain.score(post, facts, weights) for post in shown], facts, key, note)


async def _following(call: Call, buyer_id: int, limit: int, next_key: str) -> Chosen:
    before = _before(call, Tab.FOLLOWING, next_key)
    posts = await store.list_following(call.tx, buyer_id, before, limit + 1)
    if not posts and not next_key:
        return Chosen((), Facts(call.at), note="no_follows")
    facts = Facts(call.at, follows=frozenset(post.author_id for post in posts))
    return await _in_time(call, Tab.FOLLOWING, posts, facts, limit)


async def _nearby(call: Call, buyer_id: int, limit: int, next_key: str) -> Chosen:
    city = await city_of(call, buyer_id)
    if not city:
        return Chosen((), Facts(call.at), note="no_address")
    before = _before(call, Tab.NEARBY, next_key)
    posts = await store.list_nearby(call.tx, city, before, limit + 1)
    note = "" if posts or next_key else "nothing"
    chosen = await _in_time(call, Tab.NEARBY, posts, Facts(call.at, city), limit)
    return Chosen(chosen.posts, chosen.facts, chosen.next_key, note)


async def _in_time(call: Call, tab: Tab, posts: Sequence[Post], facts: Facts, limit: int) -> Chosen:
    """A page of a list in the order of time; `posts` has one more than fit, if there are more."""
    weights, shown = await weights_of(call), posts[:limit]
    key = ""
    if len(posts) > limit:
        key = page.cursor((tab, call.caller.buyer_id), shown[-1].place)
    return Chosen([domain.score(post, facts, weights) for post in shown], facts, key)


async def facts_of(call: Call, post: Post) -> Facts:
    """All that the ranking knows of one post, for whoever asks."""
    buyer_id = call.caller.buyer_id
    friends = await social.friends_of(call.tx, buyer_id) if buyer_id else []
    city = await city_of(call, buyer_id) if buyer_id else ""
    return await store.find_facts(call.tx, [post], buyer_id, friends, call.at, city)


async def city_of(call: Call, buyer_id: int) -> str:
    """The city of a buyer's default address; empty where there is none."""
    book = await delivery.book_of(call.tx, buyer_id)
    return book[0].address.city if book else ""


def _fresh(edition: Edition, posts: Iterable[Post]) -> list[Post]:
    """Each post once, without what the reader has seen."""
    once = {post.item_id: post for post in posts if not edition.has_shown(post)}
    return list(once.values())


def _question(call: Call, tab: Tab) -> tuple[object, ...]:
    return ("feed", tab.value, call.caller.buyer_id)


def _edition(call: Call, tab: Tab, next_key: str) -> Edition:
    key = page.after(_question(call, tab), next_key)
    return Edition.begin(call.at) if key is None else Edition.of(key)


def _cursor(call: Call, tab: Tab, edition: Edition) -> str:
    return page.cursor(_question(call, tab), edition.key())


def _before(call: Call, tab: Tab, next_key: str) -> tuple[int, int]:
    return place_after((tab, call.caller.buyer_id), next_key) or store.begin_at(call.at)


def place_after(question: Sequence[object], next_key: str) -> tuple[int, int] | None:
    """Where a list in time goes on, as its cursor says; None on the first page."""
    key = page.after(question, next_key)
    if key is None:
        return None
    whole = [part for part in key if isinstance(part, int) and 0 <= part < 2**63]
    if len(key) != 2 or len(whole) != len(key):
        raise CursorMismatch
    domain.moment(whole[0])
    return whole[0], whole[1]

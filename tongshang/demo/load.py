"""Loading the demo: once, wholly, and anew where it was cut short.

A mark in the table `platform` says how far it is. It is written before the first row and again
after the last one, so a load that was killed is known by its mark, and what it left is cleared
away. Nothing is cleared that a load did not bring: it begins only on a platform without parties.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import asyncpg
from tqdm import tqdm

from tongshang.app import open_house
from tongshang.demo import (
    books,
    contents,
    finding,
    funds,
    furnish,
    homes,
    live,
    searches,
    seen,
    sharers,
    shares,
    store,
)
from tongshang.demo.acting import Actor
from tongshang.demo.alliance import Alliance
from tongshang.demo.chats import Talker, read_script
from tongshang.demo.gifts import Giving
from tongshang.demo.market import read_market
from tongshang.demo.painting import painting
from tongshang.demo.past import began_at
from tongshang.demo.stage import Stage

# What a crash of the machine loses of an unfinished load is cleared away anyway.
_IN_HASTE: Final = "synchronous_commit=off"


class NoDemo(Exception):
    """A platform in earnest is no demo; the text tells the person what to do."""


async def load(dsn: str, home: Path, *, is_quiet: bool = False) -> bool:
    """See to it that the demo market is on the platform; whether it had to be loaded."""
    easel = home / "painting"  # stays when we are cut short: what is painted is painted
    connection = await asyncpg.connect(dsn)
    try:
        if await store.find_mark(connection) == store.LOADED:
            return False
        await store.hold_load(connection)
        if (mark := await store.find_mark(connection)) == store.LOADED:
            return False
        if mark is None and await store.has_parties(connection):
            raise NoDemo(
                "this database holds a platform already, and it is no demo: set TONGSHANG_HOME "
                "to another folder, or TONGSHANG_DATABASE_URL to an empty database"
            )
        if not is_quiet:
            print("  The first start paints and furnishes a market: about a minute.", flush=True)
        await store.clear(connection)
        async with painting(easel) as painted:
            with _bar("pictures", is_quiet=is_quiet) as tell:
                await painted.finished(tell)
            await _load(_hasty(dsn), home, painted.folder, is_quiet=is_quiet)
        await store.set_mark(connection, store.LOADED)
    finally:
        await connection.close()
    shutil.rmtree(easel, ignore_errors=True)
    return True


async def _load(dsn: str, home: Path, pictures: Path, *, is_quiet: bool) -> None:
    market = read_market()
    async with open_house(dsn, home, demo=True) as opened:
        stage, now = Stage(opened), opened.house.clock.now()
        stage.go_to(began_at(market, now))
        with _bar("goods", is_quiet=is_quiet) as tell:
            reel = contents.Reel(market, pictures)
            made = await furnish.add_people(stage, market, pictures)
            await furnish.keep_pictures(stage, market, made, pictures)
            await furnish.add_addresses(stage, market, made)
            await furnish.add_goods(stage, market, made, tell)
            await furnish.add_plans(stage, market, made)
            await finding.settle_in(stage, market, made)
            await reel.keep(stage, market, made)
        with _bar("a fortnight of trade", is_quiet=is_quiet) as tell:
            actor = Actor(stage, made, now)
            await actor.act(market, tell)
        with _bar("friends and chats", is_quiet=is_quiet) as tell:
            talker = Talker(stage, made, now)
            await talker.talk(read_script(), tell)
        with _bar("gifts", is_quiet=is_quiet):
            await Giving(stage, market, made, talker.chats, now).give()
        await Alliance(stage, market, made, now).ally()
        await sharers.share(stage, market, made, now)
        await funds.withdraw(stage, now)
        await shares.spread(stage, market, made, now)
        await homes.arrange(stage, market, made)
        await finding.look_around(stage, market, made, now)
        await seen.look(stage, market, made, actor.placed, now)
        await searches.look_for(stage, market, made, now)
        await contents.add_more(stage, market, made, now)
        await live.open_rooms(stage, market, made, now)
        await furnish.open_sessions(stage, market, made)
        stage.return_to_now()
        await books.keep(stage)
        await stage.finish_work()  # what listens heard of the last of it


def _hasty(dsn: str) -> str:
    return f"{dsn}{'&' if '?' in dsn else '?'}{_IN_HASTE}"


@contextlib.contextmanager
def _bar(title: str, *, is_quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A line that shows how far something is, and goes away when it is done."""
    form = "  {desc:<22}{bar:30} {n_fmt}/{total_fmt}"
    with tqdm(desc=title, bar_format=form, leave=False, disable=is_quiet or None) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield tell

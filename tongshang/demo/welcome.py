"""What the terminal says once the demo is served."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tongshang.demo.alliance import AGENCIES
from tongshang.demo.market import read_market

_NAMED: Final = 3


def welcome(address: str, home: Path, took_ms: int) -> str:
    """Where the demo is, who one can be there, and how to end it."""
    market = read_market()
    buyers = _names([one.nickname for one in market.buyers], len(market.buyers))
    shops = _names([one.name for one in market.shops], len(market.shops))
    promoters = _names([one.name for one in market.promoters], len(market.promoters))
    agencies = _names([one.name for one in AGENCIES], len(AGENCIES))
    return f"""
  通商 Tongshang · demo, ready in {took_ms / 1000:.1f} s

    {address}
    {address}/personas      be one of them, and switch

    buyer      {buyers}
    merchant   {shops}
    promoter   {promoters}
    agency     {agencies}
    operator   通商平台

    {address}/v1/sandbox/apps     appid and secret of every shop, promoter, agency and the operator
    {address}/v1/sandbox/buyers   tokens of the buyers

  Everything lies in {home}. Ctrl-C ends it.
"""


def _names(names: Sequence[str], total: int) -> str:
    shown = "、".join(names[:_NAMED])
    return shown if total <= _NAMED else f"{shown} and {total - _NAMED} more"

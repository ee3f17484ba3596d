"""The rules of giving, as data."""

from typing import Final

from tongshang.modules.gifting.domain.rules import Rule, Rules, rules_of
from tongshang.runtime.db import Tx

_ALL: Final = """
    select name, value, reason, null::bigint as cat_id from gift_rules
    union all
    select '', 0, reason, cat_id from gift_excluded_categories
    order by 4, 1
"""
_SET: Final = "update gift_rules set value = $2, reason = $3 where name = $1"
_EXCLUDE: Final = """
    insert into gift_excluded_categories (cat_id, reason) values ($1, $2)
    on conflict (cat_id) do update set reason = excluded.reason
"""
_INCLUDE: Final = "delete from gift_excluded_categories where cat_id = $1"


async def list_rules(tx: Tx) -> tuple[list[Rule], dict[int, str]]:
    """The rules, and the branches of goods that are excluded, each with its reason."""
    rules: list[Rule] = []
    excluded: dict[int, str] = {}
    for row in await tx.fetch(_ALL):
        if row["cat_id"] is None:
            rules.append(Rule(row["name"], row["value"], row["reason"]))
        else:
            excluded[row["cat_id"]] = row["reason"]
    return rules, excluded


async def get_rules(tx: Tx) -> Rules:
    """The rules as they are now."""
    rules, excluded = await list_rules(tx)
    return rules_of(rules, sorted(excluded))


async def set_rule(tx: Tx, rule: Rule) -> None:
    """Set a rule."""
    await tx.execute(_SET, rule.name, rule.value, rule.reason)


async def exclude(tx: Tx, cat_id: int, reason: str) -> None:
    """Let goods of a branch not be given any more."""
    await tx.execute(_EXCLUDE, cat_id, reason)


async def include(tx: Tx, cat_id: int) -> None:
    """Let goods of a branch be given again."""
    await tx.execute(_INCLUDE, cat_id)

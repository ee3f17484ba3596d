"""Templates, and the words and figures in them.

Chinese is what a template says; English is looked up by it in `english.json`. A sentence that is
missing there is shown in Chinese and found by a test.
"""

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

_HERE: Final = Path(__file__).parent


@cache
def english() -> dict[str, str]:
    """English by the Chinese it stands for."""
    words: dict[str, str] = json.loads((_HERE / "english.json").read_text("utf-8"))
    return words


@cache
def environment() -> Environment:
    """The templates of all sites; what they do not say is an error, not a blank."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(yuan=yuan, signed_yuan=signed_yuan, moment=moment)
    made.globals.update(t=_t)
    return made


def render(template: str, *, english: bool, **context: Any) -> str:
    """A page's text."""
    return environment().get_template(template).render(lang="en" if english else "zh", **context)


@pass_context
def _t(context: Context, chinese: str, **parts: object) -> str:
    said = english().get(chinese, chinese) if context["lang"] == "en" else chinese
    return said.format(**parts) if parts else said


def yuan(fen: int) -> Markup:
    """A price: small sign, large yuan, small fen."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return Markup('<span class="yuan">{}<i>¥</i><b>{}</b><i>.{:02d}</i></span>').format(
        sign, f"{whole:,}", rest
    )


def signed_yuan(fen: int) -> Markup:
    """A change of money, with its sign and a class for its direction."""
    direction = "in" if fen >= 0 else "out"
    whole, rest = divmod(abs(fen), 100)
    sign = "+" if fen >= 0 else "−"
    return Markup('<span class="yuan {}">{}¥{}.{:02d}</span>').format(
        direction, sign, f"{whole:,}", rest
    )


@pass_context
def moment(context: Context, at: datetime | None) -> Markup:
    """A time as people say it, with the exact one on hover."""
    if at is None:
        return Markup("–")
    passed: timedelta = context["now"] - at
    exact = at.strftime("%Y-%m-%d %H:%M:%S UTC")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(), exact, escape(_spoken(passed, at, context["lang"]))
    )


def _spoken(passed: timedelta, at: datetime, lang: str) -> str:
    minutes = int(passed.total_seconds()) // 60
    if 0 <= minutes < 1:
        return "刚刚" if lang == "zh" else "just now"
    if 0 < minutes < 60:
        return f"{minutes} 分钟前" if lang == "zh" else f"{minutes} min ago"
    if 0 < minutes < 24 * 60:
        return f"{minutes // 60} 小时前" if lang == "zh" else f"{minutes // 60} h ago"
    return at.strftime("%Y-%m-%d %H:%M")

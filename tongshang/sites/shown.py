"""Templates, and the words and figures in them.

Chinese is what a template says; English is looked up by it in `english/`. A sentence that is
missing there is shown in Chinese and found by a test.
"""

import inspect
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from tongshang.kernel.refusal import Refusal
from tongshang.sites import head, static_files, words

_HERE: Final = Path(__file__).parent
_CHINA: Final = timezone(timedelta(hours=8))
_MINUTES_PER_DAY: Final = 24 * 60
_AMOUNT: Final = re.compile(
    r"\{(\w+)\} ?(?:分(?!钟)|fen\b)"
)  # a detail in fen, in a refusal's text


@cache
def english() -> dict[str, str]:
    """English by the Chinese it stands for."""
    words: dict[str, str] = {}
    for file in sorted((_HERE / "english").glob("*.json")):
        words |= json.loads(file.read_text("utf-8"))
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
    made.filters.update(
        yuan=yuan, signed_yuan=signed_yuan, plain_yuan=plain_yuan, moment=moment, left=left,
        day=day, clock=clock, query=query,
        cleaned=Markup, yuan_field=yuan_field, json=json_text, percent=percent, rate=rate,
    )  # fmt: skip
    made.globals.update(
        t=_t,
        sentence=_sentence,
        icon=icon,
        asset=static_files.address,
        words=words,
        openweb_head=head.told_of,
    )
    return made


def render(template: str, *, english: bool, **context: Any) -> str:
    """A page's text."""
    return environment().get_template(template).render(lang="en" if english else "zh", **context)


@pass_context
def _t(context: Context, chinese: str, **parts: object) -> str:
    said = english().get(chinese, chinese) if context["lang"] == "en" else chinese
    return said.format(**parts) if parts else said


@pass_context
def _sentence(context: Context, refusal: Refusal) -> str:
    return sentence(refusal, english=context["lang"] == "en")


def sentence(refusal: Refusal, *, english: bool) -> str:
    """What a refusal says, its amounts as people write them: programs read fen, people yuan."""
    text = inspect.cleandoc(type(refusal).__doc__ or "") if english else type(refusal).zh
    said: dict[str, object] = defaultdict(lambda: "?", refusal.details)
    for name in _AMOUNT.findall(text):
        said[name] = plain_yuan(int(refusal.details.get(name) or 0))
    return _AMOUNT.sub(r"{\1}", text).format_map(said)


@cache
def icon(name: str) -> Markup:
    """A line drawing from the sprite, in the colour of the text around it."""
    place = static_files.address("icons.svg")
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        place, name
    )


def query(fields: Mapping[str, object]) -> str:
    """A query string from what is not empty."""
    return urlencode({name: value for name, value in fields.items() if value not in {"", None}})


# --- money -------------------------------------------------------------------------------------


def yuan(fen: int) -> Markup:
    """A price: small sign, large yuan, small fen."""
    sign = "−" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return Markup('<span class="yuan">{}<i>¥</i><b>{}</b><i>.{:02d}</i></span>').format(
        sign, f"{whole:,}", rest
    )


def signed_yuan(fen: int) -> Markup:
    """A change of money, with its sign and a class for its direction."""
    direction = "in" if fen > 0 else "out" if fen < 0 else "even"
    sign = "+" if fen > 0 else "−" if fen < 0 else ""
    return Markup('<span class="yuan {}">{}{}</span>').format(direction, sign, plain_yuan(abs(fen)))


def plain_yuan(fen: int) -> str:
    """An amount in one size, for tables and forms' hints."""
    sign = "−" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}¥{whole:,}.{rest:02d}"


def yuan_field(fen: int) -> str:
    """An amount as a person types it into a form."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


# --- times -------------------------------------------------------------------------------------


def _time(value: datetime | int | str | None) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return datetime.fromtimestamp(int(value), UTC) if value and int(value) else None


@pass_context
def moment(context: Context, value: datetime | int | str | None) -> Markup:
    """A time as people say it, with the exact one on hover."""
    at = _time(value)
    if at is None:
        return Markup("–")
    here = at.astimezone(_CHINA)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(timespec="seconds"),
        f"{here:%Y-%m-%d %H:%M:%S} UTC+8",
        _spoken(context["now"], at, context["lang"]),
    )


def _spoken(now: datetime, at: datetime, lang: str) -> str:
    minutes = int((now - at).total_seconds()) // 60
    if 0 <= minutes < 1:
        return "刚刚" if lang == "zh" else "just now"
    if 0 < minutes < 60:
        return f"{minutes} 分钟前" if lang == "zh" else f"{minutes} min ago"
    if 0 < minutes < _MINUTES_PER_DAY:
        return f"{minutes // 60} 小时前" if lang == "zh" else f"{minutes // 60} h ago"
    here, today = at.astimezone(_CHINA), now.astimezone(_CHINA)
    return f"{here:%m-%d %H:%M}" if here.year == today.year else f"{here:%Y-%m-%d %H:%M}"


@pass_context
def left(context: Context, value: datetime | int | str | None) -> Markup:
    """How long there still is until a deadline, exact time on hover."""
    at = _time(value)
    if at is None:
        return Markup("–")
    here = at.astimezone(_CHINA)
    return Markup('<time class="left" datetime="{}" title="{}">{}</time>').format(
        at.isoformat(timespec="seconds"),
        f"{here:%Y-%m-%d %H:%M:%S} UTC+8",
        _span(int((at - context["now"]).total_seconds()) // 60, context["lang"]),
    )


def _span(minutes: int, lang: str) -> str:
    if minutes <= 0:
        return "已到期" if lang == "zh" else "due now"
    days, rest = divmod(minutes, _MINUTES_PER_DAY)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "天", "d"), (hours, "小时", "h"), (minutes, "分钟", "min")]
    told = [part for part in parts if part[0]][:2]
    return " ".join(f"{n} {chinese if lang == 'zh' else other}" for n, chinese, other in told)


def day(value: datetime | int | str | None) -> str:
    """A day of the calendar in China."""
    at = _time(value)
    return f"{at.astimezone(_CHINA):%Y-%m-%d}" if at else "–"


def clock(value: datetime | int | str | None) -> str:
    """A day and the time of day in China."""
    at = _time(value)
    return f"{at.astimezone(_CHINA):%Y-%m-%d %H:%M}" if at else "–"


def json_text(raw: bytes) -> str:
    """A JSON document laid out for people."""
    return json.dumps(json.loads(bytes(raw)), ensure_ascii=False, indent=2)


def percent(ppm: int) -> str:
    """A rate as people say it, exact."""
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%"


def rate(ppm: int) -> str:
    """A rate at a glance: hundredths of a percent, rounded down."""
    return f"{ppm // 10_000}.{ppm % 10_000 // 100:02d}%"

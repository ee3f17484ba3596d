"""Markup that people write: a short list of what may stay, cleaned by nh3."""

import re
from typing import Final

import nh3

_TAGS: Final = {"b", "strong", "em", "a", "br", "ul", "ol", "li"}
# To other sites, or to a path of our own; never a script, never `//elsewhere`.
_LINK: Final = re.compile(r"https?://[^\s]+|/(?![/\\])[^\s]*")
_BLANK: Final = re.compile(r"(?:&nbsp;|\s)+")


def clean(text: str) -> str:
    """What people wrote, as HTML that may stand in a page: all that is not on the list is gone."""
    return nh3.clean(
        text,
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_attribute,
        link_rel="noopener nofollow ugc",
        url_schemes={"http", "https"},
    )


def plain(markup: str) -> str:
    """The words of cleaned HTML, still escaped nowhere: for titles, searches and rules."""
    spaced = re.sub(r"<(?:br|li|/li|/ul|/ol)[^>]*>", " ", markup)
    words = nh3.clean(spaced, tags=set())
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        words = words.replace(entity, sign)
    return _BLANK.sub(" ", words).strip()


def _attribute(_tag: str, name: str, value: str) -> str | None:
    return value if name != "href" or _LINK.fullmatch(value) else None

"""What all pages have in common: who comes in, in which language, and what they refuse."""

import gzip
import json
import re
from pathlib import Path

import httpx

from tests.platform import calling
from tongshang.app import Opened
from tongshang.modules.identity.api import PartyDraft, PartyKind, add_app, add_parties
from tongshang.sites import shown, words
from tongshang.sites.visit import own_place

SITES = Path("tongshang/sites")


def token_in(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found, "the form carries no token"
    return found[1]


async def test_an_unknown_page_leads_on_in_both_languages(client: httpx.AsyncClient) -> None:
    missing = await client.get("/nowhere")
    assert missing.status_code == 404
    assert "没有这个页面" in missing.text
    client.cookies.update(missing.cookies)
    turned = await client.get("/language", params={"to": "en", "next": "/nowhere"})
    assert turned.headers["location"] == "/nowhere"
    assert "There is no such page" in (await client.get("/nowhere")).text


async def test_pages_allow_no_script_and_no_frame_of_others(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/enter")).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


async def test_a_form_of_another_site_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/enter", data={"appid": "wx1", "secret": "x"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.text


async def test_keys_open_the_desk_of_their_party(client: httpx.AsyncClient, opened: Opened) -> None:
    async with calling(opened) as call:
        (shop_id,) = await add_parties(call, [PartyDraft(PartyKind.SHOP, "山里茶铺")])
        app = await add_app(call, shop_id)
    token = token_in((await client.get("/enter")).text)
    wrong = await client.post(
        "/enter", data={"form_token": token, "appid": app.appid, "secret": "0" * 32}
    )
    assert wrong.status_code == 400
    assert app.appid in wrong.text, "what was typed is kept"
    right = await client.post(
        "/enter", data={"form_token": token, "appid": app.appid, "secret": app.secret}
    )
    assert right.status_code == 303
    assert right.headers["location"] == "/desk/shop"


async def test_nobody_switches_persona_outside_a_demo(client: httpx.AsyncClient) -> None:
    token = token_in((await client.get("/enter")).text)
    form = {"form_token": token, "role": "shop", "owner_id": "1"}
    assert (await client.post("/personas", data=form)).status_code == 403
    assert (await client.get("/sandbox")).status_code == 404


async def test_static_files_are_kept_for_ever_and_packed(client: httpx.AsyncClient) -> None:
    page = (await client.get("/enter")).text
    found = re.search(r'href="(/static/[0-9a-f]+/storefront.css)"', page)
    assert found
    style = await client.get(found[1], headers={"accept-encoding": "gzip"})
    assert "immutable" in style.headers["cache-control"]
    assert style.headers["content-encoding"] == "gzip"
    assert (await client.get("/static/000000000000/storefront.css")).status_code == 404


def test_no_link_leads_to_another_site() -> None:
    assert own_place("/orders?tab=10") == "/orders?tab=10"
    for foreign in ("//evil.test/", "https://evil.test/", "/\\evil.test", "javascript:alert(1)"):
        assert own_place(foreign) == "/"


# --- templates ---------------------------------------------------------------------------------


def templates() -> dict[str, str]:
    return {str(path): path.read_text("utf-8") for path in SITES.rglob("*.html")}


def spoken() -> set[str]:
    """Every Chinese sentence that a page may say."""
    said = set[str]()
    for text in templates().values():
        said |= set(re.findall(r"""\bt\(\s*"([^"]+)\"""", text))
        said |= {word for word in re.findall(r'"([^"\n]+)"', text) if re.search("[一-鿿]", word)}
    for name, table in vars(words).items():
        if name.isupper() and isinstance(table, dict):
            said |= {v.text if isinstance(v, words.Word) else v for v in table.values()}
    return said


def test_every_sentence_has_its_english() -> None:
    english = shown.english()
    own = {"中文"}  # a language is called by its own name
    assert sorted(spoken() - set(english) - own) == []


def test_a_sentence_is_translated_in_one_file_only() -> None:
    files = [json.loads(file.read_text("utf-8")) for file in (SITES / "english").glob("*.json")]
    assert sum(map(len, files)) == len(shown.english())


def test_english_says_nothing_that_no_page_says() -> None:
    english = shown.english()
    assert sorted(set(english) - spoken()) == []


def test_no_template_holds_a_script_or_style_of_its_own() -> None:
    for name, text in templates().items():
        # Structured data is no script: a browser runs none of it, whatever it says.
        scripts = text.replace('<script type="application/ld+json">', "")
        assert not re.search(r"<script(?![^>]*\bsrc=)", scripts), name
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text), name


def test_every_form_that_writes_carries_its_token() -> None:
    for name, text in templates().items():
        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
            assert "guard()" in form, name


def test_our_styles_stay_small() -> None:
    for path in (SITES / "static").glob("*.css"):
        assert len(gzip.compress(path.read_bytes(), 9)) <= 8 * 1024, path

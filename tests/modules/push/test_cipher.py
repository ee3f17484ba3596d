"""The cipher against the official vectors of reference sections 13.2 to 13.4."""

import base64

import pytest

from tongshang.modules.push import cipher
from tongshang.modules.push.refusals import NotGenuine

KEY, TOKEN, APPID = "A" * 43, "AAAAA", "wxba5fad812f8e6fb9"
MESSAGE = (
    b'{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
    b'"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)
ENCRYPTED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcv"
    "ZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3F"
    "n2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSe"
    "OBrebufAlr7F9mFUPAJGj04="
)
REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (("1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        (("1714112445", "415670741"), "6c5c811b55cc85e0e1b54100749188c20beb3f5d"),
        (("1714112445", "415670741", ENCRYPTED), "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"),
        (("1713424427", "415670741", REPLY), "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"),
    ],
)
def test_signatures_are_the_official_ones(parts: tuple[str, ...], expected: str) -> None:
    timestamp, nonce, *encrypted = parts
    assert cipher.signature(TOKEN, timestamp, nonce, *encrypted) == expected


@pytest.mark.parametrize(
    ("message", "random", "encrypted"),
    [
        (MESSAGE, b"a8eedb185eb2fecf", ENCRYPTED),
        (b'{"demo_resp":"good luck"}', b"707722b803182950", REPLY),
    ],
)
def test_ciphertexts_are_the_official_ones(message: bytes, random: bytes, encrypted: str) -> None:
    assert cipher.encrypt(KEY, message, APPID, random) == encrypted
    assert cipher.decrypt(KEY, encrypted) == cipher.Letter(message, APPID)


@pytest.mark.parametrize("size", range(70))
def test_every_length_is_padded_and_read_again(size: int) -> None:
    encrypted = cipher.encrypt(KEY, b"x" * size, APPID, b"r" * 16)
    assert len(base64.b64decode(encrypted)) % 32 == 0
    assert cipher.decrypt(KEY, encrypted).message == b"x" * size


@pytest.mark.parametrize(
    ("key", "encrypted"),
    [(KEY, ""), (KEY, "?"), (KEY, REPLY[:-4]), (KEY, REPLY[:64]), ("B" * 43, REPLY)],
)
def test_what_was_changed_on_its_way_is_refused(key: str, encrypted: str) -> None:
    with pytest.raises(NotGenuine):
        cipher.decrypt(key, encrypted)

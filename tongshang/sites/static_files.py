"""What does not change while a process runs: styles, scripts, icons; and pictures, which never do.

A static file's address carries a hash of its content, so a browser may keep it for ever. Each file
is read and compressed once.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

_HERE: Final = Path(__file__).parent / "static"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
# Where a name is found: our own files, then the parts that `make setup` brings.
_FOLDERS: Final = (_HERE, _HERE / "parts")
_PICTURES: Final = {
    ".webp": "image/webp", ".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif",
    ".mp4": "video/mp4",
}  # fmt: skip
_SMALL: Final = 600


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    packed: bytes
    kind: str
    mark: str


@cache
def _kept(name: str) -> _Kept | None:
    for folder in _FOLDERS:
        path = folder / name
        if path.parent == folder and path.is_file():
            body = path.read_bytes()
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            mark = hashlib.sha256(body).hexdigest()[:12]
            return _Kept(body, gzip.compress(body, 9, mtime=0), kind, mark)
    return None


@cache
def address(name: str) -> str:
    """Where a page finds the static file `name`."""
    kept = _kept(name)
    assert kept is not None, f"no static file {name}; run make setup"
    return f"/static/{kept.mark}/{name}"


def body(name: str) -> bytes:
    """What the static file `name` contains."""
    kept = _kept(name)
    assert kept is not None, f"no static file {name}"
    return kept.body


async def static(request: Request) -> Response:
    """A static file, compressed where the browser takes it so."""
    kept = _kept(request.path_params["name"]) if _is_plain(request.path_params["name"]) else None
    if kept is None or kept.mark != request.path_params["mark"]:
        raise HTTPException(404)
    headers = {
        "cache-control": _FOR_EVER,
        "x-content-type-options": "nosniff",
        "vary": "accept-encoding",
    }
    packs = "gzip" in request.headers.get("accept-encoding", "") and len(kept.body) > _SMALL
    if packs:
        headers["content-encoding"] = "gzip"
    return Response(kept.packed if packs else kept.body, media_type=kept.kind, headers=headers)


async def picture(request: Request) -> Response:
    """A picture or video that was uploaded or came with the demo; its name is of its content.

    Videos are played from any second: Starlette answers ranges (206, 416) and `If-Range`.
    """
    name = request.path_params["name"]
    kind = _PICTURES.get(Path(name).suffix)
    path = request.app.state.house.home / "media" / name
    if kind is None or not _is_plain(name) or not path.is_file():
        raise HTTPException(404)
    # They are packed already; packed again, a range would be none.
    headers = {
        "cache-control": _FOR_EVER, "x-content-type-options": "nosniff",
        "content-encoding": "identity",
    }  # fmt: skip
    return FileResponse(path, media_type=kind, headers=headers)


def _is_plain(name: str) -> bool:
    return name.replace("-", "").replace("_", "").replace(".", "").isalnum() and name[0] != "."

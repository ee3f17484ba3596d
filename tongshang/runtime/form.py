"""Requests that bring a file: multipart/form-data, beside the fields of the query string."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final

import msgspec
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from tongshang.runtime.rpc import BadData

FIELDS_MAX: Final = 20


async def read_fields(content_type: str, body: bytes, query: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a request that may bring a file, whether it comes as a form or as JSON."""
    if content_type.lower().startswith("multipart/form-data"):
        return {**query, **await _form(content_type, body)}
    try:
        fields = msgspec.json.decode(body or b"{}", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise BadData(reason=str(problem)) from None
    except RecursionError:
        raise BadData(reason="it is nested too deep") from None
    return {**query, **fields}


async def _form(content_type: str, body: bytes) -> dict[str, str | bytes]:
    parser = MultiPartParser(
        Headers({"content-type": content_type}), _whole(body), max_files=1, max_fields=FIELDS_MAX
    )
    try:
        form = await parser.parse()
    except MultiPartException as problem:
        raise BadData(reason=problem.message) from None
    try:
        return {
            name: await part.read() if isinstance(part, UploadFile) else part
            for name, part in form.items()
        }
    finally:
        await form.close()


async def _whole(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body

"""Requests that bring a file: multipart/form-data, beside the fields of the query string."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final

import msgspec
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from tongshang.runtime.files import SentFile
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


async def read_large(
    content_type: str, chunks: AsyncGenerator[bytes, None], query: Mapping[str, str]
) -> dict[str, Any]:
    """The fields of a form whose file is written to disk while it comes."""
    form = await _parse(content_type, chunks)
    return {
        **query,
        **{
            name: SentFile(part.file, part.size or 0) if isinstance(part, UploadFile) else part
            for name, part in form.items()
        },
    }


async def _parse(content_type: str, chunks: AsyncGenerator[bytes, None]) -> FormData:
    parser = MultiPartParser(
        Headers({"content-type": content_type}), chunks, max_files=1, max_fields=FIELDS_MAX
    )
    try:
        return await parser.parse()
    except MultiPartException as problem:
        raise BadData(reason=problem.message) from None


async def _form(content_type: str, body: bytes) -> dict[str, str | bytes]:
    form = await _parse(content_type, _whole(body))
    try:
        return {
            name: await part.read() if isinstance(part, UploadFile) else part
            for name, part in form.items()
        }
    finally:
        await form.close()


async def _whole(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body

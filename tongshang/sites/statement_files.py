"""A statement's file as a download, for desks and phones alike."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.responses import Response, StreamingResponse

from tongshang.sites.visit import Visit

_TYPES: Final = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


async def send(visit: Visit, audience: str) -> Response:
    """The file that the path names, part by part."""
    path = f"/v1/{audience}/statements"
    statement_id, kind = str(visit.part("statement_id")), visit.request.path_params["kind"]
    asked: dict[str, Any] = {"statement_id": statement_id, "kind": kind}
    made, first = await asyncio.gather(
        visit.ask(f"{path}/get", statement_id=statement_id), visit.ask(f"{path}/file", **asked)
    )

    async def parts() -> AsyncIterator[bytes]:
        yield first.content
        for part in range(1, first.parts):
            yield (await visit.ask(f"{path}/file", part=part, **asked)).content

    name = f"statement-{made.starts}-{made.period}.{kind}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(parts(), media_type=_TYPES[kind], headers=headers)

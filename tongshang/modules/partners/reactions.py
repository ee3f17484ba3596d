"""What partners do, in the same transaction, on facts of lower rooms."""

from collections.abc import Sequence

from tongshang.modules.links.events import ContentLinkOpened
from tongshang.modules.partners.actions import crediting
from tongshang.runtime.call import Call


async def credit(call: Call, facts: Sequence[ContentLinkOpened]) -> None:
    """Credit sharers with who came to contents by their links."""
    await crediting.credit(call, facts)

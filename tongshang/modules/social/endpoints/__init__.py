"""The ways in: people, chats, groups, and what the operator hears of them."""

from typing import Final

from tongshang.modules.social.endpoints import chats, groups, people, reports

ENDPOINTS: Final = (people.ENDPOINTS, chats.ENDPOINTS, groups.ENDPOINTS, reports.ENDPOINTS)

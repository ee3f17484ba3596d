"""What stands above asks of search."""

from tongshang.modules.search.actions.finding import Asked, Found, find
from tongshang.modules.search.actions.indexing import refresh
from tongshang.modules.search.actions.rebuilding import rebuild
from tongshang.modules.search.domain.asking import Filters, Sort
from tongshang.modules.search.domain.documents import DocumentKind

__all__ = ["Asked", "DocumentKind", "Filters", "Found", "Sort", "find", "rebuild", "refresh"]

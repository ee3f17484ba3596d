"""The proof of the books: every invariant as a query that must find nothing.

`checks` holds the invariants, `run` asks them in one snapshot of the database and prints the
verdict. It reads all rooms' tables and changes none.
"""

from tongshang.prove.checks import CHECKS, Check
from tongshang.prove.run import Verdict, examine, prove

__all__ = ["CHECKS", "Check", "Verdict", "examine", "prove"]

"""What a check is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: its sentence, how many things it looks at, and the query for breaches."""

    name: str
    says: str
    looks_at: str
    breaches: str

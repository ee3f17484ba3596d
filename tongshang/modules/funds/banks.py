"""Banks, cities and branches: facts that all share, read from two files beside this one."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OTHER_BANK_ID: Final = "1099"
OTHER_BANK: Final = "其他银行"
_CITY_FIRST: Final = 10
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class City:
    """A city; `address_code` is its code in GB/T 2260."""

    code: int
    name: str
    address_code: str
    province_code: int
    is_capital: bool


@dataclass(frozen=True, slots=True)
class Province:
    """A province, and its cities."""

    code: int
    name: str
    cities: tuple[City, ...]


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank. `account_bank` is what accounts say: its name, or that it is another one."""

    bank_id: str
    code: str
    name: str
    full_name: str
    prefixes: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def needs_branch(self) -> bool:
        """Whether an account there names its branch (reference section 9.4)."""
        return self.bank_id == OTHER_BANK_ID

    @property
    def account_bank(self) -> str:
        """The bank as accounts name it."""
        return OTHER_BANK if self.needs_branch else self.name


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a bank in a city."""

    branch_id: str
    name: str


@functools.cache
def provinces() -> tuple[Province, ...]:
    """All provinces, as the platform numbers them."""
    lines = tomllib.loads((_HERE / "places.toml").read_text(encoding="utf-8"))["province"]
    found: list[Province] = []
    next_code = _CITY_FIRST
    for number, line in enumerate(lines, start=1):
        name, _, cities = line.partition(": ")
        places = [city.split(" ", 1) for city in cities.split(", ")]
        made = tuple(
            City(next_code + place, city, code, number, place == 0)
            for place, (code, city) in enumerate(places)
        )
        next_code += len(made)
        found.append(Province(number, name, made))
    return tuple(found)


@functools.cache
def banks() -> tuple[Bank, ...]:
    """All banks, those with a number of their own first."""
    found = tomllib.loads((_HERE / "banks.toml").read_text(encoding="utf-8"))["bank"]
    return tuple(
        Bank(
            one["id"], one["code"], one["name"], one["full_name"], tuple(one["prefixes"]),
            (one["branches"],) if isinstance(one["branches"], str) else tuple(one["branches"]),
        )
        for one in found
    )  # fmt: skip


@functools.cache
def cities() -> dict[int, City]:
    """All cities by their number."""
    return {city.code: city for province in provinces() for city in province.cities}


def city_of(address_code: str) -> City | None:
    """The city that an address code is of: its own, or a county's in it."""
    by_code = _cities_by_address()
    return (
        by_code.get(address_code)
        or by_code.get(f"{address_code[:4]}00")
        or by_code.get(f"{address_code[:2]}0000")
    )


@functools.cache
def _cities_by_address() -> dict[str, City]:
    return {city.address_code: city for city in cities().values()}


def bank_by_code(code: str) -> Bank | None:
    """The bank with this code."""
    return next((one for one in banks() if one.code == code), None)


def banks_named(name: str) -> list[Bank]:
    """Banks that accounts name so; several for "another bank"."""
    return [one for one in banks() if name in (one.account_bank, one.name, one.full_name)]


def bank_of_card(number: str) -> Bank | None:
    """Whose card it is, by the longest of the first digits that are known."""
    fitting = [
        (len(prefix), one)
        for one in banks()
        for prefix in one.prefixes
        if number.startswith(prefix)
    ]
    return max(fitting, key=lambda found: found[0])[1] if fitting else None


def search_banks(words: str) -> list[Bank]:
    """Banks whose name has these words in it."""
    return [one for one in banks() if words in one.name or words in one.full_name]


def has_branch(bank: Bank, city: City) -> bool:
    """Whether the bank is in the city."""
    if bank.places == ("cities",):
        return True
    return city.is_capital if bank.places == ("capitals",) else city.name in bank.places


def branches(bank: Bank, city: City) -> list[Branch]:
    """The bank's branches in a city."""
    if not has_branch(bank, city):
        return []
    place = city.name.removesuffix("市")
    head = f"{bank.full_name}{place}"
    number = f"{bank.code[-3:]}{city.address_code}"
    return [Branch(f"{number}001", f"{head}分行"), Branch(f"{number}002", f"{head}分行营业部")]

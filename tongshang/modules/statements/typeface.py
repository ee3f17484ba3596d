"""The open font that set-up brings, as a PDF needs it: widths, glyphs, and a subset of the file."""

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

# `make setup` brings it (tools/parts.py): 6,763 Chinese letters beside the Latin ones.
FONT: Final = Path(__file__).parents[2] / "sites" / "static" / "parts" / "xiaowei.ttf"

_KEPT: Final = ("cvt ", "fpgm", "head", "hhea", "maxp", "prep")
_COMPOSITE_MORE: Final = 0x0020
_COMPOSITE_WORDS: Final = 0x0001
_COMPOSITE_SCALES: Final = ((0x0008, 2), (0x0040, 4), (0x0080, 8))


class Typeface:
    """A TrueType font (OpenType specification, tables cmap, glyf, hmtx, loca)."""

    def __init__(self, content: bytes) -> None:
        """`content` is the font's file."""
        self._content = content
        self._tables: dict[str, tuple[int, int]] = {}
        (count,) = struct.unpack_from(">H", content, 4)
        for number in range(count):
            tag, _, start, size = struct.unpack_from(">4sLLL", content, 12 + 16 * number)
            self._tables[tag.decode()] = (start, size)
        (self.units,) = struct.unpack_from(">H", self._table("head"), 18)
        self.box: tuple[int, ...] = struct.unpack_from(">4h", self._table("head"), 36)
        self.ascent, self.descent = struct.unpack_from(">2h", self._table("hhea"), 4)
        (self._metrics,) = struct.unpack_from(">H", self._table("hhea"), 34)
        (glyphs,) = struct.unpack_from(">H", self._table("maxp"), 4)
        self._places = struct.unpack(f">{glyphs + 1}L", self._table("loca")[: 4 * glyphs + 4])
        self._letters = self._read_letters()

    @classmethod
    def brought(cls) -> "Typeface":
        """The font that set-up brought."""
        return cls(FONT.read_bytes())

    def glyph(self, letter: str) -> int:
        """The glyph of a letter; 0, an empty box, where the font has none."""
        return self._letters.get(ord(letter), 0)

    def width(self, glyph: int) -> int:
        """How wide a glyph is, in thousandths of its size."""
        start, _ = self._tables["hmtx"]
        place = start + 4 * min(glyph, self._metrics - 1)
        (width,) = struct.unpack_from(">H", self._content, place)
        return int(width) * 1000 // int(self.units)

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """A font with these glyphs under their numbers, and nothing at all of the others."""
        kept = self._with_parts(glyphs)
        outlines, places = bytearray(), [0]
        for number in range(len(self._places) - 1):
            if number in kept:
                outlines += self._outline(number)
                outlines += bytes(-len(outlines) % 4)
            places.append(len(outlines))
        tables: dict[str, bytes] = {tag: self._table(tag) for tag in _KEPT if tag in self._tables}
        tables["hmtx"] = self._table("hmtx")
        tables["glyf"] = bytes(outlines)
        tables["loca"] = struct.pack(f">{len(places)}L", *places)
        return _packed(tables)

    def _table(self, tag: str) -> bytes:
        start, size = self._tables[tag]
        return self._content[start : start + size]

    def _outline(self, glyph: int) -> bytes:
        start, _ = self._tables["glyf"]
        return self._content[start + self._places[glyph] : start + self._places[glyph + 1]]

    def _with_parts(self, glyphs: Iterable[int]) -> set[int]:
        """The glyphs, the empty box, and those of which some are put together."""
        kept, waiting = set[int](), {0, *glyphs}
        while waiting:
            glyph = waiting.pop()
            kept.add(glyph)
            waiting |= set(_parts(self._outline(glyph))) - kept
        return kept

    def _read_letters(self) -> dict[int, int]:
        """Glyphs by letter: from the subtable of Windows, format 4, that every font has."""
        table = self._table("cmap")
        (count,) = struct.unpack_from(">H", table, 2)
        for number in range(count):
            platform, encoding, start = struct.unpack_from(">HHL", table, 4 + 8 * number)
            if (platform, encoding) == (3, 1):
                return _segments(table[start:])
        raise ValueError("the font has no letters of Unicode")


def _segments(table: bytes) -> dict[int, int]:
    (twice,) = struct.unpack_from(">H", table, 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", table, 14)
    starts = struct.unpack_from(f">{count}H", table, 16 + twice)
    deltas = struct.unpack_from(f">{count}H", table, 16 + 2 * twice)
    ranges_at = 16 + 3 * twice
    ranges = struct.unpack_from(f">{count}H", table, ranges_at)
    letters = {}
    for number in range(count):
        for letter in range(starts[number], min(ends[number], 0xFFFE) + 1):
            glyph = letter
            if ranges[number]:
                place = ranges_at + 2 * number + ranges[number] + 2 * (letter - starts[number])
                (glyph,) = struct.unpack_from(">H", table, place)
                if not glyph:
                    continue
            letters[letter] = (glyph + deltas[number]) & 0xFFFF
    return letters


def _parts(outline: bytes) -> list[int]:
    """The glyphs of which a glyph is put together."""
    if len(outline) < 2 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    parts, place, flags = [], 10, _COMPOSITE_MORE
    while flags & _COMPOSITE_MORE:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        parts.append(glyph)
        place += 8 if flags & _COMPOSITE_WORDS else 6
        place += sum(size for flag, size in _COMPOSITE_SCALES if flags & flag)
    return parts


def _packed(tables: dict[str, bytes]) -> bytes:
    """A font file of these tables."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(
        ">LHHHH", 0x00010000, count, 16 * power, power.bit_length() - 1, 16 * (count - power)
    )
    records, bodies, at = b"", b"", 12 + 16 * count
    for tag, body in sorted(tables.items()):
        padded = body + bytes(-len(body) % 4)
        checked = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        records += struct.pack(">4sLLL", tag.encode(), checked, at, len(body))
        bodies += padded
        at += len(padded)
    return head + records + bodies

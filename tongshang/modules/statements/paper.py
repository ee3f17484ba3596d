"""PDF, as much of it as a statement needs: pages of A4, text in one font, thin lines.

Text stays text: it can be searched and copied, in Chinese as well. The file carries only the
letters that it uses.
"""

import zlib
from typing import Final

from tongshang.modules.statements.typeface import Typeface

WIDTH: Final = 595  # points; A4
HEIGHT: Final = 842

_TO_UNICODE: Final = """/CIDInit /ProcSet findresource begin
12 dict begin begincmap /CMapName /Letters def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{ranges}
endcmap CMapName currentdict /CMap defineresource pop end end"""


class Paper:
    """A document that is written page by page; places count in points from the top left."""

    def __init__(self, typeface: Typeface, title: str) -> None:
        """`title` is what a reader shows in its window."""
        self._face = typeface
        self._title = title
        self._pages: list[list[str]] = []
        self._used: dict[int, str] = {}

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    def turn(self) -> None:
        """Begin a page."""
        self._pages.append([])

    def write(self, x: int, y: int, size: int, text: str, *, grey: int = 0) -> None:
        """Text that begins at a place; `grey` in percent, black is 0."""
        codes = ""
        for letter in text:
            glyph = self._face.glyph(letter)
            self._used.setdefault(glyph, letter)
            codes += f"{glyph:04X}"
        shade = f"{grey // 100}.{grey % 100:02d}"
        self._pages[-1].append(f"{shade} g BT /F1 {size} Tf {x} {HEIGHT - y} Td <{codes}> Tj ET")

    def write_right(self, x: int, y: int, size: int, text: str, *, grey: int = 0) -> None:
        """Text that ends at a place."""
        self.write(x - self.width(text, size), y, size, text, grey=grey)

    def rule(self, x: int, y: int, width: int, *, grey: int = 80) -> None:
        """A thin line."""
        shade = f"{grey // 100}.{grey % 100:02d}"
        self._pages[-1].append(f"{shade} g {x} {HEIGHT - y} {width} 0.5 re f")

    def number_pages(self, x: int, y: int, size: int) -> None:
        """Write on every page which it is, of how many."""
        pages, all_pages = self._pages, len(self._pages)
        for number in range(all_pages):
            self._pages = [pages[number]]
            self.write_right(x, y, size, f"{number + 1} / {all_pages}", grey=45)
        self._pages = pages

    def width(self, text: str, size: int) -> int:
        """How wide text is, in points."""
        return sum(self._face.width(self._face.glyph(letter)) for letter in text) * size // 1000

    def fitted(self, text: str, size: int, width: int) -> str:
        """As much of a text as fits, with an ellipsis where some is left out."""
        if self.width(text, size) <= width:
            return text
        while text and self.width(f"{text}…", size) > width:
            text = text[:-1]
        return f"{text}…"

    def printed(self) -> bytes:
        """The document."""
        font = self._font()
        first = 4 + len(font)
        kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(self._pages)))
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} >>".encode(),
            f"<< /Title {_text(self._title)} /Producer (Tongshang) >>".encode(),
            *font,
        ]
        for number, page in enumerate(self._pages):
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}]"
                f" /Resources << /Font << /F1 4 0 R >> >>"
                f" /Contents {first + 2 * number + 1} 0 R >>".encode()
            )
            objects.append(_stream("\n".join(page).encode()))
        return _bound(objects)

    def _font(self) -> list[bytes]:
        """The five objects of the font, the first of them number 4."""
        face, used = self._face, sorted(self._used)
        scaled = [value * 1000 // face.units for value in (*face.box, face.ascent, face.descent)]
        box = " ".join(map(str, scaled[:4]))
        widths = " ".join(f"{glyph} [{face.width(glyph)}]" for glyph in used)
        pairs = [f"<{g:04X}> <{self._used[g].encode('utf-16-be').hex().upper()}>" for g in used]
        ranges = "\n".join(
            f"{len(some)} beginbfchar\n" + "\n".join(some) + "\nendbfchar"
            for some in (pairs[at : at + 100] for at in range(0, len(pairs), 100))
        )
        composed = (
            "<< /Type /Font /Subtype /Type0 /BaseFont /TSSTMT+Letters /Encoding /Identity-H"
            " /DescendantFonts [5 0 R] /ToUnicode 8 0 R >>"
        )
        letters = (
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /TSSTMT+Letters"
            " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            f" /FontDescriptor 6 0 R /CIDToGIDMap /Identity /DW 1000 /W [{widths}] >>"
        )
        described = (
            "<< /Type /FontDescriptor /FontName /TSSTMT+Letters /Flags 4 /ItalicAngle 0"
            f" /FontBBox [{box}] /Ascent {scaled[4]} /Descent {scaled[5]}"
            f" /CapHeight {scaled[4]} /StemV 80 /FontFile2 7 0 R >>"
        )
        return [
            composed.encode(),
            letters.encode(),
            described.encode(),
            _stream(face.subset(used), is_font=True),
            _stream(_TO_UNICODE.format(ranges=ranges).encode()),
        ]


def _stream(content: bytes, *, is_font: bool = False) -> bytes:
    packed = zlib.compress(content)
    length = f" /Length1 {len(content)}" if is_font else ""
    head = f"<< /Length {len(packed)} /Filter /FlateDecode{length} >>".encode()
    return head + b"\nstream\n" + packed + b"\nendstream"


def _text(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _bound(objects: list[bytes]) -> bytes:
    """The objects one after the other, and the table of where they are."""
    document, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(document))
        document += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(document)
    document += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    document += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    document += f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 3 0 R >>\n".encode()
    document += f"startxref\n{table}\n%%EOF\n".encode()
    return bytes(document)

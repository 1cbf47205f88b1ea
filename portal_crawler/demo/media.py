"""Media: the demo portal's pictures and documents, drawn from their address. The same address gives the same bytes.

PNG (ISO/IEC 15948) by zlib; baseline JPEG (ITU-T T.81) with one flat colour in each block of 8 × 8 pixels, so that the
only coefficients are the DC ones; PDF 1.4 of one page. No two addresses give the same bytes.
"""

from __future__ import annotations

import hashlib
import math
import struct
import zlib
from collections.abc import Sequence

from .content import unaccented

Colour = tuple[int, int, int]
Mosaic = Sequence[Sequence[Colour]]

BLOCK = 8  # pixels, side of a mosaic's stone
COLUMNS, ROWS = 30, 20  # stones: a picture is 240 × 160


def picture(address: str) -> bytes:
    """A landscape of its own for each address: PNG where the address ends in .png, else JPEG."""
    return (png if address.lower().endswith(".png") else jpeg)(_landscape(address))


def png(mosaic: Mosaic) -> bytes:
    """The mosaic as a PNG, each stone `BLOCK` pixels wide."""
    rows = b"".join((b"\0" + b"".join(bytes(stone) * BLOCK for stone in row)) * BLOCK for row in mosaic)
    size = struct.pack(">IIBBBBB", len(mosaic[0]) * BLOCK, len(mosaic) * BLOCK, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", size), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def jpeg(mosaic: Mosaic) -> bytes:
    """The mosaic as a baseline JPEG, three components without subsampling."""
    stream = _Bits()
    before = [0, 0, 0]
    for row in mosaic:
        for stone in row:
            for component, value in enumerate(_ycc(stone)):
                stream.put(*_dc(value - before[component]))
                stream.put(0, 1)  # end of block: the one code of the AC table
                before[component] = value
    frame = struct.pack(">BHHB", 8, len(mosaic) * BLOCK, len(mosaic[0]) * BLOCK, 3) + b"".join(
        bytes((component, 0x11, 0)) for component in (1, 2, 3)
    )
    dc_table = b"\0" + bytes((0, 0, 0, 12, *[0] * 12)) + bytes(range(12))  # twelve codes of four bits
    ac_table = b"\x10" + bytes((1, *[0] * 15)) + b"\0"
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            _segment(0xDB, b"\0" + bytes((BLOCK, *[1] * 63))),  # a DC step is one level of the colour
            _segment(0xC0, frame),
            _segment(0xC4, dc_table + ac_table),
            _segment(0xDA, b"\3\1\0\2\0\3\0\0\x3f\0"),
            stream.bytes(),
            b"\xff\xd9",
        )
    )


def pdf(address: str, title: str) -> bytes:
    """A page with the title, without accents: the fonts that every reader has know no Vietnamese."""
    words = unaccented(title).encode("ascii", "replace").decode()
    lines = [words[start : start + 60] for start in range(0, len(words), 60)]
    text = " T* ".join(f"({_escaped(line)}) Tj" for line in (*lines, "", unaccented(address)))
    content = f"BT /F1 14 Tf 20 TL 60 760 Td {text} ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    data = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(data)


def _landscape(address: str) -> Mosaic:
    """Sky, sun, two ridges and a field. Colours and heights come from the address's digest, which is also signed into
    the bottom row, so that two pictures differ even where their landscapes agree."""
    seed = hashlib.sha256(address.encode()).digest()
    sky, far, near = ((seed[i] // 3 + 150, seed[i + 1] // 4 + 170, seed[i + 2] // 8 + 215) for i in (0, 3, 6))
    far = (far[0] // 2, far[1] // 2 + 40, far[2] // 2)
    near = (near[0] // 4, near[1] // 3 + 20, near[2] // 6)
    sun = (4 + seed[9] % (COLUMNS - 8), 3 + seed[10] % 4)
    ridges = [
        [
            base + height * math.sin(column / width + seed[place]) + 0.8 * math.sin(column / 1.3 + seed[place + 1])
            for column in range(COLUMNS)
        ]
        for base, height, width, place in ((9, 2, 5, 11), (14, 1.5, 3, 13))
    ]
    rows: list[list[Colour]] = []
    for row in range(ROWS - 1):
        line: list[Colour] = []
        for column in range(COLUMNS):
            if row >= ridges[1][column]:
                colour = near
            elif row >= ridges[0][column]:
                colour = far
            elif (column - sun[0]) ** 2 + (row - sun[1]) ** 2 <= 4:
                colour = (250, 225, 130)
            else:
                colour = (sky[0], sky[1], min(255, sky[2] + row))
            line.append(colour)
        rows.append(line)
    rows.append([(near[0], near[1], level) for level in seed[:COLUMNS]])
    return rows


def _ycc(colour: Colour) -> tuple[int, int, int]:
    """JFIF's YCbCr, levels about zero: with a DC step of 8 the coefficient of a flat block is the level itself."""
    red, green, blue = colour
    return (
        round(0.299 * red + 0.587 * green + 0.114 * blue) - 128,
        round(-0.168736 * red - 0.331264 * green + 0.5 * blue),
        round(0.5 * red - 0.418688 * green - 0.081312 * blue),
    )


def _dc(difference: int) -> tuple[int, int]:
    """The bits for a DC difference, and how many: the category's code, then the value (T.81, F.1.2.1)."""
    size = abs(difference).bit_length()
    value = difference if difference >= 0 else difference + (1 << size) - 1
    return size << size | value, 4 + size


class _Bits:
    """A JPEG entropy-coded segment: bits, most significant first, a zero byte after each 0xFF."""

    def __init__(self) -> None:
        self._bits: list[str] = []

    def put(self, value: int, size: int) -> None:
        self._bits.append(f"{value:0{size}b}")

    def bytes(self) -> bytes:
        bits = "".join(self._bits)
        bits += "1" * (-len(bits) % 8)
        return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")

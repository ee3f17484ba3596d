"""MP4 files of a few hundred bytes: all that tells what a video is, and no picture."""

import struct


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def mp4(
    *,
    millis: int = 8_000,
    size: tuple[int, int] = (360, 640),
    codec: bytes = b"avc1",
    more: bytes = b"",
) -> bytes:
    width, height = size
    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1_000, millis), bytes(80))
    tkhd = box(b"tkhd", bytes(76), struct.pack(">II", width << 16, height << 16))
    stsd = box(b"stsd", struct.pack(">II", 0, 1), box(codec, bytes(78)))
    trak = box(b"trak", tkhd, box(b"mdia", box(b"minf", box(b"stbl", stsd))))
    ftyp = box(b"ftyp", b"isom", bytes(4), b"isommp41")
    return ftyp + box(b"mdat", more or bytes(64)) + box(b"moov", mvhd, trak)

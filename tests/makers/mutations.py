"""Texts that are nearly right: pieces cut, doubled, moved, or replaced by what breaks readers."""

from __future__ import annotations

import random

HOSTILE = (
    *"\t\n（)%≥一\x00\u202e年/<>'\"\\{}[]|~-−½²٣۵９…\ufffd😀",
    "1" * 400,
    "万元",
    "1e999",
    "0x1F",
    "0.0000000000000000001",
    "<td>",
    "</tr>",
    "</table>",
    "\u3000" * 600,
    "(" * 300,
    "2024年13月45日",
)  # fmt: skip


def mutated(text: str, chance: random.Random) -> str:
    """Return a text with one to twelve changes."""
    signs = list(text)
    for _ in range(chance.randint(1, 12)):
        at, other = sorted(chance.randrange(len(signs) + 1) for _ in range(2))
        kind = chance.randrange(6)
        if kind == 0:
            del signs[at : at + chance.randint(1, 30)]
        elif kind == 1:
            signs[at:at] = chance.choice(HOSTILE)
        elif kind == 2:
            signs[at:at] = signs[max(0, at - 40) : at]
        elif kind == 3:
            signs[at:other] = signs[at : at + 5]
        elif kind == 4:
            signs[at : at + 8] = chance.sample(signs[at : at + 8], len(signs[at : at + 8]))
        else:
            signs[at : at + 1] = chr(chance.choice((0x20, 0x4E00, 0x2000, 0xFF00)) + chance.randrange(0xEF))
    return "".join(signs)


def mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    """Return a file with one to twelve bytes or pieces changed."""
    held = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(held) + 1)
        if chance.random() < 0.5:
            held[at : at + 1] = chance.randbytes(1)
        else:
            del held[at : at + chance.randint(1, 200)]
    return bytes(held)

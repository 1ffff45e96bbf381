"""Names as they sound, so that those of two scripts, or of two spellings, can be compared.

"Шиллер" and "Schiller" come out the same, and so do "Kambrium" and "Cambrian" up to their endings.
Nobody would read it: letters that stand for one sound somewhere are one.
"""

from __future__ import annotations

import re

from rag.text.words import fold

# Letters of Cyrillic and Greek, in the Latin ones that the press writes for them.
_CYRILLIC = (
    "а a б b в v г g д d е e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х h ц ts"
    " ч ch ш sh щ sh ы y э e ю yu я ya і i ї i є e ґ g"
)
_GREEK = (
    "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ h"
    " ψ ps ω o"
)
# Spellings of one sound in the languages of Europe, in the order in which they are replaced.
_SOUNDS = (
    "sch sh  kh h  ch h  ck k  ph f  th t  qu k  yu u  ya a  ye e  x ks  c k  q k  w v  y i  z s"
    "  j i  dg g"
)
_DOUBLED = re.compile(r"(.)\1")


def _read_pairs(text: str) -> dict[str, str]:
    words = text.split()
    keys = words[::2]
    values = words[1::2]
    return dict(zip(keys, values, strict=True))


# Signs that harden and soften are no sounds.
_LETTERS = str.maketrans({**_read_pairs(_CYRILLIC), **_read_pairs(_GREEK), "ъ": "", "ь": ""})
_SPELLINGS = _read_pairs(_SOUNDS)


def transcribe(name: str) -> str:
    """Return a name about as it sounds, in small Latin letters."""
    folded = fold(name)
    written = folded.translate(_LETTERS)
    for spelling, sound in _SPELLINGS.items():
        written = written.replace(spelling, sound)
    return _DOUBLED.sub(r"\1", written)

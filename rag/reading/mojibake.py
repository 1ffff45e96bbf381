"""Mojibake: UTF-8 that a program once took for another codec, "Ã©" for "é".

The text stays the file's; edits say what a person should see of it. ftfy tells what each run of
characters was, and is asked only where the text has pairs that hardly any writing has.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.reading.edits import merge_edits
from rag.records import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable

# The first byte of a character of UTF-8, and a second one, as Windows' codecs show them: western,
# Cyrillic; and as DOS and the Macintosh do.
_PAIR = re.compile(
    r"[ÂÃÄÅÎÏÐÑâ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
    r"|[РС][\x80-\xbf‚ѓ„…†‡€‰‹‘’“”•–—™›ЂЃЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґёєјЅѕї]"
    r"|[├┬Γ][▒░│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼áíóúñÑªº¿⌐¬½¼¡«»Çüéâäàåçêëèïîì]|[√¬][†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥]"
)
_RUN = re.compile(r"[^\x00-\x7f]+")
# So many runs, and so large a share of all beyond ASCII, and the text is mojibake for sure.
_MIN_RUNS = 3
_MIN_SHARE = 0.5
_HALF_OF_A_GRAVE = "Ã"
_MAX_RUN = 1000  # characters of a run; a longer one is text of another script


class Mojibake(NamedTuple):
    """What a text was meant to be, as edits, and a word about it."""

    edits: tuple[Edit, ...]
    warning: str


def find_mojibake(text: str) -> Mojibake | None:
    """Return the edits that undo it where it is sure; None for a text without any."""
    pairs = 0
    for _ in _PAIR.finditer(text):
        pairs += 1
        if pairs == _MIN_RUNS:
            break
    if pairs < _MIN_RUNS:
        return None
    runs = list(_RUN.finditer(text))
    undone = {run: _undo(run) for run in {match[0] for match in runs}}
    count = sum(undone[run[0]] != run[0] for run in runs)
    if count < max(_MIN_RUNS, _MIN_SHARE * len(runs)):
        return None
    # Now that it is sure, what is too short to be sure by itself is undone as well.
    for characters, meant in undone.items():
        if meant == characters:
            undone[characters] = _undo_short(characters)
    edits = []
    for run in runs:
        meant = undone[run[0]]
        if meant != run[0]:
            edits.append(Edit(run.start(), run.end(), meant))
    first = edits[0]
    example = f"{text[first.start : first.end]} for {first.text}"
    warning = f"saved in the wrong encoding ({example}): shown as it was meant"
    return Mojibake(tuple(edits), warning)


def undo_mojibake(text: str) -> str:
    """Return a stretch of a text that is surely mojibake as it was meant."""
    return _RUN.sub(_undo_match, text)


def _undo_match(match: re.Match[str]) -> str:
    meant = _undo(match[0])
    return _undo_short(match[0]) if meant == match[0] else meant


def add_repairs(text: str, edits: Iterable[Edit], repairs: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits of a text's markup with those that undo its mojibake, none over another."""
    merged = merge_edits(text, edits, repairs)
    # What an edit puts into the text, the head of a column, stands there as the file has it.
    return tuple(edit._replace(text=undo_mojibake(edit.text)) for edit in merged)


@functools.lru_cache(maxsize=4096)
def _undo(run: str) -> str:
    """Return the characters that a run was meant to be; the run itself where it is sound."""
    from ftfy import fix_encoding

    if len(run) > _MAX_RUN:
        return run
    fixed = fix_encoding(run)
    # A repair makes fewer characters of many.
    return fixed if len(fixed) < len(run) else run


def _undo_short(run: str) -> str:
    """Return what a run was, be it a single character; the run itself where it was nothing.

    The second half of "à" is a no-break space, which many programs make a usual one.
    """
    import ftfy.bad_codecs  # noqa: F401 - the codec that gives a control for what Windows has not

    if run == _HALF_OF_A_GRAVE:
        return "à"
    for codec in ("cp1251", "sloppy-windows-1252"):
        try:
            return run.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
    return run

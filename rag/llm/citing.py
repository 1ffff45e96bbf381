"""A model's text as it comes, in pieces cut anywhere: keys become numbers, the rest becomes plain.

What may still grow into something else is held back: half a key, half a link. The text that comes
out is the same however the text that goes in was cut.

- ``[k3]``, ``[k3, k5]`` and ``【k3】`` become ``[1]``, numbered by first appearance; keys that no
  passage has, and numbers that the model made up, are dropped and counted. No other square bracket
  comes out, so that nobody can write a citation by hand.
- Of Markdown the text is left. An image goes, and so does the address of a link and an address that
  stands alone, unless it is that of an article which was read.
- What would steer a terminal, or hide, goes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.text import to_printable

if TYPE_CHECKING:
    from collections.abc import Collection

# Characters that are held back at most; all chosen by hand.
MAX_BRACKET = 200
MAX_ADDRESS = 2000
MAX_TAG = 200
_CLOSING = {"[": "]", "【": "】"}
_PLAIN = {"[": "(", "【": "(", "]": ")", "】": ")"}
_KEY = re.compile(r"(?:k\d{1,3}|\d{1,3})", re.IGNORECASE)
_KEYS = re.compile(
    r"\s*(?:k\d{1,3}|\d{1,3})(?:†[^,;]*)?(?:[\s,;&]+(?:k\d{1,3}|\d{1,3})(?:†[^,;]*)?)*\s*",
    re.IGNORECASE,
)
_HALF_KEYS = re.compile(r"[\s\dk,;&]*", re.IGNORECASE)
_AFTER_DAGGER = re.compile(r"†[^,;]*")
_ADDRESS_STARTS = ("http://", "https://", "ftp://", "file://", "www.")
_ADDRESS_END = re.compile(r"[\s<>\"'»”)\]】]")
_LONGEST_START = max(map(len, _ADDRESS_STARTS))
_TAG_START = re.compile(r"[A-Za-z/!?]")
_DROPPED = "*`✓✗✔✘☑✅❌"  # emphasis, and what would pass for a mark of the check
_DROPPED_AT_LINE_START = "#>"


class _Token(NamedTuple):
    """Where a stretch of the buffer ends, and what is shown of it."""

    end: int
    shown: str


class CitationStream:
    """Turns the pieces of a model's text into text with numbers."""

    def __init__(self, keys: Collection[str], *, links: Collection[str] = ()) -> None:
        """``keys`` are those of the passages, ``links`` the addresses of their articles."""
        self.numbers: dict[str, int] = {}  # by key, in order of appearance
        self.unknown_keys = 0
        self.removed_links = 0
        self._keys = frozenset(keys)
        self._links = frozenset(links)
        self._buffer = ""
        self._is_line_start = True

    def feed(self, piece: str) -> str:
        """Return what can be shown now that a piece has come."""
        self._buffer += piece
        return self._take(is_last=False)

    def finish(self) -> str:
        """Return what was held back."""
        return self._take(is_last=True)

    def _take(self, *, is_last: bool) -> str:
        shown = []
        position = 0
        while position < len(self._buffer):
            token = self._read_token(position, is_last)
            if token is None:
                break
            if token.shown:
                shown.append(token.shown)
                self._is_line_start = token.shown.endswith("\n")
            position = token.end
        self._buffer = self._buffer[position:]
        return "".join(shown)

    def _read_token(self, start: int, is_last: bool) -> _Token | None:
        """Return what stands at a place of the buffer; None where more has to come first."""
        character = self._buffer[start]
        if character in _CLOSING:
            return self._read_bracket(start, is_last)
        if character in _PLAIN:
            return _Token(start + 1, _PLAIN[character])
        if character == "!":
            return self._read_image(start, is_last)
        if character == "<":
            return self._read_tag(start, is_last)
        if character in "hHfFwW":
            return self._read_address(start, is_last)
        if character in _DROPPED:
            return _Token(start + 1, "")
        if self._is_line_start and character in _DROPPED_AT_LINE_START:
            return _Token(start + 1, "")
        return _Token(start + 1, _clean(character))

    def _lacks(self, end: int, is_last: bool) -> bool:
        """Return whether characters up to ``end`` may still come."""
        return not is_last and len(self._buffer) < end

    def _find(self, mark: str, start: int, length: int) -> int:
        """Return where a mark stands on this line, at most so far away, or -1."""
        stop = start + length
        line_end = self._buffer.find("\n", start, stop)
        return self._buffer.find(mark, start, stop if line_end < 0 else line_end)

    def _may_come(self, start: int, length: int, is_last: bool) -> bool:
        """Return whether a mark that was not found may still come on this line."""
        if "\n" in self._buffer[start : start + length]:
            return False
        return self._lacks(start + length, is_last)

    def _read_bracket(self, start: int, is_last: bool) -> _Token | None:
        """Return keys as numbers, a link as its text, and any other bracket as a round one."""
        opening = self._buffer[start]
        end = self._find(_CLOSING[opening], start + 1, MAX_BRACKET)
        if end < 0:
            if self._may_come(start + 1, MAX_BRACKET, is_last):
                return None
            # An answer that was cut in the middle of a key.
            if is_last and _HALF_KEYS.fullmatch(self._buffer, start + 1):
                return _Token(len(self._buffer), "")
            return _Token(start + 1, _PLAIN[opening])
        target = self._read_target(end + 1, is_last)
        if target is None:
            return None
        inside = self._buffer[start + 1 : end]
        if _KEYS.fullmatch(inside):
            return _Token(target.end, self._number(inside))
        if target.end == end + 1:  # no link
            return _Token(start + 1, _PLAIN[opening])
        text = _clean_text(inside)
        if target.shown:
            text = f"{text} ({target.shown})"
        return _Token(target.end, text)

    def _read_target(self, start: int, is_last: bool) -> _Token | None:
        """Return the address behind the text of a link, where there is one."""
        if self._lacks(start + 1, is_last):
            return None
        nothing = _Token(start, "")
        if self._buffer[start : start + 1] != "(":
            return nothing
        end = self._find(")", start + 1, MAX_ADDRESS)
        if end < 0:
            return None if self._may_come(start + 1, MAX_ADDRESS, is_last) else nothing
        address = self._buffer[start + 1 : end].strip()
        if " " in address or not _looks_like_address(address):
            return nothing
        return _Token(end + 1, self._allow(address))

    def _read_image(self, start: int, is_last: bool) -> _Token | None:
        """Return nothing of an image; an exclamation mark as it is."""
        if self._lacks(start + 2, is_last):
            return None
        mark = _Token(start + 1, "!")
        if self._buffer[start + 1 : start + 2] != "[":
            return mark
        end = self._find("]", start + 2, MAX_BRACKET)
        if end < 0:
            return None if self._may_come(start + 2, MAX_BRACKET, is_last) else mark
        if self._lacks(end + 2, is_last):
            return None
        if self._buffer[end + 1 : end + 2] != "(":
            return mark
        last = self._find(")", end + 2, MAX_ADDRESS)
        if last < 0:
            return None if self._may_come(end + 2, MAX_ADDRESS, is_last) else mark
        self.removed_links += 1
        return _Token(last + 1, "")

    def _read_tag(self, start: int, is_last: bool) -> _Token | None:
        """Return nothing of a tag of HTML; a less-than sign as it is."""
        if self._lacks(start + 2, is_last):
            return None
        sign = _Token(start + 1, "<")
        if not _TAG_START.match(self._buffer, start + 1):
            return sign
        end = self._find(">", start + 1, MAX_TAG)
        if end < 0:
            return None if self._may_come(start + 1, MAX_TAG, is_last) else sign
        return _Token(end + 1, "")

    def _read_address(self, start: int, is_last: bool) -> _Token | None:
        """Return an address that stands alone where it is an article's; a letter as it is."""
        head = self._buffer[start : start + _LONGEST_START].lower()
        if not head.startswith(_ADDRESS_STARTS):
            may_grow = any(begin.startswith(head) for begin in _ADDRESS_STARTS)
            if may_grow and not is_last:
                return None
            return _Token(start + 1, self._buffer[start])
        stop = start + MAX_ADDRESS
        mark = _ADDRESS_END.search(self._buffer, start, stop)
        if mark is None and self._lacks(stop, is_last):
            return None
        end = mark.start() if mark else min(stop, len(self._buffer))
        address = self._buffer[start:end].rstrip(".,;:!?")
        return _Token(start + len(address), self._allow(address))

    def _allow(self, address: str) -> str:
        """Return an address where it is that of an article; otherwise nothing, and count it."""
        if address in self._links and _clean_text(address) == address:
            return address
        self.removed_links += 1
        return ""

    def _number(self, inside: str) -> str:
        """Return the numbers of the keys in a bracket."""
        numbers = []
        keys = _AFTER_DAGGER.sub("", inside)
        for match in _KEY.finditer(keys):
            key = match[0].lower()
            if key not in self._keys:
                self.unknown_keys += 1
                continue
            number = self.numbers.setdefault(key, len(self.numbers) + 1)
            numbers.append(f"[{number}]")
        return "".join(dict.fromkeys(numbers))


def _looks_like_address(text: str) -> bool:
    """Return whether what stands in brackets behind others is where a link leads."""
    lowered = text.lower()
    return ":" in text or lowered.startswith(("/", "#", ".", "www."))


def _clean(character: str) -> str:
    """Return a character, or nothing where it would steer a terminal or hide."""
    if character.isascii() and character.isprintable():
        return character
    return to_printable(character)


def _clean_text(text: str) -> str:
    """Return a text without what steers a terminal, and without square brackets."""
    characters = []
    for character in text:
        if character not in _DROPPED:
            characters.append(_PLAIN.get(character) or _clean(character))
    return "".join(characters)

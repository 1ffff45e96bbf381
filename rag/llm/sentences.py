"""A model's text, its citations numbered, cut into sentences as it comes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.text import split_sentences, to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = re.compile(r"\[(\d{1,3})\]")
_BULLET = re.compile(r"\s*(?:[-+•·–—]|\d{1,2}[.)])\s+")
# A citation that stands behind the full stop belongs to the sentence before it.
_BEHIND_MARK = re.compile(r"(?<![.!?…。！？])([.!?…。！？]+[\"”’'»)]*)((?:\s*\[\d{1,3}\])+)")
_SPACE_BEFORE_MARK = re.compile(r"\s+([.,])(?=[\s\"”’'»)]|\Z)")
_EMPTY_BRACKETS = re.compile(r"\s*\(\s*\)")
_TWO_WORDS = re.compile(r"\s*\S+\s+\S")
_WORD = re.compile(r"\w")
# Characters; by hand. What goes on for longer is cut between words, and each part has to stand in
# the sources for itself.
MAX_SENTENCE = 1000


class CitedText(NamedTuple):
    """A sentence, and the numbers of the passages that it cites."""

    text: str
    citations: tuple[int, ...]


class SentenceStream:
    """Gives sentences as soon as the next one has begun."""

    def __init__(self) -> None:
        self._buffer = ""
        # The last sentence of a line: its citations may stand on the next one.
        self._waiting: CitedText | None = None

    def feed(self, text: str) -> Iterator[CitedText]:
        """Yield the sentences that are complete now that a text has come."""
        self._buffer += text
        while "\n" in self._buffer:
            line, _, self._buffer = self._buffer.partition("\n")
            yield from self._take_line(line)
        yield from self._take_complete()
        *parts, self._buffer = _cut(self._buffer)
        for part in parts:
            yield from self._take(part)

    def _take_complete(self) -> Iterator[CitedText]:
        """Yield the sentences of a line behind which another one has begun."""
        line = _move_numbers(self._buffer)
        spans = split_sentences(line)
        if len(spans) < 2:
            return
        *complete, last = spans
        # What its first word is decides whether a sentence began there at all.
        if not _TWO_WORDS.match(line, last.start):
            return
        for start, end in complete:
            for part in _cut(line[start:end]):
                yield from self._take(part)
        yield from self._release()
        self._buffer = line[last.start :]

    def finish(self) -> Iterator[CitedText]:
        """Yield what is left."""
        yield from self._take_line(self._buffer)
        yield from self._release()
        self._buffer = ""

    def _take_line(self, line: str) -> Iterator[CitedText]:
        line = _move_numbers(line)
        for start, end in split_sentences(line):
            for part in _cut(line[start:end]):
                yield from self._take(part)

    def _take(self, written: str) -> Iterator[CitedText]:
        """Yield the sentence that waited, now that another has come."""
        sentence = read_sentence(written)
        if _WORD.search(sentence.text):
            yield from self._release()
            self._waiting = sentence
        elif self._waiting is not None:
            citations = dict.fromkeys((*self._waiting.citations, *sentence.citations))
            self._waiting = self._waiting._replace(citations=tuple(citations))

    def _release(self) -> Iterator[CitedText]:
        if self._waiting is not None:
            yield self._waiting
        self._waiting = None


def read_sentence(written: str) -> CitedText:
    """Return a sentence without its numbers and its bullet, and the numbers."""
    citations = dict.fromkeys(int(match[1]) for match in _NUMBER.finditer(written))
    text = _NUMBER.sub("", written)
    bullet = _BULLET.match(text)
    if bullet is not None:
        text = text[bullet.end() :]
    text = _EMPTY_BRACKETS.sub("", text)
    text = _SPACE_BEFORE_MARK.sub(r"\1", to_one_line(text))
    return CitedText(text, tuple(citations))


def _cut(written: str) -> Iterator[str]:
    """Yield the parts of a sentence: it is one, unless it is far too long."""
    while len(written) > MAX_SENTENCE:
        end = written.rfind(" ", 1, MAX_SENTENCE) + 1 or MAX_SENTENCE
        yield written[:end]
        written = written[end:]
    yield written


def _move_numbers(line: str) -> str:
    """Return a line with the numbers behind a full stop put before it."""
    return _BEHIND_MARK.sub(r"\2\1", line)

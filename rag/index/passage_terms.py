"""The terms of passages, as they are counted and searched.

A newcomer may change which terms stand for a passage; that needs a higher ``FORMAT`` of
``rag.pipeline.building``.

Most words of a corpus come again and again: what is indexed of one, as it is written, is made once.
"""

from __future__ import annotations

from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from rag.index.terms import TermDoc
from rag.index.vocabulary import HELD, list_surfaces
from rag.models.lexicon import get_lexicon
from rag.reading.passages import format_searched_header
from rag.text import find_surfaces, split_surface

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.records import Article, Passage

_KEPT_WORDS = 1 << 15  # of a language; chosen by hand: the frequent ones of any, in 20 MB
_LONGEST_KEPT = 64  # characters; chosen by hand: what is longer is data, and seldom comes again


class _WordTerms(NamedTuple):
    """What is indexed of a word as it is written; several terms where it is a compound."""

    terms: tuple[str, ...]
    units: tuple[str, ...]
    surfaces: tuple[str, ...]


class _Text(NamedTuple):
    """What is indexed of a text, in order."""

    terms: list[str]
    units: list[str]
    surfaces: list[str]


_get_terms = attrgetter("terms")
_get_units = attrgetter("units")
_get_surfaces = attrgetter("surfaces")


class _LanguageTerms(dict[str, _WordTerms]):
    """What is indexed of the words of a language, by how they are written."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._find_units = get_lexicon().units

    def __missing__(self, surface: str) -> _WordTerms:
        if len(surface) > _LONGEST_KEPT:
            return self._describe_any(surface)
        if len(self) >= _KEPT_WORDS:
            self.clear()
        # Most words are plain letters, of which nothing has to be cut off.
        is_plain = surface.isascii() and surface.isalpha()
        described = self._describe_plain(surface) if is_plain else self._describe_any(surface)
        self[surface] = described
        return described

    def _describe_plain(self, surface: str) -> _WordTerms:
        """Return what ``_describe_any`` does of a word of Latin letters without accents."""
        term = surface.lower()
        surfaces = (surface,) if len(term) >= HELD else ()
        return _WordTerms((term,), self._make_units(term), surfaces)

    def _describe_any(self, surface: str) -> _WordTerms:
        words = split_surface(surface)
        units = [self._make_units(word.form) for word in words]
        return _WordTerms(
            terms=tuple(word.term for word in words),
            units=tuple(chain.from_iterable(units)),
            surfaces=tuple(list_surfaces(surface, words)),
        )

    def _make_units(self, form: str) -> tuple[str, ...]:
        """Return the stems, and parts of compounds, of a word as terms: "fr:station".

        The language is part of the term, as two languages may share a stem without its meaning.
        """
        units = self._find_units(form, self._language)
        return tuple([f"{self._language}:{unit}" for unit in units])

    def describe(self, text: str) -> _Text:
        """Return what is indexed of a text."""
        words = list(map(self.__getitem__, find_surfaces(text)))
        return _Text(
            terms=list(chain.from_iterable(map(_get_terms, words))),
            units=list(chain.from_iterable(map(_get_units, words))),
            surfaces=list(chain.from_iterable(map(_get_surfaces, words))),
        )


class PassageTerms:
    """Makes the terms of passages, and remembers words from one call to the next."""

    def __init__(self) -> None:
        self._languages: dict[str, _LanguageTerms] = {}

    def make(self, passages: Sequence[Passage]) -> Iterator[TermDoc]:
        """Yield what is indexed of each passage; the header of its article counts as its title."""
        described_article: Article | None = None
        header = _Text([], [], [])
        for row, passage in enumerate(passages):
            article = passage.article
            language = self._find_language(article.language)
            if article is not described_article:
                header = language.describe(format_searched_header(article))
                described_article = article
            text = language.describe(passage.shown)
            yield TermDoc(
                row=row,
                title=header.units,
                words=text.terms,
                stems=text.units,
                language=article.language,
                publisher=article.publisher or "",
                day=article.date.toordinal() if article.date else 0,
                surfaces=[*header.surfaces, *text.surfaces],
            )

    def _find_language(self, code: str) -> _LanguageTerms:
        if code not in self._languages:
            self._languages[code] = _LanguageTerms(code)
        return self._languages[code]


def make_terms(passages: Sequence[Passage]) -> Iterator[TermDoc]:
    """Yield what is indexed of each passage."""
    return PassageTerms().make(passages)

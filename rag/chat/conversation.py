"""One conversation: its settings, what was asked and answered, the sources of the last answer."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.chat import system
from rag.chat.writing import LoopWriter, write_live
from rag.errors import UsageError
from rag.index.live import OPENING_SETTINGS, LiveIndex, read_folder_stamp
from rag.records import Span
from rag.store.address import PostgresStore, choose_place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.index.opened import OpenedIndex
    from rag.index.references import Source
    from rag.pipeline import Rag
    from rag.records import Answer, Passage, Verified
    from rag.settings import Settings
    from rag.show import Page, Screen

# Characters of a question: more is a text that was pasted by mistake. Chosen by hand.
MAX_LINE_LENGTH = 10_000
ENGLISH = "en"  # which the commands and what they say are in
FILTERS = ("since", "until", "as_of", "publisher", "lang")


class Exchange(NamedTuple):
    """A question as it was typed, and its answer; ``answer.question`` is what was searched for."""

    question: str
    answer: Answer

    @property
    def is_completed(self) -> bool:
        """Return whether what was searched for is not what was typed."""
        return self.answer.question != self.question


class NumberedSource(NamedTuple):
    """A numbered source of the last answer: its passage, and the span of it that is cited.

    Where nothing is cited, the span is the whole passage and ``verified`` is None.
    """

    passage: Passage
    span: Span
    verified: Verified | None


class Conversation:
    """What the commands work on."""

    def __init__(
        self,
        settings: Settings,
        *,
        keep: Callable[[Answer, Settings], None] = lambda answer, settings: None,
    ) -> None:
        self.settings = settings
        self.index: LiveIndex[Settings, Rag] = LiveIndex(
            _open_rag, warm_up=_warm_up, read_stamp=_read_stamp
        )
        self.history: list[Exchange] = []
        self.writer = LoopWriter(settings)
        self.last_answer: Answer | None = None  # of a question or a search
        self.last_is_search = False
        self.saved_files: dict[Path, tuple[int, ...]] = {}  # with what tells each from another
        self.shown_address: str | None = None  # of a source, before it is opened
        self._keep = keep
        self._kept_answer: Answer | None = None
        self._generation_name = ""  # that the user knows of

    @property
    def language(self) -> str:
        """The language that was asked in last, which the lines around the prompt are in."""
        return self.last_answer.language if self.last_answer else ENGLISH

    def ask(self, question: str) -> Page:
        """Answer a question and return its page."""
        return self._ask(question, self.history, self.history, top=self.settings.top)

    def ask_as_typed(self) -> Page:
        """Answer the last question again as it was typed, where it was completed.

        Raises:
            UsageError: it was not.
        """
        if not self.history or not self.history[-1].is_completed:
            raise UsageError(
                "the last question was asked as you typed it",
                hint="= asks a question that was completed once more, as it was typed",
            )
        *before, last = self.history
        return self._ask(last.question, before, (), top=self.settings.top)

    def ask_anew(self, question: str) -> Page:
        """Answer a question that a line stands for, and show it above its answer."""
        asked = _format_dim(question, label="→ ")
        return asked + self._ask(question, self.history, (), top=self.settings.top)

    def ask_again(self, top: int | None) -> Page:
        """Answer the last question again under the settings of now.

        ``top`` passages are shown where it is given.
        """
        *before, last = self.history
        leaning_on = before if last.is_completed else ()
        return self._ask(last.question, before, leaning_on, top=top or self.settings.top)

    def search(self, query: str) -> Page:
        """Return the passages nearest to a query as a page."""
        from rag.show import search_page, warnings_page

        rag = self._open_rag()
        settings = self.settings
        answer = rag.search(query, filters=settings.filters, today=settings.as_of, top=settings.top)
        self._remember(answer, is_search=True)
        page = search_page(answer, root=rag.root)
        notice = self._notice_new_generation(answer.language)
        return [*notice, *page, *warnings_page(answer.warnings, answer.language)]

    def list_articles(self, sort: str) -> Page:
        """Return a page of the articles that the filters in force let through, newest first.

        Raises:
            UsageError: they are to be sorted in a way that is not known.
        """
        from rag.index import listing, lookup
        from rag.show import list_page

        rag = self._open_rag()
        notice = self._notice_new_generation()
        filters = lookup.limit_to_day(self.settings.filters, self.settings.as_of)
        sorting = listing.choose_sort(sort or "day")
        return [*notice, *list_page(listing.list_articles(rag.generation, filters, sort=sorting))]

    def change_setting(self, name: str, value: object, *, origin: str) -> Page:
        """Go by another value of a setting from now on.

        Where that means another index or model, only once it is open. ``origin``: the command that
        says so.
        """
        settings = self.settings.with_value(name, value, origin=origin)
        notice: Page = []
        if name in OPENING_SETTINGS:
            self.index.get(settings)
            notice = self._notice_new_generation()
        if name in ("publisher", "lang"):
            return self._change_name_filter(settings, origin)
        self.settings = settings
        if name in FILTERS:
            notice += self._warn_of_emptiness()
        return notice

    def _warn_of_emptiness(self) -> Page:
        """Return a warning where the filters leave no article."""
        from rag.pipeline import explain_emptiness
        from rag.show import warnings_page

        rag = self._open_rag()
        notice = self._notice_new_generation()
        return [*notice, *warnings_page(explain_emptiness(self.settings, rag.generation))]

    def _change_name_filter(self, settings: Settings, origin: str) -> Page:
        """Go by other publishers or languages, the publishers as the index calls them."""
        from rag.index.name_matches import choose_publishers, find_unknown_names
        from rag.show import warnings_page

        rag = self._open_rag()
        notice = self._notice_new_generation()
        manifest = rag.generation.manifest
        known = manifest["publishers"]
        publishers = choose_publishers(settings.publisher, known, origin=origin)
        self.settings = replace(settings, publisher=publishers.names)
        unknown_names = find_unknown_names(self.settings.filters, manifest)
        return [*notice, *warnings_page([*publishers.remarks, *unknown_names])]

    def reload(self) -> Page:
        """Take the index as it is now."""
        self.index.close()
        self._generation_name = ""
        self._open_rag()
        return self._describe_index("read_again")

    def forget(self) -> None:
        """Begin anew: what was asked so far is no part of what comes."""
        self.history.clear()
        self.last_answer = None

    def keep_answer(self) -> None:
        """Keep the last answer for ``rag show``, once it is on the screen."""
        answer = self.last_answer
        if answer is None or answer is self._kept_answer:
            return
        self._keep(answer, self.settings)
        self._kept_answer = answer

    def get_answer(self) -> Answer:
        """Return the last answer.

        Raises:
            UsageError: there is none.
        """
        if self.last_answer is None:
            raise UsageError("there is no answer yet", hint="ask a question first")
        return self.last_answer

    def list_sources(self) -> dict[int, NumberedSource]:
        """Return the sources of the last answer by number.

        Of an answer without citations they are the passages that were retrieved, by rank.
        """
        answer = self.last_answer
        if answer is None:
            return {}
        sources = {}
        for citation in answer.citations:
            span = Span(citation.start, citation.end)
            sources[citation.n] = NumberedSource(citation.passage, span, citation.verified)
        if sources:
            return sources
        for rank, hit in enumerate(answer.hits, 1):
            passage = hit.passage
            span = Span(passage.start, passage.end)
            sources[rank] = NumberedSource(passage, span, None)
        return sources

    def get_source(self, number: int) -> NumberedSource:
        """Return a source of the last answer.

        Raises:
            UsageError: it has none of that number.
        """
        self.get_answer()
        sources = self.list_sources()
        if number not in sources:
            numbers = f"1 to {len(sources)}" if sources else "none"
            raise UsageError(
                f"the last answer has no source {number}",
                hint=f"its sources: {numbers}; /sources lists them",
            )
        return sources[number]

    def find_source(self, number: int) -> Source:
        """Return a source of the last answer as ``show`` wants it: index, article, span."""
        from rag.index.references import Source

        source = self.get_source(number)
        return Source(str(choose_place(self.settings)), source.passage.article.id, source.span)

    def find_root(self) -> Path:
        """Return the folder that the paths of the articles begin in."""
        return self._open_rag().root

    def open_screen(self) -> Screen:
        """Return the terminal as it is now: its size may have changed."""
        from rag.show import Screen

        return Screen(sys.stdout, color=self.settings.color)

    def show(self, page: Page, *, long: bool = False) -> None:
        """Write a page and an empty line; a ``long`` page screen by screen where it needs that."""
        from rag.show import Line

        screen = self.open_screen()
        lines = [*page, Line()] if page else []
        if not long or not screen.terminal:
            screen.write(lines)
            return
        text = _render(lines, screen)
        if text.count("\n") < shutil.get_terminal_size().lines:
            screen.write(lines)
        else:
            system.show_in_pager(text)

    def _ask(
        self,
        question: str,
        before: Sequence[Exchange],
        leaning_on: Sequence[Exchange],
        *,
        top: int,
    ) -> Page:
        """Answer a question after the exchanges before it, and return its page.

        ``leaning_on``: those of them that it may be completed by.
        """
        from rag.show import answer_page, get_phrase, warnings_page

        rag = self._open_rag()
        answer = rag.ask(
            question,
            filters=self.settings.filters,
            today=self.settings.as_of,
            top=top,
            before=[exchange.answer for exchange in leaning_on],
        )
        page = self._notice_new_generation(answer.language)
        # A follow-up is completed before it is asked, and whoever typed it should see how.
        if Exchange(question, answer).is_completed:
            as_typed = get_phrase(answer.language, "as_typed")
            page += _format_dim(f"{answer.question} · = {as_typed}", label="→ ")
        if self.settings.llm:
            answer, page = write_live(self, rag, answer, page)
        else:
            page += answer_page(answer, root=rag.root)
        self.history = [*before, Exchange(question, answer)]
        self._remember(answer, is_search=False)
        return [*page, *warnings_page(answer.warnings, answer.language)]

    def _open_rag(self) -> Rag:
        """Return the index as it is today."""
        opened = self.index.get(self.settings)
        # It may be open since before a setting that changes no index was changed.
        return opened.with_settings(self.settings, self.writer.choose_completer(self))

    def _notice_new_generation(self, language: str = ENGLISH) -> Page:
        """Return a notice where the open index is another than the one the user knows of."""
        known, self._generation_name = self._generation_name, self.index.generation_name
        if not known or known == self._generation_name:
            return []
        return self._describe_index("now", language)

    def _describe_index(self, when: str, language: str = ENGLISH) -> Page:
        """Return a line that says what the open index holds; ``when``: the phrase for it."""
        from rag.show import describe_coverage, get_phrase_table

        coverage = self.index.coverage
        if coverage is None:
            return []
        phrase = get_phrase_table(language, "bar")[when]
        return _format_dim(phrase.format(describe_coverage(coverage, language)))

    def _remember(self, answer: Answer, *, is_search: bool) -> None:
        """Make an answer the last one."""
        self.last_answer = answer
        self.last_is_search = is_search


def _open_rag(settings: Settings) -> Rag:
    """Return an open index."""
    from rag.pipeline import Rag

    return Rag.open(settings)


def _read_stamp(settings: Settings, generation: OpenedIndex) -> tuple[object, ...]:
    """Return what changes when the index does, wherever it is kept."""
    place = choose_place(settings)
    if isinstance(place, PostgresStore):
        return place.read_stamp()
    return read_folder_stamp(settings, generation)


def _warm_up(rag: Rag) -> None:
    """Read what an answer needs and import what a page needs, before the first question does."""
    from rag.show import Screen

    rag.ask("?")
    Screen(StringIO(), color="always", width=80).write([])


def _render(lines: Page, screen: Screen) -> str:
    """Return lines as they would be written to a screen, colours included."""
    from rag.show import Screen

    written = StringIO()
    color = "always" if screen.colored else "never"
    Screen(written, color=color, width=screen.width).write(lines)
    return written.getvalue()


def _format_dim(text: str, *, label: str = "") -> Page:
    """Return a line of less importance."""
    from rag.show import Line, Segment, to_one_line

    segment = Segment(to_one_line(text), "dim")
    return [Line((segment,), label)]

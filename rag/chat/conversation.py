"""One conversation: the settings it goes by, what was asked and answered, the sources of the last answer."""

from __future__ import annotations

import shutil
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.chat import system
from rag.chat.live import LiveIndex
from rag.errors import UsageError
from rag.records import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.index.references import Source
    from rag.pipeline import Rag
    from rag.records import Answer, Passage, Verified
    from rag.settings.schema import Settings
    from rag.show import Page, Screen

LONGEST = 10_000  # characters of a question
FILTERS = ("since", "until", "as_of", "publisher", "lang")


class Exchange(NamedTuple):
    """A question as it was typed, and its answer; ``answer.question`` is what was searched for."""

    asked: str
    answer: Answer


class Quoted(NamedTuple):
    """A numbered source of the last answer: its passage, and what was cited of it; the whole passage where nothing was."""

    passage: Passage
    cited: Span
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
        self._keep = keep
        self._kept: Answer | None = None
        self.index = LiveIndex()
        self.history: list[Exchange] = []
        self.last: Answer | None = None  # of a question or a search
        self.searched = False  # whether that was a search
        self.saved: set[Path] = set()
        self._generation = ""

    def ask(self, question: str) -> Page:
        """Answer a question."""
        return self._ask(question, self.history)

    def again(self, top: int | None) -> Page:
        """Answer the last question again under the settings of now, with ``top`` passages where that is given."""
        *before, (question, _) = self.history
        return self._ask(question, before, top=top)

    def root(self) -> Path:
        """Where the paths of the articles begin."""
        rag, _ = self._rag()
        return Path(str(rag.generation.manifest["root"]))

    def search(self, query: str) -> Page:
        """The passages nearest to a query."""
        from rag.show import search_page

        rag, page = self._rag()
        answer = rag.search(
            query,
            filters=self.settings.filters,
            today=self.settings.as_of,
            top=self.settings.top,
        )
        self._remember(answer, searched=True)
        return [*page, *search_page(answer), *self._warnings(answer.warnings)]

    def change(self, name: str, value: object) -> Page:
        """Go by another value of a setting from now on; where that means another index or model, only once it is open."""
        from rag.chat.live import MADE_OF
        from rag.index.lookup import find_unknown_names

        changed = self.settings.with_value(name, value, origin=f"/set {name}")
        notices: Page = []
        if name in MADE_OF:
            self.index.rag(changed)
            notices = self._notice()
        self.settings = changed
        if name not in ("publisher", "lang"):
            return notices
        rag, notices = self._rag()
        return [
            *notices,
            *self._warnings(find_unknown_names(self.settings.filters, rag.generation.manifest)),
        ]

    def reload(self) -> Page:
        """Take the index as it is now."""
        self.index.close()
        self._generation = ""
        self._rag()
        return self._holds("read again")

    def forget(self) -> None:
        """Begin anew: what was asked so far is no part of what comes."""
        self.history.clear()
        self.last = None

    def keep(self) -> None:
        """Keep the last answer for ``rag show``, once it is on the screen."""
        if self.last is not None and self.last is not self._kept:
            self._keep(self.last, self.settings)
            self._kept = self.last

    def answered(self) -> Answer:
        """The last answer.

        Raises:
            UsageError: there is none.
        """
        if self.last is None:
            raise UsageError("there is no answer yet", hint="ask a question first")
        return self.last

    def sources(self) -> dict[int, Quoted]:
        """The sources of the last answer by number; of an answer without citations, the passages found by rank."""
        answer = self.last
        if answer is None:
            return {}
        cited = {c.n: Quoted(c.passage, Span(c.start, c.end), c.verified) for c in answer.citations}
        found = enumerate((hit.passage for hit in answer.hits), 1)
        return cited or {
            rank: Quoted(passage, Span(passage.start, passage.end), None) for rank, passage in found
        }

    def quoted(self, number: int) -> Quoted:
        """A source of the last answer.

        Raises:
            UsageError: it has none of that number.
        """
        self.answered()
        sources = self.sources()
        if number not in sources:
            have = f"1 to {len(sources)}" if sources else "none"
            raise UsageError(
                f"the last answer has no source {number}",
                hint=f"its sources: {have}; /sources lists them",
            )
        return sources[number]

    def source(self, number: int) -> Source:
        """A source of the last answer as ``show`` wants it."""
        from rag.index.references import Source

        found = self.quoted(number)
        return Source(str(self.settings.index), found.passage.article.id, found.cited)

    def filters(self) -> list[str]:
        """What narrows the search, in words."""
        words: list[str] = []
        for name in FILTERS:
            value = getattr(self.settings, name)
            if isinstance(value, tuple):
                words += value
            elif value:
                words.append(f"{name.replace('_', ' ')} {value}")
        return words

    def screen(self) -> Screen:
        """The terminal as it is now: its size may have changed."""
        from rag.show import Screen

        return Screen(sys.stdout, color=self.settings.color)

    def show(self, page: Page, *, long: bool = False) -> None:
        """Write a page and an empty line, a ``long`` page screen by screen where it is longer than the terminal is high."""
        from rag.show import Line

        screen, page = self.screen(), [*page, Line()] if page else []
        if not long or not screen.terminal:
            screen.write(page)
            return
        from rag.show import Screen

        written = StringIO()
        Screen(written, color="always" if screen.colored else "never", width=screen.width).write(
            page
        )
        if written.getvalue().count("\n") < shutil.get_terminal_size().lines:
            screen.write(page)
        else:
            system.page(written.getvalue())

    def _ask(self, question: str, before: Sequence[Exchange], *, top: int | None = None) -> Page:
        from rag.show import Line, Segment, answer_page, to_one_line

        rag, page = self._rag()
        answer = rag.ask(
            question,
            filters=self.settings.filters,
            today=self.settings.as_of,
            top=top or self.settings.top,
            before=[exchange.answer for exchange in before],
        )
        self.history = [*before, Exchange(question, answer)]
        self._remember(answer, searched=False)
        if answer.question != question:
            page.append(Line((Segment(to_one_line(answer.question), "dim"),), "→ "))
        return [*page, *answer_page(answer), *self._warnings(answer.warnings)]

    def _rag(self) -> tuple[Rag, Page]:
        """The index as it is today, and a notice where it is another than before."""
        rag = self.index.rag(self.settings)
        return rag, self._notice()

    def _notice(self) -> Page:
        before, self._generation = self._generation, self.index.generation
        return self._holds("now") if before and before != self._generation else []

    def _holds(self, when: str) -> Page:
        from rag.show import Line, Segment, describe_coverage

        coverage = self.index.coverage
        return (
            [Line((Segment(f"the index, {when}: {describe_coverage(coverage)}", "dim"),))]
            if coverage
            else []
        )

    def _remember(self, answer: Answer, *, searched: bool) -> None:
        self.last, self.searched = answer, searched

    def _warnings(self, warnings: Sequence[str]) -> Page:
        from rag.show import Line, Segment, to_one_line

        return [
            Line((Segment("warning: ", "warn"), Segment(to_one_line(warning))))
            for warning in warnings
        ]

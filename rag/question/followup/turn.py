"""A question beside what was said before it, and the ways of putting words in place of others."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rag import dates as periods
from rag.models import lexicon
from rag.models import tokenizer as tokens
from rag.question import question_types as kinds
from rag.question.followup.information_content import sum_information
from rag.question.followup.names import Name, extend_name, find_names, fold_in_place
from rag.question.followup.tables import GRAMMARS, FollowUpGrammar
from rag.records import Span

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from rag.records import Answer

NAMING = ("person", "place", "define")  # kinds of questions that a name answers
CHOOSING = ("which", "what")  # … that a name may answer
STRANGE = 4  # letters of a word that may be a name because nobody knows it
_EDGES = " ¿?？!.…,:;\t\n"


@dataclass(frozen=True)
class Turn:
    """A question, the one before it as it was completed, and the answer to that."""

    question: str
    language: str
    previous_question: str  # the last question
    previous_language: str  # its language
    previous_answer: Answer
    today: datetime.date
    known: tuple[str, ...] = ()  # names in the questions before the last

    @classmethod
    def of(cls, question: str, before: Sequence[Answer], today: datetime.date) -> Turn | None:
        """The turn, or None in languages without a table."""
        last = before[-1]
        asked, said = (unicodedata.normalize("NFC", text) for text in (question, last.question))
        asked = _capitals(asked, "\n".join((said, *(hit.passage.text for hit in last.hits))))
        spoken = (
            last.language
            if last.language in GRAMMARS
            else tokens.get_tokenizer().detect_language(said, likely=dict.fromkeys(GRAMMARS, 1))
        )
        if spoken not in GRAMMARS:
            return None
        language = (
            spoken
            if _fits(asked, spoken)
            else next((some for some in GRAMMARS if _fits(asked, some)), "")
        )
        language = language or tokens.get_tokenizer().detect_language(asked, likely={spoken: 1})
        if language not in GRAMMARS:
            return None
        known = [
            name.text for answer in before[-3:-1] for name in find_names(answer.question, spoken)
        ]
        return cls(asked, language, said, spoken, last, today, tuple(known))

    @cached_property
    def tongue(self) -> FollowUpGrammar:
        """The closed classes of the question's language."""
        return GRAMMARS[self.language]

    @cached_property
    def core(self) -> str:
        """The question without the marks around it."""
        return self.question.strip(_EDGES)

    @cached_property
    def folded_question(self) -> str:
        """The core, flat."""
        return fold_in_place(self.core)

    @cached_property
    def offset(self) -> int:
        """Where the core begins."""
        return self.question.index(self.core)

    @cached_property
    def opened(self) -> str:
        """What it opens with that ties it to something before: "and"."""
        match = re.match(rf"(?:{self.tongue.opening})(?=[\s,])", self.folded_question)
        return match[0] if match else ""

    @cached_property
    def closed(self) -> str:
        """The closed classes of the last question's language: words that tell nothing."""
        spoken = GRAMMARS[self.previous_language]
        classes = (
            spoken.opening,
            spoken.asking,
            spoken.what,
            spoken.helping,
            spoken.here,
            spoken.other,
            spoken.article,
        )
        return "|".join(filter(None, (*classes, spoken.subject, spoken.possessive, spoken.said)))

    @cached_property
    def says(self) -> float:
        """How much the question says by itself, in bits."""
        return sum_information(self.question, self.language)

    @cached_property
    def day(self) -> Span | None:
        """Where the question itself says a day."""
        return find_day(self.question, self.language, self.today)

    @cached_property
    def own(self) -> list[Name]:
        """The names in the question, those too that are in lower case: they were said before, or no language knows them."""
        found = find_names(self.question, self.language, apart=[self.day] if self.day else [])
        lower = [
            extend_name(self.question, match.start(), match.end(), self.language)
            for match in re.finditer(r"[\w-]{3,}", self.question)
            if match[0].islower()
            and (fold_in_place(match[0]) in self._heard or self._strange(match[0]))
        ]
        return found + lower

    def _strange(self, word: str) -> bool:
        """Whether a word is of none of the languages spoken."""
        known = any(
            lexicon.get_lexicon().knows(word, language)
            for language in {self.language, self.previous_language}
        )
        return len(word) >= STRANGE and word.isalpha() and not known

    @cached_property
    def _heard(self) -> set[str]:
        """Names of one word that were said before, flat."""
        return {
            fold_in_place(name)
            for name in (
                *self.known,
                *(name.text for name in self.named),
                *(name.text for name in self.cited),
            )
        }

    @cached_property
    def when(self) -> Span | None:
        """Where the last question says a day, with the preposition before it."""
        return find_day(self.previous_question, self.previous_language, self.today)

    @cached_property
    def named(self) -> list[Name]:
        """The names in the last question."""
        return find_names(
            self.previous_question,
            self.previous_language,
            apart=[self.when] if self.when else [],
            known=self.known,
        )

    @cached_property
    def quoted(self) -> str:
        """The first quotation of the last answer that is no headline; empty where it has none."""
        quotes = [
            (" ".join(cited.quote.split()), cited.passage.article.title)
            for cited in self.previous_answer.citations
        ]
        return next(
            (quote for quote, title in quotes if quote != title), quotes[0][0] if quotes else ""
        )

    @cached_property
    def cited(self) -> list[Name]:
        """The names in that quotation."""
        language = (
            self.previous_answer.citations[0].passage.article.language
            if self.previous_answer.citations
            else ""
        )
        found = find_names(self.quoted, language, asks=False) if language in GRAMMARS else []
        return [
            name
            for name in found
            if not re.fullmatch(GRAMMARS[language].helping, fold_in_place(name.text))
        ]

    @cached_property
    def answered(self) -> str:
        """The name that the last question asked for; empty where it asked for none, or the answer holds none."""
        if (
            kinds.classify_question(self.previous_question, self.previous_language) not in NAMING
            or self._introduced
        ):
            return ""
        new = self._new
        if re.search(
            rf"\b(?:{GRAMMARS[self.previous_language].who})\b",
            fold_in_place(self.previous_question),
        ):
            people = [name for name in new if self.person(name)]
            new = people or [
                name
                for name in new
                if name.kind == "other" and " " not in name.text and not name.text.isupper()
            ]
        if kinds.classify_question(self.previous_question, self.previous_language) == "place":
            new = [name for name in new if name.kind == "place"] or new
        return next((name.text for name in new), "")

    @cached_property
    def answering(self) -> str:
        """The first name of the answer where the last question asked which or what, without saying of what kind."""
        chosen = kinds.classify_question(self.previous_question, self.previous_language) in CHOOSING
        return next((name.text for name in self._new if name.kind != "place"), "") if chosen else ""

    @cached_property
    def _new(self) -> list[Name]:
        """The names of the quotation that the last question did not hold."""
        known = fold_in_place(self.previous_question)
        return [name for name in self.cited if fold_in_place(name.text) not in known]

    def person(self, name: Name) -> bool:
        """Whether it may be someone's: no name whose first word the articles also use alone, as Amazon of Amazon France."""
        first = re.escape(name.text.split()[0])
        told = "\n".join(hit.passage.text for hit in self.previous_answer.hits)
        return name.kind == "person" and re.search(rf"\b{first}\b(?! [A-Z])", told) is None

    @cached_property
    def _introduced(self) -> bool:
        """Whether the last question named whom it asked about: "Who is Andy Jassy?"."""
        spoken = GRAMMARS[self.previous_language]
        before = fold_in_place(self.previous_question[: self.named[0].start]) if self.named else ""
        alone = bool(self.named) and not re.search(
            r"\w", self.previous_question[self.named[0].end :]
        )
        return (
            alone
            and re.fullmatch(rf"[¿\s]*(?:{spoken.who})\s+(?:{spoken.is_})\s+", before) is not None
        )


def find_day(text: str, language: str, today: datetime.date) -> Span | None:
    """Where a text says a day, with the preposition and article before it."""
    told = periods.find_period(text, language, today)
    if told is None:
        return None
    tongue = GRAMMARS[language]
    led = re.search(
        rf"(?<![\w'])(?:(?:{tongue.here}|{tongue.other})\s+)?(?:(?:{tongue.article})(?:\s+|(?<=')))?$",
        fold_in_place(text[: told.span.start]),
    )
    return Span(led.start() if led else told.span.start, told.span.end)


def replace_spans(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """The text with stretches of it exchanged; those that overlap an earlier one stay."""
    done, free = text, len(text) + 1
    for start, end, new in sorted(changes, reverse=True):
        if end <= free:
            done, free = done[:start] + new + done[end:], start
    return done


def append_words(text: str, more: str) -> str:
    """The text with more words at its end, before the question mark."""
    body = text.rstrip(_EDGES)
    mark = text[len(body) :].strip()
    return f"{body} {more}{text[len(body) :] if mark else ''}" if more else text


def _capitals(asked: str, told: str) -> str:
    """A question typed without capitals, with those that its names have where they were told: "et openai"."""

    def named(word: re.Match[str]) -> str:
        found = re.findall(
            rf"(?i)(?<=[\w,;:’'][ ’'])(?:{re.escape(word[0])})\b|(?<=[’'])(?:{re.escape(word[0])})\b",
            told,
        )
        return found[0] if found and all(each[0].isupper() for each in found) else word[0]

    return asked if asked[1:] != asked[1:].lower() else re.sub(r"\b[^\W\d_][\w-]{2,}", named, asked)


def _fits(question: str, language: str) -> bool:
    """Whether a question opens as one does in this language."""
    tongue = GRAMMARS[language]
    return (
        re.match(
            rf"(?:{tongue.opening}|{tongue.asking}|{tongue.what}|{tongue.here})(?:\b|(?<='))",
            fold_in_place(question.strip(_EDGES)),
        )
        is not None
    )

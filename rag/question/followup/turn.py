"""A turn of a conversation: a question beside the one before it and its answer, and what can be told of the three.

"Bare" is a question without the marks around it, "folded" one without capitals and accents; offsets of the folded question
are those of the bare one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rag.models import lexicon
from rag.models.tokenizer import get_tokenizer
from rag.question.followup.days import find_days
from rag.question.followup.editing import EDGES, fold_in_place
from rag.question.followup.grammar import has_grammar, iterate_languages, load_grammar
from rag.question.followup.information_content import sum_information
from rag.question.followup.names import Name, extend_name, find_names
from rag.question.question_types import classify_question

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from rag.question.followup.grammar import FollowUpGrammar
    from rag.records import Answer, Article, Span

TYPES_WITH_NAME = ("person", "place", "define")  # of questions that a name answers
TYPES_WITH_CHOICE = ("which", "what")  # of questions that a name may answer
MIN_UNKNOWN_LETTERS = (
    4  # of a word in lower case that is a name because no language knows it; by hand
)
EARLIER_QUESTIONS = slice(-3, -1)  # whose names are remembered: the two before the last; by hand


@dataclass(frozen=True)
class Turn:
    """A question, the one before it as it was completed, and the answer to that."""

    question: str
    language: str
    previous_question: str
    previous_language: str
    previous_answer: Answer
    today: datetime.date
    earlier_names: tuple[str, ...] = ()  # in the questions before the last

    @classmethod
    def of(cls, question: str, before: Sequence[Answer], today: datetime.date) -> Turn | None:
        """Return the turn of a question after answers; None in languages without a grammar."""
        answer = before[-1]
        previous_question = unicodedata.normalize("NFC", answer.question)
        passages = [hit.passage.text for hit in answer.hits]
        question = restore_capitals(
            unicodedata.normalize("NFC", question), "\n".join((previous_question, *passages))
        )
        previous_language = answer.language
        if not has_grammar(previous_language):
            previous_language = get_tokenizer().detect_language(
                previous_question, likely=dict.fromkeys(iterate_languages(), 1)
            )
        if not has_grammar(previous_language):
            return None
        language = _detect_language(question, previous_language)
        if not has_grammar(language):
            return None
        earlier_names = [
            name
            for earlier_answer in before[EARLIER_QUESTIONS]
            for name in _list_names(earlier_answer, previous_language)
        ]
        return cls(
            question,
            language,
            previous_question,
            previous_language,
            answer,
            today,
            tuple(earlier_names),
        )

    # The question

    @cached_property
    def grammar(self) -> FollowUpGrammar:
        """The grammar of the question's language."""
        return load_grammar(self.language)

    @cached_property
    def bare_question(self) -> str:
        """The question without the marks around it."""
        return self.question.strip(EDGES)

    @cached_property
    def folded_question(self) -> str:
        """The bare question, folded."""
        return fold_in_place(self.bare_question)

    @cached_property
    def offset(self) -> int:
        """Where the bare question begins in the question."""
        return self.question.index(self.bare_question)

    @cached_property
    def opening(self) -> str:
        """The words that tie the question to something before: "and", "what about"; empty where it has none."""
        match = re.match(rf"{self.grammar.openings}(?=[\s,])", self.folded_question)
        return match[0] if match else ""

    @cached_property
    def information(self) -> float:
        """The information content of the question, in bits."""
        return sum_information(self.question, self.language)

    @cached_property
    def days(self) -> Span | None:
        """Where the question says days, with the preposition before them."""
        return find_days(self.question, self.language, self.today)

    @cached_property
    def names(self) -> list[Name]:
        """The names in the question; in lower case those that were named before, or that no language knows."""
        days = [self.days] if self.days else []
        capitalised = find_names(self.question, self.language, excluded=days)
        lower_case = [
            extend_name(self.question, match.start(), match.end(), self.language)
            for match in re.finditer(r"[\w-]{3,}", self.question)
            if match[0].islower() and self._is_lower_case_name(match[0])
        ]
        return capitalised + lower_case

    def _is_lower_case_name(self, word: str) -> bool:
        return fold_in_place(word) in self._mentioned_names or self._is_unknown(word)

    def _is_unknown(self, word: str) -> bool:
        """Return whether no language of the conversation knows a word."""
        if len(word) < MIN_UNKNOWN_LETTERS or not word.isalpha():
            return False
        languages = {self.language, self.previous_language}
        return not any(lexicon.get_lexicon().knows(word, language) for language in languages)

    @cached_property
    def has_location(self) -> bool:
        """Whether the question says where."""
        return any(name.is_location for name in self.names)

    # The last question

    @cached_property
    def previous_grammar(self) -> FollowUpGrammar:
        """The grammar of the last question's language."""
        return load_grammar(self.previous_language)

    @cached_property
    def previous_type(self) -> str | None:
        """What type of answer the last question asked for."""
        return classify_question(self.previous_question, self.previous_language)

    @cached_property
    def previous_days(self) -> Span | None:
        """Where the last question says days, with the preposition before them."""
        return find_days(self.previous_question, self.previous_language, self.today)

    @cached_property
    def previous_names(self) -> list[Name]:
        """The names in the last question."""
        return find_names(
            self.previous_question,
            self.previous_language,
            excluded=[self.previous_days] if self.previous_days else [],
            known_names=self.earlier_names,
        )

    # Its answer

    @cached_property
    def quoted_article(self) -> Article | None:
        """The article that the last answer quotes first."""
        citations = self.previous_answer.citations
        return citations[0].passage.article if citations else None

    @cached_property
    def quotation(self) -> str:
        """The first quotation of the last answer that is no headline, on one line; empty where it has none."""
        quotations = []
        for citation in self.previous_answer.citations:
            quotation = " ".join(citation.quote.split())
            if quotation != citation.passage.article.title:
                return quotation
            quotations.append(quotation)
        return quotations[0] if quotations else ""

    @cached_property
    def quoted_names(self) -> list[Name]:
        """The names in that quotation."""
        article = self.quoted_article
        if article is None or not has_grammar(article.language):
            return []
        function_words = load_grammar(article.language).function_words
        return [
            name
            for name in find_names(self.quotation, article.language, is_question=False)
            if not re.fullmatch(function_words, fold_in_place(name.text))
        ]

    @cached_property
    def new_names(self) -> list[Name]:
        """The names in that quotation that the last question did not hold."""
        known = fold_in_place(self.previous_question)
        return [name for name in self.quoted_names if fold_in_place(name.text) not in known]

    @cached_property
    def answer_name(self) -> str:
        """The name that answers the last question; empty where it asked for none, or the quotation holds no new one."""
        if self.previous_type not in TYPES_WITH_NAME or self._named_its_subject():
            return ""
        candidates = self.new_names
        who = rf"\b{self.previous_grammar.who}\b"
        if re.search(who, fold_in_place(self.previous_question)):
            candidates = self._choose_people(candidates)
        if self.previous_type == "place":
            places = [name for name in candidates if name.kind == "place"]
            candidates = places or candidates
        return candidates[0].text if candidates else ""

    @cached_property
    def chosen_name(self) -> str:
        """The first name of the answer where the last question asked which or what, and not of what kind; else empty."""
        if self.previous_type not in TYPES_WITH_CHOICE:
            return ""
        for name in self.new_names:
            if name.kind != "place":
                return name.text
        return ""

    def _choose_people(self, candidates: Sequence[Name]) -> list[Name]:
        """Return the names of people; where there are none, names of one word that are no acronyms."""
        people = [name for name in candidates if self.may_be_person(name)]
        single_words = [
            name
            for name in candidates
            if name.kind == "other" and " " not in name.text and not name.text.isupper()
        ]
        return people or single_words

    def may_be_person(self, name: Name) -> bool:
        """Return whether a name may be a person's: no name whose first word the passages also use alone (Amazon France)."""
        if name.kind != "person":
            return False
        first_word = re.escape(name.text.split()[0])
        passages = "\n".join(hit.passage.text for hit in self.previous_answer.hits)
        return re.search(rf"\b{first_word}\b(?! [A-Z])", passages) is None

    def _named_its_subject(self) -> bool:
        """Return whether the last question named whom it asked about: "Who is Andy Jassy?"."""
        if not self.previous_names:
            return False
        first_name = self.previous_names[0]
        if re.search(r"\w", self.previous_question[first_name.end :]):
            return False
        grammar = self.previous_grammar
        before = fold_in_place(self.previous_question[: first_name.start])
        return re.fullmatch(rf"[¿\s]*{grammar.who}\s+{grammar.copulas}\s+", before) is not None

    @cached_property
    def _mentioned_names(self) -> set[str]:
        """The names that were mentioned before, folded."""
        names = [*self.earlier_names]
        names += [name.text for name in self.previous_names]
        names += [name.text for name in self.quoted_names]
        return {fold_in_place(name) for name in names}


def _list_names(answer: Answer, fallback_language: str) -> list[str]:
    """Return the names in the question of an answer, read in its own language where that has a grammar."""
    language = answer.language if has_grammar(answer.language) else fallback_language
    return [name.text for name in find_names(answer.question, language)]


def restore_capitals(question: str, source: str) -> str:
    """Return a question typed without capitals, with those of its words that the source always writes with one.

    "and openai" becomes "and OpenAI". A word that opens a sentence of the source tells nothing of its capital.
    """
    has_capitals = question[1:] != question[1:].lower()
    if has_capitals:
        return question

    def restore_word(match: re.Match[str]) -> str:
        word = re.escape(match[0])
        inside_sentence = rf"(?:(?<=[\w,;:’'][ ’'])|(?<=[’']))(?:{word})\b"
        spellings = re.findall(rf"(?i){inside_sentence}", source)
        always_capital = spellings and all(spelling[0].isupper() for spelling in spellings)
        return spellings[0] if always_capital else match[0]

    return re.sub(r"\b[^\W\d_][\w-]{2,}", restore_word, question)


def _detect_language(question: str, previous_language: str) -> str:
    """Return the language of a question: the last question's where it opens as one does in it, else the first that fits."""
    if _opens_like(question, previous_language):
        return previous_language
    for language in iterate_languages():
        if _opens_like(question, language):
            return language
    return get_tokenizer().detect_language(question, likely={previous_language: 1})


def _opens_like(question: str, language: str) -> bool:
    """Return whether a question opens with words that questions of a language open with."""
    grammar = load_grammar(language)
    opening_classes = (
        grammar.openings,
        grammar.question_words,
        grammar.what,
        grammar.place_prepositions,
    )
    pattern = rf"(?:{'|'.join(opening_classes)})(?:\b|(?<='))"
    return re.match(pattern, fold_in_place(question.strip(EDGES))) is not None

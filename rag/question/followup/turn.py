"""A turn of a conversation: a question beside the one before it and the answer to that.

"Bare" is a question without the marks around it, "folded" one without capitals and accents; offsets
of the folded question are those of the bare one.
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
from rag.question.followup.names import Name, extend_name, find_names
from rag.question.question_types import classify_question

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Sequence

    from rag.question.followup.grammar import FollowUpGrammar
    from rag.records import Answer, Article, Span

TYPES_WITH_NAME = ("person", "place", "define")  # of questions that a name answers
TYPES_WITH_CHOICE = ("which", "what")  # of questions that a name may answer
MIN_UNKNOWN_LETTERS = (
    4  # of a word in lower case that is a name because no language knows it; by hand
)
EARLIER_QUESTIONS = slice(-3, -1)  # whose names are remembered: the two before the last; by hand

WORD = re.compile(r"[\w-]{3,}")
LONG_WORD = re.compile(r"\b[^\W\d_][\w-]{2,}")
INSIDE_SENTENCE = r"(?:(?<=[\w,;:’'][ ’'])|(?<=[’']))"  # after another word of a sentence
# Templates of ``grammar.compile_template``
WHO_IS = r"[¿\s]*{who}\s+{copulas}\s+"
OPENING_WORD = "(?:{openings}|{question_words}|{what}|{place_prepositions}){word_end}"


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
        passages = [hit.passage.shown for hit in answer.hits]
        source = "\n".join([previous_question, *passages])
        question = unicodedata.normalize("NFC", question)
        previous_language = _find_previous_language(previous_question, answer.language)
        if not has_grammar(previous_language):
            return None
        language = _detect_language(question, previous_language)
        if not has_grammar(language):
            return None
        question = restore_capitals(question, source, load_grammar(language))
        earlier_names: list[str] = []
        for earlier_answer in before[EARLIER_QUESTIONS]:
            if earlier_answer.status == "not_in_sources":
                continue
            earlier_names += _list_names(earlier_answer, previous_language)
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

    def match(self, template: str) -> re.Match[str] | None:
        """Return the match of a template of the grammar at the beginning of the folded question."""
        return self.grammar.match(template, self.folded_question)

    def fullmatch(self, template: str) -> re.Match[str] | None:
        """Return the match of a template of the grammar with the folded question."""
        return self.grammar.fullmatch(template, self.folded_question)

    def find_all(self, template: str) -> Iterator[re.Match[str]]:
        """Yield the matches of a template of the grammar in the folded question."""
        return self.grammar.find_all(template, self.folded_question)

    @cached_property
    def opening(self) -> str:
        """The words that tie the question to something before: "and", "what about"; or empty."""
        match = self.match(r"{openings}(?=[\s,])")
        return match[0] if match else ""

    def says_something(self, words: Iterable[str]) -> bool:
        """Return whether any of some words of the question is none of function."""
        return not all(self.grammar.fullmatch("{function_words}", word) for word in words)

    @property
    def ends_with_question_mark(self) -> bool:
        """Whether the question was typed with its mark."""
        return self.question.rstrip().endswith("?")

    @cached_property
    def days(self) -> Span | None:
        """Where the question says days, with the preposition before them."""
        return find_days(self.question, self.language, self.today)

    def is_within_days(self, position: int) -> bool:
        """Return whether a position of the folded question is in its days: "this year"."""
        if self.days is None:
            return False
        return self.days.start <= position + self.offset < self.days.end

    @cached_property
    def names(self) -> list[Name]:
        """The names in the question.

        In lower case only those that were mentioned before, or that no language knows.
        """
        capitalised = find_names(
            self.question,
            self.language,
            excluded=[self.days] if self.days else [],
        )
        return capitalised + self._find_lower_case_names()

    def _find_lower_case_names(self) -> list[Name]:
        names = []
        for match in WORD.finditer(self.question):
            if self._is_lower_case_name(match[0]):
                start, end = match.span()
                name = extend_name(self.question, start, end, self.language)
                names.append(name)
        return names

    def _is_lower_case_name(self, word: str) -> bool:
        """Return whether a word in lower case was mentioned as a name, or no language knows it."""
        if not word.islower():
            return False
        if fold_in_place(word) in self._mentioned_names:
            return True
        if len(word) < MIN_UNKNOWN_LETTERS or not word.isalpha():
            return False
        known_words = lexicon.get_lexicon()
        languages = (self.language, self.previous_language)
        return not any(known_words.knows(word, language) for language in languages)

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
        """The first quotation of the last answer that is no headline, on one line; or empty."""
        headline = ""
        for citation in self.previous_answer.citations:
            quotation = " ".join(citation.shown.split())
            if quotation != citation.passage.article.title:
                return quotation
            headline = headline or quotation
        return headline

    @cached_property
    def quoted_names(self) -> list[Name]:
        """The names in that quotation."""
        article = self.quoted_article
        if article is None or not has_grammar(article.language):
            return []
        grammar = load_grammar(article.language)
        names = find_names(self.quotation, article.language, is_question=False)
        return [name for name in names if not grammar.fullmatch("{function_words}", name.text)]

    @cached_property
    def new_names(self) -> list[Name]:
        """The names in that quotation that the last question did not hold."""
        known = fold_in_place(self.previous_question)
        names = []
        for name in self.quoted_names:
            folded = fold_in_place(name.text)
            if folded not in known:
                names.append(name)
        return names

    @cached_property
    def answer_name(self) -> str:
        """The name that answers the last question.

        Empty where it asked for none, or where the quotation holds no new one.
        """
        if self.previous_type not in TYPES_WITH_NAME or self._named_its_subject():
            return ""
        candidates: Sequence[Name] = self.new_names
        if self.previous_grammar.search(r"\b{who}\b", self.previous_question):
            candidates = self._choose_people(candidates)
        if self.previous_type == "place":
            places = [name for name in candidates if name.kind == "place"]
            candidates = places or candidates
        return _get_first_text(candidates)

    @cached_property
    def chosen_name(self) -> str:
        """The first name of the answer to a question that asked which or what; else empty."""
        if self.previous_type not in TYPES_WITH_CHOICE:
            return ""
        no_places = [name for name in self.new_names if name.kind != "place"]
        return _get_first_text(no_places)

    def _choose_people(self, candidates: Sequence[Name]) -> list[Name]:
        """Return the names of people; without any, the names of one word that are no acronyms."""
        people = [name for name in candidates if self.may_be_person(name)]
        if people:
            return people
        others = [name for name in candidates if name.kind == "other"]
        return [name for name in others if _is_single_word(name)]

    def may_be_person(self, name: Name) -> bool:
        """Return whether a name may be a person's.

        The passages use the first word of a company's name alone as well: Amazon of Amazon France.
        """
        if name.kind != "person":
            return False
        first_word, *_ = name.text.split()
        escaped = re.escape(first_word)
        word_alone = re.compile(rf"\b{escaped}\b(?! [A-Z])")
        passages = [hit.passage.shown for hit in self.previous_answer.hits]
        return not any(map(word_alone.search, passages))

    def _named_its_subject(self) -> bool:
        """Return whether the last question named whom it asked about: "Who is Andy Jassy?"."""
        if not self.previous_names:
            return False
        name = self.previous_names[0]
        before = self.previous_question[: name.start]
        after = self.previous_question[name.end :]
        if after.strip(EDGES):
            return False
        who_is = self.previous_grammar.fullmatch(WHO_IS, before)
        return who_is is not None

    @cached_property
    def _mentioned_names(self) -> set[str]:
        """The names that were mentioned before, folded."""
        mentioned = set(self.earlier_names)
        mentioned.update(name.text for name in self.previous_names)
        mentioned.update(name.text for name in self.quoted_names)
        return set(map(fold_in_place, mentioned))


def _get_first_text(names: Sequence[Name]) -> str:
    """Return the first of several names as it is written; empty where there is none."""
    if not names:
        return ""
    first_name = names[0]
    return first_name.text


def _list_names(answer: Answer, fallback_language: str) -> list[str]:
    """Return the names in the question of an answer, in its own language if that has a grammar."""
    language = answer.language
    if not has_grammar(language):
        language = fallback_language
    names = find_names(answer.question, language)
    return [name.text for name in names]


def _is_single_word(name: Name) -> bool:
    """Return whether a name has one word that is no acronym, as a family name."""
    is_acronym = name.text.isupper()
    return " " not in name.text and not is_acronym


def restore_capitals(question: str, source: str, grammar: FollowUpGrammar) -> str:
    """Return a question typed without capitals with those of its names: "and OpenAI".

    A name is a word that the source always writes with a capital, and none like "the". The words
    that open a sentence of the source are left out: any has one there.
    """
    after_first = question[1:]
    lower_case = after_first.lower()
    if after_first != lower_case:
        return question

    def restore_word(match: re.Match[str]) -> str:
        word = match[0]
        if grammar.fullmatch("{closed_classes}", word):
            return word
        escaped = re.escape(word)
        pattern = rf"{INSIDE_SENTENCE}{escaped}\b"
        spellings: list[str] = re.findall(pattern, source, re.IGNORECASE)
        has_small_letter = any(spelling[0].islower() for spelling in spellings)
        if has_small_letter or not spellings:
            return word
        return spellings[0]

    return LONG_WORD.sub(restore_word, question)


def _find_previous_language(question: str, language: str) -> str:
    """Return the last question's language; another that it may be in, where that has no grammar."""
    if has_grammar(language):
        return language
    languages = dict.fromkeys(iterate_languages(), 1)
    return get_tokenizer().detect_language(question, likely=languages)


def _detect_language(question: str, previous_language: str) -> str:
    """Return the language of a question by its first words: the last question's if it can be."""
    if _opens_like(question, previous_language):
        return previous_language
    for language in iterate_languages():
        if _opens_like(question, language):
            return language
    return get_tokenizer().detect_language(question, likely={previous_language: 1})


def _opens_like(question: str, language: str) -> bool:
    """Return whether a question opens with words that questions of a language open with."""
    opening = load_grammar(language).match(OPENING_WORD, question.strip(EDGES))
    return opening is not None

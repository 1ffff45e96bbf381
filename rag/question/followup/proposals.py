"""A completion that a language model proposes: which follow-ups are put to it, what is taken of it.

A model is shown questions and never an answer. Nothing it writes is believed: what it proposes has
to be one question, in the words of those that it was shown, and to say all that was typed. Anything
else (an answer, an order, another language) is dropped, and the rules' completion stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from rag.models.tokenizer import get_tokenizer
from rag.question.followup.editing import fold_in_place
from rag.question.followup.information_content import MIN_TOPIC_INFORMATION, compute_information
from rag.question.followup.rules import asks_for_source
from rag.question.question_types import get_question_words
from rag.text import find_words, stem_word, to_printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.records import Answer
    from rag.text import Word

EARLIER_QUESTIONS = 3  # that a model is shown, the last ones; by hand
MAX_PROPOSAL = 300  # characters; by hand
MAX_NEW_WORDS = 1  # that say something and stand in no question; by hand
QUESTION_MARKS = ("?", "？", "؟", ";")  # the last is the Greek one, as it is composed
OPENING_MARKS = " ¿"
STRANGE = "[]{}<>|\\`*_#=@/"  # in no question, but in addresses, markup and keys


class FollowUp(NamedTuple):
    """A question that depends on others, and how the rules complete it."""

    question: str
    by_rule: str
    earlier: tuple[str, ...]  # the questions before it as they were asked, the oldest first


# Proposes a completion; an empty text where it has none.
Completer = Callable[[FollowUp], str]


def make_follow_up(question: str, by_rule: str, before: Sequence[Answer]) -> FollowUp | None:
    """Return what a model is shown of a conversation; None where that would not do.

    "Who is he?" depends on the answer, which a model is not shown: the rule has read the name.
    """
    earlier = []
    for answer in before[-EARLIER_QUESTIONS:]:
        if not asks_for_source(answer.question):  # that one quotes an article
            earlier.append(answer.question)
    follow_up = FollowUp(question, by_rule, tuple(earlier))
    if not earlier or _depends_on_answer(follow_up):
        return None
    return follow_up


def is_completion(proposal: str, follow_up: FollowUp) -> bool:
    """Return whether a model's text may be asked in the place of a follow-up."""
    if not _is_question(proposal):
        return False
    language = _detect_language(proposal)
    if language != _detect_language(follow_up.by_rule):
        return False
    written = _find_all_stems([proposal], language)
    kept = _find_kept_stems(follow_up, language)
    context = _find_context_stems(follow_up, language)
    if not kept <= written or context.isdisjoint(written):
        return False
    for asked in follow_up.earlier:
        if written <= _find_all_stems([asked], language):
            return False
    return not _is_made_up(proposal, follow_up, language)


def _is_question(text: str) -> bool:
    """Return whether a text is one printable line that asks, of a length that people type."""
    if not text or len(text) > MAX_PROPOSAL:
        return False
    is_printable = text == to_printable(text) and "\n" not in text
    if not is_printable or not text.endswith(QUESTION_MARKS):
        return False
    return not any(mark in text for mark in STRANGE)


def _depends_on_answer(follow_up: FollowUp) -> bool:
    """Return whether the rules' completion has a name that no question has."""
    completed = follow_up.by_rule
    language = _detect_language(completed)
    asked = [follow_up.question, *follow_up.earlier]
    known = _find_all_stems(asked, language)
    for word in find_words(completed):
        stem = _find_stem(word, language)
        letter = completed[word.start]
        is_new_name = letter.isupper() and stem not in known
        if is_new_name and not _opens(word, completed):
            return True
    return False


def _find_kept_stems(follow_up: FollowUp, language: str) -> set[str]:
    """Return the stems of what was typed and has to stay: the rules put some in other words."""
    typed = follow_up.question
    question_words = get_question_words(language)
    words = _find_telling_words(typed, language)
    for word in find_words(typed):
        if word.term in question_words:
            words.append(word)
    stems = {_find_stem(word, language) for word in words}
    return stems & _find_all_stems([follow_up.by_rule], language)


def _find_context_stems(follow_up: FollowUp, language: str) -> set[str]:
    """Return the stems of what the conversation is about and was not typed again."""
    stems = set()
    for text in (follow_up.by_rule, *follow_up.earlier):
        for word in _find_telling_words(text, language):
            stem = _find_stem(word, language)
            stems.add(stem)
    return stems - _find_all_stems([follow_up.question], language)


def _is_made_up(proposal: str, follow_up: FollowUp, language: str) -> bool:
    """Return whether a text has a name, a number or several words that nobody typed."""
    asked = [follow_up.question, follow_up.by_rule, *follow_up.earlier]
    known = _find_all_stems(asked, language)
    new_words = []
    for word in _find_telling_words(proposal, language):
        if _find_stem(word, language) not in known:
            written = proposal[word.start : word.end]
            new_words.append(written)
    if len(new_words) > MAX_NEW_WORDS:
        return True
    return any(map(_is_name_or_number, new_words))


def _find_telling_words(text: str, language: str) -> list[Word]:
    """Return the words of a text that say what it is about, names and numbers among them."""
    words = []
    for word in find_words(text):
        written = text[word.start : word.end]
        information = compute_information(word.form, language)
        is_rare = information > MIN_TOPIC_INFORMATION
        is_named = _is_name_or_number(written) and not _opens(word, text)
        if is_rare or is_named:
            words.append(word)
    return words


def _find_all_stems(texts: Iterable[str], language: str) -> set[str]:
    """Return the stems of the words of texts."""
    stems = set()
    for text in texts:
        for word in find_words(text):
            stem = _find_stem(word, language)
            stems.add(stem)
    return stems


def _find_stem(word: Word, language: str) -> str:
    stem = stem_word(word.form, language)
    return fold_in_place(stem)


def _opens(word: Word, text: str) -> bool:
    """Return whether a word is the first of a question, where any has a capital."""
    before = text[: word.start]
    return not before.strip(OPENING_MARKS)


def _is_name_or_number(written: str) -> bool:
    first_letter = written[0]
    return first_letter.isupper() or any(map(str.isdigit, written))


def _detect_language(text: str) -> str:
    return get_tokenizer().detect_language(text)

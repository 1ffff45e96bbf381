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
    written = _find_stems(find_words(proposal), language)
    is_kept = _find_kept_stems(follow_up, language) <= written
    adds_context = not _find_context_stems(follow_up, language).isdisjoint(written)
    repeats = any(
        written <= _find_stems(find_words(asked), language) for asked in follow_up.earlier
    )
    is_complete = is_kept and adds_context and not repeats
    return is_complete and not _is_made_up(proposal, follow_up, language)


def _is_question(text: str) -> bool:
    """Return whether a text is one printable line that asks, of a length that people type."""
    if not text or len(text) > MAX_PROPOSAL or text != to_printable(text) or "\n" in text:
        return False
    return text.endswith(QUESTION_MARKS) and not any(mark in text for mark in STRANGE)


def _depends_on_answer(follow_up: FollowUp) -> bool:
    """Return whether the rules' completion has a name that no question has."""
    completed = follow_up.by_rule
    language = _detect_language(completed)
    known = _find_stems(find_words(follow_up.question), language)
    for question in follow_up.earlier:
        known |= _find_stems(find_words(question), language)
    for word in find_words(completed):
        is_first = not completed[: word.start].strip(" ¿")
        is_name = completed[word.start].isupper() and not is_first
        if is_name and not _find_stems([word], language) <= known:
            return True
    return False


def _find_kept_stems(follow_up: FollowUp, language: str) -> set[str]:
    """Return the stems of what was typed and has to stay: the rules put some in other words."""
    question_words = get_question_words(language)
    words = _find_telling_words(follow_up.question, language)
    words += [word for word in find_words(follow_up.question) if word.term in question_words]
    by_rule = _find_stems(find_words(follow_up.by_rule), language)
    return _find_stems(words, language) & by_rule


def _find_context_stems(follow_up: FollowUp, language: str) -> set[str]:
    """Return the stems of what the conversation is about and was not typed again."""
    stems = set()
    for text in (follow_up.by_rule, *follow_up.earlier):
        stems |= _find_stems(_find_telling_words(text, language), language)
    return stems - _find_stems(find_words(follow_up.question), language)


def _is_made_up(proposal: str, follow_up: FollowUp, language: str) -> bool:
    """Return whether a text has a name, a number or several words that nobody typed."""
    known = _find_known_stems(follow_up, language)
    new_words = []
    for word in _find_telling_words(proposal, language):
        if not _find_stems([word], language) <= known:
            new_words.append(proposal[word.start : word.end])
    return len(new_words) > MAX_NEW_WORDS or any(map(_is_name_or_number, new_words))


def _find_known_stems(follow_up: FollowUp, language: str) -> set[str]:
    """Return the stems of all that was asked, and of what the rules made of it."""
    stems = set()
    for text in (follow_up.question, follow_up.by_rule, *follow_up.earlier):
        stems |= _find_stems(find_words(text), language)
    return stems


def _find_telling_words(text: str, language: str) -> list[Word]:
    """Return the words of a text that say what it is about, names and numbers among them."""
    words = []
    for word in find_words(text):
        is_first = not text[: word.start].strip(" ¿")
        is_named = not is_first and _is_name_or_number(text[word.start : word.end])
        if is_named or compute_information(word.form, language) > MIN_TOPIC_INFORMATION:
            words.append(word)
    return words


def _find_stems(words: Iterable[Word], language: str) -> set[str]:
    return {fold_in_place(stem_word(word.form, language)) for word in words}


def _is_name_or_number(written: str) -> bool:
    return written[0].isupper() or any(map(str.isdigit, written))


def _detect_language(text: str) -> str:
    return get_tokenizer().detect_language(text)

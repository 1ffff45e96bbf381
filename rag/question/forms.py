"""Questions that ask for a form: a timeline, what is new, a summary.

The phrases stand in the ``[forms]`` sections of ``rag/text/languages/``. A form is asked for where
the question is such a phrase from its first word to its last; what stands at ``{topic}`` is what is
searched for. Days that the question names are no part of the phrase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from rag.question.phrase_patterns import QUOTES, FoldedQuestion, find_phrases
from rag.text import find_words, fold, load_section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.question.date_filter import Scope

FormName = Literal["summary", "timeline", "news"]
# In the order in which they are tried.
FORM_NAMES: tuple[FormName, ...] = get_args(FormName)
MAX_TOPIC_WORDS = 20  # more of them are a text; chosen by hand
_SECTION = "forms"  # of a language's file
# Marks that stand between days and a phrase once the days are taken out.
_MARGINS = " ,;:"


class FormQuestion(NamedTuple):
    """What a question asks for, and of what."""

    name: FormName
    language: str
    topic: str = ""  # as it was typed; "" where the form is asked of all articles
    other: str = ""  # what the topic is compared with, where the phrase names two


def recognise_form(question: str, languages: Sequence[str], scope: Scope) -> FormQuestion | None:
    """Return the form that a question asks for in the likeliest of some languages; mostly None.

    ``scope``: what the question is asked of, with the days that it names.
    """
    without_days = _cut_days(question, scope)
    texts = [question]
    # Days that choose among the articles are not searched for; others may be of a name.
    if scope.period is not None and scope.period.use == "filter":
        texts.insert(0, without_days)
    for language in languages:
        for text in texts:
            form = find_form(text, language)
            if form is not None:
                return form
        if scope.period is not None and asks_for_news(without_days, language):
            return FormQuestion("news", language)
    return None


def find_form(question: str, language: str) -> FormQuestion | None:
    """Return the form whose phrase a question is; None where it is none."""
    folded = FoldedQuestion.of(question.strip(_MARGINS))
    for name in FORM_NAMES:
        for match in find_phrases(folded, language, _SECTION, name):
            topic = folded.cut(match, "topic").strip(_MARGINS + QUOTES)
            other = folded.cut(match, "other").strip(_MARGINS + QUOTES)
            is_whole = not match.re.groups
            if is_whole or 0 < len(find_words(topic)) <= MAX_TOPIC_WORDS:
                return FormQuestion(name, language, topic, other)
    return None


def asks_for_news(question: str, language: str) -> bool:
    """Return whether a question, without the days it names, has only words that ask for news."""
    section = load_section(language, "answers")
    news_words = {fold(word) for word in section.get("news_words", ())}
    return {word.term for word in find_words(question)} <= news_words


def _cut_days(question: str, scope: Scope) -> str:
    """Return a question without the words for the days that it names."""
    if scope.period is None:
        return question
    words = question.replace(scope.period.words, " ").split()
    return " ".join(words).strip(_MARGINS)

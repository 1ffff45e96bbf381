"""Questions that ask for a form: a timeline, news, a summary, a comparison, a list, yes or no.

The phrases stand in the ``[forms]`` sections of ``rag/text/languages/``. A form is asked for where
the question is such a phrase from its first word to its last; what stands at ``{topic}`` is what is
searched for. Days that the question names are no part of the phrase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from rag.question.phrase_patterns import (
    PLACES,
    QUOTES,
    FoldedQuestion,
    find_phrases,
    load_words,
)
from rag.question.question_types import (
    QuestionType,
    classify_question,
    get_question_words,
)
from rag.text import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.question.compared_things import ComparedThing
    from rag.question.date_filter import Scope

FormName = Literal["summary", "timeline", "news", "comparison", "list", "yes_no"]
FORM_NAMES: tuple[FormName, ...] = get_args(FormName)
# The lists of phrases in the order in which they are tried, and the form that each asks for.
PHRASES: Mapping[str, FormName] = {
    "summary": "summary",
    "timeline": "timeline",
    "development": "timeline",
    "news": "news",
    "news_of_days": "news",
    "comparison": "comparison",
    "degree": "comparison",
    "list": "list",
    "yes_no": "yes_no",
}
_DEVELOPMENT = "development"
_OF_DAYS = "news_of_days"  # counts only where the question names days
MAX_TOPIC_WORDS = 20  # more of them are a text; chosen by hand
_SECTION = "forms"  # of a language's file
# Forms of which the phrases are so short that they count in the likeliest language alone.
OF_SURE_LANGUAGE: tuple[FormName, ...] = ("comparison", "list", "yes_no")
# Kinds of questions that no "yes" answers, whatever verb they begin with.
OTHER_TYPES: tuple[QuestionType, ...] = ("reason", "time", "number", "manner", "place")
# Marks that stand between days and a phrase once the days are taken out.
_MARGINS = " ,;:"


class FormQuestion(NamedTuple):
    """What a question asks for, and of what."""

    name: FormName
    language: str
    topic: str = ""  # as it was typed; "" where the form is asked of all articles
    other: str = ""  # what the topic is compared with, where the phrase names two
    things: tuple[ComparedThing, ...] = ()  # that are compared
    claim: str = ""  # what is asked whether it is so
    is_development: bool = False  # how the topic has changed is asked, not what happened


def recognise_form(
    question: str,
    languages: Sequence[str],
    scope: Scope,
) -> FormQuestion | None:
    """Return the form that a question asks for in the likeliest of some languages; mostly None.

    ``scope``: what the question is asked of, with the days that it names.
    """
    without_days = _cut_days(
        question,
        scope,
    )
    texts = [question]
    # Days that choose among the articles are not searched for; others may be of a name.
    if scope.period is not None and scope.period.use == "filter":
        texts.insert(
            0,
            without_days,
        )
    for language in languages:
        # Words that begin a question in one language are any words in another.
        form = _find_form_of_any(
            texts,
            language,
            is_sure=language == languages[0],
        )
        if form is not None:
            return form
        if scope.period is not None and asks_for_news(without_days, language):
            return FormQuestion(
                "news",
                language,
            )
    return None


def _find_form_of_any(
    texts: Sequence[str],
    language: str,
    *,
    is_sure: bool,
) -> FormQuestion | None:
    """Return the form of the first text that asks for one; the last is the question as typed."""
    for text in texts:
        form = find_form(
            text,
            language,
            has_days=len(texts) > 1,
            is_sure=is_sure,
        )
        if form is None:
            continue
        # Days belong to what is asked whether it is so.
        if form.name == "yes_no":
            return find_form(texts[-1], language) or form
        return form
    return None


def find_form(
    question: str,
    language: str,
    *,
    has_days: bool = False,
    is_sure: bool = True,
) -> FormQuestion | None:
    """Return the form whose phrase a question is; None where it is none.

    ``has_days``: it names days, so that "what happened to …" asks for the news of these.
    ``is_sure``: the language is the question's likeliest.
    """
    folded = FoldedQuestion.of(question.strip(_MARGINS))
    for phrases, name in PHRASES.items():
        if phrases == _OF_DAYS and not has_days:
            continue
        if name in OF_SURE_LANGUAGE and not is_sure:
            continue
        for match in find_phrases(folded, language, _SECTION, phrases):
            parts = {}
            for place in PLACES:
                parts[place] = folded.cut(match, place).strip(_MARGINS + QUOTES)
            form = _read_form(
                name,
                language,
                folded.text,
                parts,
            )
            if form is not None:
                return form._replace(is_development=phrases == _DEVELOPMENT)
    return None


def _read_comparison(
    language: str,
    question: str,
    parts: Mapping[str, str],
) -> FormQuestion | None:
    """Return the things that a phrase compares; None where it names no two."""
    # With all that tells where a thing begins.
    from rag.question.compared_things import Comparison, list_compared_things

    # "Is it dearer than ever?" compares with no other thing.
    is_of_degree = bool(parts["other"] and parts["rest"])
    if is_of_degree and not _begin_alike(parts["topic"], parts["other"]):
        return None
    things = list_compared_things(
        Comparison(**parts),
        language,
    )
    if not things:
        return None
    return FormQuestion(
        "comparison",
        language,
        question,
        things=tuple(things),
    )


def _begin_alike(
    one: str,
    other: str,
) -> bool:
    """Return whether two things both begin with a name, or with the same article."""
    first = one.split()[:1]
    other_first = other.split()[:1]
    if first and other_first and first[0].istitle() and other_first[0].istitle():
        return True
    return [fold(word) for word in first] == [fold(word) for word in other_first]


def _read_form(
    name: FormName,
    language: str,
    question: str,
    parts: Mapping[str, str],
) -> FormQuestion | None:
    """Return the form that a phrase asks for; None where what stands at its places is none."""
    topic = parts["topic"]
    words = len(find_words(topic or parts["tail"]))
    if words > MAX_TOPIC_WORDS:
        return None
    if name == "comparison":
        return _read_comparison(
            language,
            question,
            parts,
        )
    if name == "yes_no":
        is_other = classify_question(question, language) in OTHER_TYPES
        is_other = is_other or _asks_itself(question, language)
        if is_other or _offers_alternatives(question, language):
            return None
        return FormQuestion(
            name,
            language,
            claim=topic or question,
        )
    # "List what they share" asks for no more than a list.
    if words and name != "list" and _asks_itself(topic, language):
        return None
    return FormQuestion(
        name,
        language,
        topic,
        parts["other"],
    )


def _asks_itself(topic: str, language: str) -> bool:
    """Return whether what stands for a topic is another question: "Who wrote the chronology?"."""
    words = find_words(topic)
    return bool(words) and words[0].term in get_question_words(language)


def _offers_alternatives(question: str, language: str) -> bool:
    """Return whether a question asks which of two is so: "is it diesel or batteries?"."""
    alternatives = load_words(
        language,
        _SECTION,
        "alternatives",
    )
    return any(word.term in alternatives for word in find_words(question))


def asks_for_news(question: str, language: str) -> bool:
    """Return whether a question, without the days it names, has only words that ask for news."""
    news_words = load_words(language, "answers", "news_words")
    return {word.term for word in find_words(question)} <= news_words


def _cut_days(
    question: str,
    scope: Scope,
) -> str:
    """Return a question without the words for the days that it names."""
    if scope.period is None:
        return question
    words = question.replace(scope.period.words, " ").split()
    return " ".join(words).strip(_MARGINS)

"""Whether a sentence says the same as a statement, word for word: by stems, together, in order.

What is compared are the words that say something, told by the lengths of their vectors (SIF), and
names. Bags of words are not enough: "the union sued the company" has the words of "the company
sued the union", and a sentence may hold all of them in two clauses.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.claims import says_figure
from rag.answer.word_matching import embed_forms, find_names
from rag.dates import load_numbers
from rag.models.lexicon import get_lexicon
from rag.text import find_words, fold, has_capitalised_nouns, load_section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.claims import TokenVectors
    from rag.text import Word

# All chosen by hand.
CONTENT_WEIGHT = 0.29  # length of a word's vector from which it says something: "will" has 0.2
MIN_PREDICATE_WORDS = 2  # a statement of one word and a name says that something is, and no more
MIN_ORDERED_WORDS = 3  # beside a place that may stand elsewhere
MAX_BETWEEN = 1  # other words that say something, between two words of the statement; names apart
PIVOT_WEIGHT = 0.5  # of the translation that two forms of one verb share: "ouvrira", "ouvert"
TRANSLATION_WEIGHT = 0.2  # of a translation that stands for a word
_BREAK = re.compile(r"[,;:()«»“”]|\s[-–—]\s")
_CLAUSE_MARK = re.compile(r"[;:?]|\s[–—]\s")


class Statement(NamedTuple):
    """A text as it is compared: its words, and which of them say something."""

    text: str
    language: str
    words: list[Word]
    content: list[int]  # places of the words that say something, figures and days apart
    names: frozenset[str]  # forms of the words that are names


class StatementMatch(NamedTuple):
    """Which words of a statement a sentence has, and where."""

    places: list[int]  # among the sentence's words, in the order of the statement
    forms: list[str]  # of the statement, in the same order
    missing: list[str]  # forms that the sentence has not


def read_statement(
    text: str,
    language: str,
    table: TokenVectors,
) -> Statement:
    """Return a text as it is compared."""
    words = list(find_words(text))
    names = find_names(
        text,
        language,
    )
    function_words = load_function_words(language)
    weights = embed_forms([word.form for word in words], table).weights.tolist()
    content = []
    for place, (word, weight) in enumerate(zip(words, weights, strict=True)):
        is_figure = word.form[0].isdigit() or says_figure(word.form, language)
        is_empty = weight < CONTENT_WEIGHT or word.term in function_words
        is_name = word.form in names
        if not is_figure and (is_name or not is_empty):
            content.append(place)
    return Statement(
        text,
        language,
        words,
        content,
        frozenset(names),
    )


def has_all_figures(
    statement: Statement,
    sentence: Statement,
    year: str,
) -> bool:
    """Return whether a sentence has each figure of a statement, exactly and as often.

    ``year``: that of its article, which a sentence seldom says.
    """
    asked = count_figures(statement)
    said = count_figures(sentence)
    said[year] += 1
    return asked <= said


def count_figures(statement: Statement) -> Counter[str]:
    """Return how often each number stands in a text, in figures or in words; one is an article."""
    numbers = load_numbers(statement.language)
    figures: Counter[str] = Counter()
    for word in statement.words:
        value = numbers.get(
            word.term,
            0,
        )
        if value > 1:
            figures[str(value)] += 1
        elif any(character.isdigit() for character in word.term):
            figures[word.term] += 1
    return figures


@functools.cache
def load_function_words(language: str) -> frozenset[str]:
    """Return the folded words of a language that only link others."""
    section = load_section(
        language,
        "followup",
    )
    keys = (
        "function_words", "auxiliaries", "articles", "other_prepositions", "place_prepositions",
        "noun_determiners", "possessives",
    )  # fmt: skip
    words = []
    for key in keys:
        words += section.get(
            key,
            (),
        )
    return frozenset(fold(word) for word in words)


def match_statement(statement: Statement, sentence: Statement) -> StatementMatch:
    """Return which words of a statement that say something a sentence has, and where."""
    places = []
    forms = []
    missing = []
    for place in statement.content:
        form = statement.words[place].form
        there = find_same_word(
            form,
            statement.language,
            sentence,
        )
        if there is None:
            missing.append(form)
        elif form not in forms:
            places.append(there)
            forms.append(form)
    return StatementMatch(
        places,
        forms,
        missing,
    )


def find_same_word(
    form: str,
    language: str,
    sentence: Statement,
) -> int | None:
    """Return the place of a word in a sentence, in whatever form or language."""
    for place, word in enumerate(sentence.words):
        if is_same_word(form, language, word.form, sentence.language):
            return place
    return None


def is_same_word(
    form: str,
    language: str,
    other: str,
    other_language: str,
) -> bool:
    """Return whether two words have one stem, or mean the same by their likeliest translation.

    In one language that brings the forms of an irregular verb together.
    """
    lexicon = get_lexicon()
    stem = lexicon.units(form, language)[0]
    other_stem = lexicon.units(other, other_language)[0]
    # A name is the same in every language, whatever its stem there.
    if stem == other_stem or form == other:
        return True
    if language == other_language:
        meaning = find_meaning(
            form,
            language,
        )
        return meaning is not None and meaning == find_meaning(other, language)
    for translation in lexicon.translations(form, language, other_language):
        is_likely = translation.weight >= TRANSLATION_WEIGHT
        if is_likely and translation.unit == other_stem:
            return True
    return False


@functools.lru_cache(maxsize=4096)
def find_meaning(form: str, language: str) -> str | None:
    """Return the translation that a word nearly always has; None where it has several."""
    pivot = "fr" if language == "en" else "en"
    for translation in get_lexicon().translations(form, language, pivot)[:1]:
        if translation.weight >= PIVOT_WEIGHT:
            return translation.unit
    return None


def is_said_together(
    statement: Statement,
    match: StatementMatch,
    sentence: Statement,
    *,
    is_existence: bool,
) -> bool:
    """Return whether a sentence has the words of a statement in their order, and little between.

    ``is_existence``: both say that there is something, which needs no further predicate.
    """
    predicate = [form for form in match.forms if form not in statement.names]
    # Where every noun has a capital, those that no lexicon knows pass for names.
    least = MIN_PREDICATE_WORDS
    if has_capitalised_nouns(statement.language) and len(match.forms) > MIN_PREDICATE_WORDS:
        least = 1
    if is_existence:
        predicate = match.forms
    if len(predicate) < least:
        return False
    # "On the bridge there is a toll" says that there is a toll on the bridge.
    is_turned = is_existence and _is_turned(match.places)
    if not is_turned and not _keeps_order(statement, match):
        return False
    if has_copula(statement) and not has_copula(sentence):
        return False
    return _begins_with(match, sentence) and _stands_together(statement, match, sentence)


def _keeps_order(statement: Statement, match: StatementMatch) -> bool:
    """Return whether words follow each other as in the statement.

    The verb may stand elsewhere where a question puts it first or last: then it stands behind the
    subject. So may a place.
    """
    places = match.places
    if _is_ascending(places):
        return True
    subject, *others = places
    verb_place = load_section(statement.language, "polarity").get(
        "verb",
        "",
    )
    if verb_place in ("last", "both") and _is_ascending([subject, others[-1], *others[:-1]]):
        return True
    # Only the first word of a question is a verb for sure where others may stand last.
    opens = bool(statement.content) and statement.content[0] == 0
    if verb_place == "first" or (verb_place == "both" and opens):
        verb, subject = places[:2]
        return _is_ascending([subject, verb, *places[2:]])
    elsewhere = [
        place
        for place, form in zip(places, match.forms, strict=True)
        if not _is_place(form, statement)
    ]
    is_one = len(elsewhere) == len(places) - 1
    return is_one and len(elsewhere) >= MIN_ORDERED_WORDS and _is_ascending(elsewhere)


def _is_turned(places: Sequence[int]) -> bool:
    """Return whether words follow each other when what stands first comes last, a verb apart."""
    before_verb = places[:-1] if places[-1] == max(places) else places
    falls = sum(one > other for one, other in pairwise(before_verb))
    return falls == 1 and before_verb[-1] < before_verb[0]


def _is_place(form: str, statement: Statement) -> bool:
    """Return whether a name stands behind a preposition of places."""
    if form not in statement.names:
        return False
    prepositions = load_section(statement.language, "followup").get(
        "place_prepositions",
        (),
    )
    for before, word in pairwise(statement.words):
        if word.form == form:
            return before.form in prepositions
    return False


def _is_ascending(places: Sequence[int]) -> bool:
    """Return whether each place is after the one before it."""
    return all(one < other for one, other in pairwise(places))


def _begins_with(match: StatementMatch, sentence: Statement) -> bool:
    """Return whether the clause begins with a word of the statement.

    "The wife of the mayor" is not the mayor.
    """
    first = min(match.places)
    start = sentence.words[first].start
    before = list(_BREAK.finditer(sentence.text, 0, start))
    clause_start = before[-1].end() if before else 0
    for place in sentence.content:
        word = sentence.words[place]
        is_before = clause_start <= word.start < start
        if is_before and word.form not in sentence.names:
            return False
    return True


def _stands_together(
    statement: Statement,
    match: StatementMatch,
    sentence: Statement,
) -> bool:
    """Return whether hardly anything else is said between the words that were matched.

    Nothing is between the first two, subject and verb mostly: "the mayor's rival signed".
    """
    content = set(sentence.content)
    most = 0 if has_copula(statement) else MAX_BETWEEN
    words = sentence.words
    for number, (place, following) in enumerate(pairwise(sorted(match.places))):
        between = content.intersection(range(place + 1, following))
        others = [each for each in between if words[each].form not in sentence.names]
        text = sentence.text[words[place].end : words[following].start]
        is_broken = _BREAK.search(text) is not None
        if number == 0 and (_is_half_broken(text) or not _may_follow(others, place, statement)):
            return False
        # An insertion between commas may have a verb of its own.
        if len(others) > most or (others and is_broken) or _CLAUSE_MARK.search(text):
            return False
    return True


def _may_follow(
    others: Sequence[int],
    place: int,
    statement: Statement,
) -> bool:
    """Return whether words between subject and verb are none, or one adjective of the subject."""
    if not others:
        return True
    adjectives_follow = load_section(statement.language, "polarity").get("adjectives_follow")
    return bool(adjectives_follow) and list(others) == [place + 1]


def _is_half_broken(text: str) -> bool:
    """Return whether a text begins or ends another clause; an apposition does both."""
    return len(_BREAK.findall(text)) % 2 == 1


def has_copula(statement: Statement) -> bool:
    """Return whether a text says that something is something."""
    section = load_section(
        statement.language,
        "answers",
    )
    copulas = {fold(copula) for copula in section.get("copulas", ())}
    return any(word.term in copulas for word in statement.words)

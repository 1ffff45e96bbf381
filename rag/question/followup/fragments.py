"""Fragments: names, days and a thing without a verb, put into the last question in the place of those of their kind.

"And in Germany?" after "How much did Google invest in India in 2025?" takes the place of "in India".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.question.followup.days import find_days
from rag.question.followup.editing import EDGES, append_words, fold_in_place, replace_spans
from rag.question.followup.grammar import WORD_GAP, WORD_START, load_grammar
from rag.question.followup.names import Name, find_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.question.followup.turn import Turn

MAX_WORDS = 8  # of a fragment; longer ones say more than a name in another's place; by hand
MAX_THING_WORDS = 4  # of the thing that takes another's place: "the net profit"; by hand
YEAR = r"(?:19|20)\d\d"


class Fragment(NamedTuple):
    """The names and days of a fragment, and the words left of it."""

    names: Sequence[Name]
    days: str
    rest: str

    @property
    def is_empty(self) -> bool:
        """Whether it holds neither a name nor days."""
        return not self.names and not self.days


def complete_fragment(turn: Turn) -> str:
    """Return the last question with the parts of a fragment in the place of its own; empty where there is no fragment."""
    opening = re.match(rf"{turn.grammar.openings}\s+", turn.folded_question)
    text = turn.bare_question[opening.end() if opening else 0 :]
    if len(text.split()) > MAX_WORDS:
        return ""
    fragment = read_fragment(turn, text)
    if fragment.rest:
        is_thing = opening is not None and _is_thing(turn, text, fragment.rest)
        question = _replace_thing(turn, fragment.rest) if is_thing else ""
        return insert_fragment(turn, question, fragment) if question else ""
    if fragment.is_empty or not (opening or _stands_alone(turn, fragment)):
        return ""
    return insert_fragment(turn, turn.previous_question, fragment)


def _stands_alone(turn: Turn, fragment: Fragment) -> bool:
    """Return whether a fragment without "and" is one all the same: "in Germany", "Microsoft?"."""
    if not fragment.names:
        return True
    is_single = len(fragment.names) == 1 and not fragment.days
    ends_with_mark = turn.question.rstrip().endswith("?")
    return bool(fragment.names[0].preposition) or (is_single and ends_with_mark)


def read_fragment(turn: Turn, text: str) -> Fragment:
    """Return the names and days of a part of the question, with what is left of it."""
    grammar = turn.grammar
    days = find_days(text, turn.language, turn.today)
    names = find_names(text, turn.language, excluded=[days] if days else [], is_question=False)
    removed = [(name.phrase_start, name.end, " ") for name in names]
    if days:
        removed.append((days.start, days.end, " "))
    rest = replace_spans(text, removed)
    # A preposition alone, or a conjunction at the end, is what stood beside a name.
    function_words = rf"^\s*{grammar.other_prepositions}\s*$|\b{grammar.conjunctions}\b(?=\s*$)"
    rest = re.sub(rf"(?i){function_words}", "", rest)
    rest = " ".join(rest.strip(EDGES + "'’").split())
    return Fragment(names, text[days.start : days.end] if days else "", rest)


def insert_fragment(turn: Turn, question: str, fragment: Fragment) -> str:
    """Return a question with new names and days in the place of those of the same kind; added where it has none."""
    language = turn.previous_language
    for name in fragment.names:
        is_said = fold_in_place(name.text) in fold_in_place(question)
        if not is_said:
            question = _insert_name(turn, question, name, fragment.names)
    if fragment.days:
        question = _insert_days(turn, question, fragment.days)
    return _adjust_elisions(question, load_grammar(language).templates.elided)


def _insert_days(turn: Turn, question: str, words: str) -> str:
    """Return a question with days in the place of its own, or at its end."""
    days = find_days(question, turn.previous_language, turn.today)
    if days is None:
        return append_words(question, words)
    # A year alone keeps the preposition of the days that it replaces: "since 2014".
    preposition = rf"{turn.previous_grammar.year_prepositions} (?=\d{{4}})"
    old_words = question[days.start : days.end]
    match = re.match(preposition, fold_in_place(old_words))
    if match and re.fullmatch(r"\d{4}", words):
        words = old_words[: match.end()] + words
    return replace_spans(question, [(days.start, days.end, words)])


def _insert_name(turn: Turn, question: str, name: Name, new_names: Sequence[Name]) -> str:
    """Return a question with a name in the place of its counterpart, or at its end."""
    grammar = turn.previous_grammar
    days = find_days(question, turn.previous_language, turn.today)
    old_names = find_names(
        question,
        turn.previous_language,
        excluded=[days] if days else [],
        known_names=turn.earlier_names,
    )
    inserted = {fold_in_place(new_name.text) for new_name in new_names}
    candidates = [old for old in old_names if fold_in_place(old.text) not in inserted]
    counterpart = find_counterpart(name, candidates)
    if counterpart is None:
        return append_words(question, _write_added_name(name, grammar.language))
    return replace_spans(question, [_exchange(name, counterpart, grammar.language)])


def find_counterpart(new: Name, candidates: Sequence[Name]) -> Name | None:
    """Return the name whose place another takes: a place for a place, else with the same preposition; None if there is none.

    Of several, one with the same preposition comes first, then one of the same kind, then one without a preposition.
    """
    matches = [old for old in candidates if _says_where(old) == _says_where(new)]
    if not matches and new.preposition:
        matches = [old for old in candidates if old.preposition == new.preposition]
    if not matches:
        return None

    def count_differences(old: Name) -> tuple[bool, bool, bool]:
        other_preposition = bool(new.preposition) and old.preposition != new.preposition
        return other_preposition, old.kind != new.kind, bool(old.preposition)

    return min(matches, key=count_differences)


def _says_where(name: Name) -> bool:
    """Return whether a name is a place, or may be one after a preposition of place; a person after one is none."""
    return name.kind == "place" or (name.follows_place_preposition and name.kind == "other")


def _exchange(new: Name, old: Name, language: str) -> tuple[int, int, str]:
    """Return the span that a name takes from another, and the words for it with their preposition and article."""
    templates = load_grammar(language).templates
    if not old.follows_place_preposition:
        return _exchange_with_article(new, old)
    if new.follows_place_preposition:
        return old.phrase_start, old.end, _write_added_name(new, language)
    contraction = templates.place_prepositions_by_article.get(new.article.lower())
    if contraction:
        return old.phrase_start, old.end, f"{contraction} {new.text}"
    if templates.places_drop_articles and new.kind == "place":
        return old.phrase_start, old.end, f"{old.preposition} {new.text}"
    return _exchange_with_article(new, old)


def _exchange_with_article(new: Name, old: Name) -> tuple[int, int, str]:
    """Return the span and words of a name that keeps the other's preposition, and its own article where both have one."""
    if not (old.article and new.article):
        return old.start, old.end, new.text
    phrase = f"{old.preposition} {_join_word(new.article, new.text)}"
    return old.phrase_start, old.end, phrase.strip()


def _write_added_name(name: Name, language: str) -> str:
    """Return a name as it is added to a question: with its own preposition, that of places, or in parentheses."""
    templates = load_grammar(language).templates
    if name.preposition:
        phrase = _join_word(name.article, name.text) if name.article else name.text
        return _join_word(name.preposition, phrase)
    if name.kind != "place":
        return f"({name.text})"
    contraction = templates.place_prepositions_by_article.get(name.article.lower())
    return f"{contraction or templates.place_preposition} {name.text}"


def _join_word(word: str, following: str) -> str:
    """Return two words with a space between them, none after an elision."""
    return f"{word}{following}" if word.endswith("'") else f"{word} {following}"


def _adjust_elisions(question: str, elided: Sequence[str]) -> str:
    """Return a French question with "de" and "que" elided where a vowel now follows them, and whole where none does."""
    for word in elided:
        first, stem, ending = word[0], word[1:-1], word[-1]
        start = rf"\b([{first.upper()}{first}]{stem})"
        question = re.sub(rf"{start}['’](?=[BCDFGJ-NP-TV-XZ])", rf"\1{ending} ", question)
        question = re.sub(rf"{start}{ending} (?=[AEIOUÀÉÈÎ])", r"\1'", question)
    return question


def _is_thing(turn: Turn, text: str, rest: str) -> bool:
    """Return whether what is left of a fragment is a thing: a few words that name one, before everything else."""
    grammar = turn.grammar
    if len(rest.split()) > MAX_THING_WORDS or not text.startswith(rest.split()[0]):
        return False
    sentence_words = (
        grammar.question_words,
        grammar.function_words,
        grammar.subject_pronouns,
        grammar.speech_verbs,
        rf"^{grammar.prepositions}",
    )
    sentence_word = rf"(?<![\w'-])(?:{'|'.join(sentence_words)})(?![\w'])"
    return re.search(sentence_word, fold_in_place(rest)) is None


def _replace_thing(turn: Turn, thing: str) -> str:
    """Return the last question about another thing, in the place of the first one that it names; empty where it names none."""
    question = turn.previous_question
    old_thing = _find_thing(turn)
    if old_thing is None:
        return ""
    follows_genitive = old_thing.start() == old_thing.start("thing")  # "Amazon's revenue"
    article = re.match(rf"{turn.grammar.articles}(?:\s|(?<='))", fold_in_place(thing))
    start = old_thing.start() if article else old_thing.start("thing")
    if article and follows_genitive:
        thing = thing[article.end() :].lstrip()
    return question[:start] + thing + question[old_thing.end("thing") :]


def _find_thing(turn: Turn) -> re.Match[str] | None:
    """Return the ``thing`` that the last question names, with its article: it ends where a name or a place begins."""
    grammar = turn.previous_grammar
    folded = fold_in_place(turn.previous_question)
    spans = [(name.phrase_start, name.end) for name in turn.previous_names]
    if turn.previous_days:
        spans.append((turn.previous_days.start, turn.previous_days.end))
    for start, end in spans:
        folded = folded[:start] + "?" * (end - start) + folded[end:]
    thing = rf"(?P<thing>[a-z][^?]*?)(?=\s+{grammar.place_prepositions}\b|\s*\?)"
    with_article = rf"{WORD_START}{grammar.articles}{WORD_GAP}{thing}"
    after_genitive = rf"(?<=\?'s ){thing}"
    return re.search(with_article, folded) or re.search(after_genitive, folded)


def replace_year(turn: Turn) -> str:
    """Return the last question, of another year: "And 2014?"; empty where it is not of exactly one."""
    words_before = rf"(?:{turn.opening} )?(?:{turn.grammar.prepositions} )?"
    year = re.fullmatch(rf"{words_before}(?P<year>{YEAR})", turn.folded_question)
    old_years = list(re.finditer(rf"\b{YEAR}\b", turn.previous_question))
    if year is None or len(old_years) != 1:
        return ""
    return replace_spans(turn.previous_question, [(*old_years[0].span(), year["year"])])

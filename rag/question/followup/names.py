"""Named entities by their capitals: where they stand, after what preposition, and their kind."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.models import lexicon
from rag.question.followup.editing import fold_in_place, replace_span
from rag.question.followup.grammar import load_grammar
from rag.question.followup.information_content import compute_information
from rag.records import Span
from rag.text import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.models.lexicon import Translation
    from rag.question.followup.grammar import FollowUpGrammar
    from rag.text import Word

    Kind = Literal["place", "person", "other"]

# Languages of the lexicon with Latin letters that spell the world's places in their own way:
# Germany, Allemagne, Niemcy.
PLACE_LANGUAGES = ("en", "fr", "de", "es", "it", "pl", "fi")
MIN_TRANSLATIONS = 5  # of these languages must translate a word before it is judged; by hand
MAX_SAME_SPELLING = 0.5  # a word that fewer of them spell alike is a place; by hand
# Bits. A German noun that carries less is no name ("Gewinn"). By hand, on followups.jsonl.
MIN_NAME_INFORMATION = 9.0
CAPITAL = "A-ZÀ-ÖØ-Þ"
LETTER = re.compile(r"\w")
FIRST_WORD = re.compile(r"[\w’'.-]+")
SMALL_LETTER = re.compile(r"[a-zà-ÿ]")
CAPITALISED_WORD = rf"[{CAPITAL}][\w+.’'-]*(?<![.’'-])"
CAPITALISED_RUN = re.compile(
    rf"\b{CAPITALISED_WORD}(?: (?:(?:&|van|von der|van der) )?{CAPITALISED_WORD})*"
)
GENITIVE_ENDING = re.compile(r"(?<=\w)['’]s\b|['’]$")
# French and Italian elisions. Their names are quoted in every language: no table of one.
ELIDED_CAPITAL = re.compile(rf"(?:[LD]|Qu)['’](?=[{CAPITAL}])")
ELIDED_WORD = re.compile(r"(?:[ldnsc]|qu)'")
# Templates of ``grammar.compile_template``
CLOSED_WORD = (
    r"(?:{openings}|{question_words}|{who}|{prepositions}|{articles}|{function_words}"
    r"|{possessives})\b"
)
ARTICLE_AT_END = r"{word_start}{articles}{word_gap}$"
PLACE_PREPOSITION_AT_END = r"{word_start}{place_prepositions}{word_gap}$"
OTHER_PREPOSITION_AT_END = r"{word_start}{other_prepositions}{word_gap}$"
HOMOGRAPH = r"(?<=\s){accent_homographs}(?=\s)"


class Name(NamedTuple):
    """A name in a text, with the preposition and the article before it, both folded."""

    text: str
    start: int
    end: int
    phrase_start: int  # where its preposition or article begins
    preposition: str
    article: str
    follows_place_preposition: bool

    @property
    def span(self) -> Span:
        """Where the name stands."""
        return Span(self.start, self.end)

    @property
    def phrase_span(self) -> Span:
        """Where it stands with its preposition and article."""
        return Span(self.phrase_start, self.end)

    @property
    def kind(self) -> Kind:
        """What it names, as far as its words tell.

        A place, else a person if it has several words, none of them an acronym.
        """
        words = find_words(self.text)
        if words and all(map(self._is_place_word, words)):
            return "place"
        parts = self.text.split()
        has_acronym = any(SMALL_LETTER.search(part) is None for part in parts)
        if has_acronym or len(parts) == 1:
            return "other"
        return "person"

    @property
    def is_location(self) -> bool:
        """Whether it says where: a place, or any name after a preposition of place."""
        return self.follows_place_preposition or self.kind == "place"

    def _is_place_word(self, word: Word) -> bool:
        written = self.text[word.start : word.end]
        after_capital = written[1:]
        if not after_capital.islower():  # an acronym
            return False
        return _is_place_form(word.form)


def find_names(
    text: str,
    language: str,
    *,
    excluded: Sequence[Span] = (),
    is_question: bool = True,
    known_names: Sequence[str] = (),
) -> list[Name]:
    """Return the names of a text in order, none that overlaps the spans ``excluded``.

    A question may open with a verb or a question word, whose capital says nothing. Two
    ``known_names`` side by side are two.
    """
    grammar = load_grammar(language)
    names = []
    for run_start, run_end in _find_capitalised_runs(text, known_names):
        start, end = _strip_elision_and_genitive(text, run_start, run_end)
        if _opens_text(text, start):
            start = _skip_opening_word(text, start, end, grammar, is_question=is_question)
        if start >= end or overlaps(start, end, excluded):
            continue
        name = extend_name(text, start, end, language)
        is_noun = grammar.capitalised_nouns and _is_common_noun(text, name, grammar)
        if not is_noun:
            names.append(name)
    return names


def overlaps(start: int, end: int, spans: Sequence[Span]) -> bool:
    """Return whether a span overlaps one of others."""
    return any(span.start < end and start < span.end for span in spans)


def _opens_text(text: str, start: int) -> bool:
    """Return whether no letter or digit stands before a position."""
    return LETTER.search(text, 0, start) is None


def _find_capitalised_runs(text: str, known_names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where words with capitals stand together, cut before a known name at the end."""
    for match in CAPITALISED_RUN.finditer(text):
        start, end = match.span()
        for name in known_names:
            ends_with_name = match[0].endswith(f" {name}")
            if " " in name and ends_with_name:
                name_start = end - len(name)
                yield start, name_start - 1
                start = name_start
                break
        yield start, end


def _strip_elision_and_genitive(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of a name without "L'" before it and "'s" after it."""
    elision = ELIDED_CAPITAL.match(text, start)
    if elision:
        start = elision.end()
    genitive = GENITIVE_ENDING.search(text, start, end)
    if genitive:
        end = genitive.start()
    return start, end


def _skip_opening_word(
    text: str, start: int, end: int, grammar: FollowUpGrammar, *, is_question: bool
) -> int:
    """Return where a name begins whose first word opens the text, where any word has a capital."""
    match = FIRST_WORD.match(text, start, end)
    if match is None:
        return start
    first_word = fold_in_place(match[0])
    is_verb = grammar.subject_after_verb or grammar.fullmatch("{opening_verbs}", first_word)
    is_closed = grammar.match(CLOSED_WORD, text[start:])
    is_elided = ELIDED_WORD.match(first_word)
    if (is_verb and is_question) or is_closed or is_elided:
        after_word = match.end() + 1
        return min(after_word, end)
    return start


def extend_name(text: str, start: int, end: int, language: str) -> Name:
    """Return the name at a span of a text, with the preposition and the article before it.

    In "Combien Google investit-il dans le Nord ?" the name "Nord" has the preposition "dans le"
    and the article "le".
    """
    grammar = load_grammar(language)
    before = _mask_homographs(text, start, grammar)
    article = grammar.search(ARTICLE_AT_END, before)
    article_start = article.start() if article else start
    before_article = before[:article_start]
    # Prepositions of place may hold the article ("dans le"), or stand before it.
    place_preposition = grammar.search(PLACE_PREPOSITION_AT_END, before)
    if place_preposition is None:
        place_preposition = grammar.search(PLACE_PREPOSITION_AT_END, before_article)
    preposition = place_preposition
    if preposition is None:
        preposition = grammar.search(OTHER_PREPOSITION_AT_END, before_article)
    phrase_start = article_start
    if preposition:
        phrase_start = min(article_start, preposition.start())
    return Name(
        text=text[start:end],
        start=start,
        end=end,
        phrase_start=phrase_start,
        preposition=preposition[0].strip() if preposition else "",
        article=article[0].strip() if article else "",
        follows_place_preposition=place_preposition is not None,
    )


def _mask_homographs(text: str, start: int, grammar: FollowUpGrammar) -> str:
    """Return what stands before a name, without verbs that are prepositions once folded.

    Who writes accents means the preposition "à" where it has one, the verb "a" where it has none.
    """
    before = text[:start]
    if text.isascii():
        return before
    for word in grammar.find_all(HOMOGRAPH, before):
        word_start, word_end = word.span()
        has_accent = not before[word_start:word_end].isascii()
        if not has_accent:
            mask = "_" * len(word[0])
            before = replace_span(before, word.span(), mask)
    return before


def _is_common_noun(text: str, name: Name, grammar: FollowUpGrammar) -> bool:
    """Return whether a German word with a capital is a noun like any other, and no name.

    Common nouns are frequent words, or stand after an article, a preposition that holds one, a
    number or an adjective.
    """
    if " " in name.text:
        return False
    form = name.text.lower()
    information = compute_information(form, grammar.language)
    if information < MIN_NAME_INFORMATION and not _is_place_form(form):
        return True
    if name.article or grammar.fullmatch("{determiner_prepositions}", name.preposition):
        return True
    words_before = text[: name.start].split()
    return _ends_with_modifier(words_before, grammar)


def _ends_with_modifier(words: Sequence[str], grammar: FollowUpGrammar) -> bool:
    """Return whether the last word before a noun is a number, a quantity or an adjective."""
    if len(words) < 2:
        return False
    *words_before, last_word = words
    if not grammar.fullmatch("{noun_modifiers}", last_word):
        return False
    if grammar.fullmatch("{prepositions}", last_word):
        return False
    # "Was plante Merkel": the second word is the verb, and verbs end as adjectives do.
    follows_question_word = grammar.fullmatch("{question_words}|{what}", words_before[0])
    is_verb = len(words_before) == 1 and follows_question_word
    return not is_verb


@cache
def _is_place_form(form: str) -> bool:
    """Return whether most languages spell a word in their own way, as they do with places."""
    for source in PLACE_LANGUAGES:
        shares = list(_find_same_spellings(form, source))
        if len(shares) >= MIN_TRANSLATIONS:
            mean_share = sum(shares) / len(shares)
            return mean_share < MAX_SAME_SPELLING
    return False


def _find_same_spellings(form: str, source: str) -> Iterator[float]:
    """Yield for each language that translates a word how likely it spells it alike."""
    for target in PLACE_LANGUAGES:
        if target == source:
            continue
        translations = lexicon.get_lexicon().translations(form, source, target)
        if translations:
            yield _sum_same_spelling(form, translations)


def _sum_same_spelling(form: str, translations: Sequence[Translation]) -> float:
    """Return how likely a word is itself in another language, but for an ending."""
    folded = fold(form)
    return sum(
        translation.weight
        for translation in translations
        if fold(translation.word).startswith(folded)
    )

"""Named entities by their capitals: where names stand in a text, after which preposition, and what they may name."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.models import lexicon
from rag.question.followup.editing import fold_in_place
from rag.question.followup.grammar import WORD_GAP, WORD_START, load_grammar
from rag.question.followup.information_content import compute_information
from rag.text.words import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.models.lexicon import Translation
    from rag.question.followup.grammar import FollowUpGrammar, Pattern
    from rag.records import Span

    Kind = Literal["place", "person", "other"]

# Languages of the lexicon with Latin letters that spell the world's places in their own way: Germany, Allemagne, Niemcy.
PLACE_LANGUAGES = ("en", "fr", "de", "es", "it", "pl", "fi")
MIN_TRANSLATIONS = 5  # of these languages must translate a word before it is judged; by hand
MAX_SAME_SPELLING = 0.5  # a word that fewer of them spell alike is a place; by hand
# Bits. A German noun that carries less is no name: "Gewinn". By hand, on tests/data/followups.jsonl.
MIN_NAME_INFORMATION = 9.0
CAPITAL = "A-ZÀ-ÖØ-Þ"
CAPITALISED_WORD = rf"[{CAPITAL}][\w+.’'-]*(?<![.’'-])"
CAPITALISED_RUN = re.compile(
    rf"\b{CAPITALISED_WORD}(?: (?:(?:&|van|von der|van der) )?{CAPITALISED_WORD})*"
)
GENITIVE_ENDING = re.compile(r"(?<=\w)['’]s\b|['’]$")
# French and Italian elisions. Names of these languages are quoted in every other: no table of one language.
ELIDED_CAPITAL = re.compile(rf"(?:[LD]|Qu)['’](?=[{CAPITAL}])")
ELIDED_WORD = re.compile(r"(?:[ldnsc]|qu)'")


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
    def kind(self) -> Kind:
        """What it names, as far as its words tell: a place, else a person if it has several words that are no acronyms."""
        words = find_words(self.text)
        if words and all(self._is_place_word(word.form, word.start, word.end) for word in words):
            return "place"
        parts = self.text.split()
        has_small_letters = all(re.search(r"[a-zà-ÿ]", part) for part in parts)
        return "person" if len(parts) > 1 and has_small_letters else "other"

    @property
    def is_location(self) -> bool:
        """Whether it says where: a place, or any name after a preposition of place."""
        return self.follows_place_preposition or self.kind == "place"

    def _is_place_word(self, form: str, start: int, end: int) -> bool:
        return self.text[start + 1 : end].islower() and _is_place_form(form)


def find_names(
    text: str,
    language: str,
    *,
    excluded: Sequence[Span] = (),
    is_question: bool = True,
    known_names: Sequence[str] = (),
) -> list[Name]:
    """Return the names of a text in order, none that overlaps the spans ``excluded``.

    A question may open with a verb or a question word, whose capital says nothing. Two ``known_names`` side by side are two.
    """
    grammar = load_grammar(language)
    names = []
    for run_start, run_end in _find_capitalised_runs(text, known_names):
        start, end = _strip_elision_and_genitive(text, run_start, run_end)
        opens_text = re.search(r"\w", text[:start]) is None
        if opens_text:
            start = _skip_opening_word(text, start, end, grammar, is_question=is_question)
        is_excluded = any(span.start < end and start < span.end for span in excluded)
        if start < end and not is_excluded:
            names.append(extend_name(text, start, end, language))
    if grammar.capitalised_nouns:
        return [name for name in names if not _is_common_noun(text, name, grammar)]
    return names


def _find_capitalised_runs(text: str, known_names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where words with capitals stand together, cut before a known name that ends such a run."""
    for match in CAPITALISED_RUN.finditer(text):
        start, end = match.span()
        for name in known_names:
            if " " in name and match[0].endswith(f" {name}"):
                yield start, end - len(name) - 1
                start = end - len(name)
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
    match = re.match(r"[\w’'.-]+", text[start:end])
    if match is None:
        return start
    first_word = fold_in_place(match[0])
    is_verb = is_question and (
        grammar.subject_after_verb or re.fullmatch(grammar.opening_verbs, first_word) is not None
    )
    closed_classes = (
        grammar.openings,
        grammar.question_words,
        grammar.who,
        grammar.prepositions,
        grammar.articles,
        grammar.function_words,
        grammar.possessives,
    )
    is_closed = re.match(rf"(?:{'|'.join(closed_classes)})\b", fold_in_place(text[start:]))
    if is_verb or is_closed or ELIDED_WORD.match(first_word):
        return min(start + match.end() + 1, end)
    return start


def extend_name(text: str, start: int, end: int, language: str) -> Name:
    """Return the name at a span of a text, with the preposition and the article before it.

    In "Combien Google investit-il dans le Nord ?" the name "Nord" has the preposition "dans" and the article "le".
    """
    grammar = load_grammar(language)
    before = _fold_before(text, start, grammar)
    article = _match_at_end(grammar.articles, before)
    article_start = article.start() if article else start
    # Prepositions of place may hold the article ("dans le"), or stand before it.
    place_preposition = _match_at_end(grammar.place_prepositions, before)
    if place_preposition is None:
        place_preposition = _match_at_end(grammar.place_prepositions, before[:article_start])
    preposition = place_preposition
    if preposition is None:
        preposition = _match_at_end(grammar.other_prepositions, before[:article_start])
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


def _fold_before(text: str, start: int, grammar: FollowUpGrammar) -> str:
    """Return what stands before a name, folded, without verbs that look like prepositions once folded.

    Who writes accents means the preposition "à" where it has one, and the verb "a" where it has none.
    """
    before = text[:start]
    if not text.isascii():
        homograph = rf"(?<=\s){grammar.accent_homographs}(?=\s)"
        before = re.sub(homograph, lambda match: "_" * len(match[0]), before)
    return fold_in_place(before)


def _match_at_end(words: Pattern, text: str) -> re.Match[str] | None:
    """Return the words of a class that a text ends with, the longest."""
    return re.search(rf"{WORD_START}{words}{WORD_GAP}$", text)


def _is_common_noun(text: str, name: Name, grammar: FollowUpGrammar) -> bool:
    """Return whether a German word with a capital is a noun like any other, and no name.

    Common nouns are frequent words, or stand after an article, a preposition that holds one, a number or an adjective.
    """
    if " " in name.text:
        return False
    form = name.text.lower()
    information = compute_information(form, grammar.language)
    if information < MIN_NAME_INFORMATION and not _is_place_form(form):
        return True
    if name.article or re.fullmatch(grammar.determiner_prepositions, name.preposition):
        return True
    words_before = fold_in_place(text[: name.start]).split()
    return _ends_with_modifier(words_before, grammar)


def _ends_with_modifier(words: Sequence[str], grammar: FollowUpGrammar) -> bool:
    """Return whether the last of the words before a noun is a number, a quantity or an adjective, and no verb."""
    if len(words) < 2 or not re.fullmatch(grammar.noun_modifiers, words[-1]):
        return False
    if re.fullmatch(grammar.prepositions, words[-1]):
        return False
    # "Was plante Merkel": the second word of a question is its verb, and verbs end as adjectives do.
    question_word = rf"{grammar.question_words}|{grammar.what}"
    is_verb = len(words) == 2 and re.fullmatch(question_word, words[0]) is not None
    return not is_verb


@cache
def _is_place_form(form: str) -> bool:
    """Return whether most languages spell a word in lower case in their own way, as they do with places."""
    shares = []
    for source in PLACE_LANGUAGES:
        shares = [
            _sum_same_spelling(form, translations)
            for target in PLACE_LANGUAGES
            if target != source
            and (translations := lexicon.get_lexicon().translations(form, source, target))
        ]
        if len(shares) >= MIN_TRANSLATIONS:
            break
    if len(shares) < MIN_TRANSLATIONS:
        return False
    return sum(shares) / len(shares) < MAX_SAME_SPELLING


def _sum_same_spelling(form: str, translations: Sequence[Translation]) -> float:
    """Return how likely a word is itself in another language, but for an ending."""
    folded = fold(form)
    return sum(
        translation.weight
        for translation in translations
        if fold(translation.word).startswith(folded)
    )

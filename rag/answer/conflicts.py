"""Sources that give different figures for the same thing: 370 jobs in one paper, 350 in another.

Two sentences of different articles differ when each has one figure of a kind that the other lacks, and all else agrees:
most of their other words (as they are, translated, or near in meaning), the names, the days they speak of. When in doubt,
they do not differ.
"""

from __future__ import annotations

import datetime
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.amounts import counting, differ, find_amounts
from rag.dates import find_period
from rag.dates.lexemes import load_date_vocabulary
from rag.models import lexicon
from rag.models import tokenizer as tokens
from rag.question import question_types as kinds
from rag.reading.passages import format_header
from rag.records import Figure
from rag.search import normalise_rows
from rag.text.words import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from rag.answer.amounts import Amount
    from rag.answer.quotation_spans import Candidate
    from rag.question.expand import Query
    from rag.records import Article, Passage, Span

APART = 45  # days between two articles: of what they tell at greater distance, one is what has become of the other
SLACK = 31  # days around its article that a sentence without a date may speak of
ASKED = 0.85  # of what either sentence says of the question, that each must say
SAME, FOREIGN = (
    0.6,
    0.5,
)  # of a sentence's other words, that the other must say too: in its language, in another
TWICE = 2.0  # figures further apart count different things
NEAR = 0.4  # cosine from which a word stands for another
# Who says it is no part of what is said …
SAYING = re.compile(
    r"\b(?:[Ss]elon|[Dd]['’]après|[Aa]ccording to|[Rr]eported by|[Ll]aut|[Nn]ach Angaben (?:von|des|der)|[Ss]egún|[Ss]tando a"
    r"|[Ss]econdo (?=[A-ZÀ-Ý]|il |la |l['’]))[^,.;:]{0,60}"
)
# … but a wish, a demand, a guess is another thing than what has come of it. On folded text.
WISH = re.compile(
    r"\b(?:reclame|exige|demand|veut\b|veulent|voul|espere|esperan?\b|vise|pourrai|devrai|prevoyai|seek|want|hope|could\b|might\b|may\b"
    r"|expect|forecast|target|forder|verlang|wollen|wollte|hoff|konnte|erwarte|pide|quiere|podria|chied|vuole|vogliono|spera|potrebbe)"
)


class Differing(NamedTuple):
    """A sentence and the figure in it that another source gives otherwise."""

    candidate: Candidate
    amount: Amount


def find_conflicts(
    query: Query,
    best: Sequence[Candidate],
    found: Sequence[Candidate],
    *,
    table: NDArray[np.float16],
) -> list[Differing]:
    """The best sentence and those of other articles that give another figure for the same thing, newest first, or none."""
    if not best or kinds.classify_question(query.text, query.language) != "number":
        return []
    answer, mine = best[0], _Sentence(best[0], table)
    if not mine.amounts or mine.article.date is None:
        return []
    pairs = [
        (candidate, pair)
        for candidate in found
        if (pair := _differing(mine, candidate, query, table))
    ]
    of_value: dict[float, Differing] = {}
    for candidate, (own, other) in pairs:
        if own == pairs[0][1][0]:  # figures of one kind
            of_value.setdefault(own.value, Differing(answer, own))
            of_value.setdefault(other.value, Differing(candidate, other))
    return sorted(
        of_value.values(),
        key=lambda each: each.candidate.hit.passage.article.date or datetime.date.min,
        reverse=True,
    )


def cite_conflicts(
    quotes: Sequence[tuple[Passage, Span]], differing: Sequence[Differing]
) -> tuple[list[tuple[Passage, Span]], tuple[Figure, ...]]:
    """The quotations, those that differ first, and the figures with the numbers of their citations."""
    first: list[tuple[Passage, Span]] = []
    for candidate, _ in differing:
        there = (quote for quote in quotes if _quotes(quote, candidate))
        first.append(next(there, (candidate.hit.passage, candidate.span)))
    figures = tuple(Figure(amount.text, n) for n, (_, amount) in enumerate(differing, 1))
    return [*first, *(quote for quote in quotes if quote not in first)], figures


def _quotes(quote: tuple[Passage, Span], candidate: Candidate) -> bool:
    passage, (start, end) = quote
    same = passage.article.id == candidate.hit.passage.article.id
    return same and start <= candidate.span.start and candidate.span.end <= end


def _differing(
    mine: _Sentence, candidate: Candidate, query: Query, table: NDArray[np.float16]
) -> tuple[Amount, Amount] | None:
    article = candidate.hit.passage.article
    if (
        article.id == mine.article.id
        or article.date is None
        or abs(article.date - mine.day).days > APART
    ):
        return None
    other = _Sentence(candidate, table)
    pairs = [pair for pair in _pairs(mine, other) if differ(*pair)]
    if (
        len(pairs) != 1
        or mine.wish != other.wish
        or not _same_days(mine, other)
        or not _same_names(mine, other)
        or not _asked(query, mine, other, table)
    ):
        return None
    least = SAME if mine.language == other.language else FOREIGN
    return pairs[0] if min(_share(mine, other), _share(other, mine)) >= least else None


class _Sentence:
    """A sentence as it is compared: its figures, its other words, the names in it and around it; each read when needed."""

    def __init__(self, candidate: Candidate, table: NDArray[np.float16]) -> None:
        self.article = candidate.hit.passage.article
        self.language, self.day = self.article.language, self.article.date or datetime.date.min
        self.whole, self._passage, self._table = candidate.text, candidate.hit.passage, table
        self.amounts = (
            find_amounts(self.whole, self.language) if any(map(str.isdigit, self.whole)) else []
        )

    @cached_property
    def text(self) -> str:
        """The sentence without who says it."""
        return SAYING.sub(" ", self.whole)

    @cached_property
    def wish(self) -> bool:
        """Whether it tells of a wish or a guess."""
        return bool(WISH.search(fold(self.whole)))

    @cached_property
    def forms(self) -> list[str]:
        """Its words that neither are figures nor say what they count."""
        return [form for form in _forms(self.text) if not counting(form, self.language)]

    @cached_property
    def around(self) -> list[str]:
        """The words of its passage and headline."""
        return _forms(f"{format_header(self.article)} {self._passage.text}")

    @cached_property
    def names(self) -> list[str]:
        """Those that it names, but for its publisher."""
        publisher = fold(self.article.publisher or "")
        return [form for form in _names(self.text, self.language) if fold(form) not in publisher]

    @cached_property
    def meaning(self) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """The direction of each of its words, and how much it says."""
        return _vectors(self.forms, self._table)


def _forms(text: str) -> list[str]:
    """The words that are no figures, each once, as they are written."""
    return list(dict.fromkeys(word.form for word in find_words(text) if not word.form[0].isdigit()))


def _vectors(
    forms: Sequence[str], table: NDArray[np.float16]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The direction of each word, and how much it says: the length of its vector."""
    ids = tokens.get_tokenizer().encode_batch([f" {form}" for form in forms])
    sums = np.array([table[some].astype(np.float32).sum(axis=0) for some in ids]).reshape(
        len(forms), table.shape[1]
    )
    return normalise_rows(sums.astype(np.float16)), np.linalg.norm(sums, axis=1).astype(np.float64)


def _pairs(mine: _Sentence, other: _Sentence) -> Iterator[tuple[Amount, Amount]]:
    """The figures of one kind that each sentence has alone, where each has but one of that kind."""
    for amount in mine.amounts:
        ours, theirs = (
            [a for a in some.amounts if _same_kind(a, amount, some.language, mine.language)]
            for some in (mine, other)
        )
        values = {a.value for a in ours} & {a.value for a in theirs}
        left = [[a for a in some if a.value not in values] for some in (ours, theirs)]
        if (
            [len(some) for some in left] == [1, 1]
            and left[0] == [amount]
            and _within(amount, left[1][0])
        ):
            yield amount, left[1][0]


def _within(one: Amount, other: Amount) -> bool:
    return max(one.value, other.value) <= TWICE * min(one.value, other.value)


def _same_kind(one: Amount, other: Amount, language: str, other_language: str) -> bool:
    if one.unit or other.unit:
        return one.unit == other.unit
    return _says(one.word.lower(), language, [other.word.lower()], other_language)


def _says(form: str, language: str, others: Iterable[str], other_language: str) -> bool:
    """Whether a word, or what it is in the other language, is among the others."""
    known = lexicon.get_lexicon()
    here = {unit for other in others for unit in known.units(other, other_language)}
    own = {*known.units(form, language), *known.units(form, other_language)}
    return not here.isdisjoint(
        own | {said.unit for said in known.translations(form, language, other_language)}
    )


def _share(one: _Sentence, other: _Sentence) -> float:
    """How much of what a sentence says, figures aside, the other says as well."""
    if not one.forms or not other.forms:
        return 0.0
    cosines = (one.meaning[0] @ other.meaning[0].T).max(axis=1)
    same = [_says(form, one.language, other.forms, other.language) for form in one.forms]
    covered = np.where(same, 1.0, np.where(cosines > NEAR, cosines, 0.0))
    return float(covered @ one.meaning[1] / max(one.meaning[1].sum(), 1e-9))


def _asked(query: Query, mine: _Sentence, other: _Sentence, table: NDArray[np.float16]) -> bool:
    """Whether both say what is asked: the names in it or near it, and of what one of them says nearly all."""
    forms = [
        (word.form, name)
        for word, name in zip(query.words, query.names, strict=True)
        if not word.form[0].isdigit()
    ]
    forms = [(form, name) for form, name in forms if not counting(form, query.language)]
    vectors, weights = _vectors([form for form, _ in forms], table)
    covered = np.stack(
        [_covered(forms, vectors, query.language, sentence) for sentence in (mine, other)]
    )
    if any(name and not there for (_, name), there in zip(forms, covered.min(axis=0), strict=True)):
        return False
    said = covered.max(axis=0) @ weights
    return bool((covered @ weights >= ASKED * said).all())


def _covered(
    forms: Sequence[tuple[str, bool]],
    vectors: NDArray[np.float32],
    language: str,
    sentence: _Sentence,
) -> NDArray[np.float64]:
    cosines = (vectors @ sentence.meaning[0].T).max(axis=1, initial=0.0)
    near = [sentence.around if name else sentence.forms for _, name in forms]
    same = [
        _says(form, language, others, sentence.language)
        for (form, _), others in zip(forms, near, strict=True)
    ]
    named = np.array([name for _, name in forms], dtype=bool)
    return np.where(same, 1.0, np.where((cosines > NEAR) & ~named, cosines, 0.0))


def _names(text: str, language: str) -> list[str]:
    """Words with a capital that name somebody or something: not those that merely open a sentence, or German nouns."""
    found = []
    for word in find_words(text):
        written = text[word.start : word.end]
        if (
            written[:1].isupper()
            and word.term not in load_date_vocabulary(language).meanings
            and not counting(word.form, language)
        ):
            opens = language == "de" or not re.search(
                r"[\w,)»”’']\s*\Z", text[: word.start].rstrip()[-1:]
            )
            if not opens or _itself(word.form, language):
                found.append(word.form)
    return list(dict.fromkeys(found))


def _itself(form: str, language: str) -> bool:
    """Whether a word is the same, or nearly, in another language: names are."""
    said = lexicon.get_lexicon().translations(form, language, "fr" if language == "en" else "en")
    return not said or any(fold(other.word)[:4] == fold(form)[:4] for other in said)


def _same_names(mine: _Sentence, other: _Sentence) -> bool:
    """Whether each names what the other's story names as well."""
    return all(
        _says(name, one.language, two.around, two.language)
        for one, two in ((mine, other), (other, mine))
        for name in one.names
    )


def _same_days(mine: _Sentence, other: _Sentence) -> bool:
    """Whether the days that two sentences speak of meet; a sentence without any speaks of those around its article."""
    (first, last), (start, end) = _days(mine.whole, mine.article), _days(other.whole, other.article)
    return first <= end and start <= last


def _days(text: str, article: Article) -> tuple[datetime.date, datetime.date]:
    day = article.date or datetime.date.min
    said = find_period(text, article.language, day)
    if said is None:
        slack = datetime.timedelta(days=SLACK)
        return day - slack, day + slack
    return said.start or datetime.date.min, said.end or datetime.date.max

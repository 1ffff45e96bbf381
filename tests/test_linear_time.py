"""The time of reading a text grows with its length, whatever is repeated in it.

A pattern that reads a run again from each of its characters takes hours for a file that another takes milliseconds for.
Each function is given thousands of texts made of one repeated unit. Where one takes much longer than prose of its
length, longer and longer ones must show that the time grows with the length and not with its square.
"""

from __future__ import annotations

import datetime
import gc
import itertools
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from rag.answer.amounts import find_amounts
from rag.answer.anaphora import is_anaphoric
from rag.answer.answer_types import find_answer_types
from rag.answer.citations import find_same_words, normalise
from rag.answer.claims import read_ordinals, read_years
from rag.answer.draft_quotations import find_quotations
from rag.answer.echoes import is_asking
from rag.answer.quoted_words import split_quoted_words
from rag.answer.word_matching import find_names, list_forms
from rag.cli.questions import MAX_QUESTION_LENGTH
from rag.dates import find_date, find_relative_dates, parse_date
from rag.errors import SourceError
from rag.index.near_duplicates import read_comparable_text
from rag.llm.sentences import SentenceStream
from rag.models.tokenizer import get_tokenizer
from rag.question.collection import find_collection_question, has_collection_mark
from rag.question.date_filter import find_scope
from rag.question.forms import asks_for_news, find_form
from rag.question.question_types import (
    asks_for_development,
    classify_question,
    restore_homographs,
)
from rag.reading.articles import find_articles
from rag.reading.date_style import DateStyle
from rag.reading.encoding import decode
from rag.reading.formats.markdown_templates import mask_templates
from rag.reading.front_matter import read_front_matter
from rag.reading.lines import find_link, make_title, strip_markup
from rag.reading.passages import split_passages
from rag.reading.stories import find_stories
from rag.records import Article, Document, Filters
from rag.text import cut_towers, find_words, fold, split_sentences, to_one_line, to_printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

pytestmark = pytest.mark.timeout(600)

LENGTH = 1000  # of a text; long enough for the square of it to be seen
GROWTH = 4  # how many times longer the next text is
MAX_GROWTH = 9  # of the time, then; the square would be 16
SUSPICIOUS = 4  # times the time of prose
MIN_SECONDS = 0.005  # less is never suspicious

DAY = datetime.date(2025, 12, 9)
PROSE = (
    "La ville de Velmar a payé 3,2 millions d’euros le 3 mars 2025, dit « l’élue ». Et puis ?\n\n"
)
CREDIT = "La Tribune / 10 décembre 2025\n"
FILTERS = Filters()
STYLE = DateStyle(day_first=True, language="fr")
TAILS = ("", "x", "1000x", "\n", " x", ")", ".")
UNITS = (
    # letters, marks, scripts
    *("a", "A", "AA ", "aaaa ", "É", "e\u0301", "\u0301", "\u0301\u0323", "\u0f73", "\uff9e\u0301"),
    *("中", "中文", "ก", "한", "あ", "\u0e31", "😀", "👨‍👩‍👧", "\ufeff", "ﬁ", "ß", "İ", "\u0345", "½", "٣"),
    # white space and line breaks
    *(" ", "\t", "\u00a0", "\u202f", "\u200b", "\u200d", "\u2028", "\x0b", "\x0c", "\x85", "\r"),
    *("\n", "\n\n", "\r\n", "\r\n ", "\n ", "a\n", "a\n\n", "\u2028a"),
    # brackets, quotation marks, apostrophes
    *("(", "((((", "((a) ", ")", "[", "[a](", "[](", "](", "![", "[a](b) ", "[1]", "[1", "<", "<a>"),
    *("«", "« ", "» ", ". »", ".»", '" ', "'", "' ", "’", "l'", "quelqu'", "d’l’"),
    # marks that end sentences or part clauses
    *(".", "..", ". ", "…", "!", "?!", "‼", "⁇", "‥", "。", "」", ").", ".)", ".[1]", ":", "; ", ", "),
    # abbreviations and initials
    *("a. ", "A. ", "A.B.", "M. ", "Mr. ", "e.g. ", "U.S. ", "N° ", "p. "),
    # figures
    *("0", "1", "1 ", "1,", "1'", "1.", "1. ", "1.1.1.1", "100 ", "100'", "100’", "100 000 ", "00 "),
    *("1,5 ", "1.000 ", "1 000 ", "% ", "€", "$", "-1", "+", "/", "10h", "10:", "T10:00"),
    *("trois ", "vingt-", "cent mille ", "millions de ", "two "),
    # days
    *("9 décembre 2025 ", "9 décembre ", "2025-12-09 ", "12/12/2025 ", "20251209", "le ", "1 de "),
    *("janvier ", "lundi ", "il y a ", "il y a trois ", "hier ", "last week ", "vor drei ", "1er "),
    # Markdown
    *("-", "- ", "- a\n", "- \n", "– ", "*", "* ", "**", "_", "__", "`", "```", "```\n", "~", "=", "---\n"),
    *("#", "# ", "# a\n", "#\n", "> a\n", "| a ", "|", "\\", "&", "@", "http://", "http://a "),
    # front matter, attributions, headlines
    *("title: ", "title: x\n", "key: v\n", "key: ", ": ", "Par X ", "Publié le ", "source: "),
    *("ABCD EF\n", "ABCD EF\n- item\n", "Un titre ici\n\n", "Un titre ici\n- item\n\n", CREDIT),
    "Une phrase finie.\n",
)  # fmt: skip
# Of them, for the questions and for what is slow: each of the others is much like one of these.
FEWER_UNITS = (*UNITS[::4], "\u0f73", "\n", " ")


def make_article(text: str) -> Article:
    document = Document("x.txt", text, "", "text/plain")
    return Article("0", document, "", None, DAY, None, "fr", 0, len(text))


def split_into_passages(text: str) -> object:
    return split_passages(make_article(text), count=get_tokenizer().count_tokens)


READERS: dict[str, Callable[[str], object]] = {
    "fenced front matter": lambda text: read_front_matter(f"---\nkey: v\n{text}"),
    "front matter": lambda text: read_front_matter(f"title: x{text}"),
    "leading date": lambda text: read_front_matter(f"date {text}"),
    "stories": lambda text: find_stories(text, dates=STYLE),
    "stories before a credit": lambda text: find_stories(
        f"Un titre pour commencer\n\n{text}\n\n{CREDIT}", dates=STYLE
    ),
    "lines under capitals": lambda text: find_stories(
        f"EN BREF\n\n{text}\n{CREDIT}\nLa fin du jour.\n\n{CREDIT}", dates=STYLE
    ),
    "articles": lambda text: find_articles(
        Document("x.txt", text, "", "text/plain"), language=lambda _: "fr"
    ),
    "templates in Markdown": lambda text: mask_templates(f"{text}\nimport{text}"),
    "markup": strip_markup,
    "link": find_link,
    "title": lambda text: make_title(text, 0, len(text)),
    "sentences": split_sentences,
    "words": find_words,
    "one line": to_one_line,
    "printable": to_printable,
    "folding": fold,
    "towers of marks": cut_towers,
    "verification": normalise,
    "reprint": lambda text: find_same_words(f"{text[:100]} zz", make_article(text)),
    "passages": split_into_passages,
    "comparable text": lambda text: read_comparable_text(make_article(f"Une phrase. {text}")),
    "first date": lambda text: find_date(text, day_first=True, language="fr"),
    "date": lambda text: parse_date(text, language="fr"),
    "relative dates": lambda text: find_relative_dates(text, "fr", DAY),
    "relative dates, English": lambda text: find_relative_dates(text, "en", DAY),
    "amounts": lambda text: find_amounts(text, "fr"),
    "anaphora": lambda text: is_anaphoric(text, "fr"),
    "names": lambda text: find_names(text, "fr"),
    "tokens": lambda text: get_tokenizer().count_tokens(text),
    # One byte that is no UTF-8, and the rest of it is weighed in many codecs.
    "encoding": lambda text: decode(text.encode("cp1252", "ignore") + b"\xe9"),
}

# What is done with a question before anything is searched, with a draft, and with a sentence found.
QUESTION_READERS: dict[str, Callable[[str], object]] = {
    "kind of question": lambda text: classify_question(text, "fr"),
    "kind of question, German": lambda text: classify_question(text, "de"),
    "development": lambda text: asks_for_development(text, "fr"),
    "homographs": lambda text: restore_homographs(text, "fr"),
    "collection": lambda text: (
        has_collection_mark(text, "fr"),
        find_collection_question(f"Combien d'articles parlent de {text} ?", "fr"),
    ),
    "form": lambda text: (find_form(text, "fr"), asks_for_news(text, "fr")),
    "days": lambda text: find_scope(text, "fr", FILTERS, DAY),
    "days, English": lambda text: find_scope(text, "en", FILTERS, DAY),
    "quotations of a draft": find_quotations,
    "years": lambda text: list(read_years(text, "fr", DAY)),
    "ordinals": lambda text: list(read_ordinals(text)),
    "quoted words": split_quoted_words,
    "forms": list_forms,
    "asking": is_asking,
    "sentences of a model": lambda text: list(SentenceStream().feed(text)),
    "kind of answer": lambda text: find_answer_types(text, "fr", ["qui"], [], "qui ?"),
}
READERS |= QUESTION_READERS
WITH_FEWER_UNITS = QUESTION_READERS.keys() | {"encoding", "passages", "reprint"}


def choose_units(name: str) -> Sequence[str]:
    """Return what is repeated for a function."""
    return FEWER_UNITS if name in WITH_FEWER_UNITS else UNITS


def measure(read: Callable[[str], object], text: str, enough: float = MIN_SECONDS) -> float:
    """Return the seconds of the processor that reading takes, the better of two.

    Fewer than ``enough`` are measured once: they are no reason to look closer.
    """
    seconds = []
    for _ in range(2):
        begin = time.process_time()
        with suppress(SourceError):  # some are no text
            read(text)
        seconds.append(time.process_time() - begin)
        if seconds[0] < enough:
            break
    return min(seconds)


def grows_too_fast(read: Callable[[str], object], unit: str, tail: str, enough: float) -> bool:
    """Return whether texts of a repeated unit take longer and longer for each character."""

    def repeat(length: int) -> str:
        return unit * (length // len(unit)) + tail

    seconds = measure(read, repeat(LENGTH), enough)
    if seconds < enough:
        return False
    length = LENGTH
    growths = []
    for _ in range(2):
        length *= GROWTH
        longer = measure(read, repeat(length))
        growths.append(longer / seconds)
        seconds = longer
    # Both, as the first may be a cache's or the collector's.
    return min(growths) > MAX_GROWTH or growths[-1] > 1.3 * MAX_GROWTH


@pytest.mark.parametrize("name", READERS)
def test_no_repeated_unit_takes_more_than_linear_time(name: str) -> None:
    """Catches a quadratic pattern or loop: 46 functions, each with hundreds of texts."""
    read = READERS[name]
    units = choose_units(name)
    read(PROSE)  # what is loaded once
    enough = max(MIN_SECONDS, SUSPICIOUS * measure(read, PROSE * (LENGTH // len(PROSE))))
    gc.disable()
    try:
        slow = [
            (unit, tail)
            for unit, tail in itertools.product(units, TAILS)
            if grows_too_fast(read, unit, tail, enough)
        ]
    finally:
        gc.enable()
    assert not slow


def test_the_units_are_many() -> None:
    """Catches a list that was cut so that the tests above pass."""
    texts = sum(len(choose_units(name)) for name in READERS)
    assert texts * len(TAILS) > 30_000


@pytest.mark.parametrize("name", QUESTION_READERS)
def test_the_longest_question_is_read_at_once(name: str) -> None:
    """Catches what is linear and takes minutes all the same, in the longest question that is asked."""
    read = QUESTION_READERS[name]
    read(PROSE)
    for unit in FEWER_UNITS[::2]:
        assert measure(read, unit * (MAX_QUESTION_LENGTH // len(unit))) < 2


def test_a_check_that_finds_the_square() -> None:
    """Catches a check that passes whatever it is given."""
    squares = (
        grows_too_fast(lambda text: [text.count(c) for c in text], "ab", "", 0.0) for _ in range(5)
    )
    assert any(squares)  # a busy machine hides one
    assert not grows_too_fast(lambda text: [c.upper() for c in text * 20], "ab", "", 0.0)


def test_towers_of_marks_are_cut_where_they_are_higher_than_any_letter_carries() -> None:
    """Catches marks lost from words that people write, and marks of another kind that end the count."""
    tower = "\u0301\u0323" * 15
    for text in ("e" + tower, f"{tower}e{tower}", "« — … — » " * 20, "😀" * 40):
        assert cut_towers(text) == text
    assert cut_towers(f"e{tower}\u0f73\uff9e\u0301x\u0301") == f"e{tower}x\u0301"
    assert fold("e" + tower * 1000 + "t") == "et"


def test_long_lists_of_figures_are_no_number() -> None:
    """Catches a limit that cuts a number which people write, or none."""
    number = "1" + " 000" * 7
    assert find_words(f"{number} de grains")[0].term == number.replace(" ", "")
    assert len(find_words("100 " * 50)) > 1
    assert find_amounts(f"1{'0' * 400} euros", "fr") == []  # more than a float holds
    assert [amount.value for amount in find_amounts(f"{number} euros", "fr")] == [1e21]


def test_titles_publishers_and_addresses_are_bounded() -> None:
    """Catches a line as long as a book, embedded and printed with every passage of its article."""
    long = "mot " * 30_000
    for text in (
        f"---\ntitle: {long}\npublisher: {long}\nurl: http://a/{long}\ndate: 2025-12-09\n---\nUn texte.\n",
        f"# {long}\n\nUn texte qui suit.\n",
        long,
    ):
        (article,) = find_articles(
            Document("x.txt", text, "", "text/plain"), language=lambda _: "fr"
        )
        assert 0 < len(article.title) <= 200
        assert len(article.publisher or "") <= 100
        assert len(article.url or "") <= 2000

"""Passages: slices of their article that lose nothing and cut no sentence without need."""

from __future__ import annotations

import datetime
import re
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.passages import format_header, format_searched_header, split_passages
from rag.records import Article, Document, Passage, Span, content_id
from rag.text.sentences import split_sentences


def article_of(text: str, before: str = "", after: str = "", **facts: object) -> Article:
    """A story that stands between others in its document."""
    document = Document("a.txt", before + text + after, "0" * 64, "text/plain")
    known: dict[str, object] = {
        "title": "T",
        "publisher": None,
        "date": None,
        "url": None,
        "language": "en",
    } | facts
    return Article(
        content_id(text), document, start=len(before), end=len(before) + len(text), **known
    )  # type: ignore[arg-type]


def count(text: str) -> int:
    """A tokenizer anyone can check: a word of up to six letters is a token."""
    return sum(-(-len(word) // 6) for word in re.findall(r"\S+", text))


def blank(text: str) -> bool:
    """Whether only white space is left."""
    return not text.strip()


WORD = st.text("abcdé1,'\"«»-", min_size=1, max_size=30)
SENTENCE = st.lists(WORD, min_size=1, max_size=25).map(
    lambda words: " ".join(words).capitalize() + "."
)
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=8).map(" ".join)
PROSE = st.lists(PARAGRAPH, max_size=8).map("\n\n".join)
ANYTHING = st.text(
    st.characters() | st.sampled_from(" \n\r\t.!?。\u0301\u200d\u00a0"), max_size=400
)


@given(text=PROSE | ANYTHING, size=st.integers(1, 60))
def test_every_passage_is_a_slice_and_nothing_is_lost(text: str, size: int) -> None:
    """Catches passages that leave their article, skip text, go backwards, are blank or are too
    long."""
    article = article_of(text, before="Another story. ", after="\n\nA third one.")
    passages = split_passages(article, count=count, size=size)
    reached = article.start
    for passage in passages:
        assert article.start <= passage.start < passage.end <= article.end
        assert blank(article.document.text[reached : passage.start])
        assert passage.end > reached
        assert not blank(passage.text)
        assert passage.id == content_id(
            article.id, passage.start - article.start, passage.end - article.start
        )
        reached = passage.end
    assert blank(article.document.text[reached : article.end])
    assert [p.start for p in passages] == sorted({p.start for p in passages})


@given(text=PROSE, size=st.integers(30, 120))
def test_sentences_stay_whole_and_sizes_are_kept(text: str, size: int) -> None:
    """Catches a cut inside a sentence that would have fitted, and passages over the size."""
    article = article_of(text)
    passages = split_passages(article, count=count, size=size)
    for sentence in split_sentences(text):
        if count(text[sentence.start : sentence.end]) <= size:
            assert any(p.start <= sentence.start and sentence.end <= p.end for p in passages)
    for passage in passages:
        assert (
            sum(
                max(count(text[s.start : s.end]), 1)
                for s in split_sentences(text, passage.start, passage.end)
            )
            <= size
        )


@given(text=PROSE, size=st.integers(10, 120))
def test_passages_overlap_by_one_sentence_at_most_and_only_inside_a_paragraph(
    text: str, size: int
) -> None:
    """Catches a sliding window: text indexed twice outranks text indexed once."""
    article = article_of(text)
    for first, second in pairwise(split_passages(article, count=count, size=size)):
        common = text[second.start : first.end]
        if common:
            assert "\n\n" not in common
            assert any(
                s.start <= second.start and first.end <= s.end for s in split_sentences(text)
            )
            assert "\n\n" not in text[first.end : second.end][: len(common) + 1]


def shape(passages: list[Passage]) -> list[str]:
    """The texts with line breaks shown."""
    return [passage.text.replace("\n\n", "|") for passage in passages]


def test_paragraphs_are_packed_and_kept_whole() -> None:
    """Catches one passage per paragraph, and paragraphs cut although they fit into the next
    passage."""
    text = "One two three.\n\nFour five six.\n\nSeven eight nine ten. Ten is it.\n\nEnd."
    assert shape(split_passages(article_of(text), count=count, size=8)) == [
        "One two three.|Four five six.",
        "Seven eight nine ten. Ten is it.|End.",
    ]


def test_a_paragraph_that_must_be_cut_repeats_one_sentence() -> None:
    """Catches a pronoun separated from what it stands for."""
    text = "Ada Lee won. " + (
        "She has run the firm in Lyon since May for good. It sells bread to all who come by "
        "day or night."
    )
    assert shape(split_passages(article_of(text), count=count, size=15)) == [
        "Ada Lee won. She has run the firm in Lyon since May for good.",
        "It sells bread to all who come by day or night.",
    ]
    text = (
        "She has run the firm in Lyon since May for good. Ada Lee won. It sells bread to all who "
        "come by day."
    )
    assert shape(split_passages(article_of(text), count=count, size=16)) == [
        "She has run the firm in Lyon since May for good. Ada Lee won.",
        "Ada Lee won. It sells bread to all who come by day.",
    ]


def test_a_long_paragraph_fills_the_passage_of_its_heading() -> None:
    """Catches a passage that holds a heading alone."""
    text = "Heading\n\n" + " ".join(f"This is sentence number {n}." for n in range(12))
    assert split_passages(article_of(text), count=count, size=30)[0].text.startswith(
        "Heading\n\nThis is sentence number 0."
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("alpha beta gamma, delta epsilo zeta", ["alpha beta gamma,", "delta epsilo zeta"]),
        ("alpha beta gamma delta epsilo zeta", ["alpha beta gamma delta", "epsilo zeta"]),
    ],
)
def test_a_long_sentence_is_cut_after_a_clause_or_else_a_word(text: str, wanted: list[str]) -> None:
    """Catches cuts inside words."""
    assert [
        passage.text for passage in split_passages(article_of(text), count=count, size=4)
    ] == wanted


def test_a_letter_keeps_its_accents_where_there_is_no_better_place() -> None:
    """Catches a passage that begins with a combining accent."""
    text = "e\u0301" * 200
    for passage in split_passages(article_of(text), count=count, size=4):
        assert passage.text.startswith("e")
        assert passage.text.endswith("\u0301")


@pytest.mark.parametrize(
    "unit", ["x", "x ", "x. ", "é, ", "\u0301", "。", "<p>word</p>", "A sentence of words. "]
)
def test_time_grows_with_the_length_on_one_long_line(unit: str) -> None:
    """Catches a quadratic loop: a million characters on a line took hours."""
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    passages = split_passages(article_of(text), count=lambda piece: len(piece) // 4 + 1, size=200)
    assert time.process_time() - started < 20
    assert passages[-1].end == len(text.rstrip())


def test_nothing_gives_no_passage() -> None:
    """Catches an empty passage that search would return."""
    assert split_passages(article_of(" \n\n\t "), count=count) == []
    assert split_passages(article_of(""), count=count) == []


def test_a_tokenizer_that_counts_nothing_or_too_much_does_no_harm() -> None:
    """Catches an endless loop on text the tokenizer does not know."""
    text = "One two. " * 50
    assert "".join(p.text for p in split_passages(article_of(text), count=lambda _: 0, size=20))
    passages = split_passages(article_of(text), count=lambda _: 1000, size=20)
    assert Span(passages[0].start, passages[-1].end) == (0, len(text.rstrip()))


def test_header_names_what_is_known() -> None:
    """Catches "None" in what is embedded, and line breaks in a title."""
    day = datetime.date(2025, 12, 9)
    assert (
        format_header(article_of("x", title="Un\n titre", publisher="Le Monde", date=day))
        == "Un titre · Le Monde · 2025-12-09"
    )
    assert format_header(article_of("x", title="", date=day)) == "2025-12-09"
    assert format_header(article_of("x", title="T")) == "T"


def test_a_section_is_searched_and_not_read() -> None:
    """Catches a section that nobody can search for, and one in what the reader was trained without."""
    article = replace(article_of("x", title="T", publisher="P"), section="En\nbref")
    assert format_searched_header(article) == "T · P · En bref"
    assert format_header(article) == "T · P"
    assert format_searched_header(article_of("x", title="T")) == "T"


def words(number: int) -> str:
    """A sentence of so many tokens."""
    return " ".join(["Word", *["word"] * (number - 2), "end."])


@pytest.mark.parametrize(("heading", "passages"), [(10, 2), (11, 3)])
def test_a_paragraph_to_be_cut_begins_where_half_a_passage_is_free(
    heading: int, passages: int
) -> None:
    """Catches a share of another size: short ends of passages, or headings alone."""
    text = f"{words(heading)}\n\n{words(10)} {words(10)} {words(6)}"
    texts = shape(split_passages(article_of(text), count=count, size=20))
    assert ("|" in texts[0]) is (passages == 2)


@pytest.mark.parametrize(("sentence", "is_repeated"), [(5, True), (6, False)])
def test_the_repeated_sentence_is_a_quarter_of_a_passage_at_most(
    sentence: int, is_repeated: bool
) -> None:
    """Catches long sentences indexed twice, and pronouns without what they stand for."""
    text = f"{words(14)} {words(sentence)} {words(8)}"
    second = split_passages(article_of(text), count=count, size=20)[1]
    assert second.text.startswith(words(sentence)) is is_repeated


@pytest.mark.parametrize(("tokens", "passages"), [(20, 1), (21, 2)])
def test_a_paragraph_of_the_size_fits(tokens: int, passages: int) -> None:
    """Catches a comparison off by one."""
    text = f"{words(10)}\n\n{words(tokens - 10)}"
    assert len(split_passages(article_of(text), count=count, size=20)) == passages


def test_a_cluster_longer_than_any_letter_is_cut() -> None:
    """Catches noise of a thousand marks on one letter kept whole, and pictures cut apart."""

    def by_length(piece: str) -> int:
        return len(piece)

    noise = "a" + "\u0301" * 200
    pieces = split_passages(article_of(noise), count=by_length, size=50)
    assert {piece.end - piece.start for piece in pieces} <= {50, 1}
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    for piece in split_passages(article_of(family * 20), count=by_length, size=12):
        assert not piece.text.startswith("\u200d")
        assert not piece.text.endswith("\u200d")


def test_passages_of_a_story_among_others() -> None:
    """Catches ids that count from the file's start: all would change with the story above."""
    text = f"{words(10)}\n\n{words(12)}"
    alone = split_passages(article_of(text), count=count, size=20)
    among = split_passages(article_of(text, before="Another one.\n"), count=count, size=20)
    assert [passage.id for passage in alone] == [passage.id for passage in among]
    assert [passage.id for passage in alone] == ["a7d4a3bccd28", "78a808de32fa"]


@pytest.mark.parametrize(("following", "is_repeated"), [(15, True), (16, False)])
def test_the_repeated_sentence_leaves_room_for_the_next(following: int, is_repeated: bool) -> None:
    """Catches passages over the size, and a comparison off by one."""
    text = f"{words(14)} {words(5)} {words(following)}"
    second = split_passages(article_of(text), count=count, size=20)[1]
    assert second.text.startswith(words(5)) is is_repeated


def test_a_clause_of_the_first_half_is_no_place_to_cut() -> None:
    """Catches pieces of one word where a comma stands early."""
    article = article_of("alpha, beta gamma delta epsilo zeta")
    assert [passage.text for passage in split_passages(article, count=count, size=4)] == [
        "alpha, beta gamma delta",
        "epsilo zeta",
    ]


def test_sentences_without_tokens_count_as_one() -> None:
    """Catches all of a text that the tokenizer does not know in one passage."""
    passages = split_passages(article_of("One two. " * 50), count=lambda _: 0, size=20)
    assert len(passages) == 3

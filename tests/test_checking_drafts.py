"""Quotations in a draft: where marks open and close, what is a piece, and time that grows with the length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.draft_quotations import MAX_LENGTH, find_block_quotations, find_quotations
from rag.answer.quoted_words import split_quoted_words


def texts(text: str) -> list[str]:
    """What stands between the marks of a text."""
    return [text[each.span.start : each.span.end].strip() for each in find_quotations(text)]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("« un », “two”, „drei“, »vier«, ‹ cinq ›, ”sex”, 「七」", "un two drei vier cinq sex 七"),
        ('"one" and " deux " and 5" wide, then "six"', "one deux six"),
        ("« a “b” c ‹ d › »", "a “b” c ‹ d ›"),
        ("“a ‘b’ „c“ d”", "a ‘b’ „c“ d"),
        ("« unclosed, then “two” here.\n\nnext « trois »", "two trois"),
        ('"unclosed\n\nthen "three"', "three"),
        ("stray » here « un » and ” there", "un"),
        ("“First paragraph.\n\n“Second one.”", "First paragraph. Second one."),
        ("« Un.\n\nDeux. »", "Un.\n\nDeux."),
        ('«»“”""', ""),
    ],
)
def test_where_quotations_begin_and_end(text: str, quoted: str) -> None:
    """Catches a mark of one language that closes another's, an inch that opens a quotation, and
    one unclosed mark that swallows the rest of the draft.
    """
    assert " ".join(part for part in texts(text) if part) == quoted


def test_pieces_and_insertions() -> None:
    """Catches an insertion that is looked up, and what is left out taken for words."""
    [quotation] = find_quotations("« [L]es ministres [du Lac] ont […] dit (...) non »")
    pieces = [(piece.gap, [word.key for word in piece.words]) for piece in quotation.pieces]
    assert pieces == [
        ("none", ["Les", "ministres"]),
        ("insertion", ["ont"]),
        ("ellipsis", ["dit"]),
        ("ellipsis", ["non"]),
    ]


def test_blocks() -> None:
    """Catches a callout taken for a quotation, and a credit taken for its words."""
    text = "Il dit :\n\n> un deux\n> trois\n> — Marta\n\n> [!NOTE]\n> rien\n\nfin\n"
    assert [text[start:end] for start, end in find_block_quotations(text)] == ["> un deux\n> trois"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("l’Inde, 14 000 %", "l'Inde 14\u202f000\u00a0%", True),
        ("peut-être œuvre ﬁn", "peut\u00adêtre", False),
        ("cœur e\u0301te\u0301", "coeur été", True),
        ("14,000", "14.000", False),
        ("-5 °C", "5 °C", False),
        ("l’Inde", "d’Inde", False),
        ("cote", "côté", False),
        ("日本語", "日本 語", True),
    ],
)
def test_what_is_typography(one: str, other: str, same: bool) -> None:
    """Catches a figure, an accent or an article that passes for typography."""
    keys = [[word.key for word in split_quoted_words(text)] for text in (one, other)]
    assert (keys[0] == keys[1]) == same


@given(st.text(alphabet='«»“”„"‹›[](). ab\n…>', max_size=200))
def test_spans_are_within_the_text_and_apart(text: str) -> None:
    """Catches spans that overlap, run backwards, or words outside their quotation."""
    end = 0
    for quotation in find_quotations(text):
        assert end <= quotation.outer.start < quotation.outer.end <= len(text)
        assert quotation.outer.end - quotation.outer.start <= 2 * MAX_LENGTH
        for piece in quotation.pieces:
            for word in piece.words:
                assert quotation.span.start <= word.start < word.end <= quotation.span.end
        end = quotation.outer.end


@pytest.mark.parametrize(
    "text", ['"', "« ", "«“", "[", '"a ', "\n\n", "> \n", "é'", "1 000", "« a "]
)
def test_time_grows_with_the_length(text: str) -> None:
    """Catches the square of the length in a draft of nothing but marks: four times as long takes less than ten times as long."""

    def measure(count: int) -> float:
        started = time.process_time()
        find_quotations(text * count)
        find_block_quotations(text * count)
        return time.process_time() - started

    small = min(measure(4_000) for _ in range(2))
    assert measure(16_000) < 10 * small + 0.1

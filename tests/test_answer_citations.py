"""A citation that is not in its file must never be called exact."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.citations import (
    SourceReader,
    cite_quotations,
    find_same_words,
    locate_quotation,
    verify,
    warn_of_changes,
)
from rag.records import Article, Document, Passage, Reprint, Span

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "La vigie a vu le phare.\nElle l’a dit à 9 h.\n"


def passage(text: str) -> Passage:
    document = Document("a.txt", text, hashlib.sha256(text.encode()).hexdigest(), "text/plain")
    return Passage(
        "p", Article("a", document, "Titre", None, None, None, "fr", 0, len(text)), 0, len(text)
    )


def say(text: str):
    """A source whose files all hold this text today."""
    return lambda document: replace(document, text=text)


@given(st.text(min_size=1), st.data())
def test_exact_means_the_very_characters_at_their_offset(text: str, data: st.DataObject) -> None:
    """Catches a verifier that searches instead of looking at the offset, or that compares folded
    text.
    """
    start = data.draw(st.integers(0, len(text)))
    quote = data.draw(st.one_of(st.text(), st.just(text[start : start + 5])))
    verdict = verify(quote, start, text)
    assert (verdict == "exact") == (
        quote.strip() != "" and text[start : start + len(quote)] == quote
    )


def test_moved_or_retouched_quotations_are_near_and_changed_words_are_none() -> None:
    """Catches a verifier that lets a changed figure pass as near."""
    quote = TEXT[24:43]
    assert verify(quote, 24, TEXT) == "exact"
    assert verify(quote, 24, "Un mot avant. " + TEXT) == "near"
    assert verify(quote, 24, TEXT.replace("’", "'").replace("9 h", "9  h")) == "near"
    assert verify(quote, 24, TEXT.replace("9 h", "8 h")) == "none"
    assert verify(quote, 24, None) == "none"
    assert verify("  ", 0, "  ") == "none"


def test_the_file_is_read_again_and_a_vanished_or_undecodable_one_verifies_nothing(
    tmp_path: Path,
) -> None:
    """Catches a check against the index's own copy, which always agrees with itself."""
    document = passage(TEXT).article.document
    read_source = SourceReader(tmp_path, max_bytes=1000)
    file = tmp_path / "a.txt"
    assert read_source(document) is None
    file.write_bytes(TEXT.encode())
    assert read_source(document).text == TEXT
    file.write_bytes(TEXT.replace("phare", "port").encode())
    assert read_source(document).text == TEXT.replace("phare", "port")
    file.write_bytes(b"\xff\xfe\xfa")
    assert read_source(document) is None
    file.write_bytes(TEXT.encode() * 100)
    assert read_source(document) is None  # longer than may be read


def test_nothing_that_the_index_says_of_a_file_is_believed(tmp_path: Path) -> None:
    """Catches the index's text under the right checksum, the text that another codec makes of the same bytes, and a
    path or an offset that only a forger writes.
    """
    file = tmp_path / "a.txt"
    file.write_bytes(b"It cost +ADk-00 crowns and 40 ore.\n")
    text = file.read_text()
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    read_source = SourceReader(tmp_path, max_bytes=1000)
    for lie, encoding in (
        (text.replace("40", "90"), "utf-8"),
        (file.read_bytes().decode("utf-7"), "utf-7"),
        ("anything", "no such codec"),
    ):
        document = Document("a.txt", lie, sha256, "text/plain", encoding)
        assert read_source(document).text == text
        assert verify(lie, 0, read_source(document).text) == "none"
    for path in ("a\0.txt", "", ".", "\ud800"):
        assert read_source(Document(path, text, sha256, "text/plain")) is None
    assert verify("ore.\n", -5, text) == "near"


def test_a_file_is_read_once_for_all_the_quotations_of_an_answer() -> None:
    """Catches a newsletter of 30 MB that is read and decoded for each of its sentences."""
    here, elsewhere = passage(TEXT), passage(TEXT + "Fin.")
    reprint = replace(elsewhere.article, document=replace(elsewhere.article.document, path="b.txt"))
    paths_read = []

    def read_source(document: Document) -> Document:
        paths_read.append(document.path)
        return document

    cite_quotations(
        [(here, Span(0, 23)), (here, Span(24, 43))],
        source=read_source,
        reprints=lambda _: [reprint],
    )
    assert paths_read == ["a.txt", "b.txt"]


def test_the_line_of_an_exact_quotation_is_counted_in_the_file() -> None:
    """Catches an index that agrees in the quotation alone, and sends the reader to another line of the file."""
    lie = "\n" * 24 + TEXT[24:]
    _, [cited] = cite_quotations(
        [(passage(lie), Span(24, 43))], source=say(TEXT), reprints=lambda _: []
    )
    assert (cited.verified, cited.line) == ("exact", 2)


def test_every_sentence_of_the_answer_carries_its_own_citation() -> None:
    """Catches numbering from 0, numbers shared by two quotations, and a sentence whose line breaks
    reach the screen.
    """
    here = passage(TEXT)
    sentences, cited = cite_quotations(
        [(here, Span(24, 43)), (here, Span(0, 43))],
        source=lambda document: document,
        reprints=lambda _: [],
    )
    assert [sentence.citations for sentence in sentences] == [(1,), (2,)]
    assert [citation.n for citation in cited] == [1, 2]
    assert [citation.verified for citation in cited] == ["exact", "exact"]
    assert [citation.line for citation in cited] == [2, 1]
    assert sentences[1].text == "La vigie a vu le phare. Elle l’a dit à 9 h."
    assert cited[1].quote == TEXT[0:43]


def test_a_reprint_is_named_where_the_quotation_stands_word_for_word() -> None:
    """Catches "also in" for a paper that cut the sentence or changed a figure in it, and a line of
    another story in the file.
    """
    quote = "Le phare a coûté 4,2 millions d’euros, dit-elle."
    texts = {
        "same": f"Avant.\n{quote}\n",
        "typography": "Avant.\n\nLe phare a coûté 4,2 millions d'euros dit-elle.",
        "cut": "Le phare a coûté des millions d’euros.",
        "figure": quote.replace("4,2", "4,4"),
        "empty": "",
    }
    others = {}
    for name, text in texts.items():
        article = passage(text).article
        others[name] = replace(article, document=replace(article.document, path=f"{name}.txt"))
    _, [cited] = cite_quotations(
        [(passage(quote), Span(0, len(quote)))],
        source=lambda d: d,
        reprints=lambda _: [*others.values()],
    )
    assert [(reprint.article, reprint.line) for reprint in cited.also] == [
        (others["same"], 2),
        (others["typography"], 3),
    ]
    document = Document("b.txt", f"{quote}\nAutre.", "", "text/plain")
    second = Article("b", document, "T", None, None, None, "fr", len(quote) + 1, len(document.text))
    assert (
        locate_quotation(quote, second, source=lambda d: d) is None
    )  # stands in the file, but in another story


def test_a_reprint_that_only_the_index_holds_is_not_named(tmp_path: Path) -> None:
    """Catches "also in" for a paper whose file says something else under the checksum that the index knows."""
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    lie = passage(TEXT.replace("9 h", "8 h")).article
    checksum = hashlib.sha256(TEXT.encode()).hexdigest()
    lying = replace(lie, document=replace(lie.document, sha256=checksum))
    read_source = SourceReader(tmp_path, max_bytes=1000)
    assert locate_quotation("Elle l’a dit à 8 h.", lying, source=read_source) is None
    honest = passage(TEXT).article
    assert locate_quotation("Elle l’a dit à 9 h.", honest, source=read_source) is not None


def test_a_reprint_whose_file_has_changed_is_not_named() -> None:
    """Catches a claim about a file that nobody has looked into."""
    other = passage("Un. Deux.").article
    assert locate_quotation("Deux.", other, source=lambda d: d) == Reprint(other, 4)
    assert locate_quotation("Deux.", other, source=say("Un.  deux.")) == Reprint(other, 4)
    assert locate_quotation("Deux.", other, source=say("Un. Trois.")) is None
    assert locate_quotation("Deux.", other, source=lambda _: None) is None
    assert locate_quotation("…", other, source=lambda d: d) is None


@pytest.mark.parametrize(
    ("quote", "start", "text", "verdict"),
    [
        ("Le pont. ", 0, "Le pont. ", "exact"),
        ("Le pont. ", 0, "Le pont.", "near"),
        (" Le pont.", 0, "Le pont.", "near"),
        ("Le pont.\n", 0, "Le pont.\n", "exact"),
        ("Le pont.", 0, "Le pont.   ", "exact"),
        ("Le pont.", 0, "  Le pont.", "near"),
        ("Le pont.", 2, "  Le pont.", "exact"),
        ("Le pont.", 3, "  Le pont.", "near"),
        ("Le pont.", 99, "Le pont.", "near"),
        ("Le pont.", 0, "Le pont", "none"),
        ("Le pont.", 0, "", "none"),
        ("", 0, "Le pont.", "none"),
        ("\u00a0\n", 0, "\u00a0\n", "none"),
    ],
)
def test_white_space_at_the_ends_counts_for_exact_and_not_for_near(
    quote: str, start: int, text: str, verdict: str
) -> None:
    """Catches a verifier that strips before it compares the characters, one that does not when it
    compares loosely, one that is off by one, and one that certifies blanks.
    """
    assert verify(quote, start, text) == verdict


def test_changed_files_are_named_once_and_by_path() -> None:
    """Catches a warning for each quotation of one file, and one for a file that is as it was."""
    spans = [Span(0, 5), Span(6, 9)]
    quotations = [(passage(TEXT), span) for span in spans]
    _, changed = cite_quotations(
        quotations,
        source=lambda document: replace(document, text="Autre.", sha256="other"),
        reprints=lambda _: [],
    )
    [warning] = warn_of_changes(changed)
    assert warning.startswith("a.txt no longer reads as the index says")
    assert "--rebuild" not in warning
    # What is unchanged is not extracted again: only a rebuild mends an index that is wrong.
    _, wrong = cite_quotations(quotations, source=say("Autre."), reprints=lambda _: [])
    [warning] = warn_of_changes(wrong)
    assert "a.txt is unchanged" in warning and "`rag index --rebuild`" in warning
    _, same = cite_quotations(
        [(passage(TEXT), spans[0])], source=lambda d: d, reprints=lambda _: []
    )
    assert warn_of_changes(same) == ()


def test_the_same_words_are_found_wherever_they_stand() -> None:
    """Catches the first word alone taken for the quotation, an end that is a word short, and a
    place counted from the article instead of the document.
    """
    document = Document(
        "b.txt", "Autre. Le phare, le pont, le phare ferme ! Fin.", "", "text/plain"
    )
    article = Article("b", document, "T", None, None, None, "fr", 7, len(document.text))
    start, end = find_same_words("le phare ferme", article) or (0, 0)
    assert document.text[start:end] == "le phare ferme"
    assert find_same_words("le phare brûle", article) is None
    assert find_same_words("Autre", article) is None

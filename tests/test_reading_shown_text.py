"""What is seen of a stretch: sentences of it are spans of the file that show just those words."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.reading.formats.markdown import find_markup
from rag.reading.passages import split_passages
from rag.reading.shown_text import ShownText, split_shown_sentences
from rag.records import Article, Document
from rag.text import split_sentences


def make_document(text: str) -> Document:
    return Document("a.md", text, "", "text/markdown", edits=find_markup(text))


def list_shown(text: str) -> list[str]:
    """Return the sentences of a Markdown text as they are seen."""
    document = make_document(text)
    spans = split_shown_sentences(document, 0, len(text))
    return [document.show(*span) for span in spans]


def test_sentences_are_cut_where_a_reader_sees_their_ends() -> None:
    """Catches a cut at the marks of a quotation, a bullet quoted, a heading glued to its text."""
    text = (
        "## Le *contexte*\nUn [pont](https://e.org/a.b). **Il a cédé.**\n\n"
        "> dessiné en 2014 par\n> Ana Prieto. Fini.\n\n- Un\n- Deux\n\n"
        "| Ville? | Âge |\n|--|--|\n| Orme | 12 |\n"
    )
    assert list_shown(text) == [
        "Le contexte",
        "Un pont.",
        "Il a cédé.",
        "dessiné en 2014 par Ana Prieto.",
        "Fini.",
        "Un",
        "Deux",
        "Ville? Orme · Âge: 12",
    ]


FRAGMENTS = st.sampled_from(
    [
        "Un pont. ",
        "**gras** ",
        "[a b](u) ",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "# ",
        "`c`. ",
        "é ",
        "<b>x</b>",
    ]
)


@given(st.lists(FRAGMENTS, max_size=20).map("".join))
def test_spans_show_what_was_cut(text: str) -> None:
    """Catches a sentence that shows more, less or other words than were cut, or in another order."""
    document = make_document(text)
    seen = document.show(0, len(text))
    spans = split_shown_sentences(document, 0, len(text))
    assert all(one.end <= other.start for one, other in pairwise(spans))
    shown = [document.show(*span) for span in spans]
    words = " ".join(shown).replace("•", " ").split()
    assert words == seen.replace("•", " ").split()
    expected = [seen[start:end].removeprefix("• ") for start, end in split_sentences(seen)]
    assert shown == [sentence for sentence in expected if sentence not in ("", "•")]


@given(st.lists(FRAGMENTS, max_size=20).map("".join), st.integers(6, 12))
def test_passages_hold_all_that_is_seen(text: str, size: int) -> None:
    """Catches words lost between passages, and markup that counts as words."""
    document = make_document(text)
    article = Article("id", document, "t", None, None, None, "fr", 0, len(text))
    passages = split_passages(article, count=lambda part: len(part.split()), size=size)
    words = [word for passage in passages for word in passage.shown.split() if word != "•"]
    expected = [word for word in document.show(0, len(text)).split() if word != "•"]
    assert len(words) >= len(expected)
    assert set(words) == set(expected)


def test_without_edits_nothing_is_copied() -> None:
    """Catches a plain text whose sentences are cut in another way, or at other offsets."""
    text = "Titre\n\nUne phrase. Une autre - avec **astérisques**.\n"
    document = Document("a.txt", text, "", "text/plain")
    assert split_shown_sentences(document, 7, len(text)) == split_sentences(text, 7, len(text))
    assert ShownText(document, 7, len(text)).text is text

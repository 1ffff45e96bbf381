"""What is indexed of passages, against what is found without remembering any word."""

from __future__ import annotations

import pytest

from rag.index import passage_terms
from rag.index.passage_terms import make_terms
from rag.index.vocabulary import list_surfaces
from rag.models.lexicon import get_lexicon
from rag.reading.passages import format_searched_header
from rag.records import Article, Document, Passage
from rag.text import find_words

TEXTS = {
    "fr": "L’été, l'Élysée et ÉLYSÉE : 14 000 œufs. Puisqu’il pleut, l’été aussi ; un_mot a b ab.",
    "de": "Die Wasserversorgung steht, die STRASSE, die Straße; Wasser- und Gaswerk. " + "x" * 70,
    "ja": "灯台が開いた。The lighthouse's keeper, 1,234.5 km.",
    "en": "The cat's cats, THE CAT; it 's O'Brien's. " + "Y" * 64 + " " + "Z" * 65,
}


def make_passages() -> list[Passage]:
    passages = []
    for language, text in TEXTS.items():
        document = Document(f"{language}.txt", text, "0" * 64, "text/plain", "utf-8")
        title = f"Über {text[:20]}"
        article = Article(
            language, document, title, "Ouest", None, None, language, 0, len(text), section="Brèves"
        )
        middle = len(text) // 2
        passages += [Passage("1", article, 0, middle), Passage("2", article, middle, len(text))]
    return passages


@pytest.mark.parametrize("kept", [1, 3, 1000])
def test_each_word_gives_what_it_gives_alone(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    """Catches a word that is remembered for another language or spelling, or lost as room ends."""
    monkeypatch.setattr(passage_terms, "_KEPT_WORDS", kept)
    passages = make_passages()
    find_units = get_lexicon().units
    for row, document in enumerate(make_terms(passages)):
        article = passages[row].article
        language = article.language
        header = format_searched_header(article)
        shown = passages[row].shown
        title_words = find_words(header)
        words = find_words(shown)

        def list_units(some: list) -> list[str]:
            units = [find_units(word.form, language) for word in some]  # noqa: B023
            return [f"{language}:{unit}" for each in units for unit in each]  # noqa: B023

        assert document.row == row
        assert document.title == list_units(title_words)
        assert document.words == [word.term for word in words]
        assert document.stems == list_units(words)
        surfaces = [*list_surfaces(header, title_words), *list_surfaces(shown, words)]
        assert document.surfaces == surfaces

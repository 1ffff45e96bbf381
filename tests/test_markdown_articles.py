"""The golden set of Markdown: what is read of it is what a reader sees, and next to no debris."""

from __future__ import annotations

import sys
from pathlib import Path

from markdown_articles import write_articles

from rag.models.tokenizer import get_tokenizer
from rag.reading.articles import find_articles
from rag.reading.files import read_paths

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
from measure_debris import list_stretches, measure_documents


def test_what_is_shown_is_what_a_reader_sees(tmp_path: Path) -> None:
    """Catches a sentence lost or shown with its markup, a head read as text, a title with marks."""
    articles = write_articles()
    assert len(articles) >= 40
    for article in articles:
        (tmp_path / article.name).write_text(article.text, encoding="utf-8")
    documents = read_paths([tmp_path], root=tmp_path).documents
    assert len(documents) == len(articles)
    by_name = {article.name: article for article in articles}
    for document in documents:
        written = by_name[document.path]
        (article,) = find_articles(document, language=get_tokenizer().detect_language)
        assert article.title == written.title
        shown = list_stretches(article)
        missing = [sentence for sentence in written.sentences if sentence not in shown]
        assert missing == [], (document.path, shown)
    debris = measure_documents(documents)
    assert debris.looked_at > 200
    assert debris.share <= 0.02, debris.dirty

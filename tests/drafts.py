"""Articles and drafts that the tests of ``rag check`` hold against each other; nobody in them exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.pipeline import CheckOptions, build, check_draft, make_draft, read_draft
from rag.records import Filters
from rag.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from rag import Rag
    from rag.records import CheckedItem, DraftCheck

ARTICLES = {
    "pont.txt": """Le pont de Velmar rouvre

Publié le 3 mars 2025 | Le Courrier de Velmar

Le pont suspendu de Velmar rouvre lundi après neuf mois de travaux. La maire Odile Garnier a coupé le ruban devant 400 habitants.

« C’est l’œuvre de toute une ville, et nous l’avons attendue longtemps », a dit la maire. Les travaux ont coûté 3,2 millions d’euros. L’architecte Tomas Vrel a dessiné le nouveau tablier en mélèze.
""",
    "harbour.md": """---
title: A harbour for kites
date: 2025-04-11
publisher: Harbour Gazette
---
The town of Lindholm opened a harbour for kites on Friday. Its director, Marta Quill, expects 12,000 visitors a year.

The harbour cost 17.5 billion crowns and was paid by the **fishing guild**. "Nobody here believed in it before the first [flag](https://example.org) went up", she said.
""",
    "reprise.txt": """Velmar retrouve son pont

Publié le 5 mars 2025 | La Dépêche du Lac

La maire de Velmar s’est réjouie : « C’est l’œuvre de toute une ville, et nous l’avons attendue longtemps ».
""",
}


def build_index(folder: Path, articles: dict[str, str] | None = None) -> Settings:
    """The settings of an index of these articles, built below ``folder``."""
    texts = folder / "articles"
    texts.mkdir(parents=True)
    for name, text in (ARTICLES if articles is None else articles).items():
        (texts / name).write_text(text, encoding="utf-8")
    settings = Settings(index=folder / "index", reader="off")
    build(settings, [texts])
    return settings


def check_text(rag: Rag, text: str, filters: Filters | None = None) -> DraftCheck:
    """What the articles say of a draft."""
    draft = make_draft(text.encode(), likely=rag.generation.passages_by_language)
    return check_draft(rag, draft, CheckOptions(filters or Filters()))


def check_file(rag: Rag, path: Path) -> DraftCheck:
    """What the articles say of a draft in a file."""
    draft = read_draft(path, likely=rag.generation.passages_by_language)
    return check_draft(rag, draft, CheckOptions(Filters()))


def list_quotations(check: DraftCheck) -> list[CheckedItem]:
    """The quotations of a check."""
    return [item for item in check.items if item.kind == "quotation"]


def list_claims(check: DraftCheck) -> list[CheckedItem]:
    """The claims of a check."""
    return [item for item in check.items if item.kind == "claim"]

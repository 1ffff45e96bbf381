"""Search or answer with rag in one process ("answers": each answer made whole); its commands do the rest."""

from __future__ import annotations

from pathlib import Path

from command_line import TOP, Ask, Found, run

ANSWERS = "answers"


def index(articles: Path, place: Path, model: str) -> None:
    """Index a folder."""
    from rag import Settings, build

    build(Settings(index=place, model=model), [articles])


def open_index(place: Path, model: str) -> Ask:
    """Return a function that asks an index; of an answer the hits of its search are named."""
    from rag import Rag, Settings

    name, _, what = model.partition("+")
    opened = Rag.open(Settings(index=place, model=name))

    def ask(question: str) -> list[Found]:
        if what == ANSWERS:
            hits = opened.ask(question).hits
        else:
            hits = opened.search(question, top=TOP).hits
        passages = [hit.passage for hit in hits[:TOP]]
        return [Found(Path(each.article.document.path).stem, each.text) for each in passages]

    return ask


if __name__ == "__main__":
    run(index, open_index)

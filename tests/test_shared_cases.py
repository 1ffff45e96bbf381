"""Small reproductions of what people report about tools like this one, asked as their reporters ask.

The cases lie in ``../shared/cases``, each with a README that says what is right; without them these
tests are skipped. The checks below say the same as those READMEs, in a form that runs.
"""

from __future__ import annotations

import datetime
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from rag.cli import main
from rag.index.generations import open_generation

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.index.catalog_rows import ArticleRow

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
DEBRIS = re.compile(
    r"\]\(|\]\[|\]:|\[\^|!\[|\*\*|__|\{[{%:#<]|\}\}|</?[a-z]|<!--|^#+ |^> |^\||\|$|```|&[a-z]+;|\[\["
)


class Outcome(NamedTuple):
    """What a case gave."""

    answer: dict[str, Any]
    articles: dict[str, ArticleRow]  # by the name of their file

    @property
    def seen(self) -> list[str]:
        """The quotations as they are shown."""
        return [each.get("shown", each["quote"]) for each in self.answer["citations"]]

    @property
    def first(self) -> str:
        """The best quotation as it is shown; empty without one."""
        return self.seen[0] if self.seen else ""


def has(words: str) -> Callable[[Outcome], bool]:
    """Answered in these words, with an exact citation and without debris."""

    def check(outcome: Outcome) -> bool:
        citations = outcome.answer["citations"]
        text = " ".join(outcome.seen)
        is_exact = all(citation["verified"] == "exact" for citation in citations)
        return words in text and is_exact and not any(map(DEBRIS.search, outcome.seen))

    return check


def lacks(*words: str) -> Callable[[Outcome], bool]:
    """None of these words is quoted."""
    return lambda outcome: not any(word in seen for word in words for seen in outcome.seen)


def of(name: str, **facts: object) -> Callable[[Outcome], bool]:
    """What is known of the article of a file."""

    def check(outcome: Outcome) -> bool:
        article = outcome.articles[name]
        known = {key: getattr(article, key) for key in facts}
        if isinstance(known.get("date"), datetime.date):
            known["date"] = str(known["date"])
        return known == facts

    return check


POOL = "Karim Ferrand"
CHECKS: dict[str, list[Callable[[Outcome], bool]]] = {
    "F01-colon-title": [of("p.md", title="Piscine : c’est ouvert: enfin", date="2025-02-14")],
    "F02-yaml-single-quote": [of("p.md", title="L'ouverture de la piscine")],
    "F04-yaml-folded": [of("p.md", title="Ouverture de la piscine")],
    "F05-yaml-wrapped": [of("p.md", title="Tout sur la longue histoire de la piscine municipale de Brézolles")],
    "F06-comment-after-date": [of("p.md", date="2025-02-14")],
    "F07-multiline-string-col0": [of("p.md", title="Ouverture", date="2025-02-14"), lacks("layout", "description")],
    "F09-json-front": [of("p.md", title="Ouverture", date="2025-02-14"), has(POOL)],
    "F10-toml-tables": [of("p.md", title="Ouverture", date="2025-02-14"), has(POOL)],
    "F11-nested-title": [of("p.md", title="Ouverture de la piscine"), lacks("Jane Roe")],
    "F12-nested-date": [of("p.md", title="Ouverture", date=None)],
    "F13-pelican": [of("p.md", title="La semaine de Brézolles 12", date="2025-02-14"), lacks("Number", "Category")],
    "F14-pelican-quoted": [has("papercrane"), lacks("Number:", "Category:", "Title:")],
    "F16-two-dashes": [of("p.md", title="Ouverture", date="2025-02-14"), lacks("layout")],
    "F17-front-only": [has(POOL), of("p.md", title="Ouverture de la piscine")],
    "F18-description": [has("8 de agosto"), of("p.md", title="Farmacia")],
    "F20-lang-key": [of("p.md", language="de")],
    "F21-dates-french": [of("p.md", date="2025-03-05")],
    "F22-dates-dotted": [of("p.md", date="2026-04-07")],
    "F23-dates-english-ambiguous": [of("p.md", date=None)],
    "F25-publisher-author": [of("p.md", publisher="Redacción de Brézolles")],
    "F29-toml-plain": [of("p.md", title="Ouverture", date="2025-02-14")],
    "F30-tags-list": [of("p.md", title="Ouverture", date="2025-02-14")],
    "M01-inline-links": [has("Le maire Karim Ferrand a inauguré la piscine de Brézolles.")],
    "M02-reference-definitions": [has("signalée par Nadia Ferhat"), lacks("annonces", "lettres")],
    "M03-image-lines": [lacks("bientôt", "png")],
    "M04-blockquote-wrap": [has("La piscine de Brézolles a été dessinée en 2014 par l’architecte Ana Prieto.")],
    "M05-table": [has("Habitants: 5875"), has("Marcenay")],
    "M06-footnotes": [has("mesure 25 mètres.")],
    "M09-html": [has("La piscine de Brézolles rouvrira le 3 mai, selon la mairie.")],
    "M10-shortcodes": [has("La piscine de Brézolles rouvrira le 3 mai."), lacks("bientôt", "html")],
    "M11-heading-glued": [lambda it: it.first.startswith("En Brézollais, 30 %")],
    "M13-code-fence": [has("Karim Ferrand a inauguré"), lacks("inconnu", "//")],
    "M14-html-comment": [has("Karim Ferrand a inauguré"), lacks("Dupin", "TODO")],
    "M15-emphasised-number": [has("700 000 euros"), has("12 voisins")],
    "M18-credit-line-glued": [lambda it: it.first.startswith("Selon")],
    "M19-title-glued": [lambda it: it.first.startswith("La société")],
    "L01-foreign-header": [of("l.txt", language="en")],
    "L02-language-by-links": [of("l.md", language="de"), has("Aldenau")],
    "E11-html-entities": [of("e.txt", title="L’usine d’Évron ferme"), has("L’usine d’Évron fermera ses portes le 30 juin")],
}  # fmt: skip


ASKED = re.compile(r"rag ask (?:--json )?(.*?)'(.*)' --index ix")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what a command prints; one that finds no answer ends with another code."""
    main([*arguments, "--index", "ix"])
    return capsys.readouterr().out


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases lie beside the project, in ../shared")
@pytest.mark.parametrize("name", CHECKS)
def test_case(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Catches each of the faults that people reported."""
    monkeypatch.chdir(tmp_path)
    own = [path for path in (CASES / name).iterdir() if path.name != "README"]
    Path("in").mkdir()
    for path in [*own, *(CASES / "_background").iterdir()]:
        shutil.copy(path, "in")
    asked = ASKED.search((CASES / name / "README").read_text(encoding="utf-8"))
    assert asked is not None
    run(capsys, "index", "in", "-q")
    answer = json.loads(run(capsys, "ask", "--json", *asked[1].split(), asked[2]))
    with open_generation(Path("ix")) as generation:
        articles = {Path(row.path).name: row for row in generation.articles()}
    outcome = Outcome(answer, articles)
    results = [check(outcome) for check in CHECKS[name]]
    assert all(results), (results, outcome.seen, [articles.get(path.name) for path in own])


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases lie beside the project, in ../shared")
def test_show_marks_the_quotation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Catches a source that is shown without the quotation in it (V01)."""
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    shutil.copy(CASES / "V01-show-marks" / "p.txt", "in")
    run(capsys, "index", "in", "-q")
    run(capsys, "ask", "Qui a inauguré la piscine de Brézolles ?")
    assert re.search(r"(?m)^> 3  Le maire de Brézolles", run(capsys, "show", "1"))

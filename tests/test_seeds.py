"""The articles that come with the tree: the two formats, the facts, and words of our own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parent.parent
SEEDS = TREE / "seeds"
LETTER, ARTICLE = (
    SEEDS / "2025-12-18-lettre-amazon.txt",
    SEEDS / "2025-10-28-amazon-30000-postes.txt",
)
ORIGINALS = TREE.parent / "shared" / "seeds"
ATTRIBUTION = re.compile(
    r"^(?P<publisher>[^/\n]+) / (?P<date>\d{1,2} décembre 2025)$", re.MULTILINE
)
# Six words in a row that both texts may hold: figures, names, headings, closing lines.
FIGURES = re.compile(
    r"\b(milliards?|millions?|de|dollars|[0-9]+|au|moins|net|la|chiffre|image|semaine|source|decembre|d|amazon|france|jean|baptiste|thomas"
    r"|engadget|cnbc|tribune|about|seattle|arlington|et|washington|c)\b"
)


def words(path: Path) -> list[str]:
    """Lower-cased words without accents."""
    text = unicodedata.normalize("NFKD", path.read_text(encoding="utf-8").casefold())
    return re.findall(
        r"\w+", "".join(character for character in text if not unicodedata.combining(character))
    )


def runs(path: Path, length: int = 6) -> set[tuple[str, ...]]:
    """All stretches of so many words."""
    found = words(path)
    return {tuple(found[at : at + length]) for at in range(len(found) - length + 1)}


def test_the_letter_has_four_stories_and_sections() -> None:
    """Catches an edit that loses the shape the reader of newsletters is shown with: no blank line before a headline."""
    text = LETTER.read_text(encoding="utf-8")
    closings = [(match["publisher"], match["date"]) for match in ATTRIBUTION.finditer(text)]
    assert closings == [
        ("About Amazon", "9 décembre 2025"),
        ("La Tribune", "10 décembre 2025"),
        ("CNBC", "16 décembre 2025"),
        ("engadget", "16 décembre 2025"),
    ]
    assert all(text[match.end() + 1] != "\n" for match in ATTRIBUTION.finditer(text))
    sections = re.findall(r"^[A-Z ]{5,}$", text, re.MULTILINE)
    assert sections == ["CHIFFRE DE LA SEMAINE", "IMAGE DE LA SEMAINE", "VITE DITS"]
    assert len(re.findall(r"^- ", text, re.MULTILINE)) == 2


def test_the_article_is_dated() -> None:
    """Catches a lost date, which stands in the text alone."""
    assert ARTICLE.read_text(encoding="utf-8").startswith("date 2025-10-28 Amazon")


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        (
            LETTER,
            "Duval|Thomas|février|2009|15 milliards|17,5 milliards|35 milliards|un million d’emplois|790 millions|Singla|Monaco",
        ),
        (
            LETTER,
            "The Information|Altman|octobre|2019|13 milliards|8 milliards|Anthropic|2015|Trainium|38 milliards",
        ),
        (
            LETTER,
            "14 000|370|8,5 %|Luxembourg|Bloomberg|10,7 %|11 %|Reels|Meta|Fire TV|Bezos|soixantaine|Kindle",
        ),
        (
            ARTICLE,
            "30 000|Reuters|2022|27 000|AI-powered|2021|COVID 19|juin 2025|Seattle, Arlington et Washington",
        ),
        (
            ARTICLE,
            "167,7 milliards|13 %|18,2 milliards|19,2 milliards|53 milliards|Alexa+|DeepFleet|Kiro",
        ),
    ],
)
def test_facts_are_there(path: Path, facts: str) -> None:
    """Catches a fact lost in an edit: questions about it would be refused."""
    text = path.read_text(encoding="utf-8")
    assert [fact for fact in facts.split("|") if fact not in text] == []


@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="needs ../shared/seeds")
def test_no_words_are_carried_over() -> None:
    """Catches a phrase of the press articles in ours: six words in a row, but for figures, names and headings."""
    theirs = set().union(*(runs(path) for path in ORIGINALS.glob("*.txt")))
    ours = set().union(*(runs(path) for path in SEEDS.glob("*.txt")))
    assert [
        " ".join(run)
        for run in sorted(ours & theirs)
        if not all(FIGURES.fullmatch(word) for word in run)
    ] == []


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        (
            "Qui remplacera Frédéric Duval à la tête d'Amazon France ?",
            ["Jean-Baptiste Thomas", "Frédéric Duval"],
        ),
        ("Combien d'internautes compte l'Inde ?", ["790 millions"]),
        ("Quel est le bénéfice opérationnel d'Amazon au deuxième trimestre ?", ["19,2 milliards"]),
    ],
)
def test_questions_are_answered(seeds_index: Path, question: str, quoted: list[str]) -> None:
    """Catches the tool's first impression going wrong: README's own question, and two more."""
    command = [sys.executable, "-m", "rag", "ask", question, "--index", str(seeds_index), "--json"]
    done = subprocess.run(
        command, cwd=TREE, capture_output=True, text=True, encoding="utf-8", check=False
    )
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered", answer
    quotes = " ".join(citation["quote"] for citation in answer["citations"])
    assert [name for name in quoted if name not in quotes] == []
    assert {citation["verified"] for citation in answer["citations"]} == {"exact"}

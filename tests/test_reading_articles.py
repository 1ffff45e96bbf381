"""Documents into articles."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.articles import find_articles
from rag.reading.files import read_paths
from rag.reading.formats.base import NO_METADATA, Metadata, Part
from rag.records import Document

SEEDS = Path(__file__).parents[1].parent / "shared" / "seeds"
needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared/seeds is not here")


def french(text):
    return "fr"


def read(text, path="a.txt", language=french):
    return find_articles(Document(path, text, "0", "text/plain"), language=language)


def seeds():
    return read_paths([SEEDS], root=SEEDS).documents


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ("title: Le bac vendu à Kermor", "Le bac vendu à Kermor"),
        ("title: Le bac\ndescription: Il est vendu.\nsummary: Il part.", "Il est vendu."),
        ("title: Le bac\ndescription: >\n  Il est\n  vendu.", "Il est\n  vendu."),
    ],
)
def test_a_text_of_front_matter_only_is_an_article(head, text):
    """Wrong: a file that vanishes; keys between two values in what is quoted."""
    [article] = read(f"---\n{head}\n---\n")
    assert article.text == text
    [whole] = read(f"---\n{head}\n---\nIl pleut.\n")
    assert whole.text.strip() == "Il pleut."


@needs_seeds
def test_the_real_newsletter():
    """Wrong: a story missed, cut in two or given its neighbour's publisher; figure, image and
    briefs glued together."""
    newsletter = next(document for document in seeds() if document.path.startswith("000"))
    found = find_articles(newsletter, language=french)
    day = datetime.date
    assert [(article.publisher, article.date) for article in found] == [
        ("About Amazon", day(2025, 12, 9)),
        ("La Tribune", day(2025, 12, 10)),
        ("CNBC", day(2025, 12, 16)),
        ("engadget", day(2025, 12, 16)),
        *[(None, day(2025, 12, 16))] * 4,
    ]
    assert all(article.text.startswith(article.title) for article in found[:4])
    assert found[4].title == "Chiffre de la semaine – 10,7%"
    assert found[5].title == "Image de la semaine"
    assert all(found[i].text.startswith(found[i].title.rstrip("…")) for i in (6, 7))
    assert not any("décembre 2025" in article.text for article in found)


@needs_seeds
def test_the_real_article():
    """Wrong: "date 2025-10-28" in the text or the title, an article in several parts."""
    document = next(document for document in seeds() if document.path.startswith("002"))
    (article,) = find_articles(document, language=french)
    assert (article.publisher, article.date) == (None, datetime.date(2025, 10, 28))
    assert article.text.startswith("Amazon") and article.text.endswith("emploi.")
    assert (
        article.title.startswith("Amazon")
        and article.title.endswith("…")
        and len(article.title) <= 91
    )


def test_front_matter_speaks_for_the_file():
    """Wrong: the headline beating the title that the file states, the front matter in the article's
    text."""
    text = "---\ntitle: Stated\ndate: 2024-03-03\nsource: La Une\n---\n# Shown\n\nText of it.\n"
    (article,) = read(text)
    assert (article.title, article.publisher, article.date) == (
        "Stated",
        "La Une",
        datetime.date(2024, 3, 3),
    )
    assert article.text == "# Shown\n\nText of it."


def test_a_date_is_never_invented():
    """Wrong: today's date, a date from prose, or the file name's before the one in the text."""
    assert read("Le maire parlera le 3 mars 2024.\n")[0].date is None
    assert read("Un texte.\n", "2025-10-28-texte.txt")[0].date == datetime.date(2025, 10, 28)
    text = "Un titre en haut\nPublié le 3 mars 2024\n\nUn texte.\n"
    assert read(text, "2025-10-28-texte.txt")[0].date == datetime.date(2024, 3, 3)


def test_day_and_month_follow_the_language():
    """Wrong: 3/4/2024 read the same way in a French and an English article."""
    text = "Un titre en haut\n\nUn texte.\n\nLa Une / 3/4/2024\n"
    assert read(text)[0].date == datetime.date(2024, 4, 3)
    assert read(text, language=lambda _: "en")[0].date is None


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("pl", "12 stycznia 2024"),
        ("ro", "12 ianuarie 2024"),
        ("tr", "12 Ocak 2024"),
        ("fi", "12. tammikuuta 2024"),
        ("ca", "12 de gener de 2024"),
        ("ru", "12 января 2024"),
        ("th", "12 มกราคม 2567"),
    ],
)
def test_months_are_read_in_the_language_of_the_document(language, day):
    """Wrong: the language told and not handed on: articles in Polish or Thai without a day."""
    date = datetime.date(2024, 1, 12)
    article = "Un titre en haut\n\nUn texte.\n\n"
    texts = [
        f"{article}La Une / {day}\n",
        f"---\ntitle: Un titre\ndate: {day}\n---\n{article}",
        f"date: {day}\n\n{article}",
    ]
    for text in texts:
        (found,) = read(text, language=lambda _: language)
        assert found.date == date
    assert read(texts[0])[0].date is None  # in French it is no date


def test_short_stories_take_the_language_of_the_file():
    """Wrong: guessing a language from ten words; asking for one language for all stories."""
    german = (
        "Werft baut zwei neue Fähren\n"
        + "Die Werft hat einen Auftrag erhalten. " * 10
        + "\nKüstenbote / 3. März 2024\n"
    )
    text = (
        german
        + "Une usine ouvre\n"
        + "La nouvelle usine ouvre ses portes. " * 10
        + "\nLa Une / 5 mars 2024\nVITE DITS\n- Bien.\n"
    )
    found = read(text, language=lambda part: "fr" if part.startswith("La nouvelle") else "de")
    assert [article.language for article in found] == ["de", "fr", "de"]


def test_ids_come_from_content():
    """Wrong: ids that depend on the path or on a story's place in its file."""
    one = read("Un titre en haut\n\nUn texte.\n", "a.txt")
    other = read("\n\nUn titre en haut\n\nUn texte.\n", "b.txt")
    assert one[0].id == other[0].id != read("Un titre en haut\n\nUn texte !\n")[0].id


@given(st.text(st.sampled_from("ab A.\n-#/|,9é:"), max_size=80))
def test_any_text_gives_articles_with_titles_in_order(text):
    """Wrong: an article without a title, text lost from a file without metadata."""
    found = read(text)
    assert bool(found) == bool(text.strip(" \n-#/|,.:")) or not found or found[0].text.strip()
    end = 0
    for article in found:
        assert end <= article.start < article.end
        end = article.end


def test_a_million_character_line_is_one_article():
    """Wrong: a title of a million characters; work that grows with the square of the line."""
    text = "Une phrase de plus dans la ligne. " * 30_000
    (article,) = read(text)
    assert article.title == "Une phrase de plus dans la ligne"
    assert article.text == text.strip()


@pytest.mark.parametrize(("length", "language"), [(199, "fr"), (200, "de")])
def test_two_hundred_characters_tell_a_language(length, language):
    """Wrong: a limit off by one; the language of the file for every story."""
    story = "Une usine ouvre\nA" + "a" * (length - 18) + "."
    assert len(story) == length
    other = "Une autre ouvre\nElle est neuve."
    text = f"{story}\nLa Une / 3 mars 2024\n{other}\nLa Une / 4 mars 2024\n"

    def tell(part):
        return "de" if "aaaa" in part and "neuve" not in part else "fr"

    assert read(text, language=tell)[0].language == language


@pytest.mark.parametrize(("length", "language"), [(59, "fr"), (60, "de")])
def test_an_entry_speaks_for_itself(length, language):
    """Wrong: a short mail in the language of its mailbox, or a language guessed from two words."""
    text = "x" * 300 + "\n\n" + "y" * length
    parts = (Part(0, 300, NO_METADATA), Part(302, 302 + length, NO_METADATA))
    document = Document("a.mbox", text, "0", "application/mbox", format="mbox")
    found = find_articles(
        document, language=lambda part: "de" if "x" not in part else "fr", parts=parts
    )
    assert [article.language for article in found] == ["fr", language]


def test_a_language_is_told_from_four_thousand_characters():
    """Wrong: a whole file of a million characters looked at, or only its first line."""
    lengths = []

    def tell(part):
        lengths.append(len(part))
        return "fr"

    read("mot " * 5000, language=tell)
    assert lengths == [3999, 3999]  # a space at the end


def test_front_matter_of_a_newsletter_fills_what_its_stories_lack():
    """Wrong: the file's title, publisher or address on every story of it, or on none."""
    head = "---\ntitle: T\nsource: La Lettre\nlien: https://a.fr\ndate: 2024-03-09\n---\n"
    stories = "".join(
        f"Une usine ouvre {day}\nElle est neuve.\nLa Une / {day} mars 2024\n" for day in (3, 5)
    )
    found = read(head + stories + "EN BREF\n- Un musée ferme.\n")
    assert [article.title for article in found][:2] == ["Une usine ouvre 3", "Une usine ouvre 5"]
    assert [article.publisher for article in found] == ["La Une", "La Une", "La Lettre"]
    assert {article.url for article in found} == {None}
    assert found[0].date == datetime.date(2024, 3, 3)


def test_ids_of_articles_stay_what_they_are():
    """Wrong: another order of what an id is made of: every index would be built again."""
    (article,) = read("Un titre en haut\nLa Une / 3 mars 2024\n\nUn texte.\n")
    assert article.id == "7355d610f2ec"


def test_front_matter_of_one_article_comes_first():
    """Wrong: the attribution in the text before what the file states of its one article."""
    body = "Un titre en haut\n[La Une](https://b.fr) / 3 mars 2024\n\nUn texte.\n"
    head = "---\nsource: Le Livre\nlien: https://a.fr\ndate: 2024-03-09\n---\n"
    (article,) = read(head + body)
    assert (article.publisher, article.date, article.url) == (
        "Le Livre",
        datetime.date(2024, 3, 9),
        "https://a.fr",
    )
    (article,) = read("---\ntags: x\n---\n" + body)
    assert (article.publisher, article.date, article.url) == (
        "La Une",
        datetime.date(2024, 3, 3),
        "https://b.fr",
    )


def test_day_and_month_of_front_matter_follow_the_language():
    """Wrong: the order of the language known in the text and not in the front matter."""
    text = "---\ntitle: T\ndate: 3/4/2024\n---\nUn texte.\n"
    assert read(text)[0].date == datetime.date(2024, 4, 3)
    assert read(text, language=lambda _: "en")[0].date is None


@pytest.mark.parametrize(
    ("name", "text", "date"),
    [
        ("a.pdf", "Le pont ferme\n\nLe Courrier / 2 mars 2026\n\nIl est vieux.", (2026, 3, 2)),
        ("2026-03-04-pont.pdf", "Le pont ferme\n\nIl est vieux.", (2026, 3, 4)),
        ("a.pdf", "Le pont ferme\n\nIl est vieux.", (2026, 5, 1)),
    ],
)
def test_a_day_that_is_written_goes_before_that_of_the_file(name, text, date):
    """Wrong: the day of the export, of an article that says when it came out."""
    document = Document(name, text, "0", "application/pdf", format="pdf")
    made = Metadata(date=datetime.date(2026, 5, 1))
    (article,) = find_articles(document, language=french, metadata=made)
    assert article.date == datetime.date(*date)


def test_frames_tell_no_language():
    """Wrong: a French text in a frame of DOS told to be Korean."""
    line = "Le bac de Sorville passe à huit heures."
    frame = "┌" + "─" * 41 + "┐"
    text = f"{frame}\n│ {line} │\n{frame}\n"
    seen = []
    find_articles(
        Document("a.txt", text, "", "text/plain"), language=lambda text: seen.append(text) or "fr"
    )
    assert {sample.strip() for sample in seen} == {line}

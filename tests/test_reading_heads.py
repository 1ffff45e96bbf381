"""Heads of articles as papers write them: headline, author, publisher, day."""

from __future__ import annotations

import datetime

import pytest

from rag.reading.articles import find_articles
from rag.reading.date_style import DateStyle
from rag.reading.stories import find_stories
from rag.records import Document

DAY = datetime.date(2026, 3, 2)
HEADLINE = "Le pont de Lumes ferme lundi"
BODY = "Il est vieux. Le conseil l’a dit mardi."

# The language of the file, what stands between headline and text, the publisher.
HEADS = [
    ("fr", "Publié le 2 mars 2026 par Jean Petit", None),
    ("fr", "Publié le 02/03/2026 à 10h12", None),
    ("fr", "Par Jean Petit\nOuest Matin, le 2 mars 2026 à 10h12", "Ouest Matin"),
    ("fr", "AFP, publié le 2 mars 2026", "AFP"),
    ("fr", "Le Courrier / 2 mars 2026", "Le Courrier"),
    ("en", "Published 2 March 2026, The Ledger", "The Ledger"),
    ("en", "By J. Smith, The Ledger\nMon 2 Mar 2026", "The Ledger"),
    ("en", "J. Smith | The Ledger | 2 March 2026", "The Ledger"),
    ("de", "Veröffentlicht am 2. März 2026, Ostertaler Bote", "Ostertaler Bote"),
    ("de", "Von Anna Lang, Ostertaler Bote, 2. März 2026", "Ostertaler Bote"),
    ("de", "Veröffentlicht am 2. März 2026 von Anna Lang", None),
    ("es", "Por Ana Ruiz\nEl Correo del Delta, 2 de marzo de 2026", "El Correo del Delta"),
    ("it", "Pubblicato il 2 marzo 2026", None),
    ("nl", "Gepubliceerd op 2 maart 2026 door Jan Smit", None),
    ("pt", "Publicado em 2 de março de 2026 por João Reis", None),
    ("pl", "Opublikowano 2 marca 2026, Gazeta Rzeczna", "Gazeta Rzeczna"),
    ("ru", "Опубликовано 2 марта 2026, Речные вести", "Речные вести"),
    ("sv", "Publicerad 2 mars 2026", None),
]


@pytest.mark.parametrize(("language", "credit", "publisher"), HEADS)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_heads_in_several_languages(language, credit, publisher, gap):
    """Wrong: an author as publisher or headline, a day or a publisher not seen."""
    text = f"{HEADLINE}{gap}{credit}\n\n{BODY}\n"
    (story,) = find_stories(text, dates=DateStyle.of_language(language))
    assert (story.title, story.publisher, story.date) == (HEADLINE, publisher, DAY)


@pytest.mark.parametrize(
    ("language", "dateline", "publisher", "day"),
    [
        ("fr", "PARIS, 2 mars 2026 (Reuters) - ", "Reuters", DAY),
        ("en", "LONDON, March 2, 2026 (Reuters) – ", "Reuters", DAY),
        ("en", "LONDON (AP) — ", "AP", None),
        ("de", "Berlin (dpa) - ", "dpa", None),
        ("en", "Peter (a friend) - ", None, None),
    ],
)
def test_datelines_of_agencies(language, dateline, publisher, day):
    """Wrong: the city as publisher, a bracket in prose taken for an agency, the text cut off."""
    text = f"{HEADLINE}\n\n{dateline}{BODY}\n"
    (story,) = find_stories(text, dates=DateStyle.of_language(language))
    assert (story.title, story.publisher, story.date) == (HEADLINE, publisher, day)
    assert text[story.start : story.end].endswith(BODY)


def test_a_line_over_its_credit_line_is_a_headline():
    """Wrong: a headline of one short word, or with a full stop, taken for text."""
    for headline in ("Emploi", "Le budget de Brézolles."):
        (story,) = find_stories(f"{headline}\n\nLe Courrier / 2 mars 2026\n\n{BODY}\n")
        assert (story.title, story.publisher) == (headline, "Le Courrier")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Der 1. FC Aldenau steigt auf", "Der 1. FC Aldenau steigt auf"),
        ("1. FC Aldenau steigt auf", "1. FC Aldenau steigt auf"),
        ("# Zum 25. Mal: Musikfest am 3. Mai", "Zum 25. Mal: Musikfest am 3. Mai"),
        ("# Apprendre C#", "Apprendre C#"),
        ("# Apprendre C# ##", "Apprendre C#"),
        ("# Communitybuilder\\*in gesucht", "Communitybuilder*in gesucht"),
        ("INCENDIE AU PORT DE LUMES", "INCENDIE AU PORT DE LUMES"),
    ],
)
def test_titles_keep_what_belongs_to_them(line, title):
    """Wrong: ordinals, sharps, escaped stars and capitals lost."""
    (story,) = find_stories(f"{line}\n\n{BODY}\n")
    assert story.title == title


def test_a_by_line_is_no_title_and_a_headline_with_by_is():
    """Wrong: "Par Jean Petit" as the headline below which it should look, or "Par ici" as author."""
    (story,) = find_stories(f"Par Jean Petit\n\n{HEADLINE}\n\n{BODY}\n")
    assert story.title == HEADLINE
    (story,) = find_stories(f"Par ici la bonne soupe du port\n\n{BODY}\n")
    assert story.title == "Par ici la bonne soupe du port"
    # A city stays a city where no author stands over it.
    (story,) = find_stories(f"{HEADLINE}\nAubelle, le 2 mars 2026\n\n{BODY}\n")
    assert (story.publisher, story.date) == (None, DAY)


@pytest.mark.parametrize(
    ("language", "credit", "author"),
    [
        ("fr", "Publié le 2 mars 2026 par La Gazette de Lumes", "La Gazette de Lumes"),
        ("fr", "Publié le 2 mars 2026 à 10h12 par Jean Petit", "Jean Petit"),
        ("fr", "Mis en ligne le 2 mars 2026 par la rédaction", None),
        ("en", "Published on March 2, 2026 at 10:12 am by The Ledger", "The Ledger"),
        ("de", "Veröffentlicht am 2. März 2026, 10:12 Uhr, von Anna Lang", "Anna Lang"),
        ("de", "Veröffentlicht am 2. März 2026, Hans von Lumes", None),
        ("it", "Pubblicato il 2 marzo 2026 da La Voce", "La Voce"),
    ],
)
def test_who_is_named_behind_the_day_stands_in_for_the_publisher(language, credit, author):
    """Wrong: nobody, "la rédaction", or half of a name; one who goes before the user's table."""
    text = f"{HEADLINE}\n\n{credit}\n\n{BODY}\n"
    (story,) = find_stories(text, dates=DateStyle.of_language(language))
    assert story.author == author
    for table, publisher in ((None, story.publisher or author), ("Table", "Table")):
        document = Document("a.txt", text, "", "text/plain")
        (article,) = find_articles(document, language=lambda text: language, publisher=table)
        if story.publisher is None:
            assert article.publisher == publisher
            assert article.is_publisher_inferred is (publisher is not None)


# What such lines are in the languages that have a file: (language, line, publisher).
LINES = [
    ("de", "Von Hans Klein, Der Bote\nMo., 2. März 2026, 10:12 Uhr", "Der Bote"),
    ("de", "Stand: 02.03.2026 10:12 Uhr", None),
    ("en", "By J. Smith, The Ledger\nMon 2 Mar 2026 10.12 BST", "The Ledger"),
    ("nl", "Gepubliceerd op 2 maart 2026 door De Bode", "De Bode"),
    ("sv", "Publicerad 2 mars 2026 av Bladet", "Bladet"),
    ("da", "Udgivet den 2. marts 2026 af Bladet", "Bladet"),
    ("nb", "Publisert 2. mars 2026 av Bladet", "Bladet"),
    ("fi", "Julkaistu 2.3.2026 klo 10.12, Sanomat", "Sanomat"),
    ("pl", "Opublikowano 2 marca 2026 przez Kurier", "Kurier"),
    ("cs", "Zveřejněno 2. března 2026, Kurýr", "Kurýr"),
    ("ro", "Publicat la 2 martie 2026 de Curierul", "Curierul"),
    ("hu", "Megjelent 2026. március 2., Hírlap", "Hírlap"),
    ("ca", "Publicat el 2 de març de 2026 per El Correu", "El Correu"),
    ("tr", "Yayınlanma: 2 Mart 2026, Posta", "Posta"),
    ("ru", "Опубликовано 2 марта 2026 года, Вестник", "Вестник"),
    ("uk", "Опубліковано 2 березня 2026, Вісник", "Вісник"),
    ("bg", "Публикувано на 2 март 2026, Вестник", "Вестник"),
    ("el", "Δημοσιεύτηκε στις 2 Μαρτίου 2026, Ταχυδρόμος", "Ταχυδρόμος"),
    ("id", "Dipublikasikan 2 Maret 2026 oleh Kabar", "Kabar"),
    ("vi", "Đăng ngày 2 tháng 3 năm 2026, Tin Mới", "Tin Mới"),
    ("ja", "2026年3月2日（月）10時12分 青葉新聞", "青葉新聞"),
    ("ja", "公開日：2026年3月2日", None),
    ("zh", "2026年3月2日 10:12 来源：青山日报", "青山日报"),
    ("zh", "发布于 2026年3月2日", None),
    ("ko", "푸른신문 2026년 3월 2일", "푸른신문"),
    ("ko", "입력 2026.03.02. 오전 10:12", None),
    ("ar", "الرسالة، 2 مارس 2026", "الرسالة"),
    ("he", "פורסם ב־2 במרץ 2026, המבשר", "המבשר"),
    ("hi", "प्रकाशित 2 मार्च 2026", None),
    ("th", "เผยแพร่ 2 มีนาคม 2569", None),
]


@pytest.mark.parametrize(("language", "line", "publisher"), LINES)
def test_heads_in_all_languages(language, line, publisher):
    """Wrong: the words of a few languages alone; a weekday, a time or a zone that hides the day or becomes the publisher."""
    text = f"{HEADLINE}\n\n{line}\n\n{BODY}\n"
    (story,) = find_stories(text, dates=DateStyle.of_language(language))
    assert (story.title, story.publisher or story.author, story.date) == (HEADLINE, publisher, DAY)


@pytest.mark.parametrize(
    "line", ["2026年3月2日 橋が再開", "橋が再開した。2026年3月2日のことだ。", "Le Nord 2 mars 2026"]
)
def test_a_space_parts_no_publisher_from_a_day_but_by_its_end(line):
    """Wrong: any words beside a day taken for the publisher."""
    stories = find_stories(f"{line}\n\n{BODY}\n", dates=DateStyle.of_language("ja"))
    assert [story.publisher for story in stories] == [None]

"""Files as such papers look, in four languages, made by templates: what ``measure_stories`` cuts.

The names and facts are made up. Templates were written before the rules that are measured on them.
"""

from __future__ import annotations

import datetime
import random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class StoryFile(NamedTuple):
    """A file, and what is right: its stories, or none where it is one article."""

    kind: str
    template: str
    language: str
    text: str
    titles: tuple[str, ...]
    date: datetime.date | None
    urls: tuple[str, ...] = ()


class Words(NamedTuple):
    """What the papers of a language say."""

    months: str
    day: str
    issues: tuple[str, ...]
    sections: tuple[str, ...]
    chapters: tuple[str, ...]
    subjects: tuple[str, ...]
    verbs: tuple[str, ...]
    objects: tuple[str, ...]
    sentences: tuple[str, ...]
    articles: tuple[str, ...]
    papers: tuple[str, ...]
    hello: str
    more: str


FRENCH = Words(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "{d} {m} {y}",
    (
        "Revue de presse du {day}",
        "Newsletter du Delta n° {n} – {day}",
        "La Lettre de l’Estuaire #{n}",
        "Cette semaine en Valombre {n}",
    ),
    ("Sorties", "Logiciels", "Divers", "Carnet", "Rencontres"),
    (
        "Le problème",
        "La solution",
        "Ce que disent les habitants",
        "Et après",
        "Le coût",
        "Nos résultats",
    ),
    (
        "Le port de Varenne",
        "La mairie d’Aubelle",
        "TerraVox",
        "Le musée Lorcan",
        "L’atlas des puits",
        "La coopérative Orvane",
        "Le bac de Lumes",
        "Le prix Mercator",
    ),
    ("reçoit", "publie", "ferme", "agrandit", "cherche", "présente"),
    (
        "une carte sonore",
        "trois quais",
        "un catalogue",
        "ses archives",
        "une bourse",
        "la version 3",
    ),
    (
        "Les travaux dureront deux ans et coûteront quatre millions d’euros.",
        "Nora Belkacem l’a annoncé mardi devant deux cents personnes.",
        "Le projet avait été retardé par les crues d’hiver.",
        "Plus de mille visiteurs sont attendus chaque mois.",
        "Le conseil doit encore se prononcer.",
    ),
    (
        "Toit sûr",
        "Comment nous avons réduit nos déchets",
        "Compte rendu du conseil du 14 février 2025",
        "Dix outils pour cartographier",
        "Le pont de Loudéac a cent ans",
    ),
    ("Le Courrier du Delta", "Ouest Matin", "La Gazette de Lumes"),
    "Bonjour à tous et bonne lecture !",
    "Lire la suite",
)
ENGLISH = Words(
    "January February March April May June July August September October November December",
    "{m} {d}, {y}",
    (
        "Weekly digest – {day}",
        "Delta Newsletter #{n}",
        "This Week in Varenne {n}",
        "Estuary Project News - {day}",
    ),
    ("Releases", "Tooling", "Miscellaneous", "People", "Upcoming events"),
    (
        "The problem",
        "Our approach",
        "What residents say",
        "What comes next",
        "The cost",
        "Lessons learned",
    ),
    (
        "Varenne Harbour",
        "The town of Riverton",
        "TerraVox",
        "The Lorcan Museum",
        "The atlas of wells",
        "Orvane Cooperative",
        "Lumes ferry",
        "Mercator prize",
    ),
    ("receives", "publishes", "closes", "extends", "looks for", "presents"),
    ("a map of sounds", "three quays", "a catalogue", "its archives", "a grant", "version 3"),
    (
        "The works will take two years and cost four million dollars.",
        "Nora Belkacem announced it on Tuesday before two hundred people.",
        "The project had been delayed by the winter floods.",
        "More than a thousand visitors are expected each month.",
        "The council has yet to vote.",
    ),
    (
        "A roof for all",
        "How we cut our waste in half",
        "Minutes of the council of 14 February 2025",
        "Ten tools for making maps",
        "The Loudon bridge turns one hundred",
    ),
    ("The Delta Ledger", "Harbour Times", "Lumes Gazette"),
    "Hello everyone, and welcome to another issue.",
    "Read more",
)
GERMAN = Words(
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "{d}. {m} {y}",
    (
        "Presseschau vom {day}",
        "Newsletter Ostertal Nr. {n}",
        "Rundbrief {n} vom {day}",
        "Wochenrückblick: {day}",
    ),
    ("Neuerscheinungen", "Werkzeuge", "Vermischtes", "Personalien", "Termine"),
    (
        "Das Problem",
        "Unser Vorgehen",
        "Was die Anwohner sagen",
        "Wie es weitergeht",
        "Die Kosten",
        "Ergebnisse",
    ),
    (
        "Der Hafen Aldenau",
        "Die Stadt Trebnitz",
        "TerraVox",
        "Das Lorcan-Museum",
        "Der Brunnenatlas",
        "Die Genossenschaft Orvane",
        "Die Fähre Lumes",
        "Der Mercatorpreis",
    ),
    ("erhält", "veröffentlicht", "schließt", "erweitert", "sucht", "zeigt"),
    (
        "eine Klangkarte",
        "drei Kais",
        "einen Katalog",
        "sein Archiv",
        "ein Stipendium",
        "die Version 3",
    ),
    (
        "Die Arbeiten dauern zwei Jahre und kosten vier Millionen Euro.",
        "Nora Belkacem gab es am Dienstag vor zweihundert Gästen bekannt.",
        "Das Vorhaben war durch Hochwasser verzögert worden.",
        "Mehr als tausend Besucher werden jeden Monat erwartet.",
        "Der Rat muss noch abstimmen.",
    ),
    (
        "Ein Dach für alle",
        "Wie wir unseren Müll halbierten",
        "Protokoll der Ratssitzung vom 14. Februar 2025",
        "Zehn Werkzeuge für Karten",
        "Die Brücke von Loden wird hundert",
    ),
    ("Ostertaler Bote", "Hafenblatt", "Lumeser Zeitung"),
    "Liebe Leserinnen und Leser, willkommen zu dieser Ausgabe.",
    "Weiterlesen",
)
SPANISH = Words(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "{d} de {m} de {y}",
    (
        "Revista de prensa del {day}",
        "Boletín del Delta n.º {n}",
        "Newsletter Estuario #{n}",
        "Resumen semanal: {day}",
    ),
    ("Novedades", "Herramientas", "Varios", "Personas", "Encuentros"),
    (
        "El problema",
        "Nuestra propuesta",
        "Lo que dicen los vecinos",
        "Y ahora qué",
        "El coste",
        "Resultados",
    ),
    (
        "El puerto de Varena",
        "El ayuntamiento de Robledillo",
        "TerraVox",
        "El museo Lorcán",
        "El atlas de pozos",
        "La cooperativa Orvana",
        "El ferry de Lumes",
        "El premio Mercator",
    ),
    ("recibe", "publica", "cierra", "amplía", "busca", "presenta"),
    ("un mapa sonoro", "tres muelles", "un catálogo", "sus archivos", "una beca", "la versión 3"),
    (
        "Las obras durarán dos años y costarán cuatro millones de euros.",
        "Nora Belkacem lo anunció el martes ante doscientas personas.",
        "El proyecto se había retrasado por las crecidas.",
        "Se esperan más de mil visitantes al mes.",
        "El pleno aún debe votar.",
    ),
    (
        "Techo seguro",
        "Cómo redujimos la basura",
        "Acta del pleno del 14 de febrero de 2025",
        "Diez herramientas para mapas",
        "El puente de Lodera cumple cien años",
    ),
    ("El Correo del Delta", "Puerto Diario", "La Gaceta de Lumes"),
    "Hola a todos y bienvenidos a un nuevo número.",
    "Leer más",
)
LANGUAGES = {"fr": FRENCH, "en": ENGLISH, "de": GERMAN, "es": SPANISH}


class Desk:
    """What a template draws from: words of a language, and a day."""

    def __init__(self, language: str, seed: int) -> None:
        """Take the words of a language."""
        self.language = language
        self.words = LANGUAGES[language]
        self.random = random.Random(seed)
        self.date = datetime.date(2025, 1, 3) + datetime.timedelta(days=7 * (seed % 60))
        self.number = 100 + seed
        self._left: list[str] = []

    def write_day(self) -> str:
        """Return the day of the issue as the language writes it."""
        month = self.words.months.split()[self.date.month - 1]
        return self.words.day.format(d=self.date.day, m=month, y=self.date.year)

    def write_issue(self) -> str:
        """Return the title of an issue."""
        title = self.random.choice(self.words.issues)
        return title.format(day=self.write_day(), n=self.number)

    def write_headline(self) -> str:
        """Return a headline that no other story of the file has."""
        if not self._left:
            words = self.words
            self._left = [
                f"{s} {v} {o}" for s in words.subjects for v in words.verbs for o in words.objects
            ]
            self.random.shuffle(self._left)
        return self._left.pop()

    def write_text(self, sentences: int = 2) -> str:
        """Return a paragraph."""
        return " ".join(self.random.sample(self.words.sentences, sentences))

    def write_url(self, headline: str) -> str:
        """Return an address."""
        slug = "".join(
            char if char.isascii() and char.isalnum() else "-" for char in headline.lower()
        )
        return f"https://news.example.org/{self.number}/{slug}"

    def draw_sections(self, most: int = 3) -> list[str]:
        """Return names of sections."""
        return self.random.sample(self.words.sections, self.random.randint(2, most))

    def write_front(self, title: str, *, style: str = "yaml") -> str:
        """Return front matter with a title and a day."""
        if style == "toml":
            return f'+++\ntitle = "{title}"\ndate = {self.date}\n+++\n\n'
        return f'---\ntitle: "{title}"\ndate: {self.date}\n---\n\n'


# --- one article


def write_chapters(desk: Desk, level: int, rule: str = "") -> str:
    """Return chapters under headings of a level, with a rule between them."""
    names = desk.random.sample(desk.words.chapters, desk.random.randint(2, 5))
    parts = [
        f"{'#' * level} {name}\n\n{desk.write_text()}\n\n{desk.write_text()}\n" for name in names
    ]
    return f"\n{rule}\n\n".join(parts) if rule else "\n".join(parts)


def draw_article(desk: Desk) -> str:
    """Return the title of an article."""
    return desk.random.choice(desk.words.articles)


def article_front_h1(desk: Desk) -> StoryFile:
    """Return a file of the template: article front h1."""
    return one(desk, desk.write_front(draw_article(desk)) + write_chapters(desk, 1))


def article_front_h2_rules(desk: Desk) -> StoryFile:
    """Return a file of the template: article front h2 rules."""
    rule = desk.random.choice(["---", "* * *", "***"])
    return one(
        desk, desk.write_front(draw_article(desk), style="toml") + write_chapters(desk, 2, rule)
    )


def article_h1_h2(desk: Desk) -> StoryFile:
    """Return a file of the template: article h1 h2."""
    return one(desk, f"# {draw_article(desk)}\n\n{desk.write_text()}\n\n{write_chapters(desk, 2)}")


def article_h2_h3(desk: Desk) -> StoryFile:
    """Return a file of the template: article h2 h3."""
    title = draw_article(desk)
    body = write_chapters(desk, 2) + "\n" + write_chapters(desk, 3) + "\n" + write_chapters(desk, 2)
    return one(desk, desk.write_front(title) + f"# {title}\n\n{body}")


def article_list_of_tools(desk: Desk) -> StoryFile:
    """Return a file of the template: article list of tools."""
    parts = []
    for number in range(1, 6):
        name = desk.write_headline()
        parts.append(f"## {number}. [{name}]({desk.write_url(name)})\n\n{desk.write_text()}\n")
    return one(desk, desk.write_front(draw_article(desk)) + "\n".join(parts))


def article_interview(desk: Desk) -> StoryFile:
    """Return a file of the template: article interview."""
    questions = [f"**{desk.write_headline()} ?**\n\n{desk.write_text(3)}\n" for _ in range(4)]
    return one(desk, f"# {draw_article(desk)}\n\n{desk.write_text()}\n\n" + "\n".join(questions))


def article_bold_chapters(desk: Desk) -> StoryFile:
    """Return a file of the template: article bold chapters."""
    names = desk.random.sample(desk.words.chapters, 3)
    parts = [f"**{name}**\n\n{desk.write_text()}\n" for name in names]
    head = f"{draw_article(desk)}\n{desk.words.papers[0]} / {desk.write_day()}\n\n{desk.write_text()}\n\n"
    return one(desk, head + "\n".join(parts))


def article_with_links(desk: Desk) -> StoryFile:
    """Return a file of the template: article with links."""
    links = []
    for _ in range(5):
        name = desk.write_headline()
        links.append(f"- [{name}]({desk.write_url(name)})")
    body = write_chapters(desk, 2)
    return one(
        desk,
        desk.write_front(draw_article(desk))
        + body
        + f"\n## {desk.words.sections[2]}\n\n"
        + "\n".join(links)
        + "\n",
    )


def article_capital_headline(desk: Desk) -> StoryFile:
    """Return a file of the template: article capital headline."""
    items = "\n".join(f"- {desk.write_headline().lower()} ;" for _ in range(3))
    return one(
        desk,
        f"{desk.write_headline().upper()}\n\n{desk.write_text(3)}\n\n{desk.write_text(1)[:-1]} :\n\n{items}\n\n{desk.write_text()}\n",
    )


def article_first_level_alone(desk: Desk) -> StoryFile:
    """Return a file of the template: article first level alone."""
    title = draw_article(desk)
    return one(desk, f"# {title}\n\n{desk.write_text()}\n\n" + write_chapters(desk, 1))


def one(desk: Desk, text: str) -> StoryFile:
    """Return a file that is one article."""
    return StoryFile("one article", "", desk.language, text, (), None)


# --- newsletters


def sections_of_items(
    desk: Desk, write_item: Callable[[Desk, str, str], str], *, level: int = 2
) -> tuple[str, list[str]]:
    """Return sections with items, and the titles of the items."""
    parts: list[str] = []
    titles: list[str] = []
    for section in desk.draw_sections():
        parts.append(f"{'#' * level} {section}\n")
        for _ in range(desk.random.randint(1, 4)):
            title = desk.write_headline()
            titles.append(title)
            parts.append(write_item(desk, title, desk.write_url(title)))
    return "\n".join(parts), titles


def issue(
    desk: Desk, kind: str, text: str, titles: list[str], *, linked: bool = False
) -> StoryFile:
    """Return a file that is an issue with these stories."""
    urls = tuple(map(desk.write_url, titles)) if linked else ()
    return StoryFile(kind, "", desk.language, text, tuple(titles), desk.date, urls)


def headings_front(desk: Desk) -> StoryFile:
    """Return a file of the template: headings front."""
    title = desk.write_issue()
    body, titles = sections_of_items(
        desk, lambda d, t, u: f"### {t}\n\n{d.write_text()}\n\n[{d.words.more}]({u})\n"
    )
    text = (
        desk.write_front(title) + f"# {title}\n\n## Intro\n\n{desk.words.hello}\n\n----\n\n" + body
    )
    return issue(desk, "headings", text, titles, linked=True)


def headings_h1_h2(desk: Desk) -> StoryFile:
    """Return a file of the template: headings h1 h2."""
    titles = [desk.write_headline() for _ in range(4)]
    parts = [f"## {title}\n\n{desk.write_text()}\n\n{desk.write_text()}\n" for title in titles]
    text = f"# {desk.write_issue()}\n\n{desk.write_day()}\n\n{desk.words.hello}\n\n" + "\n".join(
        parts
    )
    return issue(desk, "headings", text, titles)


def headings_linked(desk: Desk) -> StoryFile:
    """Return a file of the template: headings linked."""
    titles = [desk.write_headline() for _ in range(5)]
    parts = [f"## [{title}]({desk.write_url(title)})\n\n{desk.write_text()}\n" for title in titles]
    text = desk.write_front(desk.write_issue(), style="toml") + "\n".join(parts)
    return issue(desk, "headings", text, titles, linked=True)


def headings_images(desk: Desk) -> StoryFile:
    """Return a file of the template: headings images."""

    def write_item(d: Desk, title: str, url: str) -> str:
        icon = "![icône](https://cdn.example.org/news.png){: .img-thumbnail-left }"
        return f"### {title}\n\n{icon}\n\n{d.write_text()}\n\n<{url}>\n"

    body, titles = sections_of_items(desk, write_item)
    return issue(desk, "headings", desk.write_front(desk.write_issue()) + body, titles, linked=True)


def bold_lines(desk: Desk) -> StoryFile:
    """Return a file of the template: bold lines."""
    titles = [desk.write_headline() for _ in range(4)]
    parts = [f"**{title}**\n\n{desk.write_text()}\n" for title in titles]
    text = f"# {desk.write_issue()}\n\n{desk.write_day()}\n\n{desk.words.hello}\n\n" + "\n".join(
        parts
    )
    return issue(desk, "bold lines", text, titles)


def bold_lines_in_sections(desk: Desk) -> StoryFile:
    """Return a file of the template: bold lines in sections."""
    body, titles = sections_of_items(
        desk, lambda d, t, u: f"**{t}**\n\n{d.write_text()} [{d.words.more}]({u})\n"
    )
    return issue(
        desk, "bold lines", desk.write_front(desk.write_issue()) + body, titles, linked=True
    )


def bold_items(desk: Desk) -> StoryFile:
    """Return a file of the template: bold items."""
    body, titles = sections_of_items(
        desk, lambda d, t, u: f"- **{t}:** {d.write_text()} {d.write_text()}\n"
    )
    hello = f"{desk.words.hello}\n\n"
    return issue(desk, "bold lines", desk.write_front(desk.write_issue()) + hello + body, titles)


def bold_linked(desk: Desk) -> StoryFile:
    """Return a file of the template: bold linked."""
    titles = [desk.write_headline() for _ in range(4)]
    parts = [f"**[{title}]({desk.write_url(title)})**\n{desk.write_text()}\n" for title in titles]
    text = desk.write_front(desk.write_issue()) + f"{desk.words.hello}\n\n" + "\n".join(parts)
    return issue(desk, "bold lines", text, titles, linked=True)


def items_bare(desk: Desk) -> StoryFile:
    """Return a file of the template: items bare."""
    body, titles = sections_of_items(desk, lambda d, t, u: f"* [{t}]({u})")
    text = desk.write_front(desk.write_issue()) + f"{desk.words.hello}\n\n{body}\n"
    return issue(desk, "linked items", text, titles, linked=True)


def items_described(desk: Desk) -> StoryFile:
    """Return a file of the template: items described."""
    body, titles = sections_of_items(desk, lambda d, t, u: f"- [{t}]({u}) – {d.write_text(1)}")
    text = f"# {desk.write_issue()}\n\n{desk.write_day()}\n\n{desk.words.hello}\n\n{body}\n"
    return issue(desk, "linked items", text, titles, linked=True)


def items_pelican(desk: Desk) -> StoryFile:
    """Return a file of the template: items pelican."""
    body, titles = sections_of_items(desk, lambda d, t, u: f"* [{t}]({u})", level=3)
    head = (
        f"Title: {desk.write_issue()}\nNumber: {desk.number}\nDate: {desk.date}\nCategory: News\n\n"
    )
    text = head + f"{desk.words.hello}\n\n## {desk.words.sections[0]}\n\n{body}\n"
    return issue(desk, "linked items", text, titles, linked=True)


def items_with_text(desk: Desk) -> StoryFile:
    """Return a file of the template: items with text."""

    def write_item(d: Desk, title: str, url: str) -> str:
        return f"* [{title}]({url})\n\n  {d.write_text()}\n"

    body, titles = sections_of_items(desk, write_item)
    return issue(
        desk, "linked items", desk.write_front(desk.write_issue()) + body, titles, linked=True
    )


def credits_closing(desk: Desk) -> StoryFile:
    """Return a file of the template: credits closing."""
    titles = [desk.write_headline() for _ in range(4)]
    parts = []
    for title in titles:
        paper = desk.random.choice(desk.words.papers)
        parts.append(f"{title}\n{desk.write_text()}\n{paper} / {desk.write_day()}\n")
    return issue(desk, "attributions", "\n".join(parts), titles)


def credits_opening(desk: Desk) -> StoryFile:
    """Return a file of the template: credits opening."""
    titles = [desk.write_headline() for _ in range(3)]
    parts = []
    for title in titles:
        paper = desk.random.choice(desk.words.papers)
        parts.append(f"## {title}\n\n*{paper} · {desk.write_day()}*\n\n{desk.write_text()}\n")
    return issue(desk, "attributions", "\n".join(parts), titles)


def credits_bold(desk: Desk) -> StoryFile:
    """Return a file of the template: credits bold."""
    titles = [desk.write_headline() for _ in range(3)]
    parts = []
    for title in titles:
        paper = desk.random.choice(desk.words.papers)
        parts.append(f"**{title}**\n\n{desk.write_text()}\n\n{paper} / {desk.write_day()}\n")
    return issue(desk, "attributions", "\n".join(parts), titles)


TEMPLATES: tuple[Callable[[Desk], StoryFile], ...] = (
    article_front_h1,
    article_front_h2_rules,
    article_h1_h2,
    article_h2_h3,
    article_list_of_tools,
    article_interview,
    article_bold_chapters,
    article_with_links,
    article_capital_headline,
    article_first_level_alone,
    headings_front,
    headings_h1_h2,
    headings_linked,
    headings_images,
    bold_lines,
    bold_lines_in_sections,
    bold_items,
    bold_linked,
    items_bare,
    items_described,
    items_pelican,
    items_with_text,
    credits_closing,
    credits_opening,
    credits_bold,
)
FILES_OF_A_TEMPLATE = {"one article": 2, "attributions": 4}  # in each language; 3 of the others


def make_files() -> list[StoryFile]:
    """Return the files of all templates in all languages."""
    files = []
    for place, template in enumerate(TEMPLATES):
        for offset, language in enumerate(LANGUAGES):
            first = template(Desk(language, 0))
            for number in range(FILES_OF_A_TEMPLATE.get(first.kind, 3)):
                desk = Desk(language, 97 * place + 11 * offset + number)
                file = template(desk)
                files.append(file._replace(template=template.__name__))
    return files

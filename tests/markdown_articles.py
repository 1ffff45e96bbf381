"""Forty-eight articles in Markdown as six generators of sites and notes keep them, and what they say.

Each is a head, a few sentences, and what such files have besides: links, images, shortcodes, tables, code. The
sentences are known as a reader sees them, so that what is read can be held to them.
"""

from __future__ import annotations

from typing import NamedTuple


class WrittenArticle(NamedTuple):
    """A file, and the sentences and the title that a reader sees."""

    name: str
    text: str
    title: str
    sentences: list[str]


HEADS = {
    "hugo": '+++\ntitle = "{title}"\ndate = 2031-05-0{day}T08:00:00Z\ntags = ["a", "b"]\n[menu]\n  title = "No"\n+++\n\n{{{{< toc >}}}}\n\n',
    "jekyll": "---\nlayout: post\ntitle: '{title}'\ndate: 2031-05-0{day} 08:00:00 +0100\ncategories: [a]\n---\n\n* TOC\n{{:toc}}\n\n",
    "pelican": "Title: {title}\nDate: 2031-05-0{day}\nNumber: {day}\nCategory: News\n\n",
    "mkdocs": '---\ntitle: {title}\nhide:\n  - navigation\n---\n\n# {title} {{#top}}\n\n!!! note "Short"\n    Read on.\n\n',
    "astro": "---\ntitle: {title}\npubDate: 2031-05-0{day}\nheroImage: '/a.png'\n---\nimport Card from '../Card.astro'\n\n<Card tags={{['a']}} />\n\n",
    "obsidian": "---\naliases: [a, b]\ncreated: 2031-05-0{day}\n---\n\n# {title}\n\n> [!info]- Short\n> Read on. ^abc123\n\n",
}
# As they are written, and as they are seen.
STORIES = [
    ("The Ferry of Aldmoor", [("The ferry of [Aldmoor](https://e.org/a_(b)?x=1 \"t\") **stops** on 3 May.", "The ferry of Aldmoor stops on 3 May."), ("Its captain, *Edda Holm*, has steered it for `31` years[^1].", "Its captain, Edda Holm, has steered it for 31 years.")]),
    ("Ein Turm für Wesenau", [("Der Turm von [[Wesenau|Wesenau]] wird ==saniert==.", "Der Turm von Wesenau wird saniert."), ("Die Arbeiten kosten **2,4&nbsp;Millionen** Euro, sagt <b>Ida Rehm</b>.", "Die Arbeiten kosten 2,4\u00a0Millionen Euro, sagt Ida Rehm.")]),
    ("Le marché de Brissac-sur-Lune", [("Le marché de Brissac ferme ![plan](plan.png){: .left } en juin.", "Le marché de Brissac ferme en juin."), ("La maire, [Odile Vasson][mairie], parle d’un chantier de neuf mois.", "La maire, Odile Vasson, parle d’un chantier de neuf mois.")]),
    ("La fuente de Torrealba", [("> La fuente de **Torrealba** fue\n> Restaurada en 2030 por Inés Cano.", "La fuente de Torrealba fue Restaurada en 2030 por Inés Cano."), ("El agua vuelve el lunes<!-- ¿o el martes? -->.", "El agua vuelve el lunes.")]),
    ("Il ponte di Valserra", [("Il ponte di Valserra riapre ~~lunedì~~ martedì.", "Il ponte di Valserra riapre lunedì martedì."), ('<p class="x">Costa <em>900.000</em> euro.</p>', "Costa 900.000 euro.")]),
    ("A escola de Monteverde", [("| Ano | Alunos |\n|----|---:|\n| 2030 | **210** |", "Ano: 2030 · Alunos: 210"), ("A escola de Monteverde cresce depressa\\.", "A escola de Monteverde cresce depressa.")]),
    ("The Mill at Orsett Down", [("1. The mill grinds again from Friday.", "1. The mill grinds again from Friday."), ("- The flour is sold at <https://e.org/flour>.", "The flour is sold at https://e.org/flour.")]),
    ("Der Hafen von Brunsee", [("Der Hafen {{< ref \"x\" >}}von Brunsee wird {{ site.x }}tiefer.", "Der Hafen von Brunsee wird tiefer."), ("Term\n: Der Bagger gehört der _Stadt_.", "Der Bagger gehört der Stadt.")]),
]  # fmt: skip
TAIL = (
    "\n```js\nconst answer = 'No **text**'; // [x](y)\n```\n\n[^1]: A note.\n\n[mairie]: https://e.org/mairie\n"
    '[unused one]: /x "y"\n\n<script>\nvar a = 1;\n</script>\n\n{% include footer.html %}\n\n![last](a.png)\n'
)


def write_articles() -> list[WrittenArticle]:
    """Return every story as every generator keeps it."""
    articles = []
    for kind, head in HEADS.items():
        for day, (title, sentences) in enumerate(STORIES, 1):
            body = "\n\n".join(written for written, _ in sentences)
            text = head.format(title=title, day=day) + body + "\n" + TAIL
            seen = [shown for _, shown in sentences]
            articles.append(WrittenArticle(f"{kind}-{day}.md", text, title, seen))
    return articles

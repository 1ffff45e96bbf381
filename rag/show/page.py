"""Answers, passages and reports as lines for a screen. Whatever an article or a user wrote goes through ``one_line``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.days import about, plural, searched, span, told
from rag.show.lines import Line, Page, Segment, joined, line, marked, place, snippet
from rag.show.why import explanation
from rag.text.words import to_one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.errors import RagError
    from rag.index.build import BuildReport
    from rag.records import Answer, Article, Citation, Figure, Passage

NOTHING = {  # said in the question's language when the articles do not answer it
    "fr": "Les articles ne le disent pas.",
    "en": "The articles do not say.",
    "de": "Die Artikel sagen dazu nichts.",
    "es": "Los artículos no lo dicen.",
    "it": "Gli articoli non lo dicono.",
    "pt": "Os artigos não o dizem.",
    "nl": "De artikelen zeggen hier niets over.",
}
DIFFER = {  # said in the question's language when sources give different figures for the same thing
    "fr": "Les sources diffèrent :",
    "en": "Sources differ:",
    "de": "Die Quellen weichen voneinander ab:",
    "es": "Las fuentes difieren:",
    "it": "Le fonti differiscono:",
    "pt": "As fontes divergem:",
    "nl": "De bronnen verschillen:",
}
LACKING = {  # … and these words of the question stand nowhere near
    "fr": "Rien ici sur : {}",
    "en": "Nothing here about: {}",
    "de": "Hier steht nichts zu: {}",
    "es": "Nada aquí sobre: {}",
    "it": "Nulla qui su: {}",
    "pt": "Nada aqui sobre: {}",
    "nl": "Hier niets over: {}",
}
VERIFIED = {
    "exact": ("✓ exact", "good"),
    "near": ("≈ near", "warn"),
    "none": ("✗ not found", "bad"),
}
NEAREST = 3  # passages shown when the articles do not say
ALSO = 3  # reprints of a story named
NAMED = 10  # skipped files named
INDENT = "    "


def answer_page(answer: Answer, *, quotes: bool = False, explain: bool = False) -> Page:
    """An answer with its sources, or the nearest passages when the articles do not say; then what was searched."""
    if answer.status == "not_in_sources":
        blocks = [[*_nothing(answer), *_lacking(answer)]]
        blocks += (
            [[line("Nearest passages:", style="dim")], *_nearest(answer)] if answer.hits else []
        )
    elif quotes:
        blocks = [
            [
                _quote(citation, answer.question),
                *_told(citation),
                _source(citation, answer),
                *_where(citation),
            ]
            for citation in answer.citations
        ]
    else:
        blocks = [[_sentences(answer), *_lacking(answer)]]
        blocks += [
            [
                _source(citation, answer),
                _quote(citation, answer.question, lead=INDENT),
                *_told(citation, lead=INDENT),
                *_where(citation),
            ]
            for citation in answer.citations
        ]
    blocks += [[_differ(figures, answer) for figures in answer.conflicts], _coverage(answer)]
    return joined([*blocks, *explanation(answer)] if explain else blocks)


def sources_page(answer: Answer) -> Page:
    """The sources of an answer and where each stands; of an answer without citations, the passages found."""
    cited = [[_source(citation, answer), *_where(citation)] for citation in answer.citations]
    found = [
        [_found(rank, hit.passage, answer), line(place(hit.passage), style="dim", lead=INDENT)]
        for rank, hit in enumerate(answer.hits, 1)
    ]
    return joined(cited or found)


def search_page(answer: Answer) -> Page:
    """The passages found, best first."""
    if not answer.hits:
        return joined([_nothing(answer), _coverage(answer)])
    blocks = []
    for rank, hit in enumerate(answer.hits, 1):
        title = _found(rank, hit.passage, answer)
        where = Line(
            (Segment(place(hit.passage)), Segment(f"  score {hit.score:.4g}", "dim")), INDENT
        )
        extract = Line(
            tuple(marked(snippet(hit.passage.text, answer.question), answer.question)), INDENT
        )
        blocks.append([title, where, extract])
    return joined([*blocks, _coverage(answer)])


def report_page(report: BuildReport) -> Page:
    """What ``rag index`` did, on a line; then the files it skipped."""
    counts = [plural(report.documents, "document"), plural(report.articles, "article")]
    if report.passages:
        counts.append(plural(report.passages, "passage"))
    would = "would be " if report.dry_run else ""
    change = (
        f"{report.added} {would}added, {report.removed} {would}removed, {report.reused} unchanged"
    )
    page = [line(f"{', '.join(counts)}: {change} ({report.seconds:.1f} s)")]
    if report.gone:
        page.append(
            line(
                f"{plural(report.gone, 'article')} kept although the file is gone: rag index --prune drops them",
                style="warn",
            )
        )
    if report.skipped:
        page.append(line(f"{plural(len(report.skipped), 'file')} skipped:", style="warn"))
        page += [
            line(f"{skipped.path}: {skipped.reason}", lead="  ")
            for skipped in report.skipped[:NAMED]
        ]
        more = len(report.skipped) - NAMED
        page += [line(f"and {more} more", lead="  ")] if more > 0 else []
    return page


def mapping_page(rows: Mapping[str, object]) -> Page:
    """Names and values, one pair a line; a mapping as a value is written on its line."""
    width = max((len(name) for name in rows), default=0) + 2
    return [
        line(_value(value), lead=f"{to_one_line(name):<{width}}") for name, value in rows.items()
    ]


def evaluation_page(result: Mapping[str, object]) -> Page:
    """The measures of ``rag eval``: a table for retrieval, a line for each other part."""
    blocks: list[Page] = []
    rest: dict[str, object] = {}
    for name, part in result.items():
        rows = (
            {key: row for key, row in part.items() if isinstance(row, dict)}
            if isinstance(part, dict)
            else {}
        )
        if rows:
            blocks.append(_table(rows))
        else:
            rest[name] = "no data" if part is None else part
    return joined([*blocks, mapping_page(rest)])


def error_page(error: RagError) -> Page:
    """What happened, then the way out."""
    page = [Line((Segment("rag: ", "bad"), Segment(to_one_line(error.message))))]
    return [
        *page,
        *(Line((Segment(to_one_line(hint)),), "  → ") for hint in error.hint.splitlines()),
    ]


def _nothing(answer: Answer) -> Page:
    return [line(NOTHING.get(answer.language, NOTHING["en"]), style="head")]


def _lacking(answer: Answer) -> Page:
    """The words of the question that nothing covers: what a partial answer leaves open, and why a refusal may be one."""
    said = LACKING.get(answer.language, LACKING["en"]).format(
        ", ".join(f"“{word}”" for word in answer.missing_terms)
    )
    return [line(said, style="warn")] if answer.missing_terms else []


def _coverage(answer: Answer) -> Page:
    return [line(searched(answer), style="dim")]


def _nearest(answer: Answer) -> list[Page]:
    near = [hit.passage for hit in answer.hits[:NEAREST]]
    heads = [about(near.article, today=answer.today, language=answer.language) for near in near]
    return [
        [line(head, style="head"), line(snippet(near.text)), line(place(near), style="dim")]
        for head, near in zip(heads, near, strict=True)
    ]


def _sentences(answer: Answer) -> Line:
    segments: list[Segment] = []
    for sentence in answer.sentences:
        numbers = "".join(f"[{n}]" for n in sentence.citations)
        segments += [
            Segment(" " if segments else ""),
            Segment(to_one_line(sentence.text)),
            Segment(f" {numbers}".rstrip(), "dim"),
        ]
    return Line(tuple(segments))


def _source(citation: Citation, answer: Answer) -> Line:
    mark, style = VERIFIED[citation.verified]
    head = Segment(
        about(citation.passage.article, today=answer.today, language=answer.language), "head"
    )
    return Line((Segment(mark, style), Segment("  "), head), f"[{citation.n}] ")


def _where(citation: Citation) -> Page:
    """The file and line of a quotation; then the other articles that hold it."""
    page = [
        line(f"{citation.passage.article.document.path}:{citation.line}", style="dim", lead=INDENT)
    ]
    others = [_paper(reprint.article) for reprint in citation.also[:ALSO]]
    more = len(citation.also) - ALSO
    others += [f"{more} more"] if more > 0 else []
    return (
        [*page, line(f"also in {', '.join(others)}", style="dim", lead=INDENT)] if others else page
    )


def _paper(article: Article) -> str:
    """Publisher, or title, and date of an article."""
    return " · ".join(
        [article.publisher or article.title, *([article.date.isoformat()] if article.date else [])]
    )


def _found(rank: int, passage: Passage, answer: Answer) -> Line:
    """The head of a passage found."""
    head = about(passage.article, today=answer.today, language=answer.language)
    return Line((Segment(head, "head"),), f"[{rank}] ")


def _quote(citation: Citation, question: str, *, lead: str = "") -> Line:
    return Line(
        (Segment("« "), *marked(to_one_line(citation.quote), question), Segment(" »")), lead
    )


def _told(citation: Citation, *, lead: str = "") -> Page:
    """The days that the quotation tells by how far away they are from its story's."""
    days = [
        f"« {to_one_line(said.text)} » = {span(said.first, said.last)}" for said in told(citation)
    ]
    return [line(", ".join(days), style="dim", lead=lead)] if days else []


def _differ(figures: Sequence[Figure], answer: Answer) -> Line:
    """Which sources give which figure for the same thing."""
    articles = {citation.n: citation.passage.article for citation in answer.citations}
    of = [(figure, articles[figure.citation]) for figure in figures]
    said = [
        f"{figure.value} ({', '.join(filter(None, (a.publisher, str(a.date or ''))))}) [{figure.citation}]"
        for figure, a in of
    ]
    return line(f"{DIFFER.get(answer.language, DIFFER['en'])} {' · '.join(said)}", style="warn")


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return (
        f"{value:.3f}".rstrip("0").rstrip(".")
        if isinstance(value, float)
        else "-"
        if value is None
        else str(value)
    )


def _table(rows: Mapping[str, Mapping[str, object]]) -> Page:
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    width = max(map(len, rows)) + 2
    page = [
        Line((Segment(" " * width + "".join(f"{to_one_line(name):>9}" for name in names), "dim"),))
    ]
    for name, row in rows.items():
        cells = (
            f"{row[key]:.3f}" if isinstance(row.get(key), float) else _value(row.get(key))
            for key in names
        )
        page.append(
            Line(
                (
                    Segment(
                        f"{to_one_line(name):<{width}}" + "".join(f"{cell:>9}" for cell in cells)
                    ),
                )
            )
        )
    return page

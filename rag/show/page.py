"""Answers, passages and reports as lines for a screen. Whatever an article or a user wrote goes through ``one_line``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.text import fold, one_line, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rag.errors import RagError
    from rag.indexing import BuildReport
    from rag.records import Answer, Article, Citation, Coverage, Hit, Passage

NOTHING = {  # said in the question's language when the articles do not answer it
    "fr": "Les articles ne le disent pas.",
    "en": "The articles do not say.",
    "de": "Die Artikel sagen dazu nichts.",
    "es": "Los artículos no lo dicen.",
    "it": "Gli articoli non lo dicono.",
    "pt": "Os artigos não o dizem.",
    "nl": "De artikelen zeggen hier niets over.",
}
VERIFIED = {"exact": ("✓ exact", "good"), "near": ("≈ near", "warn"), "none": ("✗ not found", "bad")}
SNIPPET = 30  # words shown of a passage
NEAREST = 3  # passages shown when the articles do not say
ALSO = 3  # reprints of a story named
NAMED = 10  # skipped files named
INDENT = "    "
TELLING = 0.1  # weight from which a word that stands for another is named


class Segment(NamedTuple):
    """A stretch of a line in one style: a key of ``screen.STYLES``, or "" for none."""

    text: str
    style: str = ""


class Line(NamedTuple):
    """A line of a page; where it is wrapped, the rows below are indented by the width of ``lead``."""

    segments: tuple[Segment, ...] = ()
    lead: str = ""

    @property
    def plain(self) -> str:
        """The line as plain text."""
        return self.lead + "".join(segment.text for segment in self.segments)


Page = list[Line]


def answer_page(answer: Answer, *, quotes: bool = False, explain: bool = False) -> Page:
    """An answer with its sources, or the nearest passages when the articles do not say; then what was searched."""
    if answer.status == "not_in_sources":
        blocks = [_nothing(answer), *([[_line("Nearest passages:", style="dim")]] if answer.hits else []), *_nearest(answer.hits)]
    elif quotes:
        blocks = [[_quote(citation, answer.question), _source(citation), *_where(citation)] for citation in answer.citations]
    else:
        blocks = [[_sentences(answer)]]
        blocks += [
            [_source(citation), _quote(citation, answer.question, lead=INDENT), *_where(citation)]
            for citation in answer.citations
        ]
    blocks.append(_coverage(answer))
    return _joined([*blocks, *_explanation(answer)] if explain else blocks)


def why_page(answer: Answer) -> Page:
    """Why these passages and these sentences."""
    return _joined(_explanation(answer))


def sources_page(answer: Answer) -> Page:
    """The sources of an answer and where each stands; of an answer without citations, the passages found."""
    cited = [[_source(citation), *_where(citation)] for citation in answer.citations]
    found = [
        [_found(rank, hit.passage), _line(place(hit.passage), style="dim", lead=INDENT)]
        for rank, hit in enumerate(answer.hits, 1)
    ]
    return _joined(cited or found)


def search_page(answer: Answer) -> Page:
    """The passages found, best first."""
    if not answer.hits:
        return _joined([_nothing(answer), _coverage(answer)])
    blocks = []
    for rank, hit in enumerate(answer.hits, 1):
        title = _found(rank, hit.passage)
        where = Line((Segment(place(hit.passage)), Segment(f"  score {hit.score:.4g}", "dim")), INDENT)
        extract = Line(tuple(marked(snippet(hit.passage.text, answer.question), answer.question)), INDENT)
        blocks.append([title, where, extract])
    return _joined([*blocks, _coverage(answer)])


def report_page(report: BuildReport) -> Page:
    """What ``rag index`` did, on a line; then the files it skipped."""
    counts = [plural(report.documents, "document"), plural(report.articles, "article")]
    if report.passages:
        counts.append(plural(report.passages, "passage"))
    would = "would be " if report.dry_run else ""
    change = f"{report.added} {would}added, {report.removed} {would}removed, {report.reused} unchanged"
    page = [_line(f"{', '.join(counts)}: {change} ({report.seconds:.1f} s)")]
    if report.gone:
        page.append(
            _line(f"{plural(report.gone, 'article')} kept although the file is gone: rag index --prune drops them", style="warn")
        )
    if report.skipped:
        page.append(_line(f"{plural(len(report.skipped), 'file')} skipped:", style="warn"))
        page += [_line(f"{skipped.path}: {skipped.reason}", lead="  ") for skipped in report.skipped[:NAMED]]
        more = len(report.skipped) - NAMED
        page += [_line(f"and {more} more", lead="  ")] if more > 0 else []
    return page


def mapping_page(rows: Mapping[str, object]) -> Page:
    """Names and values, one pair a line; a mapping as a value is written on its line."""
    width = max((len(name) for name in rows), default=0) + 2
    return [_line(_value(value), lead=f"{one_line(name):<{width}}") for name, value in rows.items()]


def evaluation_page(result: Mapping[str, object]) -> Page:
    """The measures of ``rag eval``: a table for retrieval, a line for each other part."""
    blocks: list[Page] = []
    rest: dict[str, object] = {}
    for name, part in result.items():
        rows = {key: row for key, row in part.items() if isinstance(row, dict)} if isinstance(part, dict) else {}
        if rows:
            blocks.append(_table(rows))
        else:
            rest[name] = "no data" if part is None else part
    return _joined([*blocks, mapping_page(rest)])


def error_page(error: RagError) -> Page:
    """What happened, then the way out."""
    page = [Line((Segment("rag: ", "bad"), Segment(one_line(error.message))))]
    return [*page, *(Line((Segment(one_line(hint)),), "  → ") for hint in error.hint.splitlines())]


def about(article: Article) -> str:
    """Publisher, date and title of an article, what is known of them; its file when nothing is."""
    known = (article.publisher, article.date and article.date.isoformat(), article.title)
    return one_line(" · ".join(str(part) for part in known if part)) or one_line(article.document.path)


def place(passage: Passage) -> str:
    """``path:line`` of a passage's first line, for an editor to open."""
    document = passage.article.document
    return one_line(f"{document.path}:{document.line(passage.start)}")


def coverage_line(coverage: Coverage) -> str:
    """What was searched: articles, days, publishers."""
    days = dict.fromkeys(str(day) for day in (coverage.first, coverage.last) if day)
    parts = [plural(coverage.articles, "article"), " – ".join(days), plural(coverage.publishers, "publisher")]
    return ", ".join(part for part in parts if part)


def plural(count: int, noun: str) -> str:
    """``1 article``, ``2 articles``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def marked(text: str, question: str) -> list[Segment]:
    """The text cut into segments, those words of it that the question has too marked; short ones are left alone."""
    asked = {word.term for word in words(question) if _telling(word.term)}
    segments, done = [], 0
    for word in words(text):
        if word.term in asked and word.start >= done:
            segments += [Segment(text[done : word.start]), Segment(text[word.start : word.end], "mark")]
            done = word.end
    return [segment for segment in (*segments, Segment(text[done:])) if segment.text]


def snippet(text: str, question: str = "", *, length: int = SNIPPET) -> str:
    """About ``length`` words of a text on one line: those around the most words of the question, else its first."""
    parts = one_line(text).split(" ")
    asked = {word.term for word in words(question) if _telling(word.term)}
    telling = [fold(part).strip(".,;:!?()«»\"'") in asked for part in parts] if asked else []
    best = max(range(0, max(1, len(parts) - length + 1)), key=lambda at: (sum(telling[at : at + length]), -at))
    cut = " ".join(parts[best : best + length])[: 8 * length]
    whole = best + length >= len(parts) and len(cut) < 8 * length
    return ("… " if best else "") + cut + ("" if whole else " …")


def _telling(term: str) -> bool:
    return len(term) > 3 or not term.isascii() or any(character.isdigit() for character in term)


def _line(text: str, *, style: str = "", lead: str = "") -> Line:
    return Line((Segment(one_line(text), style),), lead)


def _joined(blocks: Iterable[Page]) -> Page:
    """The blocks with an empty line between them; empty blocks are left out."""
    page: Page = []
    for block in filter(None, blocks):
        page += [Line(), *block] if page else block
    return page


def _nothing(answer: Answer) -> Page:
    return [_line(NOTHING.get(answer.language, NOTHING["en"]), style="head")]


def _coverage(answer: Answer) -> Page:
    return [_line(coverage_line(answer.coverage), style="dim")]


def _nearest(hits: Sequence[Hit]) -> list[Page]:
    near = [hit.passage for hit in hits[:NEAREST]]
    return [
        [_line(about(near.article), style="head"), _line(snippet(near.text)), _line(place(near), style="dim")] for near in near
    ]


def _sentences(answer: Answer) -> Line:
    segments: list[Segment] = []
    for sentence in answer.sentences:
        numbers = "".join(f"[{n}]" for n in sentence.citations)
        segments += [Segment(" " if segments else ""), Segment(one_line(sentence.text)), Segment(f" {numbers}".rstrip(), "dim")]
    return Line(tuple(segments))


def _source(citation: Citation) -> Line:
    mark, style = VERIFIED[citation.verified]
    head = Segment(about(citation.passage.article), "head")
    return Line((Segment(mark, style), Segment("  "), head), f"[{citation.n}] ")


def _where(citation: Citation) -> Page:
    """The file and line of a quotation; then the other articles that hold it."""
    page = [_line(f"{citation.passage.article.document.path}:{citation.line}", style="dim", lead=INDENT)]
    others = [_paper(reprint.article) for reprint in citation.also[:ALSO]]
    more = len(citation.also) - ALSO
    others += [f"{more} more"] if more > 0 else []
    return [*page, _line(f"also in {', '.join(others)}", style="dim", lead=INDENT)] if others else page


def _paper(article: Article) -> str:
    """Publisher, or title, and date of an article."""
    return " · ".join([article.publisher or article.title, *([article.date.isoformat()] if article.date else [])])


def _found(rank: int, passage: Passage) -> Line:
    return Line((Segment(about(passage.article), "head"),), f"[{rank}] ")


def _explanation(answer: Answer) -> list[Page]:
    return [
        [line for rank, hit in enumerate(answer.hits, 1) for line in _scores(rank, hit)],
        [_line(why, lead="- ") for why in answer.reasons],
    ]


def _quote(citation: Citation, question: str, *, lead: str = "") -> Line:
    return Line((Segment("« "), *marked(one_line(citation.quote), question), Segment(" »")), lead)


def _scores(rank: int, hit: Hit) -> Page:
    """What each channel gave a passage, and which of its words stand for which of the question."""
    channels = "  ".join(f"{channel} {score:.4g}" for channel, score in hit.scores.items())
    parts = (f"score {hit.score:.4g}", channels, place(hit.passage), about(hit.passage.article))
    page = [_line(" | ".join(filter(None, parts)), lead=f"{rank:>3}. ")]
    same = [match.found for match in hit.matches if fold(match.asked) == fold(match.found)]
    others = [
        f"{m.asked} ↔ {m.found} {m.weight:.2f}".replace(" 0.", " .")
        for m in hit.matches
        if m.found not in same and m.weight >= TELLING
    ]
    return [*page, _line(", ".join([*others, *same]), lead=" " * 5, style="dim")] if others or same else page


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else "-" if value is None else str(value)


def _table(rows: Mapping[str, Mapping[str, object]]) -> Page:
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    width = max(map(len, rows)) + 2
    page = [Line((Segment(" " * width + "".join(f"{one_line(name):>9}" for name in names), "dim"),))]
    for name, row in rows.items():
        cells = (f"{row[key]:.3f}" if isinstance(row.get(key), float) else _value(row.get(key)) for key in names)
        page.append(Line((Segment(f"{one_line(name):<{width}}" + "".join(f"{cell:>9}" for cell in cells)),)))
    return page

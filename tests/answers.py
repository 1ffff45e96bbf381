"""Answers made by hand, for the tests of what is shown."""

from __future__ import annotations

import datetime
from dataclasses import replace

from rag.answer.citations import find_relative_days
from rag.records import (
    Answer,
    AnswerForm,
    AnswerSentence,
    Article,
    Citation,
    Conflict,
    Coverage,
    Document,
    Explanation,
    Figure,
    FormRow,
    Hit,
    Passage,
    Reason,
    Reprint,
    RequestedPeriod,
    Span,
    WordMatch,
    content_id,
)

TEXT = (
    "Une nouvelle directrice\n"
    "\n"
    "La coopérative des Trois-Vallées change de tête. Jeanne Morel remplacera Paul Durand le 1er mars.\n"
    "Elle dirigeait jusqu'ici l'usine de Saint-Aubin, qui emploie 240 personnes et presse par an 18 000 tonnes de pommes.\n"
    "\n"
    "Le conseil a voté à l'unanimité.\n"
)
FIRST = "Jeanne Morel remplacera Paul Durand le 1er mars."
SECOND = "Elle dirigeait jusqu'ici l'usine de Saint-Aubin, qui emploie 240 personnes et presse par an 18 000 tonnes de pommes."
NEWER = "Le groupe supprime 370 postes."
OLDER = "Il y a huit jours, le groupe a annoncé 350 départs."
QUESTION = "Qui remplacera Paul Durand ?"
MATCHES = (
    WordMatch("Qui", "who", 0.41),
    WordMatch("le", "of", 0.02),
    WordMatch("remplacera", "remplacera", 1.0),
    WordMatch("Paul", "PAUL", 0.5),
)


def article(
    text: str = TEXT,
    *,
    title: str = "Une nouvelle directrice",
    publisher: str | None = "La Vallée",
    path: str = "seeds/lettre.txt",
) -> Article:
    document = Document(path, text, "0" * 64, "text/plain")
    date = datetime.date(2025, 12, 9)
    return Article(
        content_id(title, text), document, title, publisher, date, None, "fr", 0, len(text.rstrip())
    )


def passage(of: Article, quote: str | None = None) -> Passage:
    start = of.document.text.index(quote) if quote else of.start
    end = start + len(quote) if quote else of.end
    return Passage(content_id(of.id, start, end), of, start, end)


def citation(n: int, of: Article, quote: str, verified: str = "exact") -> Citation:
    start = of.document.text.index(quote)
    days = find_relative_days(of, quote)
    end = start + len(quote)
    return Citation(n, passage(of), start, end, quote, verified, relative_days=days)  # type: ignore[arg-type]


def answered(**changes: object) -> Answer:
    """Two sentences from one article: both are found, or the second only nearly with ``verified="near"``."""
    of = article()
    values: dict[str, object] = {
        "question": QUESTION,
        "language": "fr",
        "status": "answered",
        "sentences": (AnswerSentence(FIRST, (1,)), AnswerSentence(SECOND, (1, 2))),
        "citations": (citation(1, of, FIRST), citation(2, of, SECOND)),
        "hits": (
            Hit(passage(of, FIRST), 0.5, {"dense": 0.75, "lexical": 12.5}, MATCHES),
            Hit(passage(of, "Le conseil a voté à l'unanimité."), 0.25),
        ),
        "coverage": Coverage(12, datetime.date(2025, 10, 28), datetime.date(2025, 12, 9), 4),
        "generation": "g1",
        "model": "shipped",
        "fingerprint": "abc",
        "timing_ms": {"search": 1.25, "answer": 2.0},
        "warnings": ("seeds/lettre.txt has changed since it was indexed",),
        "explanation": Explanation(
            "person",
            0.91,
            0.35,
            (Reason(FIRST, 3.25, {"words": 1.5, "meaning": 0.25, "place": 0.01}),),
        ),
    }
    return Answer(**(values | changes))  # type: ignore[arg-type]


def refused(**changes: object) -> Answer:
    """The articles do not say."""
    return answered(
        **({"status": "not_in_sources", "sentences": (), "citations": (), "warnings": ()} | changes)
    )


def dated(**changes: object) -> Answer:
    """Of some days, by two sources that differ; the older one tells a day by how far away it is."""
    of = (
        article(NEWER, publisher="La Vallée"),
        article(OLDER, publisher="L'Écho", path="seeds/echo.txt"),
    )
    newer, older = (
        replace(some, date=datetime.date(2025, 12, day))
        for some, day in zip(of, (16, 12), strict=True)
    )
    values: dict[str, object] = {
        "sentences": (AnswerSentence(NEWER, (1,)), AnswerSentence(OLDER, (2,))),
        "citations": (citation(1, newer, NEWER), citation(2, older, OLDER)),
        "coverage": Coverage(
            4, datetime.date(2025, 12, 9), datetime.date(2025, 12, 16), 3, indexed=9
        ),
        "today": datetime.date(2025, 12, 19),
        "period": RequestedPeriod(
            datetime.date(2025, 12, 1), datetime.date(2025, 12, 31), "en décembre", "filter"
        ),
        "conflicts": (Conflict((Figure("370", 1), Figure("350", 2))),),
    }
    return answered(**(values | changes))


def laid_out(count: int = 2) -> Answer:
    """A timeline: the sources of ``dated``, the older first, as often as there are to be rows."""
    newer, older = dated().citations
    cited = []
    sentences = []
    rows = []
    for number in range(1, count + 1):
        source = older if number <= count / 2 else newer
        cited.append(replace(source, n=number))
        sentences.append(AnswerSentence(source.quote, (number,)))
        rows.append(FormRow(source.passage.article.date, "", number - 1, (number,)))
    form = AnswerForm("timeline", "départs", tuple(rows))
    return answered(
        sentences=tuple(sentences),
        citations=tuple(cited),
        form=form,
        question="Chronologie des départs",
    )


def summarised() -> Answer:
    """The two sentences of ``answered`` as a summary of their article."""
    day = datetime.date(2025, 12, 9)
    rows = (FormRow(day, "", 0, (1,)), FormRow(day, "", 1, (2,)))
    sentences = (AnswerSentence(FIRST, (1,)), AnswerSentence(SECOND, (2,)))
    form = AnswerForm("summary", "coopérative", rows, title="Une nouvelle directrice")
    return answered(sentences=sentences, form=form)


HOSTILE = "\x1b[2J\x1b]0;owned\x07[red]rich[/red] \x9b31m\u202eback\u2066wards\x08\x00 fin"


def hostile() -> Answer:
    """Escapes, markup and direction overrides wherever an article or a question may hold text."""
    of = article(
        HOSTILE + "\n" + HOSTILE, title=HOSTILE, publisher=HOSTILE, path=f"seeds/{HOSTILE}.txt"
    )
    cited = (Citation(1, passage(of), 0, len(HOSTILE), HOSTILE, "exact", (Reprint(of, 0),)),)
    matches = (WordMatch(HOSTILE, f"{HOSTILE}!", 0.5), WordMatch(HOSTILE, HOSTILE, 1.0))
    hits = (Hit(passage(of), 0.5, {"dense\x1b[0m": 0.5}, matches),)
    return answered(
        question=HOSTILE,
        sentences=(AnswerSentence(HOSTILE, (1,)),),
        citations=cited,
        hits=hits,
        warnings=(HOSTILE,),
        missing_terms=(HOSTILE,),
        explanation=Explanation(HOSTILE, 0.5, 0.35, (Reason(HOSTILE, 1.0, {HOSTILE: 1.0}),)),
        period=RequestedPeriod(None, None, HOSTILE, "preference"),
        conflicts=(Conflict((Figure(HOSTILE, 1), Figure(HOSTILE, 1))),),
    )


__all__ = [
    "FIRST",
    "HOSTILE",
    "QUESTION",
    "SECOND",
    "TEXT",
    "Span",
    "answered",
    "article",
    "citation",
    "dated",
    "hostile",
    "laid_out",
    "passage",
    "refused",
    "summarised",
]

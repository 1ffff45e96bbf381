"""Hits into the sentences that answer, or into the finding that none does. No language model.

Every sentence of the best passages is described by a few interpretable features and scored by a linear
model; the best ones are quoted, together with the sentences their pronouns point back to. A logistic
model, over what the best sentence covers of the question, says whether it is answered at all: one for
sentences in the question's language, one for others. All are fitted by ``scripts/train_extract.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag import kinds, lexicon
from rag import tokens as tokenization
from rag.quotations import Candidate, quotations, reach
from rag.retrieve import unit
from rag.split import header
from rag.text import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rag.query import Query
    from rag.records import Article, Hit, Passage, Span, Status
    from rag.store import Generation

# How much each feature of a sentence says that it answers (a softmax over the sentences of a question).
SENTENCE: Mapping[str, float] = {
    "exact": 0.11, "exact_window": 0.56, "soft": 5.19, "soft_window": 2.45, "dense": 2.24, "passage": 0.29,
    "rank": 0.47, "kind": 0.74, "lacks_kind": -0.74, "length": -0.29,
}  # fmt: skip
# How much each feature of the best sentence says that the question is answered (logistic models): one for a
# sentence in the question's language, one for a sentence in another, where few words are the same.
SAME: Mapping[str, float] = {
    "bias": -4.44, "exact_passage": 1.72, "soft_passage": 0.27, "soft_window": 1.01, "least": -0.35, "dense": 2.47,
    "lead_exact": 1.22, "lead_soft": 0.96, "least_exact": 2.31, "names": 1.44,
}  # fmt: skip
FOREIGN: Mapping[str, float] = {
    "bias": -4.66, "exact_passage": 0.98, "soft_passage": 2.64, "soft_window": 2.6, "least": 0.45, "dense": 3.25,
    "lead_exact": 0.93, "lead_soft": 2.53, "least_exact": 1.64, "names": 0.86,
}  # fmt: skip
ANSWER_FROM = 0.4  # confidence; a little below an even chance: people mostly ask what their articles say


class Choice(NamedTuple):
    """The quotations that answer, best first, or none; and why."""

    status: Status
    quotes: list[tuple[Passage, Span]]
    reasons: tuple[str, ...]
    best: list[Candidate]  # the three best sentences, whether quoted or not


def candidates(hits: Sequence[Hit], rows: Sequence[int], *, generation: Generation) -> list[Candidate]:
    """The sentences of hits, in order; ``rows`` are the hits' passage rows."""
    found = []
    for rank, (hit, row) in enumerate(zip(hits, rows, strict=True)):
        sentence_rows = generation.sentence_rows(row)
        vectors = generation.vectors.reconstruct(np.array(sentence_rows, dtype=np.int64))
        spans, ids = generation.spans(sentence_rows), generation.tokens(sentence_rows)
        found += [Candidate(hit, rank, place, *parts) for place, parts in enumerate(zip(spans, ids, vectors, strict=True))]
    return found


def choose(query: Query, found: Sequence[Candidate], *, table: NDArray[np.float16], budget: int) -> Choice:
    """The sentences that answer, at most ``budget`` words of them unless the first alone is longer."""
    if not found:
        return Choice("not_in_sources", [], ("no passage shares anything with the question",), [])
    described = features(query, found, table=table)
    scores = weigh(described, SENTENCE)
    order = np.argsort(-scores, kind="stable").tolist()
    best = order[0]
    answered = weigh(described, FOREIGN if described["foreign"][best] else SAME)[best]
    confidence = 1 / (1 + np.exp(-answered))
    reasons = _reasons(query, found, described, scores, order, float(confidence))
    three = [found[index] for index in order[:3]]
    if confidence < ANSWER_FROM or query.reading.unknown:
        return Choice("not_in_sources", [], reasons, three)
    return Choice("answered", quotations(found, scores, order, budget), reasons, three)


def features(query: Query, found: Sequence[Candidate], *, table: NDArray[np.float16]) -> dict[str, NDArray[np.float64]]:
    """What each candidate sentence shows, by name: arrays of one value per candidate; coverages lie in [0, 1]."""
    texts = [(candidate.text, candidate.hit.passage.article.language) for candidate in found]
    exact, said = _covered(query, texts)  # (terms, candidates)
    soft = np.maximum(said, _near_terms(query, [candidate.tokens for candidate in found], table))
    share, rare = _importance(query, table)
    first = [min(reach(found, index), index - bool(candidate.place)) for index, candidate in enumerate(found)]
    whole_exact, whole_soft = _over_passages(query, found, exact, soft)
    kind = kinds.asked(query.text, query.language)
    holds = np.array([kind is not None and kinds.holds(kind, candidate.text, query.text) for candidate in found], dtype=float)
    rank = np.array([candidate.rank for candidate in found])
    articles = [candidate.hit.passage.article for candidate in found]
    return {
        "bias": np.ones(len(found)),
        "exact": share @ exact,
        "exact_window": share @ _over_windows(exact, first),
        "exact_passage": share @ whole_exact,
        "soft": share @ soft,
        "soft_window": share @ _over_windows(soft, first),
        "soft_passage": share @ whole_soft,
        "least": whole_soft[rare].min(axis=0, initial=1.0),
        "least_exact": whole_exact[rare].mean(axis=0) if rare.any() else np.ones(len(found)),
        "names": whole_exact[list(query.names)].mean(axis=0) if any(query.names) else np.ones(len(found)),
        "lead_exact": _lead(share @ whole_exact, articles),
        "lead_soft": _lead(share @ whole_soft, articles),
        "dense": np.array([float(c.vector @ query.vector_for(a.language)) for c, a in zip(found, articles, strict=True)]),
        "passage": np.array([candidate.hit.score for candidate in found]),
        "rank": 1.0 / (1.0 + rank),
        "kind": holds,
        "lacks_kind": (1.0 - holds) * (kind is not None),
        "length": np.log1p([len(candidate.text.split()) for candidate in found]),
        "foreign": np.array([article.language != query.language for article in articles], dtype=float),
    }


def weigh(described: Mapping[str, NDArray[np.float64]], weights: Mapping[str, float]) -> NDArray[np.float64]:
    """The linear model: one score per candidate."""
    return np.asarray(np.sum([weight * described[name] for name, weight in weights.items()], axis=0))


def _covered(query: Query, texts: Sequence[tuple[str, str]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How well a text (column, with its language) covers a term of the question (row).

    First whether it has the term, as it is or by its stem; then also what stands for it: the root of its weight.
    """
    exact, said = np.zeros((2, len(query.terms), len(texts)))
    units = lexicon.shipped().units
    for column, (text, language) in enumerate(texts):
        found = words(text)
        terms, here = {word.term for word in found}, {unit for word in found for unit in units(word.form, language)}
        exact[:, column] = [term in terms or units(form, language)[0] in here for term, _, _, form in query.words]
        for match in query.matches.get(language, ()):
            if match.unit in here:
                said[match.term, column] = max(said[match.term, column], match.weight**0.5)
    return exact, np.maximum(exact, said)


def _near_terms(query: Query, texts: Sequence[NDArray[np.uint16]], table: NDArray[np.float16]) -> NDArray[np.float64]:
    """How near the nearest tokens of a text (column) are to a term of the question (row): mean cosine, by token length."""
    covered = np.zeros((len(query.terms), len(texts)))
    vocabulary, columns = tokenization.distinct(np.concatenate([np.zeros(0, np.uint16), *texts]))
    asked = [token for ids in query.term_tokens for token in ids]
    if not asked or not len(vocabulary):
        return covered
    cosines = unit(table[asked]) @ unit(table[vocabulary]).T
    ends = np.cumsum([len(text) for text in texts])[:-1]
    best = np.stack([cosines[:, here].max(axis=1, initial=0.0) for here in np.split(columns, ends)], axis=1)
    norms = np.linalg.norm(table[asked].astype(np.float32), axis=1, keepdims=True) + 1e-9
    start = 0
    for row, ids in enumerate(query.term_tokens):
        stop = start + len(ids)
        if ids:
            covered[row] = (norms[start:stop] * best[start:stop]).sum(axis=0) / norms[start:stop].sum()
        start = stop
    return np.clip(covered, 0.0, 1.0)


def _over_passages(
    query: Query, found: Sequence[Candidate], exact: NDArray[np.float64], soft: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coverage by a sentence's whole passage and its headline: a story names its subject once."""
    rank = np.array([candidate.rank for candidate in found])
    hits = {candidate.rank: candidate.hit for candidate in found}
    titles = _covered(query, [(header(hit.passage.article), hit.passage.article.language) for hit in hits.values()])
    whole_exact, whole_soft = np.zeros_like(exact), np.zeros_like(soft)
    for column, number in enumerate(hits):
        here = rank == number
        for whole, coverage, title in zip((whole_exact, whole_soft), (exact, soft), titles, strict=True):
            whole[:, here] = np.maximum(coverage[:, here].max(axis=1), title[:, column])[:, None]
    return whole_exact, whole_soft


def _lead(coverage: NDArray[np.float64], articles: Sequence[Article]) -> NDArray[np.float64]:
    """How much more a sentence's article covers than the best of the other articles."""
    ids = np.array([article.id for article in articles])
    return np.array([value - coverage[ids != own].max(initial=0.0) for value, own in zip(coverage, ids, strict=True)])


def _importance(query: Query, table: NDArray[np.float16]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The share of the question's meaning that each term carries, and which terms carry the most."""
    rarity = np.array([_rarity(ids, table) for ids in query.term_tokens])
    return rarity / max(rarity.sum(), 1e-9), rarity >= np.sort(rarity)[len(rarity) // 2 :][:1]


def _rarity(ids: Sequence[int], table: NDArray[np.float16]) -> float:
    """How much a word says: the length of its vector, in which frequent tokens were weighted down (SIF)."""
    return float(np.linalg.norm(table[list(ids)].astype(np.float32).sum(axis=0))) if ids else 0.0


def _over_windows(coverage: NDArray[np.float64], first: Sequence[int]) -> NDArray[np.float64]:
    """Coverage by a sentence together with those before it, from ``first`` on."""
    columns = [coverage[:, start : index + 1].max(axis=1) for index, start in enumerate(first)]
    return np.stack(columns, axis=1) if columns else coverage


def _reasons(
    query: Query,
    found: Sequence[Candidate],
    described: Mapping[str, NDArray[np.float64]],
    scores: NDArray[np.float64],
    order: Sequence[int],
    confidence: float,
) -> tuple[str, ...]:
    kind = kinds.asked(query.text, query.language)
    asks = f"a {kind}" if kind else "no particular kind of answer"
    lines = [f"language {query.language}; asks for {asks}; confidence {confidence:.2f}"]
    for index in order[:3]:
        parts = ", ".join(f"{name} {described[name][index]:.2f}" for name in SENTENCE)
        lines.append(f"{scores[index]:.2f} “{found[index].text.strip()[:60]}”: {parts}")
    return tuple(lines)

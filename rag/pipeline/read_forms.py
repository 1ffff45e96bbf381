"""Forms whose rows are made of the sentences that answer: comparisons, lists, yes or no."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from rag.answer.announced_items import list_announced
from rag.answer.choosing import Choice
from rag.answer.claim_cover import find_covering, find_related, keep_named
from rag.answer.comparisons import compare_things
from rag.answer.item_lists import Reading, list_items
from rag.answer.kinds_of_items import add_links, find_kind, list_told
from rag.answer.layouts import Layout, Row
from rag.answer.polarity import find_opposed, judge_sentences, read_asked_claim, settle_question
from rag.answer.polarity_words import compile_words
from rag.answer.quotation_spans import Quotation, expand_to_antecedent
from rag.answer.thing_statements import ThingEvidence
from rag.dates import load_numbers
from rag.models import embedders
from rag.pipeline.chosen import Chosen, choose_answer
from rag.pipeline.form_conflicts import find_row_conflicts, oppose
from rag.pipeline.request import expand_question
from rag.search import rank_passages
from rag.text import find_words, fold, load_section

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rag.answer.comparisons import ThingRow
    from rag.answer.conflicts import Disagreement
    from rag.answer.polarity import AskedClaim
    from rag.answer.quotation_spans import Candidate
    from rag.pipeline.forms import FormMaterial
    from rag.question.compared_things import ComparedThing
    from rag.question.forms import FormName

# How far below the best a sentence scores whose items are listed as well; chosen by hand.
MAX_MARGIN = 1.0
MAX_FURTHER_MARGIN = 3.0  # of the best sentence's article, or where it answers by itself
MAX_RELATED_MARGIN = 8.0  # of a sentence that speaks of what is asked, below one that does not
ASKING_WORDS = 5  # of a question, among which it says how many things it asks for; by hand
MIN_LISTED = 2  # items of a list; by hand: one alone is an ordinary answer


def lay_out_read_form(material: FormMaterial) -> Chosen | None:
    """Return the rows of a form, or the sentences that answer; None to ask as any question."""
    return LAYOUTS[material.form.name](material)


def _compare(material: FormMaterial) -> Chosen | None:
    """Return a row for each thing; each is searched for by itself."""
    form = material.form
    chosen_each = [_search_thing(material, thing) for thing in form.things]
    evidence = []
    for thing, chosen in zip(form.things, chosen_each, strict=True):
        evidence.append(_make_evidence(thing, chosen))
    rows = compare_things(
        evidence,
        form.language,
        asks_for_all=not any(thing.asked for thing in form.things),
        is_ascending=_asks_for_least(material),
    )
    layout = Layout([_make_compared_row(row) for row in rows])
    quotations = layout.quotations
    disagreements: list[Disagreement] = []
    for chosen in chosen_each:
        disagreements += find_row_conflicts(chosen, quotations)
    choice = Choice(
        "answered" if quotations else "not_in_sources",
        quotations,
        layout=layout,
        disagreements=disagreements,
    )
    return Chosen(
        choice,
        material.query,
        material.ranked,
        (),
    )


def _make_evidence(thing: ComparedThing, chosen: Chosen) -> ThingEvidence:
    """Return what is found of a thing, as it is compared."""
    choice = chosen.choice
    return ThingEvidence(
        thing,
        chosen.sentences,
        choice.sentence_order,
        choice.values,
        is_answered=choice.status != "not_in_sources",
    )


def _search_thing(material: FormMaterial, thing: ComparedThing) -> Chosen:
    """Return what answers the question for one thing."""
    tools = material.tools
    query = expand_question(
        thing.question,
        [material.form.language],
        generation=tools.generation,
        embedder=tools.embedder,
    )
    ranked = rank_passages(
        query,
        generation=tools.generation,
        table=embedders.open_token_vectors(),
        scope=material.scope,
        conversation_articles=material.request.conversation_articles,
    )
    return choose_answer(
        query,
        ranked,
        tools,
    )


def _make_compared_row(row: ThingRow) -> Row:
    """Return the row of a thing with its figure."""
    value = "" if row.amount is None else row.amount.text
    return Row(
        row.quotation,
        label=row.label,
        value=value,
    )


def _asks_for_least(material: FormMaterial) -> bool:
    """Return whether a question asks which thing has the least: then that comes first."""
    words = load_section(material.form.language, "forms").get(
        "less",
        (),
    )
    pattern = compile_words(fold(word) for word in words)
    return pattern.search(fold(material.request.question)) is not None


def _list(material: FormMaterial) -> Chosen:
    """Return a row for each item; the sentences that answer where there are no items."""
    chosen = material.read_sentences()
    choice = chosen.choice
    if choice.status == "not_in_sources":
        return _list_of_kind(material, chosen)
    question = material.request.question
    places = _list_likely(chosen)
    rows = _list_rows(places, Reading(chosen.sentences, question, choice.values))
    rows = _keep_number(rows, question, material.form.language)
    if len(rows) < MIN_LISTED:
        language = material.form.language
        told = list_announced(
            places[0],
            chosen.sentences,
            question,
            language,
        )
        rows = [Row(quotation) for quotation in told]
    if len(rows) < MIN_LISTED:
        return _list_of_kind(material, chosen)
    return _lay_out_list(chosen, rows)


def _list_rows(places: Sequence[int], reading: Reading) -> list[Row]:
    """Return a row for each item that sentences enumerate; ``places``: theirs, best first."""
    rows = []
    for label, quotations in list_items(places, reading):
        first, *further = quotations
        row = Row(
            first,
            label=label,
            further=tuple(further),
        )
        rows.append(row)
    return rows


def _keep_number(rows: list[Row], question: str, language: str) -> list[Row]:
    """Return the items of the best sentence alone where it has as many as are asked for."""
    numbers = load_numbers(language)
    first_words = find_words(question)[:ASKING_WORDS]
    asked = set()
    for word in first_words:
        if word.term in numbers:
            asked.add(numbers[word.term])
    own = []
    for row in rows:
        if row.quotation == rows[0].quotation:
            own.append(row)
    is_whole = len(own) >= MIN_LISTED and len(own) in asked
    return own if is_whole else rows


def _list_of_kind(material: FormMaterial, chosen: Chosen) -> Chosen:
    """Return what the reader quotes, then what tells an item of the kind that is asked for.

    What the reader quotes alone where there is no such kind, or nothing is told.
    """
    kind = find_kind(material.request.question, material.form.language)
    if kind is None or chosen.choice.missing_terms:
        return chosen
    name, nouns = kind
    quotations = list(chosen.choice.quotations)
    beside = add_links(nouns, material.form.language)
    told = list_told(name, material.find_topic_articles(beside=beside))
    for sentence in told:
        quotation = Quotation(sentence.hit.passage, sentence.span)
        if quotation not in quotations:
            quotations.append(quotation)
    if len(quotations) >= MIN_LISTED:
        return _lay_out_list(chosen, [Row(quotation) for quotation in quotations])
    # One sentence may tell all of them: "It must renew the pumps, add a sensor and clean the pipe."
    rows = _list_rows(range(len(told)), Reading(told, material.request.question, {}))
    rows = rows or [Row(quotation) for quotation in quotations]
    return _lay_out_list(chosen, rows) if rows else chosen


def _lay_out_list(chosen: Chosen, rows: Sequence[Row]) -> Chosen:
    """Return the rows of a list as what answers."""
    layout = Layout(rows)
    choice = chosen.choice._replace(
        status="answered",
        quotations=layout.quotations,
        layout=layout,
        disagreements=find_row_conflicts(chosen, layout.quotations),
    )
    return chosen._replace(choice=choice)


def _list_likely(chosen: Chosen) -> list[int]:
    """Return the places of the sentences whose items are listed, best first."""
    choice = chosen.choice
    order = choice.sentence_order
    best = chosen.sentences[order[0]].hit.passage.article
    places = []
    for place, margin in zip(order, choice.margins, strict=True):
        article = chosen.sentences[place].hit.passage.article
        # Items of another language would stand twice.
        if article.language != best.language:
            continue
        # What the reader takes for an answer by itself is one, whoever writes it.
        is_near = article.id == best.id or bool(choice.scores and choice.scores[place] > 0)
        if margin <= (MAX_FURTHER_MARGIN if is_near else MAX_MARGIN):
            places.append(place)
    return places


def _settle(material: FormMaterial) -> Chosen:
    """Return the sentence that settles a question, or those that answer where none surely does."""
    chosen = material.read_sentences()
    sentences = chosen.sentences
    order = chosen.choice.sentence_order
    asked = read_asked_claim(
        material.form.claim,
        material.form.language,
        table=embedders.open_token_vectors(),
        today=material.request.today or datetime.date.today(),
    )
    judged = judge_sentences(asked, sentences, order) if asked else []
    settled = settle_question(judged)
    opposed = find_opposed(judged)
    verdict = ""
    quotations = list(chosen.choice.quotations)
    if settled is not None:
        verdict = settled.judgement
        quotations = [_quote(sentences, settled.place)]
    elif opposed is not None:
        quotations = [_quote(sentences, each.place) for each in opposed]
    elif asked is not None and not chosen.choice.missing_terms:
        quotations = keep_named(chosen.query, _add_covering(asked, chosen))
    disagreements = oppose(chosen, opposed) if opposed else []
    disagreements = disagreements or find_row_conflicts(
        chosen,
        quotations,
        is_verdict=True,
    )
    # Where sources differ nothing is sure.
    if any(each.kind == "differ" for each in disagreements):
        verdict = ""
    return _lay_out_statements(
        chosen,
        quotations,
        verdict,
        disagreements,
    )


def _add_covering(asked: AskedClaim, chosen: Chosen) -> list[Quotation]:
    """Return what the reader quotes, with the sentences before it that speak of what is asked."""
    quotations = list(chosen.choice.quotations)
    order = chosen.choice.sentence_order
    covering = find_covering(
        asked,
        chosen.sentences,
        order,
        may_lack=bool(quotations),
    )
    # What the reader quotes needs no other before it where its best sentence has all words.
    if quotations and order[0] in covering:
        return quotations
    quoted = [_quote(chosen.sentences, place) for place in covering]
    if quotations and not quoted:
        return _prefer_related(chosen)
    return [*quoted, *(each for each in quotations if each not in quoted)]


def _prefer_related(chosen: Chosen) -> list[Quotation]:
    """Return what the reader quotes, or the best sentence that speaks of what is asked.

    The reader was trained on questions for a value, and may take any statement for a yes or a no.
    """
    choice = chosen.choice
    near = [
        place
        for place, margin in zip(choice.sentence_order, choice.margins, strict=True)
        if margin <= MAX_RELATED_MARGIN
    ]
    related = find_related(chosen.query, chosen.sentences, near)
    if not related or near[0] in related:
        return list(choice.quotations)
    quoted = [_quote(chosen.sentences, place) for place in related]
    return [quoted[0], *(each for each in choice.quotations if each in quoted[1:])]


def _quote(sentences: Sequence[Candidate], place: int) -> Quotation:
    """Return a sentence with those before it that say what its pronouns mean."""
    passage = sentences[place].hit.passage
    span = expand_to_antecedent(
        sentences,
        place,
    )
    return Quotation(
        passage,
        span,
    )


def _lay_out_statements(
    chosen: Chosen,
    quotations: Sequence[Quotation],
    verdict: str,
    disagreements: Sequence[Disagreement],
) -> Chosen:
    """Return quotations as the rows of an answer of yes or no; a refusal without any."""
    layout = Layout(
        [Row(quotation) for quotation in quotations],
        verdict=verdict,
    )
    choice = chosen.choice._replace(
        quotations=list(quotations),
        layout=layout,
        disagreements=disagreements,
    )
    is_refused = choice.status == "not_in_sources"
    if quotations and (verdict or is_refused):
        choice = choice._replace(
            status="answered",
            missing_terms=(),
        )
    return chosen._replace(choice=choice)


LAYOUTS: Mapping[FormName, Callable[[FormMaterial], Chosen | None]] = {
    "comparison": _compare,
    "list": _list,
    "yes_no": _settle,
}

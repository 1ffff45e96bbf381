"""The measures against slow, obvious references, and the files they come in."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.evaluate import (
    evaluate,
    measure_ranking,
    measure_refusals,
    read_beir_questions,
    read_questions_file,
)
from rag.pipeline import build
from rag.settings.schema import Settings

NAMES = [f"d{i}" for i in range(15)]


@given(
    st.permutations(NAMES),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from([1.0, 2.0]), min_size=1, max_size=5),
)
def test_ranking_measures_agree_with_their_definitions(
    ranking: list[str], relevant: dict[str, float]
) -> None:
    """Catches ranks counted from 1 where 0 is meant, a log base slip, an ideal order not sorted."""
    measures = measure_ranking(ranking, relevant)
    first = min(ranking.index(name) for name in relevant) + 1
    for k in (1, 5, 10):
        assert measures[f"R@{k}"] == (1.0 if first <= k else 0.0)
    assert measures["MRR@10"] == (1 / first if first <= 10 else 0.0)
    gain = sum(
        relevant.get(name, 0) / math.log(rank + 1, 2) for rank, name in enumerate(ranking[:10], 1)
    )
    best = sum(
        g / math.log(rank + 1, 2)
        for rank, g in enumerate(sorted(relevant.values(), reverse=True), 1)
    )
    assert measures["nDCG@10"] == pytest.approx(gain / best)


def test_refusals_are_counted_by_hand() -> None:
    """Catches precision and recall swapped, and answerable questions left out of the balance."""
    said = [(True, True)] * 3 + [(True, False)] + [(False, True)] * 2 + [(False, False)] * 6
    assert measure_refusals(said) == {
        "precision": 3 / 5,
        "recall": 3 / 4,
        "balanced_accuracy": (3 / 4 + 6 / 8) / 2,
    }
    assert measure_refusals([(False, True)]) is None


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "phare.txt").write_text(
        "Le phare de Kermor rallumé\n\nLe phare de Kermor a été rallumé. Le chantier a coûté 4,2 millions d'euros.\n",
        encoding="utf-8",
    )
    (folder / "tram.txt").write_text(
        "Une ligne de tram à Valbois\n\nLa ville de Valbois ouvrira une ligne de tramway. Elle comptera 18 stations.\n",
        encoding="utf-8",
    )
    return folder


def test_a_questions_file_is_asked_of_the_index(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches sources compared by full path, answers compared with accents, a refusal counted as an answer."""
    monkeypatch.chdir(tmp_path)
    settings = Settings(index=tmp_path / "index", reader="off")
    build(settings, [articles])
    rows = [
        {
            "id": "1",
            "question": "Combien a coûté le chantier du phare de Kermor ?",
            "answers": ["4,2 millions"],
            "source": "phare.txt",
        },
        {
            "id": "2",
            "question": "Combien de stations comptera le tramway de Valbois ?",
            "answers": ["18 STATIONS"],
            "source": "tram.txt",
        },
        {"id": "3", "question": "Wie heißt die Hauptstadt von Kanada?", "unanswerable": True},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    measured = evaluate(file, settings)
    assert measured["queries"] == 3
    assert measured["retrieval"]["hybrid"]["R@1"] == 1.0
    assert set(measured["retrieval"]) == {"dense", "lexical", "hybrid"}
    assert measured["answers"]["accuracy"] == 1.0
    assert measured["refusals"]["recall"] == 1.0
    assert measured["citations"]["total"] == measured["citations"]["exact"] > 0


def test_a_beir_folder_is_indexed_apart(articles: Path, tmp_path: Path) -> None:
    """Catches a corpus mixed into the user's index, and `--corpus` ignored."""
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in articles.iterdir()}
    corpus = tmp_path / "elsewhere.jsonl"
    corpus.write_text(
        "\n".join(
            json.dumps({"_id": name, "title": "", "text": text}) for name, text in texts.items()
        ),
        encoding="utf-8",
    )
    query = {
        "_id": "q",
        "text": "Combien de stations comptera le tramway ?",
        "metadata": {"answers": ["18"]},
    }
    skipped = {"_id": "not judged", "text": "?"}
    (folder / "queries.jsonl").write_text(
        json.dumps(query) + "\n" + json.dumps(skipped), encoding="utf-8"
    )
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq\ttram\t1\n", encoding="utf-8"
    )
    measured = evaluate(folder, Settings(index=tmp_path / "index", reader="off"), corpus=corpus)
    assert measured["queries"] == 1
    assert measured["retrieval"]["hybrid"] == {
        "R@1": 1.0,
        "R@5": 1.0,
        "R@10": 1.0,
        "MRR@10": 1.0,
        "nDCG@10": 1.0,
    }
    assert {name: measured["answers"][name] for name in ("accuracy", "top3", "in_passage")} == {
        "accuracy": 1.0,
        "top3": 1.0,
        "in_passage": 1.0,
    }
    assert 0 < measured["answers"]["words"] < 90
    assert measured["refusals"] is None
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("line", ["{", "[1]", '{"id": "x"}', '{"question": 3}', "\udcff"])
def test_a_broken_questions_file_is_named_with_a_way_out(line: str, tmp_path: Path) -> None:
    """Catches a traceback instead of the file and what it should hold."""
    file = tmp_path / "q.jsonl"
    file.write_bytes(line.encode("utf-8", "surrogateescape"))
    with pytest.raises(SourceError) as caught:
        read_questions_file(file)
    assert str(file) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "table", [None, "query-id\tcorpus-id\tscore\nq\tonly two", "a\tb\tc\nq\td\tmany"]
)
def test_a_broken_beir_folder_is_named_with_a_way_out(table: str | None, tmp_path: Path) -> None:
    """Catches a traceback on missing or malformed judgements."""
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "?"}', encoding="utf-8")
    if table is not None:
        (tmp_path / "qrels").mkdir()
        (tmp_path / "qrels" / "test.tsv").write_text(table, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_beir_questions(tmp_path)
    assert caught.value.hint


def test_a_missing_path_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    """Catches an empty measurement passed off as a result."""
    with pytest.raises(SourceError):
        evaluate(tmp_path / "nothing", Settings(index=tmp_path / "index", reader="off"))


@given(
    st.permutations(NAMES),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from([1, 2]), min_size=1, max_size=5),
)
def test_rankings_count_as_trec_counts_them(ranking: list[str], relevant: dict[str, int]) -> None:
    """Catches a measure that agrees with our own reading of its definition, and with nobody else's."""
    import ir_measures
    from ir_measures import RR, Success, nDCG

    run = {"q": {name: float(len(ranking) - rank) for rank, name in enumerate(ranking)}}
    outside = ir_measures.calc_aggregate(
        [nDCG @ 10, RR @ 10, Success @ 1, Success @ 5], {"q": relevant}, run
    )
    ours = measure_ranking(ranking, {name: float(gain) for name, gain in relevant.items()})
    assert ours["nDCG@10"] == pytest.approx(outside[nDCG @ 10])
    assert ours["MRR@10"] == pytest.approx(outside[RR @ 10])
    assert ours["R@1"] == outside[Success @ 1]
    assert ours["R@5"] == outside[Success @ 5]

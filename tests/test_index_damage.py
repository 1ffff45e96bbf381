"""Damage anywhere in a large index is noticed, and an index made to harm ends in a message.

The first has wrong checksums. The second has right ones: whoever sends an index with the articles can make them.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import faiss
import numpy as np
import pytest
from newcomer import BRIDGE, COST, HARBOUR, Newcomer
from test_index_generations import ABOUT, contents, use

from rag.cli import main
from rag.errors import IndexDamaged, IndexProblem
from rag.files import compute_digests
from rag.index.generations import open_generation, verify_generation, write_generation
from rag.index.index_folder import lock_index

pytestmark = pytest.mark.timeout(300)


def locate(index: Path, name: str = "") -> Path:
    """A file of the generation in force."""
    return index / (index / "CURRENT").read_text().strip() / name


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """An index whose vectors take 5 MiB."""
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(40, 65_536)).astype(np.float32)
    with lock_index(tmp_path):
        write_generation(tmp_path, replace(contents(20), vectors=vectors), about=ABOUT)
    return tmp_path


def test_the_middle_of_a_large_file_is_checked_before_it_is_read(large: Path) -> None:
    """Catches checksums of the ends alone: an update copied damaged vectors and gave them right checksums."""
    path = locate(large, "vectors.faiss")
    data = bytearray(path.read_bytes())
    assert len(data) > 5 << 20
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with open_generation(large) as generation, pytest.raises(IndexDamaged, match="vectors"):
        generation.vectors.reconstruct(np.array([0]))
    assert verify_generation(large) == [f"{path.parent.name}/vectors.faiss"]


def test_rows_are_checked_where_they_are_read(tmp_path: Path) -> None:
    """Catches a check of the first block alone, and one of all blocks for a single row."""
    count = 2500  # two spans each, of 16 bytes: more than a block
    with lock_index(tmp_path):
        many = contents(20)
        passages = [many.passages[0]] * count
        article = replace(many.articles[0], start=0)
        whole = replace(
            many,
            documents=many.documents[:1],
            articles=[article],
            clusters=[0],
            passages=[replace(passage, article=article) for passage in passages],
            sentences=[many.sentences[0]] * count,
            tokens=[np.array([n % 7], np.uint16) for n in range(2 * count)],
            vectors=np.zeros((2 * count, 4), np.float32),
            terms=iter(()),
        )
        write_generation(tmp_path, whole, about=ABOUT)
    path = locate(tmp_path, "spans.npy")
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    with open_generation(tmp_path) as generation:
        assert len(generation.spans(range(100))) == 100
        with pytest.raises(IndexDamaged):
            generation.spans([2 * count - 1])


def test_status_check_reads_everything(tmp_path: Path) -> None:
    """Catches a `status --check` that looks at lengths, or says nothing when all is well."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("articles/pont.txt", BRIDGE)
    newcomer.environ["RAG_INDEX"] = "index"
    newcomer.index("articles")
    assert newcomer.run("status", "--check", "--json").object["checked"] is True
    assert "checked" not in newcomer.run("status", "--json").object
    path = locate(newcomer.here / "index", "forms.npy")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    refused = newcomer.refused(5, "status", "--check")
    assert "forms.npy" in refused.err
    assert "--rebuild" in refused.err


def forge(index: Path) -> None:
    """Give a changed index right checksums, as whoever ships one with articles can."""
    folder = locate(index)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    kept = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").unlink()
    digests = compute_digests(folder)
    (folder / "manifest.json").write_bytes(kept)
    write_manifest(index, manifest | {"files": digests})


def write_manifest(index: Path, manifest: object) -> None:
    """Write a manifest, and name its generation after it."""
    folder = locate(index)
    data = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(data)
    name = f"{folder.name[:-12]}{hashlib.sha256(data).hexdigest()[:12]}"
    folder.rename(index / name)
    (index / "CURRENT").write_text(f"{name}\n")


def execute(*statements: str) -> Callable[[Path], None]:
    """A change of the catalog."""

    def change(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "catalog.sqlite")) as database:
            for statement in statements:
                database.execute(statement)
            database.commit()

    return change


def store(name: str, array: np.ndarray) -> Callable[[Path], None]:
    """Another array in the place of one."""
    return lambda folder: np.save(folder / f"{name}.npy", array, allow_pickle=False)


def write_vectors(factory: str, rows: int, dimension: int) -> Callable[[Path], None]:
    """Another FAISS index."""

    def change(folder: Path) -> None:
        index = faiss.index_factory(dimension, factory, faiss.METRIC_INNER_PRODUCT)
        index.add(np.zeros((rows, dimension), np.float32))
        faiss.write_index(index, str(folder / "vectors.faiss"))

    return change


def patch(name: str, position: int, data: bytes) -> Callable[[Path], None]:
    """Other bytes in a file, counted from its end where the position is negative."""

    def change(folder: Path) -> None:
        [path] = folder.glob(name)
        content = bytearray(path.read_bytes())
        start = position % len(content)
        content[start : start + len(data)] = data
        path.write_bytes(content)

    return change


HARM: dict[str, Callable[[Path], None]] = {
    "owners of another type": store("owners", np.zeros(6, np.float64)),
    "owners of another length": store("owners", np.zeros(5, np.int32)),
    "owners that fall": store("owners", np.array([2, 1, 1, 0, 0, 0], np.int32)),
    "owners beyond": store("owners", np.array([0, 0, 1, 1, 9, 9], np.int32)),
    "spans before the text": store("spans", np.full((6, 2), -7, np.int64)),
    "a header that breaks off": patch("owners.npy", 20, b"(((('"),
    "spans flat": store("spans", np.zeros(12, np.int64)),
    "token starts beyond": store("token_starts", np.array([0, 2, 4, 6, 8, 10, 1 << 40], np.int64)),
    "token starts that fall": store("token_starts", np.array([9, 7, 5, 3, 2, 1, 0], np.int64)),
    "token starts cut short": store("token_starts", np.array([0], np.int64)),
    "unknown tokens": store("tokens", np.full(12, 65_535, np.uint16)),
    "no token frequency": store("token_frequency", np.zeros(0, np.int32)),
    "vocabulary of three rows": store("vocabulary", np.zeros((3, 2), np.uint32)),
    "more vectors": write_vectors("SQfp16", 60, 16),
    "fewer vectors": write_vectors("SQfp16", 1, 16),
    "vectors of another kind": write_vectors("Flat", 6, 16),
    "vectors of a huge dimension": patch("vectors.faiss", 4, b"\xff\xff\xff\x7f"),
    "vectors without end": patch("vectors.faiss", 8, b"\xff\xff\xff\xff\xff\xff\xff\x0f"),
    "no FAISS file": lambda folder: (folder / "vectors.faiss").write_bytes(b"x" * 300) and None,
    "terms of many passages": store("terms/words_sizes", np.zeros(900, np.uint8)),
    "no terms": store("terms/words_keys", np.zeros(0, np.uint64)),
    "terms without a total": store("terms/words_total", np.zeros(0, np.int64)),
    "terms of another type": store("terms/stems_keys", np.zeros(3, np.float64)),
    "postings that are not there": store("terms/title_starts", np.array([0, 9], np.int64)),
    "counts of no posting": store("terms/words_counts", np.zeros(7, np.uint8)),
    "no SQLite": lambda folder: (folder / "catalog.sqlite").write_bytes(b"x" * 8192) and None,
    "an endless view": execute(
        "ALTER TABLE articles RENAME TO hidden",
        "CREATE VIEW articles AS WITH RECURSIVE n(row) AS (SELECT 0 UNION ALL SELECT row FROM n)"
        " SELECT * FROM n",
    ),
    "bytes that are no text": execute("UPDATE documents SET text = x'ff00ff'"),
    "a number for a text": execute("UPDATE documents SET text = 7"),
    "a passage outside": execute('UPDATE passages SET "end" = 1000000'),
    "a passage before": execute("UPDATE passages SET start = -5"),
    "a passage of words": execute("UPDATE passages SET start = 'first'"),
    "a passage of no article": execute("UPDATE passages SET article = 99"),
    "an article of no document": execute("UPDATE articles SET document = 99"),
    "a day out of range": execute("UPDATE articles SET day = 1 << 40"),
    "passages without end": execute("UPDATE articles SET passages = 1 << 40"),
    "no passages": execute("DELETE FROM passages"),
    "no documents": execute("DELETE FROM documents"),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("sound") / "index"
    with lock_index(index):
        write_generation(index, contents(), about=ABOUT)
    return index


def read_everything(index: Path) -> None:
    """Read every part of an index."""
    use(index)
    with open_generation(index) as generation:
        list(generation.articles())
        passages = generation.passages(range(generation.size))
        for row, passage in enumerate(passages):
            generation.article_rows(passage.article.id)
            generation.reprints(passage.article.id)
            sentence_rows = generation.sentence_rows(row)
            generation.spans(sentence_rows)
            generation.tokens(sentence_rows)
            generation.vectors.reconstruct(np.array(sentence_rows, np.int64))
        generation.owners_of(range(generation.size))
        generation.languages(range(generation.size))
        assert generation.vocabulary.near("wrod1", 2) or True


@pytest.mark.parametrize("harm", HARM)
def test_wrong_contents_with_right_checksums_end_in_a_message(
    tmp_path: Path, sound: Path, harm: str
) -> None:
    """Catches a traceback, an abort inside a library and an endless query: 206 of 800 such indexes."""
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    read_everything(index)
    HARM[harm](locate(index))
    forge(index)
    assert verify_generation(index) == []
    with pytest.raises(IndexProblem) as caught:
        read_everything(index)
    assert "--rebuild" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("files", {"../../mine": {"bytes": 1, "sha256": "", "blocks": ""}}),
        ("files", {"/etc/passwd": {"bytes": 1, "sha256": "", "blocks": ""}}),
        ("files", {"a": 7}),
        ("files", ["a"]),
        ("counts", {}),
        ("counts", {"documents": -1}),
        ("counts", None),
        ("dates", ["yesterday", None]),
        ("dates", []),
        ("publishers", {"Le Monde": "many"}),
        ("passages_by_language", []),
        ("sources", "articles"),
        ("root", None),
        ("kept", [7]),
    ],
)
def test_a_manifest_that_rag_does_not_write_is_damage(
    tmp_path: Path, sound: Path, name: str, value: object
) -> None:
    """Catches a path out of the index, and a traceback from what an index says of itself."""
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    manifest = json.loads(locate(index, "manifest.json").read_bytes())
    write_manifest(index, manifest | {name: value})
    with pytest.raises(IndexDamaged, match=name):
        open_generation(index)


def test_random_changes_with_right_checksums_end_in_an_answer_or_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Catches the traceback that nobody thought of: any file, any place, in the order of a fixed seed."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("articles/pont.txt", BRIDGE)
    newcomer.write("articles/harbour.md", HARBOUR)
    newcomer.environ["RAG_INDEX"] = "index"
    newcomer.index("articles")
    monkeypatch.chdir(newcomer.here)
    index = newcomer.here / "index"
    index.rename(newcomer.here / "sound")
    rng = random.Random(13)
    files = [
        path.relative_to(newcomer.here / "sound")
        for path in sorted((newcomer.here / "sound").rglob("*"))
    ]
    for number in range(120):
        shutil.copytree(newcomer.here / "sound", index)
        relative = files[number % len(files)]
        path = index / relative
        if path.is_file() and path.stat().st_size and path.name not in ("CURRENT", "manifest.json"):
            data = bytearray(path.read_bytes())
            for _ in range(rng.choice((1, 1, 8))):
                data[rng.randrange(min(len(data), rng.choice((128, len(data)))))] = rng.randrange(
                    256
                )
            path.write_bytes(data)
            forge(index)
            code = main(["ask", "--json", "--index", "index", COST])
            assert code in (0, 3, 4, 5), (number, relative, code)
            assert "Traceback" not in capfd.readouterr().err
        shutil.rmtree(index)

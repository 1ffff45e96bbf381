"""An index in PostgreSQL, on a real server: the same answers as that of a folder, refreshed whole or not at all."""

from __future__ import annotations

import errno
import gzip
import io
import json
import lzma
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from rag import Filters, Rag, Settings, build
from rag.chat.conversation import Conversation
from rag.chat.history import History
from rag.errors import (
    IndexMismatch,
    IndexMissing,
    RagError,
    SourceError,
    StoreProblem,
    UsageError,
    WriteError,
)
from rag.index.lookup import describe_index, find_by_reference
from rag.pipeline import BuildOptions, export_index, import_index
from rag.settings.store_address import check_store
from rag.store.address import PostgresStore, choose_place
from rag.store.connection import connect
from rag.store.refreshing import lock_store

if TYPE_CHECKING:
    from postgres_server import Server

TREE = Path(__file__).resolve().parent.parent
ARTICLES = {
    "phare.md": "---\ntitle: Le phare de Kermor rallumé\npublisher: Ouest Marin\ndate: 2025-03-03\n---\n"
    "Le phare de Kermor a été rallumé après trois ans de travaux.\nLes pêcheurs de Kermor saluent la décision du port.\n",
    "tram.md": "---\ntitle: Une ligne de tram à Valbois\npublisher: La Gazette\ndate: 2025-05-05\n---\n"
    "La ville de Valbois ouvrira sa première ligne de tramway en mars.\nElle coûte 120 millions d'euros.\n",
    "factory.md": "---\ntitle: Bad news from the factory\npublisher: Harbour Gazette\ndate: 2025-06-09\n---\n"
    "The factory of Brisac will lay off 120 workers in spring.\nThe union says that the dismissals were announced on Friday.\n",
    "copie.md": "---\ntitle: Le phare de Kermor rallumé\npublisher: La Gazette\ndate: 2025-03-04\n---\n"
    "Le phare de Kermor a été rallumé après trois ans de travaux.\nLes pêcheurs de Kermor saluent la décision du port.\n",
}
QUESTIONS = (
    "Quand le phare de Kermor a-t-il été rallumé ?",
    "How many workers will the factory lay off?",
    "Combien coûte le tramway de Valbois ?",
    "licenciements à l'usine",
    "phrae kermor",
)


EVERYTHING = Filters()


class Newsroom:
    """Articles, and the settings of two indexes of them: in a folder and in a store."""

    def __init__(self, folder: Path, address: str) -> None:
        self.articles = folder / "articles"
        self.articles.mkdir()
        for name, text in ARTICLES.items():
            self.write(name, text)
        self.on_disk = Settings(index=folder / "index", reader="off")
        self.in_store = replace(self.on_disk, store=check_store(address))
        self.store = PostgresStore(check_store(address))

    def write(self, name: str, text: str) -> None:
        (self.articles / name).write_text(text, encoding="utf-8")

    def select(self, query: str) -> list[tuple]:
        with connect(self.store) as connection:
            return connection.execute(query).fetchall()

    def count(self, table: str) -> int:
        return self.select(f"SELECT count(*) FROM {table}")[0][0]

    def require_same(self, *, filters: Filters = EVERYTHING) -> None:
        """Both find the same passages with the same scores, and give the same answers."""
        with Rag.open(self.on_disk) as disk, Rag.open(self.in_store) as store:
            for question in QUESTIONS:
                one = disk.search(question, filters=filters, top=10)
                other = store.search(question, filters=filters, top=10)
                assert [hit.passage.id for hit in one.hits] == [
                    hit.passage.id for hit in other.hits
                ]
                for hit, twin in zip(one.hits, other.hits, strict=True):
                    assert hit.scores == pytest.approx(twin.scores, rel=1e-4, abs=1e-6)
                assert str(disk.ask(question, filters=filters)) == str(
                    store.ask(question, filters=filters)
                )


@pytest.fixture
def newsroom(tmp_path: Path, postgres: Server) -> Newsroom:
    made = Newsroom(tmp_path, postgres.address())
    build(made.in_store, [made.articles])
    return made


def test_answers_are_those_of_a_folder(newsroom: Newsroom) -> None:
    """Catches a BM25, a filter, a spelling or a group of reprints that differs from those on disk."""
    build(newsroom.on_disk, [newsroom.articles])
    for filters in (Filters(), Filters(languages=("en",)), Filters(publishers=("LA GAZETTE",))):
        newsroom.require_same(filters=filters)
    with Rag.open(newsroom.on_disk) as disk, Rag.open(newsroom.in_store) as store:
        ours, theirs = store.generation, disk.generation
        assert [row[1:] for row in ours.articles()] == [row[1:] for row in theirs.articles()]
        for word in ("kermor", "phare", "zzz"):
            assert ours.vocabulary.forms(word) == theirs.vocabulary.forms(word)
        assert ours.vocabulary.near("kermer", 1) == theirs.vocabulary.near("kermer", 1) != []
        [article] = store.articles(filters=Filters(publishers=("Ouest Marin",)))
        assert [other.publisher for other in ours.reprints(article.id)] == ["La Gazette"]
        assert ours.token_frequency.tolist() == theirs.token_frequency.tolist()
        assert ours.mean_length == theirs.mean_length
    state = describe_index(choose_place(newsroom.in_store))
    assert state["counts"] == describe_index(newsroom.on_disk.index)["counts"]
    assert find_by_reference(choose_place(newsroom.in_store), article.id[:8]) == article


def test_a_refresh_keeps_what_is_unchanged(newsroom: Newsroom) -> None:
    """Catches rows that are written anew, postings and counts that a removed article leaves behind."""
    before = dict(newsroom.select("SELECT id, row FROM articles"))
    newsroom.write("tram.md", ARTICLES["tram.md"].replace("120 millions", "140 millions"))
    (newsroom.articles / "copie.md").unlink()
    report = build(newsroom.in_store, options=BuildOptions(prune=True))
    assert (report.added, report.removed, report.reused) == (1, 2, 2)
    after = dict(newsroom.select("SELECT id, row FROM articles"))
    assert len(before.items() & after.items()) == 2
    build(newsroom.on_disk, [newsroom.articles])
    newsroom.require_same()
    # Postings, terms and words are those of the passages that are there, no more and no less.
    assert (
        newsroom.select(
            "SELECT t.number FROM terms t JOIN postings p ON p.term = t.number GROUP BY t.number, t.passages"
            " HAVING sum(cardinality(p.postings)) != t.passages"
        )
        == []
    )
    assert newsroom.select("SELECT sum(passages) FROM terms") == newsroom.select(
        "SELECT sum(cardinality(terms)) FROM passages"
    )
    assert newsroom.select("SELECT sum(passages) FROM words") == newsroom.select(
        "SELECT sum(cardinality(words)) FROM passages"
    )
    assert not build(newsroom.in_store).changed


def test_a_reader_keeps_its_snapshot(newsroom: Newsroom) -> None:
    """Catches a reader that sees half of a refresh, or one that makes a writer wait for it."""
    with Rag.open(newsroom.in_store) as rag:
        stamp = newsroom.store.read_stamp()
        newsroom.write("tram.md", ARTICLES["tram.md"].replace("120 millions", "140 millions"))
        assert build(newsroom.in_store).changed
        build(newsroom.in_store, options=BuildOptions(rebuild=True))
        assert "120 millions" in str(rag.ask("Combien coûte le tramway de Valbois ?"))
        assert newsroom.store.read_stamp() != stamp
    with Rag.open(newsroom.in_store) as rag:
        answer = rag.ask("Combien coûte le tramway de Valbois ?")
    assert "140 millions" in str(answer)
    assert answer.citations[0].verified == "exact"


def test_a_file_that_is_elsewhere_is_never_exact(newsroom: Newsroom) -> None:
    """Catches a citation that vouches for a file which this machine does not have."""
    (newsroom.articles / "tram.md").rename(newsroom.articles.parent / "elsewhere.md")
    with Rag.open(newsroom.in_store) as rag:
        answer = rag.ask("Combien coûte le tramway de Valbois ?")
    assert [citation.verified for citation in answer.citations] == ["none"]
    assert any("tram.md" in warning for warning in answer.warnings)


@pytest.mark.parametrize("name", ["folder", "index.tar", "index.tar.gz"])
def test_an_index_is_carried_there_and_back(
    name: str, newsroom: Newsroom, postgres: Server, tmp_path: Path
) -> None:
    """Catches what is lost on the way: a vector, a term, a group, and what overwrites unasked."""
    target = tmp_path / name
    carried = export_index(newsroom.in_store, target)
    assert (carried.articles, carried.passages) == (4, 4)
    with pytest.raises(UsageError, match="already") as caught:
        export_index(newsroom.in_store, target)
    assert "--force" in caught.value.hint
    export_index(newsroom.in_store, target, force=True)
    import_index(newsroom.on_disk, target)
    newsroom.require_same()
    elsewhere = replace(newsroom.in_store, store=check_store(postgres.address()))
    import_index(elsewhere, target)
    with pytest.raises(UsageError, match="already"):
        import_index(elsewhere, target)
    import_index(elsewhere, target, force=True)
    newsroom.in_store = elsewhere
    newsroom.require_same()
    with Rag.open(newsroom.on_disk) as disk, Rag.open(elsewhere) as store:
        for article in disk.articles():
            reprints = [other.id for other in disk.generation.reprints(article.id)]
            assert [other.id for other in store.generation.reprints(article.id)] == reprints
    # What was carried is brought up to date like any other.
    report = build(elsewhere)
    assert (report.added, report.removed, report.reused) == (0, 0, 4)


def test_a_damaged_export_is_not_imported(newsroom: Newsroom, tmp_path: Path) -> None:
    """Catches a file cut short or changed, or one that leads out of its folder, in place of an index."""
    target = tmp_path / "index.tar"
    export_index(newsroom.in_store, target)
    data = target.read_bytes()
    changed = data.replace(b"phare de Kermor", b"phare de Kerman")
    for content in (data[: len(data) // 2], b"no archive", changed):
        target.write_bytes(content)
        with pytest.raises(RagError) as caught:
            import_index(newsroom.on_disk, target)
        # The way out is one for the file, not for the folder that it was unpacked into.
        assert caught.value.hint
        assert "--rebuild" not in caught.value.hint
        assert "rag-import-" not in caught.value.message
        assert not newsroom.on_disk.index.exists()
    with tarfile.open(target, "w") as archive:
        archive.add(newsroom.articles / "tram.md", "index/../../out.md")
    with pytest.raises(RagError, match="leads out"):
        import_index(newsroom.on_disk, target)
    assert not (tmp_path.parent / "out.md").exists()


def pack(*members: tarfile.TarInfo) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    return packed.getvalue()


def member(name: str, **fields: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


BOMB = gzip.compress(pack(member("index/CURRENT", size=70 << 20)))
HOSTILE = {
    "bomb": (BOMB, "bomb"),
    "header": (pack(member("index/a", type=tarfile.GNUTYPE_LONGNAME, size=1 << 20)), "header"),
    "link": (pack(member("index", type=tarfile.SYMTYPE, linkname="/tmp")), "link"),
    "device": (pack(member("index/CURRENT", type=tarfile.CHRTYPE)), "regular"),
    "twice": (pack(member("index/CURRENT"), member("index/CURRENT")), "twice"),
    "file and folder": (pack(member("index"), member("index/CURRENT")), "twice"),
    "folder of a file": (pack(member("index/a"), member("index/a", type=tarfile.DIRTYPE)), "twice"),
    "long name": (pack(member(f"index/{'a' * 300}")), "no name"),
    "long folder": (pack(member(f"index/{'a' * 300}", type=tarfile.DIRTYPE)), "no name"),
    "deep": (pack(member("index/" + "a/" * 2000 + "b")), "deeper"),
    "bytes changed": (b"\x1f\x8b\x08" + bytes(500), "damaged"),
    "another packing": (lzma.compress(pack(member("index/CURRENT"))), "no file that rag export"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_export_that_was_made_to_harm(kind: str, tmp_path: Path) -> None:
    """Catches a disk that is filled, a name that leads elsewhere, and a message about a folder that is gone."""
    content, reason = HOSTILE[kind]
    source = tmp_path / "index.tar.gz"
    source.write_bytes(content)
    settings = Settings(index=tmp_path / "index")
    with pytest.raises(RagError, match=reason) as caught:
        import_index(settings, source)
    assert caught.value.message.startswith(str(source)) and caught.value.hint
    assert "rag-import-" not in caught.value.message
    assert sorted(tmp_path.iterdir()) == [source]


def test_a_disk_that_is_full_is_named_without_a_folder_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a message about a temporary folder that nobody can look into, and none about where room is lacking."""
    source = tmp_path / "index.tar"
    source.write_bytes(pack(member("index/CURRENT", size=9)))

    def open_full(path: Path, *mode: str) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr("rag.pipeline.carrying.Path.open", open_full)
    with pytest.raises(WriteError) as caught:
        import_index(Settings(index=tmp_path / "index"), source)
    assert caught.value.message.startswith(f"{source}, unpacked in {tempfile.gettempdir()}: ")
    assert "rag-import-" not in caught.value.message and "free some space" in caught.value.hint


@pytest.mark.timeout(60)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_is_no_export(tmp_path: Path) -> None:
    """Catches a wait for whoever writes into it."""
    pipe = tmp_path / "index.tar"
    os.mkfifo(pipe)
    with pytest.raises(SourceError, match="not a regular file"):
        import_index(Settings(index=tmp_path / "index"), pipe)


def test_the_loop_takes_the_store_as_it_is_today(newsroom: Newsroom) -> None:
    """Catches a question loop that goes on with the articles of yesterday, or opens the store anew for each question."""
    conversation = Conversation(newsroom.in_store)
    opened = conversation.index.get(newsroom.in_store)
    assert conversation.index.get(newsroom.in_store) is opened
    newsroom.write("tram.md", ARTICLES["tram.md"].replace("120 millions", "140 millions"))
    build(newsroom.in_store)
    assert conversation.index.get(newsroom.in_store) is not opened
    conversation.index.close()


def test_a_line_with_a_password_is_not_kept(tmp_path: Path) -> None:
    """Catches a history of what was typed that holds the password of a store."""
    history = History(tmp_path / "history")
    history.append_string("/set store postgresql://desk:secret@db/articles")
    history.append_string("/set store postgresql://desk@db/articles")
    assert list(history.get_strings()) == ["/set store postgresql://desk@db/articles"]


KILLED = """
import os, signal, sys
from pathlib import Path
from rag import Settings, build
from rag.settings.store_address import check_store
import rag.store.loading as loading, rag.store.refreshing as refreshing

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

module, name = {"articles": (loading, "copy_rows"), "state": (refreshing, "_write_state"), "graph": (refreshing, "make_graph")}[sys.argv[3]]
setattr(module, name, die)
build(Settings(index=Path(sys.argv[1]), store=check_store(sys.argv[2]), reader="off"), [Path(sys.argv[4])])
"""


@pytest.mark.parametrize("moment", ["articles", "graph"])
def test_killed_while_loading(moment: str, newsroom: Newsroom, postgres: Server) -> None:
    """Catches rows that a killed writer leaves behind, a lock that outlives it, and an article that is then there twice."""
    tables = ("documents", "articles", "passages", "sentences", "terms", "postings", "words")
    before = [newsroom.count(table) for table in tables]
    newsroom.write(
        "neu.md", "---\ntitle: A bridge for Quenay\n---\nThe bridge of Quenay opens in May.\n"
    )
    address = postgres.address(newsroom.store.schema)
    command = [
        sys.executable,
        "-c",
        KILLED,
        str(newsroom.on_disk.index),
        address,
        moment,
        str(newsroom.articles),
    ]
    done = subprocess.run(command, capture_output=True, check=False, cwd=TREE)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert [newsroom.count(table) for table in tables] == before
    report = build(newsroom.in_store)
    assert (report.added, report.reused) == (1, 4)
    assert newsroom.count("articles") == 5
    [(ids, rows)] = newsroom.select("SELECT count(DISTINCT id), count(DISTINCT row) FROM articles")
    assert (ids, rows) == (5, 5)


def test_several_writers_queue(newsroom: Newsroom) -> None:
    """Catches two that write at once, and a second that fails instead of waiting for its turn."""
    newsroom.write(
        "neu.md", "---\ntitle: A bridge for Quenay\n---\nThe bridge of Quenay opens in May.\n"
    )
    waiting = threading.Event()
    stages = []

    def report(stage: str, done: int, total: int) -> None:
        stages.append(stage)
        waiting.set()

    second = threading.Thread(target=build, args=(newsroom.in_store,), kwargs={"progress": report})
    with lock_store(newsroom.store):
        second.start()
        assert waiting.wait(20)
        time.sleep(0.2)
        assert stages == ["wait for another rag index"]
        assert newsroom.count("articles") == 4
    second.join(30)
    assert newsroom.count("articles") == 5


def failure(address: str, folder: Path) -> RagError:
    settings = Settings(index=folder / "index", store=check_store(address), reader="off")
    with pytest.raises(RagError) as caught:
        Rag.open(settings)
    return caught.value


def test_what_goes_wrong_is_told_in_words(tmp_path: Path, postgres: Server) -> None:
    """Catches a traceback, a wrong exit code, and an error without a way out or with the password in it."""
    cases = [
        (postgres.address(password="falsches-WORT"), StoreProblem, "wrong user or password"),
        (
            postgres.address(user="niemand", password="falsches-WORT"),
            StoreProblem,
            "wrong user or password",
        ),
        (postgres.address(database="nirgends"), StoreProblem, "no such database"),
        (postgres.address().replace(str(postgres.port), "1"), StoreProblem, "cannot be reached"),
        (postgres.address(), IndexMissing, "there is no index"),
    ]
    for address, kind, words in cases:
        error = failure(address, tmp_path)
        assert type(error) is kind
        assert error.exit_code == 5
        assert words in error.message
        assert error.hint
        for secret in ("falsches-WORT", "g3heim-WORT"):
            assert secret not in f"{error.message} {error.hint} {error!r}"
        assert error.__cause__ is None


def test_no_right_to_create(tmp_path: Path, postgres: Server) -> None:
    """Catches a reader's account that is told nothing useful when it indexes."""
    postgres.execute("CREATE ROLE leser LOGIN PASSWORD 'lesen'")
    made = Newsroom(tmp_path, postgres.address(user="leser", password="lesen"))
    with pytest.raises(StoreProblem, match="may not do that") as caught:
        build(made.in_store, [made.articles])
    assert "GRANT" in caught.value.hint
    assert "lesen" not in caught.value.message


def test_the_extension_is_missing(newsroom: Newsroom, postgres: Server, tmp_path: Path) -> None:
    """Catches a database without pgvector, where it may not be made either, that ends in PostgreSQL's own words."""
    postgres.execute("CREATE DATABASE bare TEMPLATE template0")
    postgres.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
    postgres.execute("GRANT CREATE ON DATABASE bare TO plain")
    settings = replace(
        newsroom.in_store,
        store=check_store(postgres.address(user="plain", password="plain", database="bare")),
    )
    with pytest.raises(StoreProblem) as caught:
        build(settings, [newsroom.articles])
    assert "CREATE EXTENSION" in caught.value.hint


def test_the_server_goes_away_in_the_middle(newsroom: Newsroom, postgres: Server) -> None:
    """Catches an exception of the library that reaches whoever asked."""
    with Rag.open(newsroom.in_store) as rag:
        postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rag'"
        )
        with pytest.raises(StoreProblem, match=r"stopped in the middle|went away") as caught:
            rag.ask("Combien coûte le tramway de Valbois ?")
    assert caught.value.hint
    with Rag.open(newsroom.in_store) as rag:
        assert rag.ask("Combien coûte le tramway de Valbois ?").citations


def test_another_model_is_a_mismatch(newsroom: Newsroom) -> None:
    """Catches vectors of two models in one store."""
    with pytest.raises(IndexMismatch):
        build(replace(newsroom.in_store, passage_tokens=50))
    build(replace(newsroom.in_store, passage_tokens=50), options=BuildOptions(rebuild=True))
    with pytest.raises(IndexMismatch):
        Rag.open(newsroom.in_store)


RUN_ALL = """
import json, sys
from rag.cli import main

for arguments in json.loads(sys.argv[1]):
    try:
        main(arguments)
    except SystemExit:
        pass
"""


def test_the_password_is_nowhere(newsroom: Newsroom, postgres: Server, tmp_path: Path) -> None:
    """Catches a password in what is printed, kept or stored, on any way through the command."""
    address = postgres.address(newsroom.store.schema)
    home = tmp_path / "home"
    home.mkdir()
    environ = {
        **os.environ,
        "HOME": str(home),
        "RAG_STORE": address,
        "PYTHONPATH": str(TREE),
        "RAG_READER": "off",
    }
    commands = [
        ["index", str(newsroom.articles), "-v", "--json"],
        ["ask", "Combien coûte le tramway ?", "-v", "--json"],
        ["status", "--json", "-v"],
        ["doctor", "--json", "-v"],
        ["config", "show", "--json"],
        ["config", "set", "store", address],
        ["ask", "x", "--store", address.replace("5", "x")],
        ["list", "--store", address.replace("schema", "schemo")],
        ["show", "1"],
    ]
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL, json.dumps(commands)],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = done.stdout + done.stderr
    assert "Traceback" not in printed
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    [(manifest,)] = newsroom.select("SELECT manifest FROM state")
    assert "postgresql://newsroom@127.0.0.1" in printed
    assert "postgresql://newsroom@127.0.0.1" in kept.decode("utf-8", "replace")
    for place in (printed, kept.decode("utf-8", "replace"), manifest, repr(newsroom.in_store)):
        assert "g3heim" not in place

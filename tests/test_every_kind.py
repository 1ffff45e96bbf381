"""A folder with a file of every kind, and dozens of each kind with their damaged twins."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from every_kind import ARCHIVES, PACKED, STORIES, WRITERS, Story, list_kinds, read_story
from talk import Talk

from rag.chat import system
from rag.pipeline import Rag, build
from rag.reading.archives import list_archive_suffixes
from rag.reading.formats import FORMATS, list_suffixes, load_format
from rag.settings import Settings

DOCS = Path(__file__).parent.parent / "docs" / "formats.md"
TOWNS = [f"{start}{end}" for end in ("vik", "ston", "mar", "dale", "ren") for start in
         ("Bol", "Cal", "Dun", "Fer", "Gol", "Hal", "Kel", "Lum", "Mor", "Nar", "Pel", "Ros")]  # fmt: skip
NAMES = ("Ada", "Edda", "Ida", "Olga", "Lena", "Ruth", "Vera")
# What stands behind the file in a source: the line of a text, the page of a PDF, …
ENDS = {
    "text": ":3", "markdown": ":8", "clippings": ":4", "pdf": ", p. 1", "csv": ", row 2", "jsonl": ", row 2",
    "json": ", row 1", "html": ", #part-1",  "mhtml": ", #part-1",
    "docx": ", {title}", "odt": ", {title}", "epub": ", {title}", "feed": ", {title}",
    "jsonfeed": ", {title}", "mbox": ", {title}", "mail": "", "rtf": "",
}  # fmt: skip
LATIN = ("fr", "de", "en", "es", "it", "pt")  # what the letters of a PDF's own fonts write


class Filed(NamedTuple):
    """A file of the folder, and what is to be found in it."""

    name: str
    title: str
    owner: str


def write_folder(folder: Path) -> list[Filed]:
    """One file of each kind, each about a lighthouse of its own."""
    files = []
    for number, (suffix, write) in enumerate(list_kinds().items()):
        title = f"The lighthouse of {TOWNS[number]}"
        owner = f"{NAMES[number % len(NAMES)]} {TOWNS[-1 - number]}by"
        story = Story(
            title,
            (
                f"{title} was bought by {owner} in 2019, for {number + 21} crowns.",
                "It has stood on the cliffs for two hundred years, and ships still steer by its lamp.",
                "Visitors are let in on Sundays, when the keeper shows them the lamp and the stairs.",
            ),
        )
        name = f"kind{number}{suffix}"
        (folder / name).write_bytes(write(story))
        files.append(Filed(name, title, owner))
    return files


def test_each_kind_answers_with_a_place_to_go_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong: a kind that is found and not verified, cited without its place, shown or opened as another file."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "articles"
    folder.mkdir()
    files = write_folder(folder)
    settings = Settings(index=tmp_path / "index", reader="off")
    report = build(settings, [folder])
    assert (report.documents, report.skipped) == (len(files), ())
    with Rag.open(settings) as rag:
        for file in files:
            answer = rag.ask(f"Who bought {file.title[:1].lower()}{file.title[1:]}?")
            citation = answer.citations[0]
            document = citation.passage.article.document
            assert file.owner in citation.quote, file.name
            assert citation.verified == "exact"
            assert citation.passage.article.title == file.title
            assert citation.location == document.path + ENDS[document.format].format(
                **file._asdict()
            )
            assert document.path == f"articles/{file.name}{find_inner_name(file.name)}"


def find_inner_name(name: str) -> str:
    """What stands behind the name of an archive or of a packed file."""
    if name.endswith(ARCHIVES):
        return "/inner/story.html"
    is_packed = name.endswith(tuple(PACKED))
    return f"/{name.rpartition('.')[0]}" if is_packed else ""


def test_each_kind_is_opened_where_it_was_cited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong: a PDF opened at its first page, a page of the web at its head, a packed text in an editor as bytes."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "articles"
    folder.mkdir()
    files = write_folder(folder)
    build(Settings(index=tmp_path / "index", reader="off"), [folder])
    opened: list[str] = []
    monkeypatch.setattr(system, "open_in_browser", lambda url: opened.append(url) or True)
    monkeypatch.setattr(
        system, "open_in_editor", lambda path, line: opened.append(f"{path.as_uri()}:{line}")
    )
    talk = Talk(tmp_path / "index", tmp_path, capsys)
    for file in files:
        page = talk.say(f"Who bought the {file.title[4:]}?")
        assert file.owner in page
        talk.say("/open 1")
        document = talk.chat.get_source(1).passage.article.document
        address = (folder / file.name).as_uri()
        if document.is_plain and not find_inner_name(file.name):
            address += ENDS[document.format]
        elif document.format == "pdf":
            address += "#page=1"
        elif document.format == "html" and not find_inner_name(file.name):
            address += "#:~:text=The%20lighthouse%20of%20"
        assert opened[-1].startswith(address), file.name
    assert len(opened) == len(files)


def test_the_folder_holds_every_kind_that_is_documented() -> None:
    """Wrong: a suffix that the table or the page names, and no file of it is tried; one that the page leaves out."""
    kinds = list_kinds()
    assert set(list_suffixes()) <= set(kinds)
    assert {*ARCHIVES, *PACKED} == set(list_archive_suffixes())
    assert {known.name for known in FORMATS} == set(WRITERS) == set(ENDS)
    page = DOCS.read_text(encoding="utf-8")
    documented = set(re.findall(r"(?<=[` ])\.[a-z0-9.]+(?=[` ])", page))
    known_suffixes = {*list_suffixes(), *list_archive_suffixes()}
    assert known_suffixes - documented == set()


@pytest.mark.parametrize("name", WRITERS)
def test_dozens_of_each_kind(name: str) -> None:
    """Wrong: a paragraph lost or glued in some language; an exception but a SourceError for a damaged file."""
    file_format = load_format(name)
    stories = [
        story._replace(title=f"{story.title}{copy}")
        for story in STORIES
        for copy in ("", " bis")
        if name != "pdf" or story.language in LATIN
    ]
    assert len(stories) >= 30
    for story in stories:
        read_story(file_format, WRITERS[name](story), story)

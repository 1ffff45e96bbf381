"""Formats in a process of their own: what they do to it, they do to nothing else."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.reading import guard
from rag.reading.formats.base import Extracted, Metadata, Part
from rag.reading.guarded_child import Limits
from rag.reading.wire import decode_answer, encode_extracted
from rag.records import Edit, Place

# A format that does what its file says, in the place of one of rag's.
WILD = """
import os, sys, time
from rag.errors import SourceError
from rag.reading import guarded_child
from rag.reading.formats.base import Extracted
class Wild:
    def extract(self, data):
        word = data.decode()
        if word == "hang":
            time.sleep(600)
        if word == "spin":
            while True: pass
        if word == "eat":
            kept = [bytearray(1 << 26) for _ in range(1000)]
        if word == "crash":
            os._exit(3)
        if word == "raise":
            raise KeyError("nobody foresaw this")
        if word == "deep":
            return self.extract(data)
        if word == "print":
            print("x" * 100_000)
            os.write(1, b"y" * 100_000)
            sys.stderr.write("z" * 100_000)
        if word == "long":
            return Extracted("a" * 2_000_000)
        if word == "write":
            with open(os.environ["TARGET"], "w") as file:
                file.write("out")
        if word == "refuse":
            raise SourceError("encrypted", hint="save it without a password")
        return Extracted(f"said {word} by {os.getpid()}")
def serve(*limits):
    guarded_child.load_format = lambda name: Wild()
    guarded_child.serve(*limits)
"""


@pytest.fixture
def wild(tmp_path, monkeypatch):
    """A guard with narrow limits, whose child knows the wild format."""
    (tmp_path / "wild_format.py").write_text(WILD)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("TARGET", str(tmp_path / "written"))
    wild_guard = guard.Guard(Limits(seconds=5, memory=1 << 30, characters=1_000_000), "wild_format")
    yield wild_guard
    wild_guard.close()


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("hang", "takes over 5 seconds"),
        ("spin", "takes over 5 seconds"),
        ("eat", "too much memory"),
        ("crash", "reading it failed"),
        ("raise", "reading it failed"),
        ("deep", "nested too deep"),
        ("long", "more than 1,000,000 characters"),
        ("write", "reading it failed"),
        ("refuse", "encrypted"),
    ],
)
def test_a_file_that_does_harm_is_named_and_the_next_is_read(wild, word, reason) -> None:
    """Wrong: a run that hangs, dies or fills the memory with one file; a process that is not started again after it."""
    assert wild.extract("wild", b"before").text.startswith("said before")
    with pytest.raises(SourceError, match=reason) as failed:
        wild.extract("wild", word.encode())
    assert failed.value.hint
    assert wild.extract("wild", b"after").text.startswith("said after")


def test_what_a_library_prints_is_no_part_of_the_answer(wild, capfd) -> None:
    """Wrong: a warning of a C library read as the text, or shown on the user's screen."""
    assert wild.extract("wild", b"print").text.startswith("said print")
    assert capfd.readouterr() == ("", "")


def test_one_process_reads_all_files(wild) -> None:
    """Wrong: a start, and the import of a library, for every file of a folder."""
    first = wild.extract("wild", b"a").text.split()[-1]
    assert wild.extract("wild", b"b").text.split()[-1] == first


def test_closing_ends_the_process(wild) -> None:
    """Wrong: a process that stays behind."""
    wild.extract("wild", b"a")
    process = wild._process
    wild.close()
    assert process.poll() is not None


TEXTS = st.text(st.characters(exclude_categories=()), max_size=20)
FACTS = st.none() | TEXTS


@settings(max_examples=50, deadline=None)
@given(TEXTS, st.builds(Metadata, FACTS, FACTS, st.none() | st.dates(), FACTS, FACTS, FACTS, FACTS))
def test_what_a_format_gives_comes_back_equal(text: str, metadata: Metadata) -> None:
    """Wrong: halves of characters lost, a day that comes back as text, parts without their metadata."""
    end = len(text)
    extracted = Extracted(
        text,
        metadata,
        (Place(0, "page", "1"), Place(end, "chapter", text)),
        (Part(0, end, metadata),),
        (Edit(0, end, text),),
        (text,),
        "cp1252",
    )
    assert decode_answer(encode_extracted(extracted)) == extracted


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"text": 3}',
        encode_extracted(Extracted("a", places=(Place(5, "page", "1"),))),
        encode_extracted(Extracted("a", parts=(Part(1, 0, Metadata()),))),
        encode_extracted(Extracted("a", edits=(Edit(0, 9, ""),))),
    ],
)
def test_an_answer_that_no_format_gives_is_an_error(data: bytes) -> None:
    """Wrong: offsets outside the text believed, which a library that was taken over may send."""
    with pytest.raises((ValueError, TypeError, LookupError, AttributeError)):
        decode_answer(data)


def test_a_day_is_a_day() -> None:
    """Wrong: the day of a page compared as text."""
    day = datetime.date(2026, 3, 2)
    answer = decode_answer(encode_extracted(Extracted("a", Metadata(date=day))))
    assert answer.metadata.date == day

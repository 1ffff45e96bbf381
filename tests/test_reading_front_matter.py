"""Metadata before the text."""

from __future__ import annotations

import datetime

import pytest

from rag.reading.front_matter import FrontMatter, find_date_in_name, read_front_matter

DAY = datetime.date(2025, 10, 28)


@pytest.mark.parametrize(
    "head",
    [
        (
            '---\ntitle: "A: title"\ndate: 2025-10-28\npublisher: The Ledger\nurl: '
            "https://a.org/b\n---\n"
        ),
        (
            "---\ntitre: 'A: title'\ndate: 28 octobre 2025\nsource: The Ledger\nlien: "
            "https://a.org/b\ntags:\n  - one\n---\n"
        ),
        (
            "---\r\nTitel: A: title\r\nDatum: 28. Oktober 2025\r\nQuelle: The Ledger\r\nLink: "
            "https://a.org/b\r\n---\r\n"
        ),
        (
            "---\n# comment\ntítulo: A: title\nfecha: 28 de octubre de 2025\nperiódico: The "
            "Ledger\nenlace: https://a.org/b\n---\n"
        ),
        (
            '+++\ntitle = "A: title"\ndate = 2025-10-28T08:00:00Z\npublisher = "The Ledger"\nurl '
            '= "https://a.org/b"\n+++\n'
        ),
        "Title: A: title\nDate: 2025-10-28\nPublisher: The Ledger\nSource: https://a.org/b\n",
    ],
)
def test_front_matter_in_several_languages(head):
    """Wrong: quotes kept, a key of another language unknown, \\r\\n not handled, nested lists as
    the end."""
    found = read_front_matter(head + "\nText.")
    assert found[:4] == ("A: title", "The Ledger", DAY, "https://a.org/b")
    assert (head + "\nText.")[found.body :].strip() == "Text."


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (" date 2025-10-28 The text.", "The text."),
        ("\n\nDate: 28 octobre 2025\nThe text.", "The text."),
        ("fecha 2025-10-28", ""),
    ],
)
def test_a_leading_date(text, rest):
    """Wrong: "date 2025-10-28" left in the text of the article."""
    found = read_front_matter(text)
    assert found.date == DAY
    assert text[found.body :].strip() == rest


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule, not front matter.\n\n---\n\nMore.",
        "---\nnot closed: yes\nA text goes on.",
        "Data: the new oil\n\nEverybody says so.",
        "Source: a friend of the mayor told us.\nMore.",
        "Date palms grow in 2025-10-28 rows.",
        "The date 2025-10-28 is set.",
        "",
    ],
)
def test_text_that_only_looks_like_metadata(text):
    """Wrong: the first lines of an article swallowed."""
    assert read_front_matter(text) == FrontMatter()


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("a/2025-10-28-title.txt", DAY),
        ("20251028_title.md", DAY),
        ("title_2025_10_28.txt", DAY),
        ("2025-13-28.txt", None),
        ("a/1234567890.txt", None),
    ],
)
def test_a_date_in_the_file_name(name, date):
    """Wrong: any eight digits as a date, or a folder's date as the file's."""
    assert find_date_in_name(name) == date
    assert find_date_in_name("2025-10-28/title.txt") is None


@pytest.mark.parametrize(
    "head",
    [
        "---\nitle: a\ndate: 2025-10-28\n...\n",
        "Source: The Ledger\nLink: https://a.org\n",
        "---\n\ndate: 2025-10-28\n# comment\n- item\n  more\n---\n",
    ],
)
def test_heads_that_are_metadata(head):
    """Wrong: YAML that ends with three full stops, or two facts without a date, left in the
    text."""
    front = read_front_matter(head + "Text.")
    assert (head + "Text.")[front.body :] == "Text."


@pytest.mark.parametrize(
    "text",
    [
        "Source: The Ledger\nText.",  # one fact
        "---\ndate: 2025-10-28\n+++\nText.",  # another fence
        "date of 2025-10-28 The text.",
        "date: see 2025-10-28 The text.",
    ],
)
def test_heads_that_are_none(text):
    """Wrong: one fact taken for a head, a fence of another kind that closes."""
    assert read_front_matter(text) == FrontMatter()


def test_the_first_of_two_keys_counts_and_a_date_that_is_none_does_not():
    """Wrong: the last one, or "soon" kept in the place of the date."""
    head = "---\ntitle: One\ntitre: Two\ndate: soon\npublished: 2025-10-28\npublisher: ''\n---\n"
    assert read_front_matter(head)[:4] == ("One", None, DAY, None)


@pytest.mark.parametrize(("lines", "is_read"), [(199, True), (200, False)])
def test_two_hundred_lines_of_front_matter(lines, is_read):
    """Wrong: a file of pairs read to its end, a limit off by one."""
    head = "---\n" + "key: value\n" * lines + "date: 2025-10-28\n---\n"
    assert (read_front_matter(head).date == DAY) is is_read

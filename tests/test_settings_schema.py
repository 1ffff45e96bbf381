"""Where each setting comes from, what it may be, and what a rag.toml keeps when one is written."""

from __future__ import annotations

import datetime
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import RagError, UsageError, WriteError
from rag.settings import (
    Settings,
    add_trust,
    find_config,
    format_settings_table,
    format_value,
    get_variable_name,
    list_settings,
    resolve_index,
    save_setting,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a working folder of the test's own."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home" / name))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def load(flags: dict[str, object] | None = None, **environ: str) -> Settings:
    return Settings.load(flags, environ=environ)


def test_flag_before_variable_before_file_before_default(home: Path) -> None:
    """Catches any swap in the order of the four sources.

    And an origin that names another than the value's.
    """
    assert (load().top, load().origin("top")) == (5, "default")
    (home / "rag.toml").write_text("# mine\ntop = 6\n")
    assert (load().top, load().origin("top")) == (6, f"{home / 'rag.toml'}:2")
    assert (load(RAG_TOP="7").top, load(RAG_TOP="7").origin("top")) == (7, "RAG_TOP")
    both = load({"top": "8"}, RAG_TOP="7")
    assert (both.top, both.origin("top")) == (8, "--top")


def test_an_empty_variable_and_an_absent_flag_are_nothing() -> None:
    """Catches RAG_TOP= or an option not given that is taken for a value."""
    assert (
        load({"top": None, "publisher": (), "json": True}, RAG_TOP="", RAG_LANG="").publisher == ()
    )


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("top", "100", 100),
        ("offline", "false", False),
        ("offline", "ON", True),
        ("since", "2025-12-09", datetime.date(2025, 12, 9)),
        ("lang", "fr, en-GB,PT_br", ("fr", "en", "pt")),
        ("publisher", "Le Monde,AFP", ("Le Monde", "AFP")),
        ("color", "never", "never"),
        ("model", "some/model", "some/model"),
    ],
)
def test_values_are_read_from_text(name: str, text: str, value: object) -> None:
    """Catches a variable that keeps its text, and lists that are not cut."""
    assert getattr(load(**{get_variable_name(name): text}), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("top", "0"),
        ("top", "101"),
        ("top", "five"),
        ("top", "1e3"),
        ("top", "9" * 5000),
        ("offline", "perhaps"),
        ("since", "2025-02-30"),
        ("since", "yesterday"),
        ("lang", "french"),
        ("color", "blue"),
        ("model", " "),
        ("index", "\0"),
        ("quote_words", "-5"),
    ],
)
def test_bad_values_are_named_with_their_place(name: str, text: str) -> None:
    """Catches a traceback, or a message that leaves open which variable is meant."""
    with pytest.raises(UsageError, match=get_variable_name(name)) as caught:
        load(**{get_variable_name(name): text})
    assert caught.value.hint


@pytest.mark.parametrize("character", ["\x1b", "\n", "\x7f", "\x9b", "\u2028", "\u202e", "\0"])
def test_no_setting_takes_a_control_character(home: Path, character: str) -> None:
    """Catches a value that commands the terminal which it is shown on, and a message that does.

    Whatever the setting, and wherever it comes from.
    """
    for name in list_settings():
        for text in (f"a{character}b", f"fr{character}"):
            for refuse in (
                lambda name=name, text=text: load({name: text}),
                lambda name=name, text=text: load({name: ("fr", text)}),
                lambda name=name, text=text: load(**{get_variable_name(name): text}),
                lambda name=name, text=text: save_setting(home / "rag.toml", name, text),
                lambda name=name, text=text: load().with_value(name, text, origin="/set"),
            ):
                with pytest.raises(UsageError, match="has a control character") as caught:
                    refuse()
                assert caught.value.message.isprintable()
                # What may hold a password is not repeated.
                assert ascii(character)[1:-1] in caught.value.message or name == "store"
    escaped = f"\\u{ord(character):04x}"
    for line in (f'publisher = ["a{escaped}b"]', f'"to{escaped}p" = 3'):
        (home / "rag.toml").write_text(line)
        with pytest.raises(UsageError) as caught:
            load()
        assert caught.value.message.isprintable()
        assert ascii(character)[1:-1] in caught.value.message


def test_writing_from_right_to_left_is_no_control(home: Path) -> None:
    """Catches a check that refuses names in Arabic or Persian for their marks and joiners."""
    names = ("\u200fالجزيرة", "می\u200cخواهم", "L\u00a0Express")
    assert load({"publisher": names}).publisher == names


@given(st.text(max_size=12))
def test_any_text_is_a_value_or_a_usage_error(text: str) -> None:
    """Catches checks that raise something else than UsageError."""
    for name in list_settings():
        try:
            load({name: text} if text else {})
        except UsageError:
            continue


@pytest.mark.parametrize(
    ("line", "say"),
    [
        ("tpo = 3", "tpo"),
        ("top = true", "True"),
        ('top = "many"', "many"),
        ("top = 5.5", "5.5"),
        ("publisher = [1]", "list of names"),
        ("top = ", "not TOML"),
        ("[top]\nx = 1", "whole number"),
        ("lang = 3", "list of names"),
    ],
)
def test_a_bad_rag_toml_is_named_with_its_line(home: Path, line: str, say: str) -> None:
    """Catches errors without file and line, and keys that are silently ignored."""
    (home / "rag.toml").write_text(f"# a comment\n\n{line}\n")
    with pytest.raises(UsageError, match=say) as caught:
        load()
    assert f"{home / 'rag.toml'}:3" in caught.value.message


def test_an_unknown_key_names_the_nearest(home: Path) -> None:
    """Catches a hint that does not help."""
    (home / "rag.toml").write_text("quote-word = 40")
    with pytest.raises(UsageError) as caught:
        load()
    assert "quote_words" in caught.value.hint


def test_rag_toml_has_typed_values(home: Path) -> None:
    """Catches TOML dates, lists, booleans and hyphens that only text is understood for.

    And a byte order mark.
    """
    text = 'since = 2025-01-02\nuntil = 2025-01-03T10:00:00\nlang = ["fr"]\n'
    text += "offline = false\npassage-tokens = 100\n"
    data = b"\xef\xbb\xbf" + text.encode()
    (home / "rag.toml").write_bytes(data)
    add_trust(home / "rag.toml", data)
    got = load()
    assert (got.since, got.until, got.lang) == (
        datetime.date(2025, 1, 2),
        datetime.date(2025, 1, 3),
        ("fr",),
    )
    assert (got.offline, got.passage_tokens) == (False, 100) and type(got.until) is datetime.date


def test_the_nearest_rag_toml_wins_over_the_users(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a search that stops at the working folder, goes to the wrong end first.

    Or forgets the user's own.
    """
    user = find_config(home)
    assert user.name == "rag.toml" and home not in user.parents
    user.parent.mkdir(parents=True)
    user.write_text("top = 9")
    assert load().top == 9
    (home / "rag.toml").write_text('top = 8\nindex = "here"')
    add_trust(home / "rag.toml", (home / "rag.toml").read_bytes())
    (home / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(home / "deep" / "er")
    assert load().top == 8
    assert load().index == home / "here"  # relative to the file that says so


def test_where_the_index_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches any swap in the order.

    Flag, variable, nearest index/ or seeds/ upwards, the user's data folder.
    """
    assert "XDG_DATA_HOME" in str(resolve_index(home)[0]) and load().seeds is None
    (home / "index").mkdir()
    assert "XDG_DATA_HOME" in str(load().index)  # index/ alone may be anybody's
    (home / "seeds").mkdir()
    assert (load().index, load().seeds) == (home / "index", home / "seeds")
    (home / "sub" / "index").mkdir(parents=True)
    (home / "sub" / "index" / "CURRENT").write_text("g1")
    monkeypatch.chdir(home / "sub")
    assert load().index == home / "sub" / "index"
    assert load(RAG_INDEX="elsewhere").index == home / "sub" / "elsewhere"
    assert load({"index": "/flag"}, RAG_INDEX="elsewhere").index == Path("/flag")
    assert load({"index": "/flag"}).seeds == home / "seeds"
    assert load({"index": "~/x"}).index == home.parent / "home" / "x"


def test_saving_keeps_everything_else(home: Path) -> None:
    """Catches a rag.toml whose comments, order, line ends or other keys are lost."""
    path = home / "rag.toml"
    path.write_bytes(b"# first\r\ntop = 5  # why\r\n\r\nquote-words = 40\r\n# last\r\n")
    path.chmod(0o600)
    save_setting(path, "top", "7")
    save_setting(path, "quote_words", "50")
    assert path.read_bytes() == b"# first\r\ntop = 7  # why\r\n\r\nquote-words = 50\r\n# last\r\n"
    assert path.stat().st_mode & 0o777 == 0o600
    save_setting(path, "top", "")
    assert b"top" not in path.read_bytes() and b"# last" in path.read_bytes()
    assert [item.name for item in home.iterdir()] == ["rag.toml"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lang", "fr,en"),
        ("since", "2025-12-09"),
        ("offline", "no"),
        ("model", 'a "name" \\ é'),
        ("top", "3"),
        ("index", "folder"),
    ],
)
def test_what_is_saved_is_what_is_read(home: Path, name: str, text: str) -> None:
    """Catches values written in a type or a quoting that does not come back."""
    save_setting(home / "rag.toml", name, text)
    assert getattr(load(), name) == getattr(load({name: text}), name)


def test_saving_refuses_what_may_not_be(home: Path) -> None:
    """Catches a set that writes first and looks later."""
    path = home / "sub" / "rag.toml"
    for name, text in (("top", "0"), ("tops", "1")):
        with pytest.raises(UsageError):
            save_setting(path, name, text)
    assert not path.parent.exists()
    (home / "rag.toml").write_text("top = = 3")
    with pytest.raises(UsageError, match="not TOML"):
        save_setting(home / "rag.toml", "top", "4")
    assert (home / "rag.toml").read_text() == "top = = 3"
    (home / "file").write_text("")
    with pytest.raises(WriteError):
        save_setting(home / "file" / "rag.toml", "top", "4")


def test_an_unreadable_rag_toml_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a PermissionError that nobody names."""
    (home / "rag.toml").write_text("top = 3")

    def denied(self: Path, mode: str) -> str:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(RagError, match="Permission denied"):
        load()


def test_one_table_for_all() -> None:
    """Catches a setting without help, check or row in README's table; two with one flag.

    A value that may be changed.
    """
    rows = list_settings()
    assert list(rows) == [
        item.name for item in fields(Settings) if item.name not in ("seeds", "origins", "warnings")
    ]
    flags = [flag for row in rows.values() for flag in row["flags"]]
    assert len(flags) == len(set(flags)) and all(row["help"] for row in rows.values())
    assert all(
        f"`{name}`" in format_settings_table()
        and f"`{get_variable_name(name)}`" in format_settings_table()
        for name in rows
    )
    assert len({line.count("|") for line in format_settings_table().splitlines()}) == 1
    defaults = Settings(index=Path("i"))
    for name, row in rows.items():
        if row["default"] not in (None, ()):
            assert row["check"](format_value(row["default"])) == getattr(defaults, name)
    with pytest.raises(FrozenInstanceError):
        defaults.top = 3  # type: ignore[misc]


def test_a_change_for_a_while(home: Path) -> None:
    """Catches a change that is not checked, that forgets the rest, or that cannot be taken back."""
    before = Settings.load({"top": 3, "since": "2025-12-01"}, here=home, environ={})
    changed = before.with_value("publisher", "A, B", origin="/set publisher")
    assert (changed.publisher, changed.top, before.publisher) == (("A", "B"), 3, ())
    assert (
        changed.origin("publisher") == "/set publisher"
        and changed.describe()["publisher"] == "A,B (/set publisher)"
    )
    assert (
        changed.with_value("publisher", None, origin="x").publisher == ()
        and changed.with_value("top", None, origin="x").top == 5
    )
    assert changed.with_value("index", "there", origin="x").index.is_absolute()
    for name, value in (("top", "0"), ("nothing", "1"), ("until", "2025-11-01"), ("index", "")):
        with pytest.raises(UsageError):
            changed.with_value(name, value, origin="x")


def test_a_period_may_be_one_day(home: Path) -> None:
    """Catches a day that cannot be searched alone, and a period that ends before it begins."""
    day = load({"since": "2025-12-09", "until": "2025-12-09"})
    assert day.since == day.until == datetime.date(2025, 12, 9)
    with pytest.raises(UsageError, match="since 2025-12-09 is after until 2025-12-08"):
        load({"since": "2025-12-09", "until": "2025-12-08"})

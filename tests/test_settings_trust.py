"""What a rag.toml that came with the articles may choose, and what of another user's is followed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from newcomer import BRIDGE, COST, Newcomer

from rag.errors import UsageError
from rag.settings import (
    Settings,
    add_trust,
    find_config,
    find_seeds,
    list_settings,
    remove_trust,
    resolve_index,
    save_setting,
)

SAID = 'model = "./m"\noffline = false\nindex = "there"\ntop = 3\n'
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)
SOMEBODY = 65534


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that came from somebody, and a home beside it."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home" / name))
    folder = tmp_path / "came"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def load(**environ: str) -> Settings:
    return Settings.load(environ=environ)


def trust(path: Path) -> None:
    add_trust(path, path.read_bytes())


def test_a_rag_toml_of_the_folder_chooses_only_how_things_look(folder: Path) -> None:
    """Catches a model to load, a folder to write to or the network chosen by who made the folder."""
    (folder / "rag.toml").write_text(SAID)
    settings = load()
    assert (settings.model, settings.offline, settings.top) == ("shipped", True, 3)
    assert settings.index != folder / "there" and settings.origin("model") == "default"
    (warning,) = settings.warnings
    assert warning.startswith(f"{folder}/rag.toml: model, offline, index ")
    assert warning.endswith(f"rag config trust {folder}/rag.toml")


@pytest.mark.parametrize("line", ['"model" = "./m"', "model = 3", 'model = """\n./m"""'])
def test_no_spelling_gets_past(folder: Path, line: str) -> None:
    """Catches a gate on the spelling of the line, and an error where the value counts for nothing."""
    (folder / "rag.toml").write_text(line)
    assert load().model == "shipped" and load().warnings


def test_what_says_more_than_looks_is_kept_from_a_folder() -> None:
    """Catches a setting that loads, writes or reaches, and that nobody put behind the gate."""
    own = {name for name, row in list_settings().items() if row["own"]}
    assert own == {"index", "store", "model", "offline", "llm"} & set(list_settings())


def test_a_flag_and_a_variable_are_the_users(folder: Path) -> None:
    """Catches a gate that also stops what the user says."""
    (folder / "rag.toml").write_text(SAID)
    settings = load(RAG_MODEL="mine", RAG_OFFLINE="no", RAG_INDEX="/i")
    assert (settings.model, settings.offline, settings.index) == ("mine", False, Path("/i"))


def test_the_users_own_rag_toml_needs_no_consent(folder: Path) -> None:
    """Catches a gate that locks users out of their own settings, also from within that folder."""
    own = find_config(folder)
    own.parent.mkdir(parents=True)
    own.write_text('model = "mine"\n')
    assert load().model == "mine" and not load().warnings
    assert Settings.load(here=own.parent, environ={}).model == "mine"


def test_consent_is_for_these_bytes_in_this_place(folder: Path, tmp_path: Path) -> None:
    """Catches consent that outlives a change of the file.

    Or that goes with it to another folder, by a copy or a link: "./m" is another model there.
    """
    path = folder / "rag.toml"
    path.write_text(SAID)
    trust(path)
    settings = load()
    assert (settings.model, settings.offline, settings.warnings) == ("./m", False, ())
    assert settings.index == folder / "there"
    for name, make in (("copy", "write"), ("link", "symlink")):
        other = tmp_path / name
        other.mkdir()
        if make == "write":
            (other / "rag.toml").write_text(SAID)
        else:
            (other / "rag.toml").symlink_to(path)
        assert Settings.load(here=other, environ={}).model == "shipped"
    (tmp_path / "way").symlink_to(folder)
    assert Settings.load(here=tmp_path / "way", environ={}).model == "./m"
    path.write_text(SAID.replace("./m", "./n"))
    assert load().model == "shipped" and load().warnings
    path.write_text(SAID)
    remove_trust(path)
    assert load().model == "shipped" and load().warnings


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"files": []}', '{"files": {"PATH": 3}}', '{"files": {"PATH": null}}'],
)
def test_a_damaged_list_is_no_consent(folder: Path, content: str) -> None:
    """Catches a traceback, and consent read out of rubbish; it is given anew as ever."""
    path = folder / "rag.toml"
    path.write_text(SAID)
    trust(path)
    (listed,) = folder.parent.rglob("trusted.json")
    assert listed.stat().st_mode & 0o777 == 0o600
    assert list(json.loads(listed.read_text())["files"]) == [str(path)]
    listed.write_text(content.replace("PATH", str(path)))
    assert load().model == "shipped"
    trust(path)
    assert load().model == "./m"


def test_what_the_user_writes_is_the_users(folder: Path) -> None:
    """Catches a setting that its own writer has to trust.

    And a setting written beside a foreign one that makes the foreign one trusted.
    """
    path = folder / "rag.toml"
    path.write_text("top = 3\n")
    assert save_setting(path, "model", "mine") == []
    assert load().model == "mine"
    assert save_setting(path, "top", "4") == [] and load().model == "mine"
    path.write_text('model = "./evil"\n')
    (warning,) = save_setting(path, "offline", "false")
    assert "rag config trust" in warning and load().offline is True
    assert save_setting(path, "top", "5") and load().model == "shipped"
    assert save_setting(path, "model", "") and save_setting(path, "offline", "") == []


def test_a_long_rag_toml_is_not_read_whole(folder: Path) -> None:
    """Catches a rag.toml of gigabytes, which holes in a file cost nothing."""
    with (folder / "rag.toml").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UsageError, match="longer than"):
        load()


def pretend_to_be_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make everything the tests write somebody else's."""
    caller = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: caller)


@pytest.mark.parametrize("marker", ["index/CURRENT", "seeds/a.txt"])
def test_an_index_of_another_user_is_named_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch, marker: str
) -> None:
    """Catches an index or articles that anybody may lay above the user's folder, as in /tmp."""
    (folder / marker).parent.mkdir()
    (folder / marker).write_text("g1")
    deep = folder / "deep"
    deep.mkdir()
    assert resolve_index(deep)[0] == folder / "index"
    pretend_to_be_another(monkeypatch)
    with pytest.raises(UsageError, match=f"^{folder} belongs to another user") as refusal:
        Settings.load(here=deep, environ={})
    assert f"--index {folder}/index" in refusal.value.hint
    named = Settings.load({"index": str(folder / "index")}, here=deep, environ={})
    assert named.index == folder / "index"
    assert find_seeds(folder / "index", deep) is None


def test_a_rag_toml_of_another_user_is_not_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a rag.toml that is read because it lies above, whoever wrote it; even a broken one."""
    path = folder / "rag.toml"
    path.write_text("top = 3\n")
    assert load().top == 3
    pretend_to_be_another(monkeypatch)
    (warning,) = load().warnings
    assert load().top == 5 and warning.startswith(f"{folder} belongs to another user")
    assert warning.endswith(f"rag config trust {path}") and find_config(folder) != path
    path.write_text("top = = 3\n")
    assert load().top == 5
    path.write_text("top = 3\n")
    trust(path)
    assert load().top == 3 and not load().warnings


@needs_root
@pytest.mark.parametrize("foreign", ["up", "up/seeds", "up/seeds/link"])
def test_whose_folder_file_and_link_are(folder: Path, tmp_path: Path, foreign: str) -> None:
    """Catches a look at the folder alone, and at a link alone or its target alone."""
    up = folder / "up"
    (up / "mine").mkdir(parents=True)
    if foreign.endswith("link"):
        (tmp_path / "theirs").mkdir()
        (up / "seeds").symlink_to(tmp_path / "theirs")
        os.chown(tmp_path / "theirs", SOMEBODY, SOMEBODY)
    else:
        (up / "seeds").mkdir()
        os.chown(folder / foreign, SOMEBODY, SOMEBODY)
    with pytest.raises(UsageError, match=f"belongs to another user .*{_name(SOMEBODY)}"):
        resolve_index(up / "mine")
    # Nearer than the other user's, the search does not come to it; beside it neither.
    (up / "mine" / "seeds").mkdir()
    assert resolve_index(up / "mine")[0] == up / "mine" / "index"


def _name(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


@needs_root
def test_the_command_in_a_folder_of_another_user(tmp_path: Path) -> None:
    """Catches a process that answers out of it, and a message without the folder or the way out."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("seeds/a.md", BRIDGE)
    assert newcomer.run("ask", COST).code == 0
    (newcomer.here / "deep").mkdir()
    os.chown(newcomer.here, SOMEBODY, SOMEBODY)
    refusal = newcomer.refused(2, "ask", COST)
    assert f"{newcomer.here} belongs to another user" in refusal.err
    assert f"--index {newcomer.here / 'index'}" in refusal.err


def test_the_command_says_once_what_it_does_not_follow(tmp_path: Path) -> None:
    """Catches a process that stops, that is silent, or that says it with every load.

    And a trust that says nothing of what is trusted.
    """
    newcomer = Newcomer(tmp_path)
    newcomer.write("seeds/a.md", BRIDGE)
    newcomer.write("rag.toml", 'index = "elsewhere"\nmodel = "./m"\n')
    question = ("ask", COST, "--json")
    asked = newcomer.run(*question)
    assert asked.code == 0 and json.loads(asked.out)["status"] == "answered"
    assert asked.err.count("rag config trust") == 1
    assert not (newcomer.here / "elsewhere").exists() and (newcomer.here / "index").exists()
    newcomer.write("rag.toml", 'index = "elsewhere"\n')
    trusted = newcomer.run("config", "trust")
    assert trusted.code == 0 and "index = 'elsewhere'" in trusted.out
    assert "rag config trust" not in newcomer.run(*question).err
    assert (newcomer.here / "elsewhere" / "CURRENT").is_file()
    assert newcomer.run("config", "trust", ".", "--forget").code == 0
    assert "rag config trust" in newcomer.run(*question).err
    newcomer.refused(2, "config", "trust", "nowhere")

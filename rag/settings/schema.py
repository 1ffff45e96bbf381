"""What a user may choose. Each value comes from a flag, else a RAG_* variable, else rag.toml, else its default.

The fields of ``Settings`` are the one table: the names of flags, variables and rag.toml keys, their checks, ``rag config``
and the table in README are all made from it.
"""

from __future__ import annotations

import datetime
import os
import re
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rag.errors import UsageError
from rag.settings import toml_file as config

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rag.records import Filters

DEFAULT = "default"


def _number(low: int, high: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        number = (
            int(value)
            if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,9}\s*", value)
            else value
        )
        if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
            raise ValueError(f"is not a whole number from {low} to {high}")
        return number

    return check


def _choice(*words: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value not in words:
            raise ValueError("is none of " + ", ".join(words))
        return str(value)

    return check


def _yes_no(value: object) -> bool:
    known = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if str(value).lower() not in known:
        raise ValueError("is neither true nor false")
    return known[str(value).lower()]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError("is not a name")
    return value


def _folder(value: object) -> Path:
    try:
        return Path(_text(str(value) if isinstance(value, Path) else value)).expanduser()
    except (ValueError, RuntimeError):  # RuntimeError: ~someone who is not there
        raise ValueError("is not a folder's name") from None


def _day(value: object) -> datetime.date:
    if isinstance(value, datetime.date):
        return value.date() if isinstance(value, datetime.datetime) else value
    try:
        return datetime.datetime.strptime(str(value).strip(), "%Y-%m-%d").date()
    except ValueError:
        raise ValueError("is not a date: write it as 2025-12-31") from None


def _texts(value: object) -> tuple[str, ...]:
    parts = (
        value.split(",") if isinstance(value, str) else value
    )  # a variable holds several with commas between them
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise ValueError("is not a list of names")
    return tuple(part.strip() for part in parts if part.strip())


def _languages(value: object) -> tuple[str, ...]:
    codes = tuple(code.lower().replace("_", "-").partition("-")[0] for code in _texts(value))
    if not all(re.fullmatch(r"[a-z]{2}", code) for code in codes):
        raise ValueError("is not a language code of two letters, such as fr or en")
    return codes


def _row(
    help: str, check: Callable[[object], object], *flags: str, metavar: str = ""
) -> dict[str, object]:
    return {"help": help, "check": check, "flags": flags, "metavar": metavar}


_MODEL = "embedding model: shipped, or a sentence-transformers name or folder"


@dataclass(frozen=True)
class Settings:
    """What the user chose, and where each choice came from."""

    index: Path = field(metadata=_row("folder of the index", _folder, "--index", metavar="DIR"))
    model: str = field(default="shipped", metadata=_row(_MODEL, _text, "--model", metavar="NAME"))
    top: int = field(
        default=5,
        metadata=_row("passages shown, 1 to 100", _number(1, 100), "-k", "--top", metavar="N"),
    )
    quote_words: int = field(
        default=60, metadata=_row("words quoted in an answer, about", _number(10, 1000))
    )
    passage_tokens: int = field(
        default=200, metadata=_row("tokens in a passage, at most", _number(20, 2000))
    )
    max_file_mb: int = field(
        default=32, metadata=_row("larger files are skipped (megabytes)", _number(1, 10_000))
    )
    color: str = field(
        default="auto",
        metadata=_row(
            "auto, always or never", _choice("auto", "always", "never"), "--color", metavar="WHEN"
        ),
    )
    editing: str = field(
        default="emacs",
        metadata=_row("keys of the question line: emacs or vi", _choice("emacs", "vi")),
    )
    offline: bool = field(
        default=True,
        metadata=_row("never reach for the network", _yes_no, "--offline/--no-offline"),
    )
    since: datetime.date | None = field(
        default=None, metadata=_row("articles from this day on", _day, "--since", metavar="DATE")
    )
    until: datetime.date | None = field(
        default=None, metadata=_row("articles up to this day", _day, "--until", metavar="DATE")
    )
    as_of: datetime.date | None = field(
        default=None,
        metadata=_row(
            "answer as on this day, from articles up to it", _day, "--as-of", metavar="DATE"
        ),
    )
    dates: bool = field(
        default=True,
        metadata=_row(
            "days told in a question choose among the articles", _yes_no, "--dates/--no-dates"
        ),
    )
    publisher: tuple[str, ...] = field(
        default=(),
        metadata=_row(
            "articles of this publisher (repeatable)", _texts, "--publisher", metavar="P"
        ),
    )
    lang: tuple[str, ...] = field(
        default=(),
        metadata=_row(
            "articles in this language, as fr (repeatable)", _languages, "--lang", metavar="L"
        ),
    )
    seeds: Path | None = field(
        default=None, compare=False
    )  # the articles indexed when no index exists yet
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def filters(self) -> Filters:
        """Which articles the flags, variables and rag.toml let through."""
        from rag.records import Filters  # not on the way to --help

        return Filters(self.since, self.until, self.publisher, self.lang)

    def origin(self, name: str) -> str:
        """Where a value came from: a flag, a variable, a line of a rag.toml, "default"."""
        return self.origins.get(name, DEFAULT)

    def described(self) -> dict[str, str]:
        """Every setting's value as a person writes it, with where it came from."""
        return {
            name: f"{format_value(getattr(self, name)) or '-'} ({self.origin(name)})"
            for name in list_settings()
        }

    def changed(self, name: str, value: object, *, origin: str) -> Settings:
        """These settings with another value for one of them; None takes its default.

        Raises:
            UsageError: no such setting, or a value that is not allowed.
        """
        here = Path.cwd()
        if value is None:
            new = resolve_index(here)[0] if name == "index" else get_setting(name)["default"]
        else:
            new = _checked(name, value, origin)
        given: dict[str, Any] = {name: here / new if isinstance(new, Path) else new}
        changed = replace(self, **given, origins={**self.origins, name: origin})
        _ordered(changed.since, changed.until)
        return changed

    @classmethod
    def load(
        cls,
        flags: Mapping[str, object] | None = None,
        *,
        here: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Settings:
        """Gather the settings; ``flags`` that are None or () were not given, other names in it are ignored.

        Raises:
            UsageError: a value or a rag.toml key that is not allowed, with its place.
        """
        here = here or Path.cwd()
        flags, environ = flags or {}, os.environ if environ is None else environ
        values, origins = _from_file(config.find_config(here))
        for name, setting in list_settings().items():
            variable, flag = get_variable_name(name), flags.get(name)
            if environ.get(variable):
                values[name], origins[name] = _checked(name, environ[variable], variable), variable
            if flag is not None and flag != ():
                origins[name] = setting["flags"][-1].partition("/")[0] if setting["flags"] else name
                values[name] = _checked(name, flag, origins[name])
        if "index" not in values:
            values["index"], origins["index"] = resolve_index(here)
        index = here / cast("Path", values["index"])
        _ordered(values.get("since"), values.get("until"))
        return cls(**(values | {"index": index}), seeds=find_seeds(index, here), origins=origins)  # type: ignore[arg-type]


def list_settings() -> dict[str, Mapping[str, Any]]:
    """Every setting's name with its help, check (``check``), ``flags``, ``metavar`` and ``default``, in order."""
    return {
        item.name: {**item.metadata, "default": None if item.default is MISSING else item.default}
        for item in fields(Settings)
        if item.metadata
    }


def get_variable_name(name: str) -> str:
    """The variable of a setting: RAG_TOP for top."""
    return "RAG_" + name.upper()


def resolve_index(here: Path) -> tuple[Path, str]:
    """The nearest index/ or seeds/ upwards from ``here``, else the user's data folder; and which of the two it was."""
    for folder in (here, *here.parents):
        if (folder / "index" / "CURRENT").is_file() or (folder / "seeds").is_dir():
            return folder / "index", "nearest index/ or seeds/"
    import platformdirs

    return platformdirs.user_data_path("rag") / "index", "user data folder"


def find_seeds(index: Path, here: Path) -> Path | None:
    """The seeds/ folder beside the index, else the nearest one upwards from ``here``, else None."""
    beside = (folder / "seeds" for folder in (index.parent, here, *here.parents))
    return next((folder for folder in beside if folder.is_dir()), None)


def save_setting(path: Path, name: str, text: str) -> None:
    """Write one setting into a rag.toml; an empty text takes it out.

    Raises:
        UsageError: no such setting, a value that is not allowed, or a file that is not TOML.
        WriteError: the file cannot be written.
    """
    get_setting(name)
    value = _checked(name, text, name) if text else None
    if isinstance(value, Path):
        value = str(value.absolute())
    config.save_key(path, name, list(value) if isinstance(value, tuple) else value)


def get_setting(name: str) -> Mapping[str, Any]:
    """The row of a setting in the table, or a UsageError that names the nearest one."""
    rows = list_settings()
    if name not in rows:
        raise UsageError(f"no setting is called {name}", hint=_nearest(name))
    return rows[name]


def format_settings_table() -> str:
    """The settings as a Markdown table, for README."""
    rows = ["| rag.toml key | flag | variable | default | meaning |", "|---|---|---|---|---|"]
    for name, setting in list_settings().items():
        flag = ", ".join(f"`{flag}`" for flag in setting["flags"])
        rows.append(
            f"| `{name}` | {flag} | `{get_variable_name(name)}` | {format_value(setting['default'])} | {setting['help']} |"
        )
    return "\n".join(rows) + "\n"


def format_value(value: object) -> str:
    """A setting's value as a person writes it; nothing for none."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _nearest(name: str) -> str:
    import difflib

    close = difflib.get_close_matches(name.lower(), list_settings(), n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else "rag config show lists the settings"


def _checked(name: str, value: object, place: str) -> object:
    try:
        return get_setting(name)["check"](value)
    except ValueError as error:
        raise UsageError(
            f"{place}: {value!r:.80} {error}", hint=f"{name}: {get_setting(name)['help']}"
        ) from error


def _ordered(since: object, until: object) -> None:
    if isinstance(since, datetime.date) and isinstance(until, datetime.date) and since > until:
        raise UsageError(
            f"since {since} is after until {until}",
            hint="give the earlier day as since, the later one as until",
        )


def _from_file(path: Path) -> tuple[dict[str, object], dict[str, str]]:
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for key, value, line in config.read_config(path):
        name, place = key.replace("-", "_"), f"{path}:{line}"
        if name not in list_settings():
            raise UsageError(f"{place}: no setting is called {key}", hint=_nearest(name))
        parsed = _checked(name, value, f"{place}: {key}")
        values[name], origins[name] = (
            path.parent / parsed if isinstance(parsed, Path) else parsed,
            place,
        )
    return values, origins

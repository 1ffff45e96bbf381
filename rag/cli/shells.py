"""Completion in bash, zsh and fish: the scripts, and the words that each is told.

What is offered was written by strangers: a publisher may be called ``$(rm -r ~)``. Three rules
keep it a word, whatever it holds:

* Names leave ``rag`` on lines of their own and are read with ``read -r`` or split once; nothing of
  them is expanded, matched against files or split again. (The scripts that click brings take
  backslashes away, expand ``*``, and cut at commas.)
* bash inserts a match as it is, so it is told words that are escaped already, in the way of the
  quotation mark that stands open, if one does. What cannot be written there is not offered.
  zsh and fish escape by themselves.
* Whatever goes wrong offers nothing. An old script, which a shell may still hold from before an
  upgrade, sends no ``_RAG_WORD`` and is offered nothing.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from click.shell_completion import (
    BashComplete,
    FishComplete,
    ZshComplete,
    add_completion_class,
    shell_complete,
)

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

VARIABLE = "_RAG_COMPLETE"  # what a shell asks for: bash_source, bash_complete and so on
_TYPED_WORD = "_RAG_WORD"  # the word before the cursor, with its quotation marks and backslashes

_BASH = """\
%(complete_func)s() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            dir,*) compopt -o dirnames ;;
            file,*) compopt -o default ;;
            plain,*) COMPREPLY+=("${line#plain,}") ;;
        esac
    done < <(
        IFS=$'\\n'
        env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \
_RAG_WORD="${COMP_WORDS[COMP_CWORD]}" %(complete_var)s=bash_complete %(prog_name)s 2>/dev/null
    )
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""
_ZSH = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local -a response values descriptions
    local kind value description
    response=("${(@f)$(
        COMP_WORDS="${(F)words}" COMP_CWORD=$((CURRENT-1)) \
%(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null
    )}")
    for kind value description in "${(@)response}"; do
        case $kind in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain)
                values+=("$value")
                if [[ $description == _ ]]; then
                    descriptions+=("$value")
                else
                    descriptions+=("$value -- $description")
                fi
                ;;
        esac
    done
    (( $#values )) && compadd -U -V unsorted -l -d descriptions -a values
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""
_FISH = """\
function %(complete_func)s
    set -l words (commandline -cp)
    set -l word (commandline -ct)
    set -l response (env %(complete_var)s=fish_complete COMP_WORDS="$words" COMP_CWORD="$word" \
%(prog_name)s 2>/dev/null)
    for line in $response
        set -l parts (string split -m 1 , -- $line)
        switch "$parts[1]"
            case dir
                __fish_complete_directories "$parts[2]"
            case file
                __fish_complete_path "$parts[2]"
            case plain
                printf '%%s\\n' "$parts[2]"
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""

_NOT_PLAIN = re.compile(r"([^\w%+,./-])")  # characters that bash would not take as part of a word
_NOT_IN_DOUBLE_QUOTES = re.compile(r'(["$`\\])')
_UNQUOTED_WORD = re.compile(r"(?:[^\\'\"]|\\.)*\\?", re.DOTALL)


def escape_for_bash(text: str, typed: str) -> str | None:
    """Return a text as bash reads it in the place of a word that was typed so far.

    ``typed`` is that word as it stands on the line. None where the text cannot be written there:
    ``!`` between double quotation marks is the history's, bash does not close a mark after a text
    that ends with one, and marks may have closed already.
    """
    if typed and text.endswith(typed[0]) and typed[0] in "'\"":
        return None
    if typed.startswith("'") and "'" not in typed[1:]:
        return text.replace("'", r"'\''")
    if typed.startswith('"') and '"' not in typed[1:]:
        return None if "!" in text else _NOT_IN_DOUBLE_QUOTES.sub(r"\\\1", text)
    if _UNQUOTED_WORD.fullmatch(typed):
        return _NOT_PLAIN.sub(r"\\\1", text)
    return None


class Bash(BashComplete):
    """bash: a match is inserted as it is, so it is told as bash reads it."""

    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is typed, and that one.

        bash makes three words of ``--publisher=Le``.
        """
        words, typed = super().get_completion_args()
        pairs = zip(["", *words], words, strict=False)
        return [word for before, word in pairs if word != "=" or before[:2] != "--"], typed

    def complete(self) -> str:
        """Return a line for each offer that can be written where the cursor stands."""
        typed = os.environ.get(_TYPED_WORD)
        if typed is None:
            return ""
        lines = []
        for item in self.get_completions(*self.get_completion_args()):
            word = escape_for_bash(item.value, "" if typed == "=" else typed)
            if word is not None:
                lines.append(f"{item.type},{word}")
        return "\n".join(lines)


class Zsh(ZshComplete):
    """zsh: three lines for each offer."""

    source_template = _ZSH

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Return kind, value and description, each on its line; the script escapes nothing."""
        return f"{item.type}\n{item.value}\n{item.help or '_'}"


class Fish(FishComplete):
    """fish: a line for each offer, its description after a tabulator."""

    source_template = _FISH


def make_script(app: click.Command, shell: str) -> str:
    """Return the script of a shell."""
    classes = {"bash": Bash, "zsh": Zsh, "fish": Fish}
    return classes[shell](app, {}, "rag", VARIABLE).source()


def answer_shell(app: click.Command, instruction: str) -> int:
    """Print the script of a shell, or what it offers; return the exit code.

    A message between two keys would land in the line that someone types: whatever goes wrong while
    offering, foreseen or not, offers nothing.
    """
    for shell in (Bash, Zsh, Fish):
        add_completion_class(shell)
    try:
        return shell_complete(app, {}, "rag", VARIABLE, instruction)
    except BrokenPipeError:
        raise
    except Exception:
        return 0

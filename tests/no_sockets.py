"""Runs `rag` where every socket ends the process: `python no_sockets.py ask …`.

Python's own are told by an audit hook, those of compiled libraries by the kernel (seccomp, Linux).
The kernel lets Unix sockets be: the C library asks through one who the user is (nscd).
`--load FOLDER TEXT` loads a model and encodes a text before.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

REACHED = 99  # exit code: a socket was asked for
AF_UNIX = 1
SOCKET = {"x86_64": 41, "aarch64": 198}  # the number of the system call


def refuse_in_python(event: str, arguments: tuple[object, ...]) -> None:
    """End the process at the first socket, and at the first name that is looked up."""
    if event.startswith("socket."):
        os.write(2, f"{event} {arguments[1:]}\n".encode())
        os._exit(REACHED)


def refuse_in_kernel() -> bool:
    """Let the kernel end this process and its children at the call; False where it cannot."""
    if sys.platform != "linux" or os.uname().machine not in SOCKET:
        return False
    number = SOCKET[os.uname().machine]
    program = struct.pack(
        "HBBI" * 6,
        *(0x20, 0, 0, 0),  # load the number of the call
        *(0x15, 0, 3, number),  # unless it is socket(), go to the last line
        *(0x20, 0, 0, 16),  # load its first argument
        *(0x15, 1, 0, AF_UNIX),  # of a Unix socket, go to the last line
        *(0x06, 0, 0, 0x80000000),  # SECCOMP_RET_KILL_PROCESS
        *(0x06, 0, 0, 0x7FFF0000),  # SECCOMP_RET_ALLOW
    )
    lines = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 6, ctypes.addressof(lines)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    # PR_SET_NO_NEW_PRIVS, then PR_SET_SECCOMP with SECCOMP_MODE_FILTER.
    return prctl(38, 1, 0, 0, 0) == 0 and prctl(22, 2, header, 0, 0) == 0


def main() -> int:
    """Refuse sockets, then run what the arguments say."""
    refuse_in_kernel()
    sys.addaudithook(refuse_in_python)
    if sys.argv[1] == "--load":
        from rag.models.embedders import load_embedder

        _, dimension = load_embedder(sys.argv[2]).questions([sys.argv[3]]).shape
        print(dimension, flush=True)
        del sys.argv[1:4]
    if sys.argv[1] == "--reach":
        import socket

        if sys.argv[2] == "python":
            socket.socket()
        return ctypes.CDLL(None).socket(2, 1, 0) >= 0
    from rag.cli import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

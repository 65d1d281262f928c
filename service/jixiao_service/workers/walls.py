"""Let the kernel refuse what a process has no business with: files (Landlock) and system calls (seccomp); Linux only.

Both hold for the process and whatever it starts, and cannot be taken back. Where a kernel has neither, the limit of
open files (``confinement.keep_only``) is the wall that is left.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Iterable
from pathlib import Path

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # prctl
_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # Landlock, the same number on every machine
_PATH_BENEATH, _READ = 1, 0b1100  # files and folders
_OTHERS = 0b11  # abstract sockets of other processes, and signals to them
_SIGNALS_SINCE = 6  # the version of Landlock that knows those
_RIGHTS = (0, 13, 14, 15)  # how many rights to files each version knows; all of them are taken
_REFUSE, _ALLOW, _END = 0x00050001, 0x7FFF0000, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _MACHINE = 0, 4  # where the filter finds them
_OTHER_TABLE = 0x40000000  # x32 calls begin here

# sockets; programs; other processes; rings, namespaces, counters
_MACHINES = {
    "x86_64": (
        0xC000003E,
        (41, 42, 49, 53, 59, 322, 62, 101, 310, 311, 434, 165, 272, 298, 304, 308, 321, 323, 425),
    ),
    "aarch64": (
        0xC00000B7,
        (198, 200, 203, 199, 221, 281, 129, 117, 270, 271, 434, 40, 97, 241, 265, 268, 280, 282, 425),
    ),
}


def allow_reading(folders: Iterable[str]) -> bool:
    """Let this process read below ``folders`` and open nothing else; say whether the kernel can do that."""
    library = ctypes.CDLL(None, use_errno=True)
    version = library.syscall(_CREATE, None, 0, 1)
    if version < 1:
        return False
    rights = (1 << _RIGHTS[min(version, len(_RIGHTS) - 1)]) - 1
    stated = struct.pack("=QQQ", rights, 0, _OTHERS) if version >= _SIGNALS_SINCE else struct.pack("=Q", rights)
    rules = library.syscall(_CREATE, stated, ctypes.c_size_t(len(stated)), 0)
    if rules < 0:
        return False
    for folder in filter(os.path.isdir, folders):
        place = os.open(Path(folder), os.O_PATH)
        library.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", _READ, place), 0)
        os.close(place)
    library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    done: int = library.syscall(_RESTRICT, rules, 0)
    os.close(rules)
    return done == 0


def refuse_calls() -> bool:
    """Refuse sockets, programs and other processes to this one; say whether the kernel can do that."""
    known = _MACHINES.get(platform.machine())
    if known is None:
        return False
    machine, calls = known
    steps = [(_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _END), (_LOAD, 0, 0, _NUMBER)]
    tests = [(_AT_LEAST, _OTHER_TABLE), *((_EQUAL, call) for call in calls)]
    for number, (test, value) in enumerate(tests):
        steps.append((test, len(tests) - number, 0, value))
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(program, len(program))
    stated = struct.pack("@HP", len(steps), ctypes.addressof(held))
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    done: int = library.prctl(_SET_SECCOMP, _FILTER, stated, 0, 0)
    return done == 0

"""Writing a file whole or not at all, and not where none should be."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from studydl.errors import UsageError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever looks, even after a crash, finds the old one or the new one, never a part.

    A symbolic link stays one: what it points at is replaced. The file keeps its permissions.

    Args:
        path: the file; folders that are missing are made.
        data: all of it.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, part = mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        else:
            Path(part).chmod(0o666 & ~_umask())
        Path(part).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(part).unlink()
        raise


def check_new(path: Path, force: bool) -> None:
    """Refuse a file that cannot or should not be written, before the work for it begins.

    Args:
        path: the file to be.
        force: True if a file that is there may be written over.

    Raises:
        UsageError: no such folder, a file that is there already, or something that is no file, such as /dev/null:
            a file would take its place.
    """
    try:
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent}", "Make it first, or name another file.")
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is no file that can be written over", "Name another file.")
        if path.exists() and not force:
            raise UsageError(f"{path} is there already", "--force writes over it.")
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise UsageError(f"{path} cannot be written: {error.strerror}", "Name another file.") from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask

"""Lock: one writer a shard, and who it is. The system lets a lock go when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from .clock import stamp, utc
from .errors import Locked, UsageError
from .shard import Shard


@contextmanager
def locked(shard: Shard) -> Iterator[None]:
    """The shard's lock for as long as the block runs. Raises Locked."""
    lock = lock_of(shard)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def undisturbed(shard: Shard) -> Iterator[str | None]:
    """For who reads all of a shard: that no run begins meanwhile. Raises Locked.

    Gives what is to be said where nothing can be locked: the folder cannot be written to.
    """
    with ExitStack() as stack:
        try:
            stack.callback(lock_of(shard).release)
        except UsageError:
            yield _shared(shard, stack)
        else:
            yield None


def _shared(shard: Shard, stack: ExitStack) -> str | None:
    """Locks with the file that is there. Raises Locked."""
    try:
        file = stack.enter_context((shard.folder / "lock").open("rb"))
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _locked(shard) from None
    except OSError:
        return f"{shard.folder}: cannot be written to, and is read without a lock: nobody should change it meanwhile"
    return None


class _Lock(FileLock):
    """Takes along what says who holds it."""

    def release(self, force: bool = False) -> None:
        if self.is_locked:
            with suppress(OSError):  # what it says holds only while the lock is held
                Path(self.lock_file).with_suffix(".holder").unlink(missing_ok=True)
        super().release(force)


def lock_of(shard: Shard) -> FileLock:
    """The shard's lock; the file says who holds it. Raises Locked, UsageError.

    The system lets it go when the process ends, however it ends.
    """
    path = shard.folder / "lock"
    lock = _Lock(path, timeout=0, thread_local=False)  # a run may end in another thread
    try:
        lock.acquire()
    except Timeout:
        raise _locked(shard) from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be locked: {error.strerror}; make room, or mend its permissions") from error
    with suppress(OSError):  # on a full disk: it is held all the same
        path.with_suffix(".holder").write_text(
            f"process {os.getpid()} on {socket.gethostname()} since {stamp(utc())}\n"
        )
    return lock


def _locked(shard: Shard) -> Locked:
    held = _holder(shard.folder / "lock")
    return Locked(f"{shard.folder}: locked by another run ({held}); wait for it, or end it")


def holder(shard: Shard) -> str | None:
    """Who holds a shard's lock, in words; None where nobody does. Takes nothing from them, and writes nothing."""
    path = shard.folder / "lock"
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # as `filelock` does; let go with the file
    except BlockingIOError:
        return _holder(path)
    except OSError:  # no lock file, or none that can be read: no run of ours ever held it
        return None
    return None


def _holder(path: Path) -> str:
    try:
        said = path.with_suffix(".holder").read_text("utf-8").strip()
    except OSError:
        said = ""
    return said or "it does not say which"

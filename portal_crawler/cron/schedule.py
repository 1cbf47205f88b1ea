"""Schedule: what calls `run`: crontab lines, or a systemd service with its timer.

One call is enough for all portals of a file: `run` itself looks what is due. It is called every hour, or every quarter
where a portal is due more often than every two hours, at a minute of the file's own: not all machines at once.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from archive.errors import UsageError
from archive.release import write_text

from .collectionfile import CollectionFile
from .timetable import time_of

FORMS = ("crontab", "systemd")
_OFTEN = 2 * 3600.0
_QUARTERS = (0, 15, 30, 45)
_TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 (not used: a unit with PrivateTmp would not see it)


def written(path: Path, form: str, output: Path | None) -> str:
    """What `schedule` prints: the lines, or with `output` what to do with the files that are there now."""
    if form not in FORMS:
        raise UsageError(f"--as {form}: must be one of {', '.join(FORMS)}")
    file = CollectionFile.load(path)
    files = units(file) if form == "systemd" else {"crontab": crontab(file)}
    if output is None:
        return "\n".join([f"# {name}\n{text}" for name, text in files.items()] if len(files) > 1 else files.values())
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--output {output}: cannot be made: {error.strerror}") from error
    for name, text in files.items():
        write_text(output / name, text)
    if form == "systemd":
        return f"{installation(file, list(files), output)}\n"
    return f"crontab {shlex.quote(str(output / 'crontab'))}    # replaces yours: `crontab -l` first\n"


def program() -> tuple[str, ...]:
    """How this program is called, with whole paths: cron and systemd know no environment."""
    beside = Path(sys.executable).with_name("portal-crawler")
    if beside.is_file() and os.access(beside, os.X_OK):
        return (str(beside),)
    found = shutil.which("portal-crawler")
    return (str(Path(found).absolute()),) if found else (sys.executable, "-m", "portal_crawler")


def minutes(file: CollectionFile) -> tuple[int, ...]:
    """At which minutes of the hour `run` is called."""
    spans = [one.timetable.every for one in file.portals if one.timetable.every]
    spans += [one.timetable.retry for one in file.portals]
    at = {time_of(text).minute for one in file.portals for text in one.timetable.at}
    own = hashlib.sha256(str(file.path).encode()).digest()[0] % 15
    if min(spans, default=_OFTEN) < _OFTEN or len(at) > 1:
        return tuple(quarter + (0 if at else own) for quarter in _QUARTERS)
    return (at.pop(),) if at else (own,)


def crontab(file: CollectionFile, called: Sequence[str] | None = None) -> str:
    """A line of a crontab. In it % is the end of a line, unless a backslash is before it (crontab(5))."""
    command = shlex.join([*(called or program()), "run", str(_one_line(file.path))]).replace("%", "\\%")
    when = ",".join(map(str, minutes(file)))
    return (
        f"# portal-crawler: what is due of {file.path}; it says nothing when all is well, and cron mails what it says\n"
        f"{when} * * * * {command}\n"
    )


def units(file: CollectionFile, called: Sequence[str] | None = None, user: str | None = None) -> dict[str, str]:
    """A systemd service and its timer, by file name. The service may write to the collection's folders alone."""
    name = re.sub(r"[^a-z0-9]+", "-", file.path.stem.lower()).strip("-") or "collection"
    name = f"portal-crawler-{name}"
    folders = _folders(file)
    apart = not any(path.is_relative_to(place) for place in _TEMPORARY for path in (*folders, file.path))
    command = " ".join(map(_word, (*(called or program()), "run", str(_one_line(file.path)))))
    when = "".join(f"OnCalendar=*-*-* *:{minute:02}:00\n" for minute in minutes(file))
    service = f"""[Unit]
Description=Crawl what is due of {_specifiers(file.path.name)}
Documentation=man:systemd.service(5)
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={user or getpass.getuser()}
ExecStart={command}
# 3: a portal fell short; 4: one was locked: both make the unit fail, as OnFailure= and `systemctl --failed` tell
# 130: it was told to stop, and is whole
SuccessExitStatus=130
Nice=10
IOSchedulingClass=idle
TimeoutStopSec=120
LimitNOFILE=65536
UMask=0022

# The folders have to be there: systemd makes none of them
{_beside(file)}ReadWritePaths={" ".join(map(_word, map(str, map(_one_line, folders))))}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp={"yes" if apart else "no"}
PrivateDevices=yes
NoNewPrivileges=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
CapabilityBoundingSet=
"""
    timer = f"""[Unit]
Description=When {name} looks what is due

[Timer]
{when}Persistent=yes

[Install]
WantedBy=timers.target
"""
    return {f"{name}.service": service, f"{name}.timer": timer}


def installation(file: CollectionFile, names: Sequence[str], folder: Path) -> str:
    """What to do with unit files."""
    made = shlex.join(map(str, _folders(file)))
    timer = next(name for name in names if name.endswith(".timer"))
    files = shlex.join(str(folder / name) for name in names)
    return (
        f"mkdir -p {made} && sudo cp {files} /etc/systemd/system/"
        f" && sudo systemctl daemon-reload && sudo systemctl enable --now {timer}"
    )


def _folders(file: CollectionFile) -> list[Path]:
    """Where a run writes."""
    writes = [file.into, *(path.parent for path in (file.log, file.metrics) if path is not None)]
    folders = dict.fromkeys(path.absolute() for path in writes)
    return [path for path in folders if not any(path != other and path.is_relative_to(other) for other in folders)]


def _beside(file: CollectionFile) -> str:
    """That a log beside the collection file opens its whole folder: it is put aside and replaced there."""
    own = file.path.parent
    if all(path is None or path.parent != own for path in (file.log, file.metrics)):
        return ""
    return (
        "# log or metrics lie beside the collection file, so all of its folder can be written to; in a folder\n"
        '# of their own ([collection] log = "logs/run.log") that one alone\n'
    )


def _word(text: str) -> str:
    """A word of a unit file (systemd.syntax(7), systemd.service(5)): neither specifiers nor variables are in it."""
    text = _specifiers(text).replace("$", "$$")
    if re.fullmatch(r"[\w@%+=:,./$-]+", text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


def _one_line(path: Path) -> Path:
    if any(not char.isprintable() for char in str(path)):
        raise UsageError(f"{str(path)!r}: a path with a line break or another control character cannot be scheduled")
    return path

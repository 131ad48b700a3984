"""A PostgreSQL of our own, in a folder that is gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.server import free_port, wait_until_it_listens

_INSTALLED = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
PROGRAM = shutil.which("postgres", path=os.pathsep.join([*_INSTALLED, os.environ["PATH"]]))


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """Run a PostgreSQL until the end of the block; yield the address of a database in it, with a password."""
    folder, port = Path(tempfile.mkdtemp(prefix="postgres")), free_port()  # pytest's folders let no other user in.
    password = folder / "password"
    password.write_text("secret")
    as_user = []
    if os.geteuid() == 0:  # PostgreSQL doesn't run as root. Debian's package brings a user for it.
        as_user = ["runuser", "-u", "postgres", "--"]
        for path in (folder, password):
            shutil.chown(path, "postgres")
    initdb = Path(PROGRAM).resolve().with_name("initdb")
    subprocess.run(
        [*as_user, initdb, "-D", folder / "data", "-U", "staff", "-A", "md5", f"--pwfile={password}", "--no-sync"],
        cwd="/", check=True, capture_output=True,
    )  # fmt: skip
    process = subprocess.Popen(
        [*as_user, PROGRAM, "-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", folder, "-c", "fsync=off"],
        cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_it_listens(port, process)
        yield f"postgresql://staff:secret@127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)

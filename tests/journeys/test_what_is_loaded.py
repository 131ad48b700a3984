"""The server's memory has no library in it that nothing uses."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.parametrize("library", ["tensorflow", "jaxlib", "h5py", "sqlalchemy", "matplotlib", "bson", "scipy/stats"])
def test_the_server_loads_no_library_that_nothing_uses(server, library):
    assert server.ask("what is drug checking?")["replies"]
    assert f"site-packages/{library}/" not in Path(f"/proc/{server.process.pid}/maps").read_text()

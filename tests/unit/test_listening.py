"""Where the server listens: HOST and PORT, or a sentence."""

from __future__ import annotations

import contextlib
import socket

import pytest

from bot.serve import _bound, _url
from bot.settings import WrongSetting, read_settings

NO_NAMES = ["x" * 64, "é" * 64, "ex..ample", "é..é", "\udcff", "é" * 300, "no name", "☃☃☃.invalid"]


@pytest.mark.parametrize("host", ["999.1.1.1", "192.0.2.1", "no-such-name.invalid", "fe80::zz", *NO_NAMES])
def test_a_host_that_this_machine_does_not_have_is_a_sentence(host):
    with pytest.raises(WrongSetting) as wrong:
        _bound(read_settings({"HOST": host, "PORT": "0"}))
    assert str(wrong.value) == f"The setting HOST is {host!r}; it can be an address or a name of this machine."


def test_the_address_is_one_that_a_browser_takes():
    with contextlib.closing(_bound(read_settings({"PORT": "0"}))) as listener:
        assert _url(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.mark.skipif(not socket.has_ipv6, reason="This Python has no IPv6.")
def test_the_address_of_ipv6_has_brackets():
    with contextlib.closing(_bound(read_settings({"HOST": "::1", "PORT": "0"}))) as listener:
        assert _url(listener) == f"http://[::1]:{listener.getsockname()[1]}/"


def test_nobody_can_connect_before_all_is_loaded():
    settings = read_settings({"PORT": "0"})
    with contextlib.closing(_bound(settings)) as listener:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(listener.getsockname())
        listener.listen()
        socket.create_connection(listener.getsockname()).close()

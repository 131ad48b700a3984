"""Actions that break, hang, babble or crash where a message asks for it.

tests/journeys/test_anonymity.py copies this file into a checkout's actions/, where the assistant loads it with the others.
"""

import asyncio
import functools
import logging
import os
import threading
import time
import warnings
from typing import Any

import structlog

import bot.serve
from actions.reply import ReplyAction

bot.serve.Assistant = functools.partial(bot.serve.Assistant, seconds=2)


def faulty(run: Any) -> Any:
    async def run_or_fail(self: Any, dispatcher: Any, tracker: Any, domain: Any) -> Any:
        text = tracker.latest_message["text"]
        if "please break" in text:
            raise ValueError(f"cannot answer {text}")
        if "please hang" in text:
            await asyncio.sleep(5)
        if "please babble" in text:
            babble(text)
        if "please crash" in text:
            os.abort()
        return run(self, dispatcher, tracker, domain)

    return run_or_fail


def babble(text: str) -> None:
    """Do what careless libraries do, each in its own way."""
    for name in ("rasa.anything", "sanic.root", "sanic.error", "httpx", "telegram.ext", "asyncio", "some.library", ""):
        logger = logging.getLogger(name)
        logger.debug("said %s", text, extra={"said": text})
        logger.warning(f"said {text}")
        logger.error("said %(text)s and %(wrong", {"text": text})
        logger.addHandler(logging.StreamHandler())
        logger.critical("said %s", text, stack_info=True)
    structlog.get_logger().error(f"said {text}", said=text)
    structlog.get_logger().debug("said", said=text)
    warnings.warn(f"said {text}", stacklevel=1)
    try:
        raise RuntimeError(text)
    except RuntimeError as error:
        logging.getLogger("some.library").exception(text)
        structlog.get_logger().exception("failed", said=text)
        cause = error
    thread = threading.Thread(target=_raise, args=(text, cause), name=text)
    thread.start()
    thread.join()
    asyncio.get_running_loop().call_soon(_raise, text, cause)
    asyncio.ensure_future(_raise_later(text))  # noqa: RUF006  Nobody awaits it: that is the fault.
    _Broken(text)
    time.sleep(0)


def _raise(text: str, cause: BaseException) -> None:
    raise KeyError(text) from cause


async def _raise_later(text: str) -> None:
    raise LookupError(text)


class _Broken:
    def __init__(self, text: str) -> None:
        self.text = text

    def __del__(self) -> None:
        raise TypeError(self.text)


ReplyAction.run = faulty(ReplyAction.run)

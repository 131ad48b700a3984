"""A small server that reads HTTP as the assistant's does, and needs no model: `python -m tests.support.strict_app PORT`."""

import sys

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, text

from bot.channels.web.http import read_strictly, stop_gently

app = Sanic("strict", configure_logging=True)
read_strictly(app)
stop_gently(app, drain_seconds=1, seconds_to_finish=2)
app.config.REQUEST_TIMEOUT = app.config.KEEP_ALIVE_TIMEOUT = 2


@app.post("/length")
async def length(request: Request) -> HTTPResponse:
    return text(str(len(request.body)))


@app.get("/about")
async def about(request: Request) -> HTTPResponse:
    return text("about")


if __name__ == "__main__":
    app.run(port=int(sys.argv[1]), access_log=False, motd=False)

"""The harm reduction assistant: everything but the words (data/) and Rasa's own files."""

import os

# Rasa reads this when it is first imported, so it must be settled before any other line of this package runs.
os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from bot.content import use

use(os.environ.get("CONTENT", "").strip())  # Before any module takes over where the data is.

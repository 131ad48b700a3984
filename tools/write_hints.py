"""Writes web/widget/danger.json, the words by which a page recognises danger without a network. `make docs` runs it."""

from __future__ import annotations

import json

from bot.danger.hints import FILE, learned_hints


def main() -> None:
    """Learn the list and write it."""
    FILE.write_text(json.dumps(learned_hints(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

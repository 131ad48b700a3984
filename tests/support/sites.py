"""Other people's websites, for a browser."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Sites:
    """Other people's websites, for a browser: what they serve, and the headers that they were asked with."""

    port: int
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def host(self) -> str:
        """A site that is on the assistant's list and embeds the chat."""
        return f"http://localhost:{self.port}"

    @property
    def neutral(self) -> str:
        """A site of another name, where "Leave now" goes."""
        return f"http://127.0.0.1:{self.port}/neutral"

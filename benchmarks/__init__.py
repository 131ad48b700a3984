"""Compares the matching with other systems, and measures the scrubber. Not part of the assistant."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

"""Danger: how it is recognised, the numbers to call, and what is said when all else fails. Knows no Rasa."""

"""What staff can get wrong, and how it is said to them: `bot check`."""

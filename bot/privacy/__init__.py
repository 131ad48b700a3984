"""What keeps people anonymous: conversations that are forgotten."""

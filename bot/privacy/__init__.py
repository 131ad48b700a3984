"""What keeps people anonymous: names that mean nothing, conversations that are forgotten, logs without words."""

"""The doors: each turns what someone sent into a message for Rasa, and replies into what they are shown."""

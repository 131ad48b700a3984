"""The doors: each turns what somebody sent into a message for Rasa, and replies into what they are shown."""

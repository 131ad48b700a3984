"""The one way in: what someone said becomes replies, whichever door they came through."""

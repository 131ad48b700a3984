"""The web: the chat's HTTP interface, the widget and the pages."""

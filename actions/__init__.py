"""The custom actions: what the assistant does once it has understood. Thin; every word that it says is in data/faq/."""

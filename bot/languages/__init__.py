"""Other languages than English: which it is, whether someone is in danger, and what is translated. Knows no Rasa."""

"""What a message means: vectors, typos, names, language, and how sure that is. Knows no Rasa."""

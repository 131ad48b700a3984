"""How well questions are matched: figures on labelled questions."""

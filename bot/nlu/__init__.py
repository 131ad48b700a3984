"""Understanding: encoder, matcher, names, decision, and the graph components that Rasa runs."""

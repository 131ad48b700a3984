"""All that knows Rasa: the components of its pipeline, training, the agent, and what Rasa gets wrong."""

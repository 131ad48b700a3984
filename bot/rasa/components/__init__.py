"""The graph components that Rasa runs, thin over bot/matching and bot/danger. config.yml names them in their order."""

"""What people ask, what fails and what they passed on, for the operator: `bot report`."""

"""Weights of the scheduler, fitted to the learner's own reviews."""

"""Optimizers, and what goes with them: mini-batches, weight decay, learning-rate schedules, gradient clipping."""

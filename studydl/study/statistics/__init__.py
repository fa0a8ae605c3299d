"""What a learner's log comes to."""

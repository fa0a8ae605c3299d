"""What a learner types: kinds of answer, grammar, comparison, verdicts."""

"""Problem families on the rule of Bayes."""

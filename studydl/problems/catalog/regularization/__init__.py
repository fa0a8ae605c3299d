"""Problem families on regularization: dropout, ridge and the soft threshold of the lasso."""

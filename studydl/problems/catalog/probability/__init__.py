"""Problems on probability in training: dropout and batches."""

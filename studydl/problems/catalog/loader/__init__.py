"""Problems about DataLoader: batches, workers."""

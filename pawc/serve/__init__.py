"""`pawc serve`: programs over HTTP. Calls of all clients meet in one worker thread, which asks the model in batches."""

"""Tasks to train and to evaluate the neural compiler on: files -> `Task`s, and the project's own generator of them."""

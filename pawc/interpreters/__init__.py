"""The store of interpreters: where they come from, how they are converted, what is known of them."""

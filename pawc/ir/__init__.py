"""The intermediate representation: nodes, text and JSON forms both ways, verifier, rewriting."""

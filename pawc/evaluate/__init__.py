"""`pawc eval`: tasks -> how well each way to make programs does on them, with intervals."""

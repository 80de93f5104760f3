"""What is kept on disk: tensors by hash, objects, executables, the compile cache."""

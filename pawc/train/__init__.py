"""Training of the neural compiler: tasks and a configuration -> a run's folder with checkpoints, metrics and plots."""

"""What if a manifest said something else."""

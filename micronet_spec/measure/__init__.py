"""What a tensor really contains, counted exactly; knows nothing of files or manifests."""

"""What is measured beside `micronet`, each a process of its own that takes paths of manifests."""

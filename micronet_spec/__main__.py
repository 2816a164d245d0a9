"""`python -m micronet_spec` is `micronet`."""

from micronet_spec.cli import main

main()

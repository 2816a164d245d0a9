"""The MicroNet Challenge (NeurIPS 2019) as an executable specification."""

"""The documentation of docs/, as pages of the product."""

"""What stops a start, in one sentence for the operator."""


class StartFailure(Exception):
    """The product cannot start. The message is printed as it is, without a traceback."""

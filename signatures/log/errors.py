"""The one way in which bytes of a log are refused."""


class LogError(ValueError):
    """What was handed in is not a proof, a note, a leaf or a receipt that holds. The text says what is wrong."""

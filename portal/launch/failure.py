"""What stops the launcher, said in one sentence that names the way out."""


class LaunchError(Exception):
    """Shown as it is, without a traceback: each text is written for the person at the keyboard."""

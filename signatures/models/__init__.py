"""The tables of signatures, each group in a module of its own."""

from signatures.models.mobile import MobileRequest
from signatures.models.signature import Signature

__all__ = ["MobileRequest", "Signature"]

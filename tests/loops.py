"""Coroutines of libraries, run beside the loop that a browser's tests hold in the same process."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: "Coroutine[Any, Any, T]") -> T:
    """Return what the work returns, from a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()

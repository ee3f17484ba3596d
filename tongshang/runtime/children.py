"""Processes of ours that must not outlive us."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def bound_to_us() -> Callable[[], None] | None:
    """What a child does before it becomes its program: ask to be ended when we are gone.

    The kernel means the thread that made the child, so only the main one may bind.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    prctl = ctypes.CDLL(None).prctl
    us = os.getpid()

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != us:
            os._exit(1)

    return bind

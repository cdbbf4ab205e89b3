"""How does the worker end within seconds: when told to, or when the process that started it is gone?"""

import asyncio
import os
import signal
import sys
import threading

ENDS_WITHIN_SECONDS = 5.0


class Ending:
    """Sets `stopped` at SIGTERM, SIGINT or the end of standard input, and ends the process if that is not enough.

    Standard input is read by a thread, so that its end is noticed even while the event loop is busy: a worker whose
    parent was killed must not hold the jobs' leases. The ledger lets every cycle be cut off at any instant.
    """

    def __init__(self) -> None:
        self.stopped = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self.begin)
        threading.Thread(target=self._wait_for_end_of_input, daemon=True, name="end of input").start()

    def begin(self) -> None:
        """Let the event loop stop, or else end the process without it."""
        last_resort = threading.Timer(ENDS_WITHIN_SECONDS, os._exit, (1,))
        last_resort.daemon = True
        last_resort.start()
        try:
            self._loop.call_soon_threadsafe(self.stopped.set)
        except RuntimeError:  # the loop has ended meanwhile
            return

    def _wait_for_end_of_input(self) -> None:
        while os.read(sys.stdin.fileno(), 4096):
            continue
        self.begin()

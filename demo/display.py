"""How is the demo shown: with colours and a moving bar on a terminal, as plain lines anywhere else?"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

Advance = Callable[[int], None]
PLAIN_LINE_EVERY_SECONDS = 0.5


class Display:
    """Prints the demo's story to standard output."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, emoji=False, markup=False)
        self._begun_at = monotonic()

    @property
    def is_live(self) -> bool:
        """Whether somebody watches, on a terminal."""
        return self._console.is_terminal

    def line(self, text: str) -> None:
        """Print a line as it is."""
        self._line(Text(text))

    def heading(self, text: str) -> None:
        """Print the heading of a chapter."""
        self._console.print()
        self._line(Text(text, style="bold"))

    def step(self, text: str) -> None:
        """Print what was done, and when: seconds since the demo began."""
        self._line(Text.assemble((f"{monotonic() - self._begun_at:5.1f} s  ", "dim"), text))

    def detail(self, text: str) -> None:
        """Print a line that belongs to the step above."""
        self._line(Text(f"         {text}"))

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Print names with their values, aligned."""
        width = max(len(name) for name, _ in rows)
        for name, value in rows:
            self._line(Text.assemble((f"  {name:<{width}}  ", "dim"), value))

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Advance]:
        """Show how much is done of a total; the caller says it again and again."""
        if not self.is_live:
            yield self._plain_progress(what, total)
            return
        columns = (TextColumn("         {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done: bar.update(task, completed=done)

    def _plain_progress(self, what: str, total: int) -> Advance:
        last_at, last = monotonic(), -1

        def advance(done: int) -> None:
            nonlocal last_at, last
            now = monotonic()
            if done != last and (done == total or now - last_at >= PLAIN_LINE_EVERY_SECONDS):
                last_at, last = now, done
                self.detail(f"{what}: {done} of {total}")

        return advance

    def _line(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)

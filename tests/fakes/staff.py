"""Who really works there, and how does that go on: joiners, movers, leavers, people blocked and let in again?"""

import random
from dataclasses import dataclass, field

COLUMNS = ("id", "userPrincipalName", "displayName", "givenName", "surname", "jobTitle", "accountEnabled")
TITLES = ("Engineer", "Director", "Clerk", "Médecin", "")  # none begins another: a cut title is no other title

Cells = dict[str, str]  # what each column says of one person


@dataclass
class Staff:
    """The truth. `before` are its earlier states, the newest last."""

    random: random.Random
    people: dict[str, Cells] = field(default_factory=dict)
    left: dict[str, Cells] = field(default_factory=dict)
    before: list[dict[str, Cells]] = field(default_factory=list)
    hired: int = 0
    version: int = 1  # grows with each step

    def hire(self) -> None:
        number = self.hired = self.hired + 1
        who = f"u{number:04d}"
        named = f"{who}@corp.example", f"Nora {number:04d}", "Nora", f"Müller-{number:04d}"
        self.people[who] = dict(zip(COLUMNS, (who, *named, self.random.choice(TITLES), "true"), strict=True))

    def is_in(self, who: str) -> bool:
        """Whether somebody works there and may sign in."""
        return who in self.people and self.people[who]["accountEnabled"] == "true"

    def go_on(self) -> None:
        """What happens between two readings: little, most of the time."""
        self.version += 1
        self.before.append({who: dict(cells) for who, cells in self.people.items()})
        del self.before[:-6]
        draw = self.random.random
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            self.hire()
        if draw() < 0.4:
            self._leave()
        if draw() < 0.1 and self.left:
            self._come_back()
        for change in (self._promote, self._promote, self._marry, self._block_or_let_in):
            if draw() < 0.2 and self.people:
                change(self.people[self.random.choice(sorted(self.people))])

    def _leave(self) -> None:
        if len(self.people) > 3:
            who = self.random.choice(sorted(self.people))
            self.left[who] = self.people.pop(who)

    def _come_back(self) -> None:
        who = self.random.choice(sorted(self.left))
        self.people[who] = self.left.pop(who)

    def _promote(self, cells: Cells) -> None:
        cells["jobTitle"] = self.random.choice(TITLES)

    def _marry(self, cells: Cells) -> None:
        cells["surname"] = f"Okonjo-{cells['id']}"
        cells["userPrincipalName"] = f"okonjo.{cells['id']}@corp.example"

    def _block_or_let_in(self, cells: Cells) -> None:
        cells["accountEnabled"] = "false" if cells["accountEnabled"] == "true" else "true"

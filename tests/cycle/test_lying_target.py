"""Is anybody's account doubled, or taken for another's, when the application lies about who is there?

Short random histories; in each cycle the application may tell another lie. The seed is printed; SEED=n HISTORIES=m in
the environment repeats them.
"""

import os
import random
from collections import Counter
from pathlib import Path

import orjson
import pytest

from fakes.installation import Installation, install, open_database
from fakes.lying_target import LISTS, LyingTarget, TargetLie
from fakes.memory_target import Sent
from instep.ledger.cycles import CycleState
from instep.rules.health.outcomes import Answer, Outcome

SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1_000_000)))
HISTORIES = int(os.environ.get("HISTORIES", "24"))


def name(who: str) -> str:
    return f"{who}@corp.example"


class Story:
    """A directory whose people come one after the other, and an application in which some have an account already."""

    def __init__(self, instep: Installation, seed: int) -> None:
        self.instep, self.random, self.done = instep, random.Random(seed), [f"SEED={seed}"]
        self.target = instep.target = LyingTarget(chance=random.Random(seed + 1))
        self.target.on_answer = self.note
        self.created: Counter[str] = Counter()
        self.people: list[str] = []
        self.owners: dict[str, str] = {}  # of accounts: who had them before, or for whom they were created
        instep.assign_all()
        instep.settle(removals=10_000)
        for number in range(self.random.randint(0, 9)):
            self.owners[self.target.put(userName=f"s{number}@elsewhere.example", active=True)] = "a stranger"
        for number in range(self.random.randint(2, 12)):
            self.hire(f"u{number:02d}")

    def hire(self, who: str) -> None:
        if self.random.random() < 0.4:
            spelt = self.random.choice([name(who), name(who).upper()])
            self.owners[self.target.put(userName=spelt, active=self.random.random() < 0.8)] = who
        self.instep.hire(who)
        self.people.append(who)

    def cycle(self, lie: TargetLie | None) -> None:
        self.target.tell(lie)
        self.done.append(lie.name if lie else "no lie")
        posted = Counter(self.posts())
        summary = self.instep.cycle()
        assert summary.state is CycleState.SUCCEEDED, (self.done, summary.reason)
        twice = {who for who, number in (Counter(self.posts()) - posted).items() if number > 1}
        assert not twice, (self.done, twice)
        self.check_links()
        self.instep.wait(hours=25)

    def posts(self) -> list[str]:
        return [sent.body["userName"] for sent in self.target.sent if sent.method == "POST"]

    def note(self, sent: Sent, answer: Outcome) -> None:
        if sent.method == "POST" and isinstance(answer, Answer) and answer.status == 201:
            who = sent.body["userName"].partition("@")[0]
            self.created[who] += 1
            self.owners[orjson.loads(answer.body)["id"]] = who

    def check_links(self) -> None:
        """Whoever has an account has the one that was there before, or else one that was created for nobody else."""
        for who, account_id in self.instep.rows("SELECT user_id, account_id FROM links"):
            assert self.owners[account_id] == who, (self.done, who, account_id)
        assert not self.created or max(self.created.values()) == 1, (self.done, self.created)

    def check_the_end(self) -> None:
        """Once the application tells the truth again, all have their accounts, and strangers are as they were."""
        assert set(dict(self.instep.rows("SELECT user_id, account_id FROM links"))) == set(self.people), self.done
        for account_id, owner in self.owners.items():
            is_untouched = set(self.target.accounts[account_id]) == {"schemas", "id", "userName", "active"}
            assert is_untouched is (owner == "a stranger"), (self.done, account_id)


@pytest.mark.parametrize("lies", [sorted(LISTS), sorted(set(TargetLie) - LISTS)], ids=["lists", "filters"])
def test_nobody_is_created_twice_and_no_account_is_anybody_elses_whatever_the_application_says(
    tmp_path: Path, lies: list[TargetLie]
) -> None:
    print(f"SEED={SEED}")  # noqa: T201 - shown with a failure
    with open_database(tmp_path) as database:
        for number in range(max(1, HISTORIES // 2)):
            story = Story(install(database), SEED + number)
            for turn in range(4):
                story.cycle(story.random.choice([*lies, None]))
                for joiner in range(story.random.randint(0, 3)):
                    story.hire(f"j{turn}{joiner}")
            story.cycle(None)
            story.cycle(None)
            story.check_the_end()

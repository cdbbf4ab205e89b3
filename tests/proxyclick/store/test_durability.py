"""What was answered is kept, whatever happens to the process."""

import threading
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fakes.served_tenant import served_tenant, user


@pytest.mark.parametrize("answers_before_the_end", [1, 50])
def test_every_user_that_was_answered_survives_a_kill(tmp_path: Path, answers_before_the_end: int) -> None:
    answered: list[dict[str, Any]] = []
    enough = threading.Event()
    with served_tenant(tmp_path) as tenant:

        def create(worker: int) -> None:
            for number in range(1000):
                try:
                    answer = tenant.http.post("/Users", json=user(f"p{worker}-{number}@corp.example"))
                except httpx2.TransportError:
                    return
                answered.append(answer.json())
                if len(answered) >= answers_before_the_end:
                    enough.set()

        workers = [threading.Thread(target=create, args=(worker,)) for worker in range(4)]
        for worker in workers:
            worker.start()
        assert enough.wait(30)
        tenant.kill()
        for worker in workers:
            worker.join()
    with served_tenant(tmp_path) as tenant:
        kept = {found["id"]: found["userName"] for found in tenant.everyone()}
        assert {made["id"]: made["userName"] for made in answered}.items() <= kept.items()
        assert len(set(kept.values())) == len(kept)
        assert tenant.create("newcomer@corp.example")["id"] not in kept

"""The head for sentiment, once more by itself on layers that stand still: each of the three counts as what it is rare.

People write far more that is neutral or glad than what is sad, and a head that learned from all of it sides with the many.
"""

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from crossdesk.reading.training.encoder.batches import words_of
from crossdesk.reading.training.encoder.corpus import Row
from crossdesk.reading.training.encoder.network import Network
from crossdesk.reading.training.encoder.tasks import TASKS

BALANCE = 1.0  # 0: every row counts the same, 1: every sentiment does
HELD_BACK = 0.03  # by how much the head is kept where the lesson left it
_HEAD = next(task for task in TASKS if task.name == "sentiment")
_BATCH = 64


def balance(network: Network, rows: Sequence[Row], tokenizer: Tokenizer) -> None:
    """Learn the head again from rows that have a sentiment; nothing else of the network changes."""
    ordered = sorted(rows, key=lambda row: len(row.text) + len(row.before))
    vectors = _looked(network, ordered, tokenizer)
    said = torch.tensor([_HEAD.labels.index(row.labels["sentiment"][0]) for row in ordered])
    rarity = torch.bincount(said, minlength=len(_HEAD.labels)).float() ** -BALANCE
    counts = (rarity / rarity.mean())[said] * torch.tensor([row.weight for row in ordered])
    head = network.heads["sentiment"]
    assert isinstance(head, nn.Linear)
    began = head.weight.detach().clone()
    optimiser = torch.optim.LBFGS(head.parameters(), max_iter=80, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        each = nn.functional.cross_entropy(head(vectors), said, reduction="none")
        loss = (each * counts).mean() + HELD_BACK * ((head.weight - began) ** 2).sum()
        loss.backward()
        return loss

    optimiser.step(closure)


def _looked(network: Network, rows: Sequence[Row], tokenizer: Tokenizer) -> Tensor:
    found = []
    with torch.no_grad():
        for start in range(0, len(rows), _BATCH):
            words = words_of([(row.text, row.before) for row in rows[start : start + _BATCH]], tokenizer)
            found.append(network.vector(*words))
    return torch.cat(found)

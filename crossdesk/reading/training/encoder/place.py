"""A text's place among texts: what the layers still know of everything beside what they were taught.

Teaching costs the last layer some of its general sense, and a workspace learns from few corrections best where texts of
every kind lie well apart. The layers below still hold most of it: a linear map of all of them is fitted to say what the
encoder said before it was taught, and both stand side by side in one vector.
"""

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from crossdesk.reading.training.encoder.batches import words_of
from crossdesk.reading.training.encoder.network import WIDTH, Network

TAUGHT = 0.5  # how long the taught half is beside the general one
RIDGE = 0.3
_BATCH = 64


class Place(nn.Module):
    """before: (layers x 384, 384) and shift: (384,), from all layers to what was. basis: (768, 384), both halves to one."""

    before: Tensor
    shift: Tensor
    basis: Tensor

    def __init__(self, before: Tensor, shift: Tensor, basis: Tensor) -> None:
        super().__init__()
        for name, values in (("before", before), ("shift", shift), ("basis", basis)):
            self.register_buffer(name, values)

    def forward(self, states: Sequence[Tensor]) -> Tensor:
        """The means of each layer, (rows, 384) each, to vectors, (rows, 384)."""
        general = torch.cat([_unit(each) for each in states], 1) @ self.before + self.shift
        return _halves(general, states[-1]) @ self.basis


def fitted(network: Network, untaught: Network, texts: Sequence[str], tokenizer: Tokenizer) -> Place:
    """From what both say of texts that nothing is measured with."""
    states, was = _looked(network, untaught, texts, tokenizer)
    seen, wanted = torch.cat([_unit(each) for each in states], 1), _unit(was)
    mean, aim = seen.mean(0), wanted.mean(0)
    seen, wanted = seen - mean, wanted - aim
    before = torch.linalg.solve(seen.T @ seen + RIDGE * torch.eye(seen.shape[1]), seen.T @ wanted)
    halves = _unit(_halves(seen @ before + aim, states[-1]))
    _, _, basis = torch.linalg.svd(halves - halves.mean(0), full_matrices=False)
    return Place(before, aim - mean @ before, basis[:WIDTH].T.contiguous())


def _halves(general: Tensor, taught: Tensor) -> Tensor:
    return torch.cat([_unit(general), TAUGHT * _unit(taught)], 1)


def _unit(rows: Tensor) -> Tensor:
    return rows / rows.norm(dim=1, keepdim=True).clamp_min(1e-6)


def _looked(
    network: Network, untaught: Network, texts: Sequence[str], tokenizer: Tokenizer
) -> tuple[list[Tensor], Tensor]:
    """Of each text the mean after each layer of the one, and the vector of the other."""
    order = sorted(texts, key=len)  # texts of like length go together
    states: list[list[Tensor]] = []
    was: list[Tensor] = []
    with torch.no_grad():
        for start in range(0, len(order), _BATCH):
            words = words_of([(text, "") for text in order[start : start + _BATCH]], tokenizer)
            states.append(network.states(*words))
            was.append(untaught.vector(*words))
    return [torch.cat(layer) for layer in zip(*states, strict=True)], torch.cat(was)

"""The network: one encoder, a mean over its words, one linear layer for each task."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from crossdesk.reading.training.encoder.tasks import TASKS

WIDTH = 384
DROPPED = 0.1


class Network(nn.Module):
    """forward gives the logits of each task and the text's vector, (rows, 384)."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(DROPPED)
        self.heads = nn.ModuleDict({task.name: nn.Linear(WIDTH, len(task.labels)) for task in TASKS})

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        vector = self.vector(ids, kinds, mask)
        kept = self.dropout(vector)
        return {name: head(kept) for name, head in self.heads.items()}, vector

    def vector(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        """The mean over the words of a text, (rows, 384)."""
        states = self.encoder(input_ids=ids, token_type_ids=kinds, attention_mask=mask).last_hidden_state
        return _mean(states, mask)

    def states(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> list[Tensor]:
        """The mean over the words after each of the layers, the first one first; the last one is `vector`."""
        told = self.encoder(input_ids=ids, token_type_ids=kinds, attention_mask=mask, output_hidden_states=True)
        return [_mean(states, mask) for states in told.hidden_states[1:]]


def _mean(states: Tensor, mask: Tensor) -> Tensor:
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1)


def pretrained(folder: Path) -> Network:
    """The network on the encoder that a folder holds (config.json, model.safetensors); its heads are new."""
    # Nothing is dropped inside: on processors it costs a seventh of the time, and two rounds do not overfit the layers.
    config = BertConfig.from_pretrained(folder, attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0)
    return Network(BertModel.from_pretrained(folder, config=config, add_pooling_layer=False))


def loss_of(logits: Mapping[str, Tensor], targets: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> Tensor:
    """The weighted sum over tasks, a mean over rows. weights: 0 where a row has no label for a task."""
    total = torch.zeros(())
    for task in TASKS:
        given, known = logits[task.name], weights[task.name]
        if not bool(known.any()):
            continue
        if task.kind == "one":
            each = nn.functional.cross_entropy(given, targets[task.name], reduction="none", label_smoothing=0.05)
        else:
            each = nn.functional.binary_cross_entropy_with_logits(given, targets[task.name], reduction="none").sum(1)
        total = total + task.share * (each * known).sum() / len(known)
    return total

"""The network that ships, taken apart again, to teach it further when the state of its lessons is not at hand."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from crossdesk.reading.training.encoder.network import WIDTH, Network
from crossdesk.reading.training.encoder.tasks import SHIPPED

_MULTIPLIED = ("attention.output.dense", "intermediate.dense", "output.dense")  # of a layer, in the file's order


def take_up(network: Network, path: Path) -> None:
    """Set the encoder and the shipped heads to what an ONNX file of ours holds: bytes times their scales.

    Rounding of the first export stays in it. Heads that do not ship keep what they have. Raises KeyError or ValueError where
    the file is of another make.
    """
    model = onnx.load(str(path))
    held = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}

    def numbers(name: str) -> Tensor:
        if name in held:
            return torch.tensor(held[name].copy())
        whole, zero = (held[f"{name}_{end}"].astype(np.float32) for end in ("quantized", "zero_point"))
        return torch.tensor((whole - zero) * held[f"{name}_scale"])

    state = network.state_dict()
    for name in state:
        if name.startswith("encoder.embeddings.") and state[name].dtype.is_floating_point:
            state[name] = numbers(f"network.{name}")
    multiplied = [node for node in model.graph.node if node.op_type == "MatMulInteger"]
    for layer in range(network.encoder.config.num_hidden_layers):
        place = f"encoder.encoder.layer.{layer}"
        weights = [
            node.input[1].removesuffix("_quantized") for node in multiplied if f"layer.{layer}/" in node.output[0]
        ]
        for name, part in zip(weights, _MULTIPLIED, strict=True):
            state[f"{place}.{part}.weight"] = numbers(name).T.contiguous()
            state[f"{place}.{part}.bias"] = numbers(f"network.{place}.{part}.bias")
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            for end in ("weight", "bias"):
                state[f"{place}.{part}.{end}"] = numbers(f"network.{place}.{part}.{end}")
        joined, shift = numbers(f"Attention_{layer}_qkv_weight"), numbers(f"Attention_{layer}_qkv_bias")
        for at, part in enumerate(("query", "key", "value")):
            columns = slice(at * WIDTH, (at + 1) * WIDTH)
            state[f"{place}.attention.self.{part}.weight"] = joined[:, columns].T.contiguous()
            state[f"{place}.attention.self.{part}.bias"] = shift[columns].clone()
    for task in SHIPPED:
        weight = numbers(f"network.heads.{task.name}.weight")
        state[f"heads.{task.name}.weight"] = weight if weight.shape[1] == WIDTH else weight.T.contiguous()
        state[f"heads.{task.name}.bias"] = numbers(f"network.heads.{task.name}.bias")
    network.load_state_dict(state)

"""The network as it ships: ONNX with whole-number weights, the tokenizer, and a card with calibration and digests."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import onnx
import torch
from onnx import NodeProto, TensorProto, helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from torch import Tensor, nn

from crossdesk.reading.hearing import Outlet
from crossdesk.reading.training.encoder.network import WIDTH, Network
from crossdesk.reading.training.encoder.place import Place
from crossdesk.reading.training.encoder.tasks import SHIPPED

OPSET = 17
HEADS = 12  # of the attention


class NotJoined(Exception):
    """The optimiser left the attention in pieces."""


class Shipped(nn.Module):
    """Only what is asked at run time: (logits of the shipped heads side by side, vector)."""

    def __init__(self, network: Network, place: Place) -> None:
        super().__init__()
        self.network, self.place = network, place

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        states = self.network.states(ids, kinds, mask)
        return torch.cat([self.network.heads[task.name](states[-1]) for task in SHIPPED], 1), self.place(states)


def to_onnx(network: Network, place: Place, path: Path) -> None:
    """Full precision, any number of rows and words."""
    ids = torch.randint(1000, 2000, (2, 12))
    sizes = {0: "rows", 1: "words"}
    network.encoder.set_attn_implementation("eager")  # the shape of attention that the optimiser knows
    torch.onnx.export(
        Shipped(network, place).eval(), (ids, torch.zeros_like(ids), torch.ones_like(ids)), str(path),
        input_names=["ids", "kinds", "mask"], output_names=["logits", "vector"], opset_version=OPSET, dynamo=False,
        dynamic_axes={"ids": sizes, "kinds": sizes, "mask": sizes, "logits": {0: "rows"}, "vector": {0: "rows"}},
    )  # fmt: skip


def to_whole_numbers(path: Path, smaller: Path) -> None:
    """Steps that belong together are joined, then weights become signed bytes, one scale a column.

    Numbers in between are measured text by text. Raises NotJoined.
    """
    joined = path.with_suffix(".joined.onnx")
    model = optimizer.optimize_model(str(path), model_type="bert", num_heads=HEADS, hidden_size=WIDTH, opt_level=0)
    if not model.get_fused_operator_statistics()["Attention"]:
        raise NotJoined("ONNX Runtime did not know the attention again: reading would take half as long again.")
    model.save_model_to_file(str(joined))
    quantize_dynamic(
        str(joined), str(smaller), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )  # fmt: skip
    onnx.save(apart(onnx.load(str(smaller))), str(smaller))


def apart(model: onnx.ModelProto) -> onnx.ModelProto:
    """Each sum that is normalised stands as steps of its own again: joined, ONNX Runtime takes four times as long for it."""
    nodes = [step for node in model.graph.node for step in _steps(node)]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def _steps(node: NodeProto) -> list[NodeProto]:
    if node.op_type != "SkipLayerNormalization":
        return [node]
    text, beside, weight, shift, bias = node.input
    name = node.output[0]
    (epsilon,) = (each.f for each in node.attribute if each.name == "epsilon")
    return [
        helper.make_node("Add", [text, bias], [f"{name}/biased"]),
        helper.make_node("Add", [f"{name}/biased", beside], [f"{name}/sum"]),
        helper.make_node("LayerNormalization", [f"{name}/sum", weight, shift], [name], axis=-1, epsilon=epsilon),
    ]


def pack(
    folder: Path, model: Path, tokenizer: Path, outlets: Sequence[Outlet], shares: Mapping[str, float], name: str
) -> None:
    """Write the folder that `EncoderHearer.load` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model, folder / "model.onnx")
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    files = {
        each: hashlib.sha256((folder / each).read_bytes()).hexdigest() for each in ("model.onnx", "tokenizer.json")
    }
    card = {"name": name, "files": files, "shares": dict(shares), "outlets": [asdict(outlet) for outlet in outlets]}
    (folder / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")

"""Builds an ONNX graph in the order of its flow, and writes it with its matrix products in int8."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

MICROSOFT = "com.microsoft"  # onnxruntime's own operators
_OPSET = 17
_VERSION = 9  # of the format


class Graph:
    """Nodes and weights; every value is named by the step that makes it, and every step returns that name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def constant(self, name: str, value: npt.NDArray[Any] | int) -> str:
        """Add a weight."""
        from onnx import numpy_helper

        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add an operator with one output."""
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def product(self, value: str, matrix: npt.NDArray[np.float32], name: str) -> str:
        """Add a matrix product."""
        return self.node("MatMul", [value, self.constant(f"{name}.matrix", np.ascontiguousarray(matrix))], name)

    def write(self, path: Path, name: str, inputs: Sequence[Any], output: Any) -> None:
        """Write it, given what onnx's `make_tensor_value_info` tells about inputs and output."""
        import onnx
        from onnx import TensorProto, helper
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from onnxruntime.quantization.quant_utils import add_pre_process_metadata

        made = helper.make_graph(self.nodes, name, inputs, [output], self.weights)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(MICROSOFT, 1)]
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
            exact = Path(scratch) / "exact.onnx"
            model = helper.make_model(made, opset_imports=opsets, ir_version=_VERSION)
            add_pre_process_metadata(model)  # nothing is left to simplify; without this mark it warns
            onnx.save(model, str(exact))
            quantize_dynamic(
                exact,
                path,
                per_channel=True,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul"],
                extra_options={"DefaultTensorType": TensorProto.FLOAT},
            )

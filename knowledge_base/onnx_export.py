"""Writes MiniLM's weights as ONNX; runs as a process of its own, because TensorFlow never leaves one again."""

import sys
import tempfile
from pathlib import Path

OPSET = 15


def export(folder: Path, target: Path) -> None:
    """Read the safetensors in `folder` and write a graph (input_ids, attention_mask) -> last_hidden_state.

    Weights are int8: 1.9 ms a text instead of 4.8 on one thread, vectors at a cosine of 0.993 to the exact ones
    (measured on 347 questions of the articles).
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        exact = Path(scratch) / "exact.onnx"
        _export_exact(folder, exact)
        quantize_dynamic(exact, target, weight_type=QuantType.QInt8, per_channel=True)


def _export_exact(folder: Path, target: Path) -> None:
    import tensorflow as tf
    import tf2onnx
    from transformers import TFBertModel

    model = TFBertModel.from_pretrained(folder, local_files_only=True)

    def encode(input_ids: tf.Tensor, attention_mask: tf.Tensor) -> dict[str, tf.Tensor]:
        encoded = model(input_ids=input_ids, attention_mask=attention_mask, training=False)
        return {"last_hidden_state": encoded.last_hidden_state}

    names = ("input_ids", "attention_mask")
    signature = [tf.TensorSpec((None, None), tf.int64, name=name) for name in names]
    tf2onnx.convert.from_function(
        tf.function(encode, input_signature=signature),
        input_signature=signature,
        opset=OPSET,
        output_path=str(target),
    )


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))

"""As much of the ONNX file format as it takes to read weights from one graph and to write another.

A file is a protocol buffer: fields of a number, a kind and a value, nested. The ``onnx`` package would be 27 MB more.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

DTYPES: Mapping[int, np.dtype] = {1: np.dtype("<f4"), 3: np.dtype("i1"), 7: np.dtype("<i8")}
NUMBERS: Mapping[str, int] = {dtype.str: number for number, dtype in DTYPES.items()}
CONTRIB = "com.microsoft"  # the domain of onnxruntime's own operators
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5  # kinds of values
_OPSETS = (("", 18), (CONTRIB, 1))


class OnnxOperation(NamedTuple):
    """A node of a graph."""

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def read_onnx_model(content: bytes) -> tuple[list[OnnxOperation], dict[str, np.ndarray]]:
    """The operations and the weights of a model.

    Raises:
        ValueError: it is not one.
    """
    operations, weights = [], {}
    for number, graph in _iter_protobuf_fields(memoryview(content)):
        if number != 7 or not isinstance(graph, memoryview):
            continue
        for part, value in _iter_protobuf_fields(graph):
            if part == 1 and isinstance(value, memoryview):
                operations.append(_parse_operation(value))
            elif part == 5 and isinstance(value, memoryview):
                name, tensor = _parse_tensor(value)
                weights[name] = tensor
    return operations, weights


def _iter_protobuf_fields(content: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    at = 0
    while at < len(content):
        key, at = _read_varint(content, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _read_varint(content, at)
            yield key >> 3, value
            continue
        length = {_EIGHT: 8, _FOUR: 4}.get(kind)
        if length is None:
            if kind != _BYTES:
                raise ValueError(f"a field of kind {kind}")
            length, at = _read_varint(content, at)
        if at + length > len(content):
            raise ValueError("it ends early")
        yield key >> 3, content[at : at + length]
        at += length


def _read_varint(content: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(content):
            raise ValueError("it ends early")
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _parse_operation(content: memoryview) -> OnnxOperation:
    texts: dict[int, list[str]] = {1: [], 2: [], 4: []}
    for number, value in _iter_protobuf_fields(content):
        if number in texts and isinstance(value, memoryview):
            texts[number].append(bytes(value).decode())
    return OnnxOperation("".join(texts[4]), tuple(texts[1]), tuple(texts[2]))


def _parse_tensor(content: memoryview) -> tuple[str, np.ndarray]:
    shape: list[int] = []
    name, kind, raw = "", 0, memoryview(b"")
    for number, value in _iter_protobuf_fields(content):
        if isinstance(value, int):
            shape += [value] if number == 1 else []
            kind = value if number == 2 else kind
        elif number == 1:  # packed
            at = 0
            while at < len(value):
                one, at = _read_varint(value, at)
                shape.append(one)
        elif number == 8:
            name = bytes(value).decode()
        elif number == 9:
            raw = value
    if kind not in DTYPES or not raw:
        return name, np.empty(0)
    return name, np.frombuffer(raw, DTYPES[kind]).reshape(shape)


@dataclass
class OnnxGraph:
    """A graph that is written, operation by operation."""

    nodes: list[bytes] = field(default_factory=list)
    weights: dict[str, np.ndarray] = field(default_factory=dict)

    def add_operation(
        self, kind: str, inputs: Sequence[str], outputs: Sequence[str], *, domain: str = "", **attributes: float
    ) -> None:
        """One operation."""
        parts = [
            *(_encode_string_field(1, name) for name in inputs),
            *(_encode_string_field(2, name) for name in outputs),
            _encode_string_field(4, kind),
        ]
        parts += [_encode_bytes_field(5, _encode_attribute(name, value)) for name, value in attributes.items()]
        self.nodes.append(b"".join([*parts, _encode_string_field(7, domain)]))

    def to_model_bytes(self, given: str, result: str, size: int) -> bytes:
        """The file.

        Args:
            given: the input, texts x tokens of whole numbers.
            result: the output, texts x ``size`` of real ones.
        """
        parts = [_encode_bytes_field(1, node) for node in self.nodes]
        parts += [
            _encode_string_field(2, "graph"),
            *(_encode_bytes_field(5, _encode_tensor(name, one)) for name, one in self.weights.items()),
        ]
        parts += [
            _encode_bytes_field(11, _encode_value_info(given, 7, ("texts", "tokens"))),
            _encode_bytes_field(12, _encode_value_info(result, 1, ("texts", size))),
        ]
        opsets = [
            _encode_bytes_field(8, _encode_string_field(1, domain) + _encode_int_field(2, version))
            for domain, version in _OPSETS
        ]
        return b"".join([_encode_int_field(1, 8), _encode_bytes_field(7, b"".join(parts)), *opsets])


def _encode_attribute(name: str, value: float) -> bytes:
    if isinstance(value, int):
        return _encode_string_field(1, name) + _encode_int_field(3, value) + _encode_int_field(20, 2)
    return (
        _encode_string_field(1, name)
        + _encode_varint(2 << 3 | _FOUR)
        + struct.pack("<f", value)
        + _encode_int_field(20, 1)
    )


def _encode_tensor(name: str, one: np.ndarray) -> bytes:
    shape = b"".join(_encode_int_field(1, length) for length in one.shape)
    return (
        shape
        + _encode_int_field(2, NUMBERS[one.dtype.str])
        + _encode_string_field(8, name)
        + _encode_bytes_field(9, one.tobytes())
    )


def _encode_value_info(name: str, kind: int, shape: Sequence[str | int]) -> bytes:
    sizes = (
        _encode_bytes_field(1, _encode_int_field(1, one) if isinstance(one, int) else _encode_string_field(2, one))
        for one in shape
    )
    return _encode_string_field(1, name) + _encode_bytes_field(
        2, _encode_bytes_field(1, _encode_int_field(1, kind) + _encode_bytes_field(2, b"".join(sizes)))
    )


def _encode_string_field(number: int, value: str) -> bytes:
    return _encode_bytes_field(number, value.encode())


def _encode_bytes_field(number: int, value: bytes) -> bytes:
    return _encode_varint(number << 3 | _BYTES) + _encode_varint(len(value)) + value


def _encode_int_field(number: int, value: int) -> bytes:
    return _encode_varint(number << 3 | _VARINT) + _encode_varint(value)


def _encode_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)

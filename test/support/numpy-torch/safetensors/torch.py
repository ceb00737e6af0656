# A reader of safetensors files from the format's description, in NumPy.
import json
import struct

import numpy as np

TYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4"}


def load_file(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    assert length % 8 == 0 and data[8:9] == b"{"
    header = json.loads(data[8 : 8 + length])
    buffer = data[8 + length :]
    tensors = {}
    for name, info in header.items():
        if name == "__metadata__":
            continue
        begin, end = info["data_offsets"]
        tensors[name] = np.frombuffer(buffer[begin:end], TYPES[info["dtype"]]).reshape(info["shape"])
    assert sum(t.nbytes for t in tensors.values()) == len(buffer)
    return tensors

# A reader of safetensors files from the format's description, with the part of the package's interface that model.py uses.
import json

import numpy as np
import torch

TYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4"}


class safe_open:
    def __init__(self, path, framework):
        assert framework == "pt"
        data = open(path, "rb").read()
        length = int.from_bytes(data[:8], "little")
        assert length % 8 == 0 and data[8:9] == b"{"
        self.header = json.loads(data[8 : 8 + length])
        self.texts = self.header.pop("__metadata__", None)
        self.buffer = data[8 + length :]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def keys(self):
        return list(self.header)

    def metadata(self):
        return self.texts

    def get_tensor(self, name):
        info = self.header[name]
        begin, end = info["data_offsets"]
        return torch.from_numpy(np.frombuffer(self.buffer[begin:end], TYPES[info["dtype"]]).reshape(info["shape"]).copy())

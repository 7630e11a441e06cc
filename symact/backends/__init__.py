"""One file a backend: a table from operation to source text; NumPy, C, PyTorch, JAX, ONNX."""

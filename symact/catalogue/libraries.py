"""Short constructors for the record of where a library has a function."""

from __future__ import annotations

from collections.abc import Callable

from ..definition import Implementation

__all__ = [
    "flax",
    "jax",
    "keras",
    "numpy",
    "onnx",
    "scipy",
    "tensorflow",
    "tensorflow_addons",
    "timm",
    "torch",
    "transformers",
]


def _library(library: str) -> Callable[..., Implementation]:
    """Return a constructor (name, **defaults), with defaults from our parameter's name to the library's exact value."""

    def implementation(name: str, **defaults: str) -> Implementation:
        return Implementation(library, name, tuple(defaults.items()))

    return implementation


flax = _library("flax")
jax = _library("jax")
keras = _library("keras")
numpy = _library("numpy")
onnx = _library("onnx")
scipy = _library("scipy")
tensorflow = _library("tensorflow")
tensorflow_addons = _library("tensorflow_addons")
timm = _library("timm")
torch = _library("torch")
transformers = _library("transformers")

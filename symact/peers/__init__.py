"""The same functions in other libraries, as far as they are installed: what `symact bench` and `symact audit` compare with."""

from .registry import LIBRARIES, Peer, installed, peers, wanted

__all__ = ["LIBRARIES", "Peer", "installed", "peers", "wanted"]

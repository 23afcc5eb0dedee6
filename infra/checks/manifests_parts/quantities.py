"""Sizes as manifests and configurations write them."""

import re


def quantity(text: str) -> float:
    """Bytes of a Kubernetes quantity, or of a size in nats.conf; their K, M and G are 1024 there, which is the careful side."""
    read = re.fullmatch(r"([\d.]+)\s*([KMGT]?)i?B?", text.strip())
    return float(read[1]) * 1024 ** " KMGT".index(read[2] or " ") if read else 0

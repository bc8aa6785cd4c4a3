"""Lists of words, one file each: what is common, what says nothing, what is nobody's."""

from pathlib import Path


def of(name: str) -> frozenset[str]:
    """The words of a list; what stands behind a # is for who reads it."""
    lines = (Path(__file__).parent / f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].split())

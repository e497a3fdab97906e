"""The evaluation program, which reads for the training."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent  # where it is to be called


def command(built):
    """How to call `onrecord-dev`: the one at `built`, or the workspace's, which is built first."""
    return [built] if built else ["cargo", "run", "--quiet", "--release", "--package", "onrecord-dev", "--"]

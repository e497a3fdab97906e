"""Convolutions with few weights: most go while the network learns, and what is left makes up for them."""

import torch

BLOCK = 4  # inputs of an output that go together: what the program multiplies at once
THIN_BY = 0.6  # of all steps


def blocks_of(weight):
    """outputs x blocks x BLOCK"""
    return weight.view(weight.shape[0], -1, BLOCK)


class Thinning:
    """Leaves a share of the weights of some convolutions together (each with `taps`, linear, and `norm`), in blocks of `BLOCK`
    inputs of an output. Of those that are left the least go first, by how large they are times how large the norm makes
    their inputs, many in the beginning and few in the end (Zhu and Gupta 2018)."""

    def __init__(self, layers, share):
        self.layers, self.share = layers, share
        self.masks = [blocks_of(layer.taps.weight).any(2) for layer in layers]

    @torch.no_grad()
    def step(self, done):
        """To be called after each step of the optimizer; `done` is the share of all steps that are."""
        left = 1 - (1 - self.share) * (1 - (1 - min(1.0, done / THIN_BY)) ** 3)
        sizes = [blocks_of(layer.taps.weight * layer.norm.weight.abs().repeat(3)).norm(dim=2) for layer in self.layers]
        sizes = [size * mask for size, mask in zip(sizes, self.masks)]
        every = torch.cat([size.flatten() for size in sizes])
        count = int(left * len(every))
        if count < sum(int(mask.sum()) for mask in self.masks):
            least = every.kthvalue(len(every) - count + 1).values
            self.masks = [size >= least for size in sizes]
        for layer, mask in zip(self.layers, self.masks):
            blocks_of(layer.taps.weight).mul_(mask[:, :, None])

"""Loss curves: a few lines of each are printed; matplotlib, where it is installed, draws a picture of them."""

import numpy as np

try:
    from matplotlib.figure import Figure
except ImportError:
    Figure = None


def show(name, step="epoch", **curves):
    """Print each curve at six of its steps, and save all in one picture NAME.png."""
    for label, losses in curves.items():
        print(label)
        for k in np.linspace(0, len(losses) - 1, 6).astype(int):
            print(f"  {step} {k:4}  loss {losses[k]:.6f}")
    if Figure is not None:
        figure = Figure(figsize=(6, 4), layout="constrained")
        axes = figure.subplots()
        for label, losses in curves.items():
            axes.semilogy(losses, label=label)
        axes.set(xlabel=step, ylabel="loss", title=name)
        axes.legend()
        figure.savefig(f"{name}.png")
        print(f"picture in {name}.png")

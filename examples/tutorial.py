"""The tutorial's functions at its own numbers, each with its generated gradient.

The functions stand in files of their own, so that the command can compile them too: bpcompile neuron.py
"""

import circuit
import gates
import neuron
import product

from bpcompile import grad, value_and_grad


def main():
    print("(x + y) * z     ", value_and_grad(product.f)(-2, 5, -4))
    print("sigmoid neuron  ", value_and_grad(neuron.neuron)([2.0, -3.0, -3.0], [-1.0, -2.0]))
    print("staged quotient ", value_and_grad(circuit.f)(3.0, -4.0))
    print("add shares      ", grad(gates.add)(3.0, -4.0))
    print("max routes      ", grad(gates.larger)(3.0, -4.0))
    print("multiply swaps  ", grad(gates.multiply)(3.0, -4.0))
    print("all three       ", grad(gates.gates)(3.0, -4.0, 2.0, -1.0))


if __name__ == "__main__":
    main()

"""The product of two matrices. Its gradients are products with the transposes: dW = dD @ X.T, dX = W.T @ dD."""


def D(W: "N M", X: "M K"):
    return W.dot(X)

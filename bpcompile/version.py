"""The version, known to the package and to its build."""

__version__ = "0.1.0"

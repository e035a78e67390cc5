"""Trains the linear reading models and prints their figures. A developer's tool: needs scikit-learn."""

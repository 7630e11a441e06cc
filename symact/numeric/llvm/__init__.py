"""Programs compiled to vector machine code by llvmlite, and offered as real NumPy ufuncs."""

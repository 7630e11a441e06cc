"""Elementary functions of mathematics that serve as activations."""

from __future__ import annotations

from sympy import Abs, And, Eq, Piecewise, S, asinh, atan, exp, pi, sign, sin

from ..definition import Definition, Parameter
from ..symbols import real, x
from .libraries import jax, keras, numpy, onnx, tensorflow, torch, transformers

__all__ = ["DEFINITIONS"]

value = real("value")

DEFINITIONS = (
    Definition(
        name="identity",
        aliases=("linear",),
        title="Identity",
        expr=x,
        latex=r"\operatorname{id}",
        source="elementary function",
        libraries=(
            torch("nn.Identity"),
            jax("nn.identity"),
            keras("activations.linear"),
            onnx("Identity"),
            transformers("linear"),
        ),
    ),
    Definition(
        name="sign",
        aliases=("signum",),
        title="Sign function",
        expr=sign(x),
        latex=r"\operatorname{sgn}",
        slopes=((S.Zero, S.Zero),),
        source="elementary function",
        libraries=(torch("sign"), jax("numpy.sign"), onnx("Sign"), numpy("sign")),
        note="sign(0) = 0; binarised networks that need two values take sign(0) = 1 instead",
    ),
    Definition(
        name="step",
        aliases=("heaviside", "binary_step"),
        title="Heaviside step function",
        expr=Piecewise((0, x < 0), (value, Eq(x, 0)), (1, True)),
        parameters=(Parameter(value, S.One, And(value >= 0, value <= 1), "value at 0"),),
        latex="H",
        slopes=((S.Zero, S.Zero),),
        source="McCulloch and Pitts 1943, A logical calculus of the ideas immanent in nervous activity",
        libraries=(torch("heaviside"), numpy("heaviside"), jax("numpy.heaviside")),
        note="the value at 0 differs: 1 for a unit that fires at its threshold (the default here), 0 where frameworks "
        "differentiate ReLU, 1/2 in SymPy's Heaviside; torch, NumPy and JAX take it as a second argument",
    ),
    Definition(
        name="exponential",
        aliases=("exp",),
        title="Exponential function",
        expr=exp(x),
        latex=r"\exp",
        source="elementary function",
        libraries=(
            torch("exp"),
            jax("numpy.exp"),
            keras("activations.exponential"),
            onnx("Exp"),
            numpy("exp"),
        ),
    ),
    Definition(
        name="arctan",
        aliases=("atan",),
        title="Arctangent",
        expr=atan(x),
        latex=r"\arctan",
        source="NIST Digital Library of Mathematical Functions, section 4.23",
        libraries=(torch("atan"), jax("numpy.arctan"), onnx("Atan"), numpy("arctan")),
    ),
    Definition(
        name="arcsinh",
        aliases=("asinh",),
        title="Inverse hyperbolic sine",
        expr=asinh(x),
        latex=r"\operatorname{arsinh}",
        source="NIST Digital Library of Mathematical Functions, section 4.37",
        libraries=(torch("asinh"), jax("numpy.arcsinh"), onnx("Asinh"), numpy("arcsinh")),
    ),
    Definition(
        name="vrelu",
        aliases=("absolute_value", "abs"),
        title="Absolute value",
        expr=Abs(x),
        latex=r"\operatorname{abs}",
        slopes=((S.Zero, S.Zero),),
        source="elementary function",
        libraries=(torch("abs"), jax("numpy.abs"), onnx("Abs"), numpy("abs"), tensorflow("math.abs")),
        note="the slope at 0 is 0 = sign(0) in torch and JAX",
    ),
    Definition(
        name="sinc_normalized",
        title="Normalised sinc function",
        expr=Piecewise((1, Eq(x, 0)), (sin(pi * x) / (pi * x), True)),
        latex=r"\operatorname{sinc}",
        source="Woodward and Davies 1952, Information theory and inverse probability in telecommunication",
        libraries=(torch("sinc"), jax("numpy.sinc"), numpy("sinc")),
        note="sin(pi*x)/(pi*x), completed by its limit 1 at 0; the unnormalised sinc is sin(x)/x",
    ),
)

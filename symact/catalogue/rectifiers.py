"""Rectifiers: linear on the right, zero or a smaller slope on the left."""

from __future__ import annotations

from sympy import Max, Min, Piecewise, Rational, S, oo

from ..definition import Definition, Parameter
from ..symbols import real, x
from .libraries import flax, jax, keras, onnx, tensorflow, tensorflow_addons, timm, torch, transformers

__all__ = ["DEFINITIONS"]

a = real("a")
alpha = real("alpha")
lower = real("lower")
upper = real("upper")
negative_slope = real("negative_slope")
max_value = real("max_value")
threshold = real("threshold")
theta = real("theta")
value = real("value")

_leaky = Piecewise((x, x >= 0), (alpha * x, True))

DEFINITIONS = (
    Definition(
        name="relu",
        aliases=("rectifier", "ramp"),
        title="Rectified linear unit",
        expr=Max(0, x),
        latex=r"\operatorname{ReLU}",
        slopes=((S.Zero, S.Zero),),
        source="Fukushima 1969, Visual feature extraction by a multilayered network of analog threshold elements; "
        "Nair and Hinton 2010, Rectified linear units improve restricted Boltzmann machines",
        libraries=(
            torch("nn.ReLU"),
            jax("nn.relu"),
            keras("activations.relu"),
            onnx("Relu"),
            flax("linen.relu"),
            transformers("relu"),
            timm("relu"),
        ),
        note="the slope at 0 is 0 in torch, jax.nn and Keras; jax.numpy.maximum and SymPy's Max give 1/2",
    ),
    Definition(
        name="keras_relu",
        title="Keras's rectified linear unit with threshold, cap and negative slope",
        expr=Piecewise((Min(x, max_value), x >= threshold), (negative_slope * (x - threshold), True)),
        parameters=(
            Parameter(negative_slope, S.Zero, negative_slope >= 0, "slope below the threshold"),
            Parameter(max_value, oo, max_value > threshold, "largest value"),
            Parameter(threshold, S.Zero, threshold >= 0, "where the rising branch begins"),
        ),
        latex=r"\operatorname{ReLU}_{\mathrm{Keras}}",
        slopes=((threshold, negative_slope), (max_value, S.Zero)),
        source="Keras, keras.layers.ReLU",
        libraries=(keras("activations.relu"), keras("layers.ReLU")),
        note="as documented, x itself at x = threshold, where the implementation gives 0; "
        "the slope at max_value depends on Keras's backend",
    ),
    Definition(
        name="relu6",
        title="Rectified linear unit capped at 6",
        expr=Min(Max(0, x), 6),
        latex=r"\operatorname{ReLU6}",
        slopes=((S.Zero, S.Zero), (S(6), S.Zero)),
        source="Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10",
        libraries=(
            torch("nn.ReLU6"),
            jax("nn.relu6"),
            keras("activations.relu6"),
            flax("linen.relu6"),
            transformers("relu6"),
            timm("relu6"),
        ),
    ),
    Definition(
        name="leaky_relu",
        aliases=("lrelu",),
        title="Leaky rectified linear unit",
        expr=_leaky,
        parameters=(Parameter(alpha, Rational(1, 100), alpha >= 0, "slope on the left"),),
        latex=r"\operatorname{LReLU}",
        slopes=((S.Zero, alpha),),
        source="Maas, Hannun and Ng 2013, Rectifier nonlinearities improve neural network acoustic models",
        libraries=(
            torch("nn.LeakyReLU"),
            jax("nn.leaky_relu"),
            keras("activations.leaky_relu", alpha="1/5"),
            keras("layers.LeakyReLU", alpha="3/10"),
            onnx("LeakyRelu"),
            tensorflow("nn.leaky_relu", alpha="1/5"),
            flax("linen.leaky_relu"),
            transformers("leaky_relu"),
            timm("leaky_relu"),
        ),
        note="the default slope is 1/5 in leaky_relu_keras, and some papers write x/a with a = 100; "
        "at 0 torch and TensorFlow use the slope of the left branch, JAX that of the right",
    ),
    Definition(
        name="leaky_relu_keras",
        title="Leaky rectified linear unit with Keras's default slope",
        expr=_leaky,
        parameters=(Parameter(alpha, Rational(1, 5), alpha >= 0, "slope on the left"),),
        latex=r"\operatorname{LReLU}_{\mathrm{Keras}}",
        slopes=((S.Zero, alpha),),
        source="Maas, Hannun and Ng 2013, Rectifier nonlinearities improve neural network acoustic models; "
        "Keras, keras.activations.leaky_relu",
        libraries=(
            keras("activations.leaky_relu"),
            keras("layers.LeakyReLU", alpha="3/10"),
            tensorflow("nn.leaky_relu"),
        ),
        note="the default slope is 1/5 in the function of Keras and TensorFlow, 3/10 in Keras's layer, 1/100 elsewhere",
    ),
    Definition(
        name="prelu",
        aliases=("parametric_relu",),
        title="Parametric rectified linear unit",
        expr=Piecewise((x, x >= 0), (a * x, True)),
        parameters=(Parameter(a, Rational(1, 4), meaning="slope on the left, learned"),),
        latex=r"\operatorname{PReLU}",
        slopes=((S.Zero, a),),
        source="He, Zhang, Ren and Sun 2015, Delving deep into rectifiers, arXiv:1502.01852",
        libraries=(
            torch("nn.PReLU"),
            keras("layers.PReLU", a="0"),
            onnx("PRelu"),
            flax("linen.PReLU", a="1/100"),
            transformers("prelu"),
            timm("prelu"),
        ),
        note="the default is where training starts: 1/4 in the paper and torch, 0 in Keras; in ONNX it is an input",
    ),
    Definition(
        name="rrelu",
        aliases=("randomized_leaky_relu",),
        title="Randomised leaky rectified linear unit, in inference",
        expr=Piecewise((x, x >= 0), ((lower + upper) / 2 * x, True)),
        parameters=(
            Parameter(lower, Rational(1, 8), lower >= 0, "smallest slope drawn"),
            Parameter(upper, Rational(1, 3), lower <= upper, "largest slope drawn"),
        ),
        latex=r"\operatorname{RReLU}",
        slopes=((S.Zero, (lower + upper) / 2),),
        source="Xu, Wang, Chen and Li 2015, Empirical evaluation of rectified activations in convolutional network, "
        "arXiv:1505.00853",
        libraries=(torch("nn.RReLU"), tensorflow_addons("activations.rrelu")),
        note="in training the slope is drawn uniformly from [lower, upper]; in inference it is the mean",
    ),
    Definition(
        name="relu_squared",
        aliases=("relu2", "requ", "squared_relu"),
        title="Squared rectified linear unit",
        expr=Max(0, x) ** 2,
        latex=r"\operatorname{ReQU}",
        source="So et al. 2021, Primer: searching for efficient transformers for language modeling, arXiv:2109.08668",
        libraries=(transformers("relu2"),),
    ),
    Definition(
        name="thresholded_relu",
        aliases=("trec", "truncated_rectified"),
        title="Thresholded rectified linear unit",
        expr=Piecewise((x, x > alpha), (0, True)),
        parameters=(Parameter(alpha, S.One, alpha >= 0, "threshold"),),
        latex=r"\operatorname{TReLU}",
        slopes=((alpha, S.Zero),),
        source="Konda, Memisevic and Krueger 2014, Zero-bias autoencoders and the benefits of co-adapting features, "
        "arXiv:1402.3337",
        libraries=(onnx("ThresholdedRelu"),),
        note="jumps from 0 to alpha at x = alpha; Keras 2 has it as the layer ThresholdedReLU",
    ),
    Definition(
        name="threshold",
        title="Threshold",
        expr=Piecewise((x, x > theta), (value, True)),
        parameters=(
            Parameter(theta, S.One, meaning="threshold"),
            Parameter(value, S.Zero, meaning="value at and below the threshold"),
        ),
        latex=r"\operatorname{Threshold}",
        slopes=((theta, S.Zero),),
        source="PyTorch, torch.nn.Threshold",
        libraries=(torch("nn.Threshold"), keras("activations.threshold")),
        note="torch and Keras have no defaults for theta and value",
    ),
)

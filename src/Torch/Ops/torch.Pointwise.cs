namespace TorchSharp;

public static partial class torch
{
    /// <summary>The absolute value of every element.</summary>
    public static Tensor abs(Tensor input) => input.abs();

    /// <summary>The absolute value of every element, in place.</summary>
    public static Tensor abs_(Tensor input) => input.abs_();

    /// <summary>Every element with the other sign.</summary>
    public static Tensor neg(Tensor input) => input.neg();

    /// <summary>Every element with the other sign, in place.</summary>
    public static Tensor neg_(Tensor input) => input.neg_();

    /// <summary>e to the power of every element.</summary>
    public static Tensor exp(Tensor input) => input.exp();

    /// <summary>e to the power of every element, in place.</summary>
    public static Tensor exp_(Tensor input) => input.exp_();

    /// <summary>2 to the power of every element.</summary>
    public static Tensor exp2(Tensor input) => input.exp2();

    /// <summary>2 to the power of every element, in place.</summary>
    public static Tensor exp2_(Tensor input) => input.exp2_();

    /// <summary>e to the power of every element, less 1, exact near 0.</summary>
    public static Tensor expm1(Tensor input) => input.expm1();

    /// <summary>e to the power of every element, less 1, exact near 0, in place.</summary>
    public static Tensor expm1_(Tensor input) => input.expm1_();

    /// <summary>The natural logarithm of every element.</summary>
    public static Tensor log(Tensor input) => input.log();

    /// <summary>The natural logarithm of every element, in place.</summary>
    public static Tensor log_(Tensor input) => input.log_();

    /// <summary>The logarithm to base 2 of every element.</summary>
    public static Tensor log2(Tensor input) => input.log2();

    /// <summary>The logarithm to base 2 of every element, in place.</summary>
    public static Tensor log2_(Tensor input) => input.log2_();

    /// <summary>The logarithm to base 10 of every element.</summary>
    public static Tensor log10(Tensor input) => input.log10();

    /// <summary>The logarithm to base 10 of every element, in place.</summary>
    public static Tensor log10_(Tensor input) => input.log10_();

    /// <summary>The natural logarithm of every element plus 1, exact near 0.</summary>
    public static Tensor log1p(Tensor input) => input.log1p();

    /// <summary>The natural logarithm of every element plus 1, exact near 0, in place.</summary>
    public static Tensor log1p_(Tensor input) => input.log1p_();

    /// <summary>The square root of every element.</summary>
    public static Tensor sqrt(Tensor input) => input.sqrt();

    /// <summary>The square root of every element, in place.</summary>
    public static Tensor sqrt_(Tensor input) => input.sqrt_();

    /// <summary>1 over the square root of every element.</summary>
    public static Tensor rsqrt(Tensor input) => input.rsqrt();

    /// <summary>1 over the square root of every element, in place.</summary>
    public static Tensor rsqrt_(Tensor input) => input.rsqrt_();

    /// <summary>The square of every element.</summary>
    public static Tensor square(Tensor input) => input.square();

    /// <summary>1 over every element.</summary>
    public static Tensor reciprocal(Tensor input) => input.reciprocal();

    /// <summary>1 over every element, in place.</summary>
    public static Tensor reciprocal_(Tensor input) => input.reciprocal_();

    /// <summary>1 / (1 + exp(-x)) of every element.</summary>
    public static Tensor sigmoid(Tensor input) => input.sigmoid();

    /// <summary>1 / (1 + exp(-x)) of every element, in place.</summary>
    public static Tensor sigmoid_(Tensor input) => input.sigmoid_();

    /// <summary>The hyperbolic tangent of every element.</summary>
    public static Tensor tanh(Tensor input) => input.tanh();

    /// <summary>The hyperbolic tangent of every element, in place.</summary>
    public static Tensor tanh_(Tensor input) => input.tanh_();

    /// <summary>The error function of every element.</summary>
    public static Tensor erf(Tensor input) => input.erf();

    /// <summary>The error function of every element, in place.</summary>
    public static Tensor erf_(Tensor input) => input.erf_();

    /// <summary>The sine of every element.</summary>
    public static Tensor sin(Tensor input) => input.sin();

    /// <summary>The sine of every element, in place.</summary>
    public static Tensor sin_(Tensor input) => input.sin_();

    /// <summary>The cosine of every element.</summary>
    public static Tensor cos(Tensor input) => input.cos();

    /// <summary>The cosine of every element, in place.</summary>
    public static Tensor cos_(Tensor input) => input.cos_();

    /// <summary>The tangent of every element.</summary>
    public static Tensor tan(Tensor input) => input.tan();

    /// <summary>The tangent of every element, in place.</summary>
    public static Tensor tan_(Tensor input) => input.tan_();

    /// <summary>Every element rounded downwards.</summary>
    public static Tensor floor(Tensor input) => input.floor();

    /// <summary>Every element rounded downwards, in place.</summary>
    public static Tensor floor_(Tensor input) => input.floor_();

    /// <summary>Every element rounded upwards.</summary>
    public static Tensor ceil(Tensor input) => input.ceil();

    /// <summary>Every element rounded upwards, in place.</summary>
    public static Tensor ceil_(Tensor input) => input.ceil_();

    /// <summary>Every element rounded towards zero.</summary>
    public static Tensor trunc(Tensor input) => input.trunc();

    /// <summary>Every element rounded towards zero, in place.</summary>
    public static Tensor trunc_(Tensor input) => input.trunc_();

    /// <summary>The fractional part of every element.</summary>
    public static Tensor frac(Tensor input) => input.frac();

    /// <summary>The fractional part of every element, in place.</summary>
    public static Tensor frac_(Tensor input) => input.frac_();

    /// <summary>-1, 0 or 1: the sign of every element.</summary>
    public static Tensor sign(Tensor input) => input.sign();

    /// <summary>-1, 0 or 1: the sign of every element, in place.</summary>
    public static Tensor sign_(Tensor input) => input.sign_();

    /// <summary>Where elements are not a number.</summary>
    public static Tensor isnan(Tensor input) => input.isnan();

    /// <summary>Where elements are infinite.</summary>
    public static Tensor isinf(Tensor tensor) => tensor.isinf();

    /// <summary>Where elements are neither infinite nor not a number.</summary>
    public static Tensor isfinite(Tensor tensor) => tensor.isfinite();

    /// <summary>Where elements are +infinity.</summary>
    public static Tensor isposinf(Tensor tensor) => tensor.isposinf();

    /// <summary>Where elements are -infinity.</summary>
    public static Tensor isneginf(Tensor tensor) => tensor.isneginf();

    /// <summary>Every bit turned over (of truth values: not).</summary>
    public static Tensor bitwise_not(Tensor input) => input.bitwise_not();

    /// <summary>Every bit turned over (of truth values: not), in place.</summary>
    public static Tensor bitwise_not_(Tensor input) => input.bitwise_not_();

    /// <summary>Where elements are zero.</summary>
    public static Tensor logical_not(Tensor input) => input.logical_not();

    /// <summary>Every element with the other sign.</summary>
    public static Tensor negative(Tensor input) => input.negative();

    /// <summary>The absolute value of every element.</summary>
    public static Tensor absolute(Tensor input) => input.absolute();

    /// <summary>The absolute value of every element, in place.</summary>
    public static Tensor absolute_(Tensor input) => input.absolute_();

    /// <summary>Every element rounded to the nearest value with so many decimals, ties to even.</summary>
    public static Tensor round(Tensor input, long decimals = 0) => input.round(decimals);

    /// <summary>Sums, broadcast.</summary>
    public static Tensor add(Tensor left, Scalar right) => left.add(right);

    /// <summary>The first tensor plus alpha times a number.</summary>
    public static Tensor add(Tensor left, Scalar right, Scalar alpha) => left.add(right, alpha);

    /// <summary>Sums, broadcast.</summary>
    public static Tensor add(Tensor left, Tensor right) => left.add(right);

    /// <summary>The first tensor plus alpha times the target, broadcast.</summary>
    public static Tensor add(Tensor left, Tensor right, Scalar alpha) => left.add(right, alpha);

    /// <summary>Sums, broadcast, in place.</summary>
    public static Tensor add_(Tensor left, Scalar right) => left.add_(right);

    /// <summary>The first tensor plus alpha times a number, in place.</summary>
    public static Tensor add_(Tensor left, Scalar right, Scalar alpha) => left.add_(right, alpha);

    /// <summary>Sums, broadcast, in place.</summary>
    public static Tensor add_(Tensor left, Tensor right) => left.add_(right);

    /// <summary>The first tensor plus alpha times the target, in place.</summary>
    public static Tensor add_(Tensor left, Tensor right, Scalar alpha) => left.add_(right, alpha);

    /// <summary>Differences, broadcast.</summary>
    public static Tensor sub(Tensor left, Scalar right) => left.sub(right);

    /// <summary>Differences, broadcast.</summary>
    public static Tensor sub(Tensor left, Tensor right) => left.sub(right);

    /// <summary>Differences, broadcast, in place.</summary>
    public static Tensor sub_(Tensor left, Scalar right) => left.sub_(right);

    /// <summary>Differences, broadcast, in place.</summary>
    public static Tensor sub_(Tensor left, Tensor right) => left.sub_(right);

    /// <summary>Products, broadcast.</summary>
    public static Tensor mul(Tensor left, Scalar right) => left.mul(right);

    /// <summary>Products, broadcast.</summary>
    public static Tensor mul(Tensor left, Tensor right) => left.mul(right);

    /// <summary>Products, broadcast, in place.</summary>
    public static Tensor mul_(Tensor left, Scalar right) => left.mul_(right);

    /// <summary>Products, broadcast, in place.</summary>
    public static Tensor mul_(Tensor left, Tensor right) => left.mul_(right);

    /// <summary>Quotients, broadcast, rounded as asked.</summary>
    public static Tensor div(Tensor left, Scalar right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);

    /// <summary>Quotients, broadcast, rounded as asked.</summary>
    public static Tensor div(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);

    /// <summary>Quotients, broadcast, rounded as asked, in place.</summary>
    public static Tensor div_(Tensor left, Scalar right, RoundingMode rounding_mode = RoundingMode.None) => left.div_(right, rounding_mode);

    /// <summary>Quotients, broadcast, rounded as asked, in place.</summary>
    public static Tensor div_(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => left.div_(right, rounding_mode);

    /// <summary>Quotients, broadcast.</summary>
    public static Tensor true_divide(Tensor dividend, Tensor divisor) => dividend.true_divide(divisor);

    /// <summary>Quotients rounded downwards, broadcast.</summary>
    public static Tensor floor_divide(Tensor input, Tensor other) => input.floor_divide(other);

    /// <summary>Remainders with the divisor's sign.</summary>
    public static Tensor remainder(Tensor left, Scalar right) => left.remainder(right);

    /// <summary>Remainders with the divisor's sign, broadcast.</summary>
    public static Tensor remainder(Tensor left, Tensor right) => left.remainder(right);

    /// <summary>Powers, broadcast.</summary>
    public static Tensor pow(Tensor left, Scalar exponent) => left.pow(exponent);

    /// <summary>Powers, broadcast.</summary>
    public static Tensor pow(Tensor left, Tensor exponent) => left.pow(exponent);

    /// <summary>Powers, in place.</summary>
    public static Tensor pow_(Tensor left, Scalar exponent) => left.pow_(exponent);

    /// <summary>Powers, in place.</summary>
    public static Tensor pow_(Tensor left, Tensor exponent) => left.pow_(exponent);

    /// <summary>The larger of two elements, broadcast; not a number wins.</summary>
    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    /// <summary>The smaller of two elements, broadcast; not a number wins.</summary>
    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);

    /// <summary>Every element, brought into a range.</summary>
    public static Tensor clamp(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp(min, max);

    /// <summary>Every element, brought into a range.</summary>
    public static Tensor clamp(Tensor input, Tensor? min = null, Tensor? max = null) => input.clamp(min, max);

    /// <summary>Every element, brought into a range, in place.</summary>
    public static Tensor clamp_(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp_(min, max);

    /// <summary>Every element, brought into a range, in place.</summary>
    public static Tensor clamp_(Tensor input, Tensor? min = null, Tensor? max = null) => input.clamp_(min, max);

    /// <summary>Every element, at least a number.</summary>
    public static Tensor clamp_min(Tensor input, Scalar min) => input.clamp_min(min);

    /// <summary>Every element, at most a number.</summary>
    public static Tensor clamp_max(Tensor input, Scalar max) => input.clamp_max(max);

    /// <summary>Every element, at least a number, in place.</summary>
    public static Tensor clamp_min_(Tensor input, Scalar min) => input.clamp_min_(min);

    /// <summary>Every element, at most a number, in place.</summary>
    public static Tensor clamp_max_(Tensor input, Scalar max) => input.clamp_max_(max);

    /// <summary>the first tensor + weight · (end - the first tensor).</summary>
    public static Tensor lerp(Tensor input, Tensor end, Tensor weight) => input.lerp(end, weight);

    /// <summary>the first tensor + value · tensor1 · tensor2.</summary>
    public static Tensor addcmul(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcmul(tensor1, tensor2, value);

    /// <summary>the first tensor + value · tensor1 · tensor2, in place.</summary>
    public static Tensor addcmul_(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcmul_(tensor1, tensor2, value);

    /// <summary>the first tensor + value · tensor1 / tensor2.</summary>
    public static Tensor addcdiv(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcdiv(tensor1, tensor2, value);

    /// <summary>the first tensor + value · tensor1 / tensor2, in place.</summary>
    public static Tensor addcdiv_(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcdiv_(tensor1, tensor2, value);

    /// <summary>log(exp(the first tensor) + exp(other)), without overflow.</summary>
    public static Tensor logaddexp(Tensor left, Tensor right) => left.logaddexp(right);
}

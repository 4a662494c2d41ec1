using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The absolute value of every element.</summary>
        public Tensor abs() => Ops.abs.Unary(this);

        /// <summary>The absolute value of every element, in place.</summary>
        public Tensor abs_() => Ops.abs_.InPlace(this);

        /// <summary>Every element with the other sign.</summary>
        public Tensor neg() => Ops.neg.Unary(this);

        /// <summary>Every element with the other sign, in place.</summary>
        public Tensor neg_() => Ops.neg_.InPlace(this);

        /// <summary>e to the power of every element.</summary>
        public Tensor exp() => Ops.exp.Unary(this);

        /// <summary>e to the power of every element, in place.</summary>
        public Tensor exp_() => Ops.exp_.InPlace(this);

        /// <summary>2 to the power of every element.</summary>
        public Tensor exp2() => Ops.exp2.Unary(this);

        /// <summary>2 to the power of every element, in place.</summary>
        public Tensor exp2_() => Ops.exp2_.InPlace(this);

        /// <summary>e to the power of every element, less 1, exact near 0.</summary>
        public Tensor expm1() => Ops.expm1.Unary(this);

        /// <summary>e to the power of every element, less 1, exact near 0, in place.</summary>
        public Tensor expm1_() => Ops.expm1_.InPlace(this);

        /// <summary>The natural logarithm of every element.</summary>
        public Tensor log() => Ops.log.Unary(this);

        /// <summary>The natural logarithm of every element, in place.</summary>
        public Tensor log_() => Ops.log_.InPlace(this);

        /// <summary>The logarithm to base 2 of every element.</summary>
        public Tensor log2() => Ops.log2.Unary(this);

        /// <summary>The logarithm to base 2 of every element, in place.</summary>
        public Tensor log2_() => Ops.log2_.InPlace(this);

        /// <summary>The logarithm to base 10 of every element.</summary>
        public Tensor log10() => Ops.log10.Unary(this);

        /// <summary>The logarithm to base 10 of every element, in place.</summary>
        public Tensor log10_() => Ops.log10_.InPlace(this);

        /// <summary>The natural logarithm of every element plus 1, exact near 0.</summary>
        public Tensor log1p() => Ops.log1p.Unary(this);

        /// <summary>The natural logarithm of every element plus 1, exact near 0, in place.</summary>
        public Tensor log1p_() => Ops.log1p_.InPlace(this);

        /// <summary>The square root of every element.</summary>
        public Tensor sqrt() => Ops.sqrt.Unary(this);

        /// <summary>The square root of every element, in place.</summary>
        public Tensor sqrt_() => Ops.sqrt_.InPlace(this);

        /// <summary>1 over the square root of every element.</summary>
        public Tensor rsqrt() => Ops.rsqrt.Unary(this);

        /// <summary>1 over the square root of every element, in place.</summary>
        public Tensor rsqrt_() => Ops.rsqrt_.InPlace(this);

        /// <summary>The square of every element.</summary>
        public Tensor square() => Ops.square.Unary(this);

        /// <summary>1 over every element.</summary>
        public Tensor reciprocal() => Ops.reciprocal.Unary(this);

        /// <summary>1 over every element, in place.</summary>
        public Tensor reciprocal_() => Ops.reciprocal_.InPlace(this);

        /// <summary>1 / (1 + exp(-x)) of every element.</summary>
        public Tensor sigmoid() => Ops.sigmoid.Unary(this);

        /// <summary>1 / (1 + exp(-x)) of every element, in place.</summary>
        public Tensor sigmoid_() => Ops.sigmoid_.InPlace(this);

        /// <summary>The hyperbolic tangent of every element.</summary>
        public Tensor tanh() => Ops.tanh.Unary(this);

        /// <summary>The hyperbolic tangent of every element, in place.</summary>
        public Tensor tanh_() => Ops.tanh_.InPlace(this);

        /// <summary>x · sigmoid(x) of every element.</summary>
        public Tensor silu() => Ops.silu.Unary(this);

        /// <summary>x · sigmoid(x) of every element, in place.</summary>
        public Tensor silu_() => Ops.silu_.InPlace(this);

        /// <summary>Every element, 0 where it is negative.</summary>
        public Tensor relu() => Ops.relu.Unary(this);

        /// <summary>Every element, 0 where it is negative, in place.</summary>
        public Tensor relu_() => Ops.relu_.InPlace(this);

        /// <summary>The error function of every element.</summary>
        public Tensor erf() => Ops.erf.Unary(this);

        /// <summary>The error function of every element, in place.</summary>
        public Tensor erf_() => Ops.erf_.InPlace(this);

        /// <summary>The sine of every element.</summary>
        public Tensor sin() => Ops.sin.Unary(this);

        /// <summary>The sine of every element, in place.</summary>
        public Tensor sin_() => Ops.sin_.InPlace(this);

        /// <summary>The cosine of every element.</summary>
        public Tensor cos() => Ops.cos.Unary(this);

        /// <summary>The cosine of every element, in place.</summary>
        public Tensor cos_() => Ops.cos_.InPlace(this);

        /// <summary>The tangent of every element.</summary>
        public Tensor tan() => Ops.tan.Unary(this);

        /// <summary>The tangent of every element, in place.</summary>
        public Tensor tan_() => Ops.tan_.InPlace(this);

        /// <summary>Every element rounded downwards.</summary>
        public Tensor floor() => Ops.floor.Unary(this);

        /// <summary>Every element rounded downwards, in place.</summary>
        public Tensor floor_() => Ops.floor_.InPlace(this);

        /// <summary>Every element rounded upwards.</summary>
        public Tensor ceil() => Ops.ceil.Unary(this);

        /// <summary>Every element rounded upwards, in place.</summary>
        public Tensor ceil_() => Ops.ceil_.InPlace(this);

        /// <summary>Every element rounded towards zero.</summary>
        public Tensor trunc() => Ops.trunc.Unary(this);

        /// <summary>Every element rounded towards zero, in place.</summary>
        public Tensor trunc_() => Ops.trunc_.InPlace(this);

        /// <summary>The fractional part of every element.</summary>
        public Tensor frac() => Ops.frac.Unary(this);

        /// <summary>The fractional part of every element, in place.</summary>
        public Tensor frac_() => Ops.frac_.InPlace(this);

        /// <summary>-1, 0 or 1: the sign of every element.</summary>
        public Tensor sign() => Ops.sign.Unary(this);

        /// <summary>-1, 0 or 1: the sign of every element, in place.</summary>
        public Tensor sign_() => Ops.sign_.InPlace(this);

        /// <summary>Where elements are not a number.</summary>
        public Tensor isnan() => Ops.isnan.Unary(this);

        /// <summary>Where elements are infinite.</summary>
        public Tensor isinf() => Ops.isinf.Unary(this);

        /// <summary>Where elements are neither infinite nor not a number.</summary>
        public Tensor isfinite() => Ops.isfinite.Unary(this);

        /// <summary>Where elements are +infinity.</summary>
        public Tensor isposinf() => Ops.isposinf.Unary(this);

        /// <summary>Where elements are -infinity.</summary>
        public Tensor isneginf() => Ops.isneginf.Unary(this);

        /// <summary>Every bit turned over (of truth values: not).</summary>
        public Tensor bitwise_not() => Ops.bitwise_not.Unary(this);

        /// <summary>Every bit turned over (of truth values: not), in place.</summary>
        public Tensor bitwise_not_() => Ops.bitwise_not_.InPlace(this);

        /// <summary>Where elements are zero.</summary>
        public Tensor logical_not() => Ops.logical_not.Unary(this);

        /// <summary>Where elements are zero, in place.</summary>
        public Tensor logical_not_() => Ops.logical_not_.InPlace(this);

        /// <summary>log(sigmoid(x)) of every element.</summary>
        public Tensor log_sigmoid() => Ops.log_sigmoid.Unary(this);

        /// <summary>Every element with the other sign.</summary>
        public Tensor negative() => Ops.neg.Unary(this);

        /// <summary>The absolute value of every element.</summary>
        public Tensor absolute() => Ops.abs.Unary(this);

        /// <summary>The absolute value of every element, in place.</summary>
        public Tensor absolute_() => Ops.abs_.InPlace(this);

        /// <summary>log(1 + exp(beta·x)) / beta of every element.</summary>
        public Tensor softplus(double beta = 1, double threshold = 20) => Ops.softplus.Call(this, beta, threshold);

        /// <summary>x · Φ(x) of every element, Φ the normal distribution function.</summary>
        public Tensor gelu() => Ops.gelu.Call(this);

        /// <summary>Every element rounded to the nearest value with so many decimals, ties to even.</summary>
        public Tensor round(long decimals = 0) => decimals == 0 ? Ops.round.Unary(this) : Ops.round_decimals.Call(this, decimals);

        /// <summary>Sums, broadcast.</summary>
        public Tensor add(Tensor target) => Ops.add_Tensor.Binary(this, target);

        /// <summary>Sums, broadcast, in place.</summary>
        public Tensor add_(Tensor target) => Ops.add__Tensor.InPlace(this, target);

        /// <summary>Sums, broadcast.</summary>
        public Tensor add(Scalar scalar) => Ops.add_Scalar.Call(this, scalar);

        /// <summary>Sums, broadcast, in place.</summary>
        public Tensor add_(Scalar scalar) => Ops.add__Scalar.InPlace(this, scalar);

        /// <summary>Differences, broadcast.</summary>
        public Tensor sub(Scalar target) => Ops.sub_Scalar.Call(this, target);

        /// <summary>Differences, broadcast.</summary>
        public Tensor sub(Tensor target) => Ops.sub_Tensor.Binary(this, target);

        /// <summary>Differences, broadcast, in place.</summary>
        public Tensor sub_(Scalar target) => Ops.sub__Scalar.InPlace(this, target);

        /// <summary>Differences, broadcast, in place.</summary>
        public Tensor sub_(Tensor target) => Ops.sub__Tensor.InPlace(this, target);

        /// <summary>Products, broadcast.</summary>
        public Tensor mul(Scalar target) => Ops.mul_Scalar.Call(this, target);

        /// <summary>Products, broadcast.</summary>
        public Tensor mul(Tensor target) => Ops.mul_Tensor.Binary(this, target);

        /// <summary>Products, broadcast, in place.</summary>
        public Tensor mul_(Scalar target) => Ops.mul__Scalar.InPlace(this, target);

        /// <summary>Products, broadcast, in place.</summary>
        public Tensor mul_(Tensor target) => Ops.mul__Tensor.InPlace(this, target);

        /// <summary>This plus alpha times the target, broadcast.</summary>
        public Tensor add(Tensor target, Scalar alpha) => Ops.add_Tensor.Call(this, target, alpha);

        /// <summary>This plus alpha times a number.</summary>
        public Tensor add(Scalar scalar, Scalar alpha) => Ops.add_Scalar.Call(this, scalar, alpha);

        /// <summary>This plus alpha times the target, in place.</summary>
        public Tensor add_(Tensor target, Scalar alpha) => Ops.add__Tensor.InPlace(this, target, alpha);

        /// <summary>This plus alpha times a number, in place.</summary>
        public Tensor add_(Scalar scalar, Scalar alpha) => Ops.add__Scalar.InPlace(this, scalar, alpha);

        /// <summary>Quotients, broadcast, rounded as asked.</summary>
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Quotient(target, rounding_mode);

        /// <summary>Quotients, broadcast, rounded as asked.</summary>
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Quotient(target, rounding_mode);

        /// <summary>Quotients, broadcast, rounded as asked, in place.</summary>
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => QuotientInPlace(target, rounding_mode);

        /// <summary>Quotients, broadcast, rounded as asked, in place.</summary>
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => QuotientInPlace(target, rounding_mode);

        /// <summary>Quotients, broadcast.</summary>
        public Tensor true_divide(Scalar other) => Quotient(other, RoundingMode.None);

        /// <summary>Quotients, broadcast.</summary>
        public Tensor true_divide(Tensor other) => Quotient(other, RoundingMode.None);

        /// <summary>Quotients rounded downwards, broadcast.</summary>
        public Tensor floor_divide(Scalar other) => Quotient(other, RoundingMode.floor);

        /// <summary>Quotients rounded downwards, broadcast.</summary>
        public Tensor floor_divide(Tensor other) => Quotient(other, RoundingMode.floor);

        /// <summary>Remainders with the divisor's sign, broadcast.</summary>
        public Tensor remainder(Tensor target) => Ops.remainder_Tensor.Binary(this, target);

        /// <summary>Remainders with the divisor's sign.</summary>
        public Tensor remainder(Scalar scalar) => Ops.remainder_Scalar.Call(this, scalar);

        /// <summary>Powers, broadcast.</summary>
        public Tensor pow(Scalar exponent) => Ops.pow_Tensor_Scalar.Call(this, exponent);

        /// <summary>Powers, broadcast.</summary>
        public Tensor pow(Tensor exponent) => Ops.pow_Tensor_Tensor.Binary(this, exponent);

        /// <summary>Powers, in place.</summary>
        public Tensor pow_(Scalar exponent) => Ops.pow__Scalar.InPlace(this, exponent);

        /// <summary>Powers, in place.</summary>
        public Tensor pow_(Tensor exponent) => Ops.pow__Tensor.InPlace(this, exponent);

        /// <summary>The larger of two elements, broadcast; not a number wins.</summary>
        public Tensor maximum(Tensor other) => Ops.maximum.Binary(this, other);

        /// <summary>The smaller of two elements, broadcast; not a number wins.</summary>
        public Tensor minimum(Tensor other) => Ops.minimum.Binary(this, other);

        /// <summary>Every element, brought into a range.</summary>
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Ops.clamp.Call(this, min, max);

        /// <summary>Every element, brought into a range.</summary>
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Ops.clamp_Tensor.Call(this, min, max);

        /// <summary>Every element, brought into a range, in place.</summary>
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Ops.clamp_.InPlace(this, min, max);

        /// <summary>Every element, brought into a range, in place.</summary>
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Ops.clamp__Tensor.InPlace(this, min, max);

        /// <summary>Every element, at least a number.</summary>
        public Tensor clamp_min(Scalar min) => Ops.clamp_min.Call(this, min);

        /// <summary>Every element, at most a number.</summary>
        public Tensor clamp_max(Scalar max) => Ops.clamp_max.Call(this, max);

        /// <summary>Every element, at least a number, in place.</summary>
        public Tensor clamp_min_(Scalar min) => Ops.clamp_min_.InPlace(this, min);

        /// <summary>Every element, at most a number, in place.</summary>
        public Tensor clamp_max_(Scalar max) => Ops.clamp_max_.InPlace(this, max);

        /// <summary>this + weight · (end - this).</summary>
        public Tensor lerp(Tensor end, Tensor weight) => Ops.lerp_Tensor.Call(this, end, weight);

        /// <summary>this + weight · (end - this), in place.</summary>
        public Tensor lerp_(Tensor end, Tensor weight) => Ops.lerp__Tensor.InPlace(this, end, weight);

        /// <summary>this + value · tensor1 · tensor2.</summary>
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcmul.Call(this, tensor1, tensor2, value);

        /// <summary>this + value · tensor1 · tensor2, in place.</summary>
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcmul_.InPlace(this, tensor1, tensor2, value);

        /// <summary>this + value · tensor1 / tensor2.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcdiv.Call(this, tensor1, tensor2, value);

        /// <summary>this + value · tensor1 / tensor2, in place.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcdiv_.InPlace(this, tensor1, tensor2, value);

        /// <summary>this + tensor1 / tensor2.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Ops.addcdiv.Call(this, tensor1, tensor2);

        /// <summary>this + tensor1 / tensor2, in place.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Ops.addcdiv_.InPlace(this, tensor1, tensor2);

        /// <summary>log(exp(this) + exp(other)), without overflow.</summary>
        public Tensor logaddexp(Tensor other) => Ops.logaddexp.Binary(this, other);

        /// <summary>This where the condition holds, y elsewhere, broadcast.</summary>
        public Tensor where(Tensor condition, Tensor y) => Ops.where_self.Call(condition, this, y);

        /// <summary>This, with a number where the mask is true.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value) => Ops.masked_fill_Scalar.Call(this, mask, value);

        /// <summary>A number where the mask is true, in place.</summary>
        public Tensor masked_fill_(Tensor mask, Scalar value) => Ops.masked_fill__Scalar.InPlace(this, mask, value);

        /// <summary>Every element set to a number.</summary>
        public Tensor fill_(Scalar value) => Ops.fill__Scalar.InPlace(this, value);

        /// <summary>Every element set to 0.</summary>
        public Tensor zero_() => Ops.zero_.InPlace(this);

        /// <summary>The elements of another tensor, broadcast and converted, in place.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Ops.copy_.InPlace(this, source, nonBlocking);
    }
}

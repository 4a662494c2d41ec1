using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Where elements are equal.</summary>
        public Tensor eq(Scalar target) => Ops.eq_Scalar.Call(this, target);

        /// <summary>Where elements are equal.</summary>
        public Tensor eq(Tensor target) => Ops.eq_Tensor.Binary(this, target);

        /// <summary>Where elements differ.</summary>
        public Tensor ne(Scalar target) => Ops.ne_Scalar.Call(this, target);

        /// <summary>Where elements differ.</summary>
        public Tensor ne(Tensor target) => Ops.ne_Tensor.Binary(this, target);

        /// <summary>Where this is less.</summary>
        public Tensor lt(Scalar target) => Ops.lt_Scalar.Call(this, target);

        /// <summary>Where this is less.</summary>
        public Tensor lt(Tensor target) => Ops.lt_Tensor.Binary(this, target);

        /// <summary>Where this is less or equal.</summary>
        public Tensor le(Scalar target) => Ops.le_Scalar.Call(this, target);

        /// <summary>Where this is less or equal.</summary>
        public Tensor le(Tensor target) => Ops.le_Tensor.Binary(this, target);

        /// <summary>Where this is greater.</summary>
        public Tensor gt(Scalar target) => Ops.gt_Scalar.Call(this, target);

        /// <summary>Where this is greater.</summary>
        public Tensor gt(Tensor target) => Ops.gt_Tensor.Binary(this, target);

        /// <summary>Where this is greater or equal.</summary>
        public Tensor ge(Scalar target) => Ops.ge_Scalar.Call(this, target);

        /// <summary>Where this is greater or equal.</summary>
        public Tensor ge(Tensor target) => Ops.ge_Tensor.Binary(this, target);

        /// <summary>Where elements differ.</summary>
        public Tensor not_equal(Tensor target) => Ops.ne_Tensor.Binary(this, target);

        /// <summary>Where this is greater.</summary>
        public Tensor greater(Tensor target) => Ops.gt_Tensor.Binary(this, target);

        /// <summary>Where this is greater or equal.</summary>
        public Tensor greater_equal(Tensor target) => Ops.ge_Tensor.Binary(this, target);

        /// <summary>Where this is less.</summary>
        public Tensor less(Tensor target) => Ops.lt_Tensor.Binary(this, target);

        /// <summary>Where this is less or equal.</summary>
        public Tensor less_equal(Tensor target) => Ops.le_Tensor.Binary(this, target);

        /// <summary>Where both are not zero.</summary>
        public Tensor logical_and(Tensor other) => Ops.logical_and.Binary(this, other);

        /// <summary>Where either is not zero.</summary>
        public Tensor logical_or(Tensor other) => Ops.logical_or.Binary(this, other);

        /// <summary>Where exactly one is not zero.</summary>
        public Tensor logical_xor(Tensor other) => Ops.logical_xor.Binary(this, other);

        /// <summary>Bit by bit: and.</summary>
        public Tensor bitwise_and(Tensor other) => Ops.bitwise_and_Tensor.Binary(this, other);

        /// <summary>Bit by bit: or.</summary>
        public Tensor bitwise_or(Tensor other) => Ops.bitwise_or_Tensor.Binary(this, other);

        /// <summary>Bit by bit: one or the other.</summary>
        public Tensor bitwise_xor(Tensor other) => Ops.bitwise_xor_Tensor.Binary(this, other);

        /// <summary>Bits moved to the left.</summary>
        public Tensor bitwise_left_shift(Tensor other) => Ops.bitwise_left_shift_Tensor.Binary(this, other);

        /// <summary>Bits moved to the right.</summary>
        public Tensor bitwise_right_shift(Tensor other) => Ops.bitwise_right_shift_Tensor.Binary(this, other);

        /// <summary>Where both are not zero, in place.</summary>
        public Tensor logical_and_(Tensor other) => Ops.logical_and_.InPlace(this, other);

        /// <summary>Where either is not zero, in place.</summary>
        public Tensor logical_or_(Tensor other) => Ops.logical_or_.InPlace(this, other);

        /// <summary>Bit by bit: and, in place.</summary>
        public Tensor bitwise_and_(Tensor other) => Ops.bitwise_and__Tensor.InPlace(this, other);

        /// <summary>Bit by bit: or, in place.</summary>
        public Tensor bitwise_or_(Tensor other) => Ops.bitwise_or__Tensor.InPlace(this, other);

        /// <summary>Bit by bit: one or the other, in place.</summary>
        public Tensor bitwise_xor_(Tensor other) => Ops.bitwise_xor__Tensor.InPlace(this, other);

        /// <summary>Whether |this - target| ≤ atol + rtol · |target| for every element.</summary>
        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) => Ops.allclose.CallInt(this, target, rtol, atol, equal_nan) != 0;

        /// <summary>Where elements are equal (TorchSharp's meaning of the name; libtorch's is one truth value).</summary>
        public Tensor equal(Tensor target) => Ops.eq_Tensor.Binary(this, target);

        /// <summary>Where elements are among the test elements.</summary>
        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) => Ops.isin_Tensor_Tensor.Call(this, test_elements, assumeUnique, invert);
    }
}

using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Layers and losses as plain functions.</summary>
        public static class functional
        {
            /// <summary>Every element, 0 where it is negative.</summary>
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            /// <summary>x · sigmoid(x) of every element.</summary>
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();

            /// <summary>The hyperbolic tangent of every element.</summary>
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_() : x.tanh();

            /// <summary>1 / (1 + exp(-x)) of every element.</summary>
            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            /// <summary>log(sigmoid(x)) of every element.</summary>
            public static Tensor logsigmoid(Tensor x) => x.log_sigmoid();

            /// <summary>x · Φ(x) of every element, Φ the normal distribution function.</summary>
            public static Tensor gelu(Tensor x) => x.gelu();

            /// <summary>log(1 + exp(beta·x)) / beta of every element; x itself where beta·x is above the threshold.</summary>
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => x.softplus(beta, threshold);

            /// <summary>exp(x) / sum(exp(x)) along a dimension, in dtype when given.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            /// <summary>log(softmax) along a dimension.</summary>
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            /// <summary>input · weightsᵀ + bias: [.., in] and [out, in] give [.., out].</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Ops.linear.Call(input, weights, bias);

            /// <summary>Elements set to 0 with probability p, the others divided by 1 - p, while training.</summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? Ops.dropout_.InPlace(input, p, training) : Ops.dropout.Call(input, p, training);

            /// <summary>1 at every index, 0 elsewhere, along a new last dimension.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Ops.one_hot.Call(x, num_classes);

            /// <summary>-log softmax of the target class: [n, classes, ..] and [n, ..] (or probabilities like the input).</summary>
            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0) =>
                Ops.cross_entropy_loss.Call(input, target, weight, (int)reduction, ignore_index, label_smoothing);

            /// <summary>The negative of the input at the target class: [n, classes, ..] and [n, ..].</summary>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Ops.nll_loss_nd.Call(input, target, weight, (int)reduction);

            /// <summary>Squared differences.</summary>
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => Ops.mse_loss.Call(input, target, (int)reduction);

            /// <summary>Absolute differences.</summary>
            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => Ops.l1_loss.Call(input, target, (int)reduction);

            /// <summary>target · (log target - input), for a target of probabilities or of their logarithms.</summary>
            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) => Ops.kl_div.Call(input, target, (int)reduction, log_target);

            /// <summary>The binary cross-entropy of logits.</summary>
            public static Tensor binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                Ops.binary_cross_entropy_with_logits.Call(input, target, weight, pos_weights, (int)reduction);

            /// <summary>The last dimensions brought to mean 0 and variance 1, then scaled and shifted.</summary>
            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                Ops.layer_norm.Call(input, normalized_shape, weight, bias, eps);

            /// <summary>The last dimensions padded with a number: a pair (before, after) for each, the last dimension first.</summary>
            /// <exception cref="NotSupportedException">Another mode than constant.</exception>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                mode == PaddingModes.Constant ? Ops.constant_pad_nd.Call(input, pad, value) : throw new NotSupportedException($"padding mode {mode}: only Constant is supported");

            /// <summary>softmax(query · keyᵀ / √d + mask) · value: [.., T, d], [.., S, d], [.., S, v] give [.., T, v].</summary>
            /// <param name="query">The queries.</param>
            /// <param name="key">The keys.</param>
            /// <param name="value">The values.</param>
            /// <param name="attn_mask">Truth values (true: may attend) or numbers to add to the scores, broadcast to [.., T, S].</param>
            /// <param name="p">The probability of dropout.</param>
            /// <param name="is_casual">Whether position t attends to positions up to t only (TorchSharp's spelling).</param>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (is_casual && attn_mask is not null) throw new ArgumentException("attn_mask and is_casual exclude each other", nameof(attn_mask));
                var outer = CurrentDisposeScope;
                using var scope = NewDisposeScope();
                var scores = query.matmul(key.transpose(-2, -1)) * (1 / Math.Sqrt(query.size(-1)));
                if (is_casual) attn_mask = ones([query.size(-2), key.size(-2)], ScalarType.Bool, query.device).tril();
                if (attn_mask is not null) scores = attn_mask.dtype == ScalarType.Bool ? scores.masked_fill(~attn_mask, double.NegativeInfinity) : scores + attn_mask;
                var weights = scores.softmax(-1);
                if (p > 0) weights = dropout(weights, p);
                var result = weights.matmul(value);
                return outer is null ? result.DetachFromDisposeScope() : result.MoveToOtherDisposeScope(outer);
            }
        }
    }
}

using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>Splits a model's parameters into those that decay and those that do not.</summary>
/// <remarks>
/// The rule of the transformers library's trainer: biases and every norm weight (those on queries and keys too) are not decayed; embeddings
/// and head are.
/// </remarks>
public static partial class ParameterGroups
{
    /// <summary>Two groups, decayed first; a group without parameters is left out.</summary>
    /// <param name="parameters">Name and tensor, in a fixed order. Borrowed.</param>
    /// <param name="weightDecay">Weight decay of the first group; 0 makes the groups differ in name only.</param>
    public static IReadOnlyList<ParameterGroup> Of(IEnumerable<KeyValuePair<string, Tensor>> parameters, double weightDecay)
    {
        var byDecay = parameters.ToLookup(parameter => IsDecayed(parameter.Key));
        ParameterGroup[] groups =
        [
            new() { Parameters = [.. byDecay[true]], WeightDecay = weightDecay },
            new() { Parameters = [.. byDecay[false]], WeightDecay = 0 },
        ];
        return [.. groups.Where(group => group.Parameters.Count > 0)];
    }

    /// <summary>Whether weight decay acts on the parameter of this name.</summary>
    /// <param name="name">The Hugging Face name, such as <c>model.layers.0.input_layernorm.weight</c>.</param>
    public static bool IsDecayed(string name) => !NotDecayed().IsMatch(name);

    // "ln_" covers the GPT-2 family, whose norms are ln_1, ln_2 and ln_f.
    [GeneratedRegex(@"bias|layernorm|rmsnorm|(?:^|\.)norm(?:$|\.)|_norm(?:$|\.)|(?:^|\.)ln_", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NotDecayed();
}

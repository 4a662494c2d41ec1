using Microsoft.Extensions.AI;

namespace SafetyGate.Analysis.Patterns;

/// <summary>Texts as a model embeds them.</summary>
/// <param name="generator">The model. Borrowed.</param>
/// <param name="name">Its name, for the identity of results.</param>
public sealed class EmbeddingFeatures(IEmbeddingGenerator<string, Embedding<float>> generator, string name) : ITextFeatures
{
    private const int TextsPerRequest = 64;

    // Distances in more dimensions cost time and say no more of a few hundred texts.
    private const int MostDimensions = 64;

    /// <inheritdoc/>
    public string Name => $"embedding {name}";

    /// <inheritdoc/>
    /// <remarks>Along the principal axes of the texts, 64 of them at most, around their mean.</remarks>
    public async Task<IReadOnlyList<double[]>> OfAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var rows = new List<double[]>(texts.Count);
        foreach (var part in texts.Chunk(TextsPerRequest))
        {
            var made = await generator.GenerateAsync(part, null, cancellationToken);
            if (made.Count != part.Length) throw new UserErrorException(Invariant($"The embedding model '{name}' gave {made.Count} embeddings of {part.Length} texts; it must give one each."), GateExitCode.MissingEngine);
            foreach (var embedding in made) rows.Add(Normalized(embedding.Vector.Span, rows.Count));
            if (rows.FindIndex(row => row.Length != rows[0].Length) is > 0 and var other)
                throw new UserErrorException(Invariant($"The embedding model '{name}' gave an embedding of another size: {rows[other].Length} numbers for text {other + 1}, {rows[0].Length} for the first. One model embeds all texts; check which one the server answers with."), GateExitCode.MissingEngine);
        }

        return rows.Count > 1 ? AlongAxes(rows) : rows;
    }

    private double[] Normalized(ReadOnlySpan<float> vector, int place)
    {
        double[] row = [.. vector.ToArray().Select(value => (double)value)];
        var length = Math.Sqrt(row.Sum(value => value * value));
        return row.Length > 0 && double.IsFinite(length)
            ? length > 0 ? [.. row.Select(value => value / length)] : row
            : throw new UserErrorException(Invariant($"The embedding model '{name}' gave {(row.Length == 0 ? "an empty embedding" : "an embedding with a number that is not finite")} for text {place + 1}."), GateExitCode.MissingEngine);
    }

    private static IReadOnlyList<double[]> AlongAxes(List<double[]> rows)
    {
        var found = PrincipalComponents.Of(rows);
        var kept = found.Components.Take(MostDimensions).ToList();
        return [.. rows.Select(row => kept.Select(component => component.Select((weight, f) => weight * (row[f] - found.Mean[f])).Sum()).ToArray())];
    }
}

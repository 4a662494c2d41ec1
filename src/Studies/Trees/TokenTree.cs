using System.Text.Json;
using SafetyGate.Harness.Theory;
using SafetyGate.Models.Decoders;
using SafetyGate.Studies.Tabular;
using SafetyGate.Trainers.Data;

namespace SafetyGate.Studies.Trees;

/// <summary>An enumerable problem: every response to one prompt, its probability under the reference, its reward and its safety.</summary>
public sealed record TokenTree
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>Tokens of the vocabulary.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>The end-of-sequence token, the last of every path; the prompt too is this one token.</summary>
    public required int Eos { get; init; }

    /// <summary>All responses.</summary>
    public required IReadOnlyList<TreePath> Paths { get; init; }

    /// <summary>β, in reward per nat.</summary>
    public required double Beta { get; init; }

    /// <summary>Tokens of the longest path.</summary>
    public int LongestPath => Paths.Max(path => path.Tokens.Count);

    /// <summary>The prompt.</summary>
    public IReadOnlyList<int> PromptIds => [Eos];

    /// <summary>Four responses with every combination of reward and safety, on which the theory's numbers are worked out.</summary>
    /// <param name="beta">β.</param>
    public static TokenTree FixtureA(double beta = 0.5) => new()
    {
        Id = "fixture-A",
        Vocabulary = 5,
        Eos = 0,
        Paths = [Path(1, 0.15, 1, 1), Path(2, 0.05, 1, 0), Path(3, 0.65, 0, 1), Path(4, 0.15, 0, 0)],
        Beta = beta,
    };

    /// <summary>
    /// Reads trees, one JSON object a line: <c>id</c>, <c>vocabulary</c>, <c>eos</c>, <c>beta</c>, and <c>paths</c> of <c>tokens</c>,
    /// <c>logp</c>, <c>g</c>, <c>s</c>.
    /// </summary>
    /// <exception cref="UserErrorException">The file cannot be read, or a line is not such an object; the message names the
    /// line.</exception>
    public static IReadOnlyList<TokenTree> Read(string path) => [.. JsonlRow.Read(path).Select(Parse)];

    /// <summary>The reference as a policy that can be trained. The caller disposes it.</summary>
    public TabularDecoder Policy() =>
        new(Vocabulary, [.. Paths.Select(path => new TabularPath(PromptIds, path.Tokens, path.LogProbability))]);

    /// <summary>The optimum and all bounds around it.</summary>
    public TiltedPolicy Theory() =>
        new([.. Paths.Select(path => Math.Exp(path.LogProbability))], [.. Paths.Select(path => path.Reward)],
            [.. Paths.Select(path => path.Safety)], Beta);

    private static TreePath Path(int token, double probability, double reward, double safety) =>
        new([token, 0], Math.Log(probability), reward, safety);

    private static TokenTree Parse(JsonlRow row)
    {
        try
        {
            return new()
            {
                Id = row.Json.GetProperty("id").GetString()!,
                Vocabulary = row.Json.GetProperty("vocabulary").GetInt32(),
                Eos = row.Json.GetProperty("eos").GetInt32(),
                Beta = row.Json.GetProperty("beta").GetDouble(),
                Paths = [.. row.Json.GetProperty("paths").EnumerateArray().Select(path => new TreePath(
                    [.. path.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())],
                    path.GetProperty("logp").GetDouble(),
                    path.GetProperty("g").GetDouble(),
                    path.GetProperty("s").GetDouble()))],
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UserErrorException($"{row.Source}: is not a tree: {e.Message} Each line needs id, vocabulary, eos, beta, and paths of tokens, logp, g and s.", e);
        }
    }
}

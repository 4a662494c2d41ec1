using System.Text.Json;
using SafetyGate.Harness.Theory;
using SafetyGate.Models.Decoders;
using SafetyGate.Studies.Tabular;
using SafetyGate.Trainers.Data;

namespace SafetyGate.Studies.Trees;

/// <summary>An enumerable problem: every response to one prompt, its probability under the reference, its reward and its safety.</summary>
public sealed record TokenTree
{
    private const long LargestTable = 20_000_000;
    private const double Rounding = 1e-9;

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
    public static IReadOnlyList<TokenTree> Read(string path)
    {
        List<TokenTree> trees = [.. JsonlRow.Read(path).Select(Parse)];
        return trees.GroupBy(tree => tree.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new UserErrorException($"{path} has {twice.Count()} trees with the id '{twice.Key}'; give each a name of its own.")
            : trees;
    }

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
            var tree = new TokenTree
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
            return tree.Problem() is { } problem ? throw new UserErrorException($"{row.Source}: is not a tree: {problem}") : tree;
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UserErrorException($"{row.Source}: is not a tree: {(e is KeyNotFoundException ? "something is missing." : e.Message)} Each line needs id, vocabulary, eos, beta, and paths of tokens, logp, g and s.", e);
        }
    }

    // What a policy over the paths, the trainer and the theory refuse, said before anything is trained.
    private string? Problem()
    {
        if (string.IsNullOrWhiteSpace(Id)) return "its id is empty; it must be a name.";
        if (Vocabulary < 1 || Vocabulary * (Paths.Sum(path => (long)path.Tokens.Count) + 2) > LargestTable) return Invariant($"its vocabulary is {Vocabulary}; it must be 1 or more, and times the tokens of all paths at most {LargestTable:N0}.");
        if (Eos < 0 || Eos >= Vocabulary) return Invariant($"its eos is {Eos}; it must be a token of the vocabulary, from 0 to {Vocabulary - 1}.");
        if (!(Beta > 0 && double.IsFinite(Beta))) return Invariant($"its beta is {Beta}; it must be finite and above 0.");
        if (Paths.Count == 0) return "it has no paths; it needs one at least.";
        foreach (var (number, path) in Paths.Index())
        {
            if (path.Tokens.Count == 0) return Invariant($"path {number + 1} has no tokens; it needs one at least.");
            foreach (var token in path.Tokens)
                if (token < 0 || token >= Vocabulary) return Invariant($"path {number + 1} has the token {token}; tokens go from 0 to {Vocabulary - 1}.");
            if (!(Math.Exp(path.LogProbability) is > 0 and <= 1 + Rounding)) return Invariant($"path {number + 1} has the logp {path.LogProbability}; it must be that of a probability above 0 and at most 1.");
            if (!(path.Reward >= 0 && path.Reward <= 1 && path.Safety >= 0 && path.Safety <= 1)) return Invariant($"path {number + 1} has g {path.Reward} and s {path.Safety}; both lie in [0, 1].");
        }

        // A space at the end of each token, so that a text is the beginning of another only where the path is.
        var texts = Paths.Select(path => string.Concat(path.Tokens.Select(token => Invariant($"{token} ")))).Order(StringComparer.Ordinal).ToList();
        return texts.Zip(texts.Skip(1)).FirstOrDefault(pair => pair.Second.StartsWith(pair.First, StringComparison.Ordinal)).First is { } prefix
            ? $"the path {prefix.TrimEnd()} is there twice, or another begins with it; no response may be the beginning of another."
            : null;
    }
}

using SafetyGate.Analysis.Patterns;
using SafetyGate.Analysis.Text;

namespace SafetyGate.Analysis.Tests.Conformance;

/// <summary>Every case of patterns/*.jsonl: scikit-learn, rouge-score, sacreBLEU, RapidFuzz and kneed.</summary>
public sealed class PatternConformance
{
    private static readonly Dictionary<string, Func<VectorInput, object>> Kinds = new(StringComparer.Ordinal)
    {
        ["labels"] = input => LabelAgreement.Of(input.Ints("truth"), input.Ints("found")) is var a
            ? new { ari = a.AdjustedRand, nmi = a.NormalizedMutualInformation, homogeneity = a.Homogeneity, completeness = a.Completeness, v_measure = a.VMeasure } : null!,
        ["kmeans"] = input => KMeans.From(input.Table("x"), input.Table("init")) is var found
            ? new { labels = found.Labels, centers = found.Centers, inertia = found.Inertia } : null!,
        ["cluster-quality"] = input => ClusterQuality.Of(input.Table("x"), input.Ints("labels")) is var q
            ? new { silhouette = q.Silhouette, silhouette_samples = q.Silhouettes, calinski_harabasz = q.CalinskiHarabasz, davies_bouldin = q.DaviesBouldin } : null!,
        ["elbow"] = input => new { knee = Elbow.Find(input.Ints("k"), input.Doubles("inertia"), input.Number("sensitivity", 1)) },
        ["tfidf"] = input => TfIdf.Of(input.Texts("documents")) is var found
            ? new { vocabulary = found.Vocabulary, idf = found.InverseDocumentFrequency, matrix = found.Rows, cosine = found.Rows.Select((_, a) => found.Rows.Select((_, b) => found.Cosine(a, b))) } : null!,
        ["text"] = input => Text(input.Text("reference"), input.Text("candidate")),
        ["pca"] = input => PrincipalComponents.Of(input.Table("x")) is var found ? new { explained_variance = found.ExplainedVariance, mean = found.Mean } : null!,
    };

    public static TheoryData<string, string> Cases() => Vectors.Of("patterns");

    [Theory, MemberData(nameof(Cases))]
    public void A_published_case_agrees(string file, string id) => Vectors.Run(file, id, Kinds, field => field is "bleu" or "chrf" ? 1e-6 : 1e-9);

    [Fact]
    public void A_kind_or_an_option_that_is_not_computed_fails_by_name()
    {
        Fails("the kind 'spectral' is not computed", """{"id": "a", "kind": "spectral", "input": {}, "expected": {}}""");
        Fails("of the kind 'kmeans' the product does not compute 'metric'", """{"id": "a", "kind": "kmeans", "input": {"x": [[1], [2]], "init": [[1]], "metric": "cosine", "note": "n"}, "expected": {}}""");
        Fails("The input has no 'init'", """{"id": "a", "kind": "kmeans", "input": {"x": [[1], [2]]}, "expected": {}}""");
        Fails("a: there is no 'gap'", """{"id": "a", "kind": "elbow", "input": {"k": [1, 2, 3], "inertia": [9, 2, 1]}, "expected": {"gap": 1}}""");

        static void Fails(string says, string line) => Assert.Contains(says, Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Vectors.Compare(System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(line), Kinds, _ => 1e-9)).Message, StringComparison.Ordinal);
    }

    private static object Text(string reference, string candidate) => new
    {
        rouge1 = Scores(Rouge.OfGrams(reference, candidate, 1)),
        rouge2 = Scores(Rouge.OfGrams(reference, candidate, 2)),
        rougeL = Scores(Rouge.OfSubsequence(reference, candidate)),
        bleu = Bleu.Sentence(reference, candidate),
        chrf = ChrF.Sentence(reference, candidate),
        levenshtein_words = Levenshtein.Words(reference, candidate),
        levenshtein_characters = Levenshtein.Characters(reference, candidate),
        levenshtein_similarity = Levenshtein.Similarity(reference, candidate),
    };

    private static object Scores(Rouge rouge) => new { precision = rouge.Precision, recall = rouge.Recall, f = rouge.F };
}

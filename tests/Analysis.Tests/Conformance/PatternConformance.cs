using System.Text.Json;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Analysis.Text;

namespace SafetyGate.Analysis.Tests.Conformance;

/// <summary>Every case of patterns/*.jsonl: scikit-learn, rouge-score, sacreBLEU, RapidFuzz and kneed.</summary>
public sealed class PatternConformance
{
    private static readonly Dictionary<string, Func<JsonElement, object>> Kinds = new(StringComparer.Ordinal)
    {
        ["labels"] = input => LabelAgreement.Of(Vectors.Ints(input.GetProperty("truth")), Vectors.Ints(input.GetProperty("found"))) is var a
            ? new { ari = a.AdjustedRand, nmi = a.NormalizedMutualInformation, homogeneity = a.Homogeneity, completeness = a.Completeness, v_measure = a.VMeasure } : null!,
        ["kmeans"] = input => KMeans.From(Vectors.Table(input.GetProperty("x")), Vectors.Table(input.GetProperty("init"))) is var found
            ? new { labels = found.Labels, centers = found.Centers, inertia = found.Inertia } : null!,
        ["cluster-quality"] = input => ClusterQuality.Of(Vectors.Table(input.GetProperty("x")), Vectors.Ints(input.GetProperty("labels"))) is var q
            ? new { silhouette = q.Silhouette, silhouette_samples = q.Silhouettes, calinski_harabasz = q.CalinskiHarabasz, davies_bouldin = q.DaviesBouldin } : null!,
        ["elbow"] = input => new { knee = Elbow.Find(Vectors.Ints(input.GetProperty("k")), Vectors.Doubles(input.GetProperty("inertia")), input.GetProperty("sensitivity").GetDouble()) },
        ["tfidf"] = input => TfIdf.Of([.. input.GetProperty("documents").EnumerateArray().Select(text => text.GetString()!)]) is var found
            ? new { vocabulary = found.Vocabulary, idf = found.InverseDocumentFrequency, matrix = found.Rows, cosine = found.Rows.Select((_, a) => found.Rows.Select((_, b) => found.Cosine(a, b))) } : null!,
        ["text"] = input => Text(input.GetProperty("reference").GetString()!, input.GetProperty("candidate").GetString()!),
        ["pca"] = input => PrincipalComponents.Of(Vectors.Table(input.GetProperty("x"))) is var found ? new { explained_variance = found.ExplainedVariance, mean = found.Mean } : null!,
    };

    public static TheoryData<string, string> Cases() => Vectors.Of("patterns");

    [Theory, MemberData(nameof(Cases))]
    public void A_published_case_agrees(string file, string id) => Vectors.Run(file, id, Kinds, field => field is "bleu" or "chrf" ? 1e-6 : 1e-9);

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

using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Catalogs;

/// <summary>The catalog that comes with the product: <c>benchmarks/catalog.json</c>. It names public files; it holds none of their content.</summary>
public static class BundledCatalog
{
    private const string Resource = "catalog.json";

    private static readonly Lazy<BenchmarkCatalog> Known = new(() =>
    {
        using var stream = typeof(BundledCatalog).Assembly.GetManifestResourceStream(Resource)
            ?? throw new UserErrorException($"This build has no {Resource}: it was made without benchmarks/{Resource}. Give one with --catalog, or build from a whole checkout.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return BenchmarkCatalog.Parse(bytes.ToArray(), Resource);
    });

    /// <summary>The catalog.</summary>
    public static BenchmarkCatalog Catalog => Known.Value;
}

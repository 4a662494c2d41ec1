using SafetyGate.Core.Runs;

namespace SafetyGate.Models.Tests.Tokenization.Oracle;

/// <summary>
/// Each code point is of the class that the library has it in: those of the table of differences with their neighbors, and others at random;
/// with SAFETYGATE_TOKENIZER_TEXTS=1114112 every one.
/// </summary>
public sealed class LibraryUnicodeSpecs : IDisposable
{
    private const int Others = 2_000, LastCode = 0x10FFFF, ManyCodes = 200;

    private static readonly string[] Probes = ["a{0}b", "a{0}\u0301b", "a\u0345{0}", "a\u0323{0}", "{0}\u0327", "\u0334{0}", "{0}{0}", "h{0}"];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Components =>
        [.. SmallTokenizers.All.Keys.Where(name => name is "pre-tokenizer Digits apart" or "pre-tokenizer BertPreTokenizer" or "pre-tokenizer Whitespace" or "pre-tokenizer Split of words" or "pre-tokenizer UnicodeScripts"
            or "normalizer NFC" or "normalizer NFD" or "normalizer NFKC" or "normalizer NFKD" or "normalizer Lowercase" or "normalizer StripAccents" or "normalizer BertNormalizer 7 null" or "normalizer Replace of each category" or "normalizer Precompiled")];

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Components))]
    public void Code_points_are_of_the_librarys_classes(string name)
    {
        using var library = LibraryTokenizer.Of(folder, SmallTokenizers.All[name].ToJsonString());
        var random = new RandomStream(RandomTextRun.Seed, name);
        var asked = RandomTextRun.Texts(Others);
        var others = asked > LastCode ? Enumerable.Range(1, LastCode) : Enumerable.Range(0, asked).Select(_ => 1 + random.Next(random.Next(2) == 0 ? 0xFFFF : 0x1FFFF));
        var codes = Listed().Concat(others).Where(code => code is > 0 and <= LastCode and (< 0xD800 or > 0xDFFF)).Distinct().ToList();
        var texts = asked > LastCode
            ? codes.Chunk(ManyCodes).Select(some => string.Concat(some.Select(code => char.ConvertFromUtf32(code) + "h")))
            : codes.SelectMany(code => Probes.Select(probe => string.Format(System.Globalization.CultureInfo.InvariantCulture, probe, char.ConvertFromUtf32(code))));
        var differences = texts.Select(library.Difference).OfType<string>().ToList();
        RandomTextRun.Report($"code points, {name}", codes.Count, differences);
    }

    private static IEnumerable<int> Listed()
    {
        using var stream = typeof(Models.Tokenization.TokenizerFile).Assembly.GetManifestResourceStream("unicode-of-tokenizers.txt")!;
        using var lines = new StreamReader(stream);
        var found = new List<int>();
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            foreach (var ends in line.Split(' ').Skip(1).Select(field => field.Split('-').Select(end => Convert.ToInt32(end, 16)).ToArray())) found.AddRange(Enumerable.Range(ends[0] - 1, ends[^1] - ends[0] + 3));
        }

        return found;
    }
}

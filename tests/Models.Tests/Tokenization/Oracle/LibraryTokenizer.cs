using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Tests.Tokenization.Oracle;

/// <summary>
/// Hugging Face's own tokenizers library (Rust, through Tokenizers.DotNet) beside the product's reading of the same file. The library's
/// wrapper always adds special tokens to what it encodes and skips them in what it decodes.
/// </summary>
internal sealed class LibraryTokenizer : IDisposable
{
    private readonly Tokenizers.DotNet.Tokenizer library;
    private readonly HashSet<int> normalized;

    public LibraryTokenizer(string directory)
    {
        Require();
        library = new(vocabPath: Path.Combine(directory, TokenizerFile.FileName));
        Ours = TokenizerFile.Load(directory);
        normalized = NormalizedIds(JsonNode.Parse(File.ReadAllText(Path.Combine(directory, TokenizerFile.FileName)))!.AsObject());
    }

    public ITokenizer Ours { get; }

    /// <summary>Skips a test where the library is not there.</summary>
    public static void Require()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) Assert.Skip("the library is here for Linux on x64 only");
    }

    public static LibraryTokenizer Of(TemporaryFolder folder, string json)
    {
        folder.Write(TokenizerFile.FileName, json);
        return new(folder.Path);
    }

    /// <summary>
    /// Added tokens that a normalizer may change. The library here is 0.22 and reads them back as they are written; since 0.23 it is their
    /// normalized text, for which there are specs of their own.
    /// </summary>
    public static HashSet<int> NormalizedIds(JsonObject file) => file["normalizer"] is null ? []
        : [.. (file["added_tokens"]?.AsArray() ?? []).Where(token => token!["normalized"]!.GetValue<bool>()).Select(token => token!["id"]!.GetValue<int>())];

    /// <summary>What differs for a text: its ids, or their text; <c>null</c> when nothing does.</summary>
    public string? Difference(string text)
    {
        var (theirs, ours) = (Ids(() => [.. library.Encode(text).Select(id => (int)id)]), Ids(() => Ours.Encode(text, addSpecialTokens: true)));
        if (theirs is null || ours is null)
            return theirs is null == ours is null ? null : $"{Shown(text)}: {(theirs is null ? "the library refuses it, we do not" : $"the library gives [{string.Join(' ', theirs)}], we refuse it")}";
        return theirs.AsSpan().SequenceEqual(ours) ? Difference(theirs) : $"{Shown(text)}: the library gives [{string.Join(' ', theirs)}], we [{string.Join(' ', ours)}]";
    }

    /// <summary>What differs between the texts of ids; <c>null</c> when nothing does.</summary>
    public string? Difference(int[] ids)
    {
        ids = [.. ids.Where(id => !normalized.Contains(id))];
        if (ids.Length == 0) return null; // the library's wrapper does not take them
        var (theirs, ours) = (library.Decode([.. ids.Select(id => (uint)id)]), Ours.Decode(ids, skipSpecialTokens: true));
        return theirs == ours ? null : $"[{string.Join(' ', ids)}]: the library decodes {Shown(theirs)}, we {Shown(ours)}";
    }

    public void Dispose() => library.Dispose();

    // null: refused.
    private static int[]? Ids(Func<int[]> encode)
    {
        try
        {
            return encode();
        }
        catch (Exception refusal) when (refusal is Core.UserErrorException or Tokenizers.DotNet.TokenizerException)
        {
            return null;
        }
    }

    private static string Shown(string text) => JsonSerializer.Serialize(text);
}

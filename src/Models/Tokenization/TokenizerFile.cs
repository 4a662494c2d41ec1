using System.Security.Cryptography;
using System.Text.Json;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// Reads a Hugging Face <c>tokenizer.json</c>. A component that this product does not have is refused by its name: a tokenizer
/// that is nearly right would give ids the model never saw.
/// </summary>
/// <remarks>
/// The file's <c>truncation</c> and <c>padding</c> are batch settings of the library that wrote it; texts are neither cut nor padded here.
/// </remarks>
public static class TokenizerFile
{
    /// <summary>The file's name in a model directory.</summary>
    public const string FileName = "tokenizer.json";

    /// <summary>Loads the <c>tokenizer.json</c> of a directory by itself, as the tokenizers library does.</summary>
    /// <param name="directory">A directory with a <c>tokenizer.json</c>.</param>
    /// <exception cref="UserErrorException">The file is missing or malformed, or a component of it is not supported.</exception>
    public static ITokenizer Load(string directory)
    {
        if (!File.Exists(Path.Combine(directory, FileName))) throw Missing(directory);
        return Load(directory, null);
    }

    /// <summary>
    /// Loads the tokenizer of a model as transformers does: <c>tokenizer.json</c> with the special tokens, the options of added tokens and
    /// <c>add_bos_token</c> of the files beside it; without it <c>vocab.json</c> and <c>merges.txt</c> of a GPT-2 or Qwen2 tokenizer.
    /// </summary>
    /// <param name="directory">A model directory.</param>
    /// <exception cref="UserErrorException">There is no tokenizer that can be read, a file is malformed, or a component is not
    /// supported.</exception>
    public static ITokenizer LoadForModel(string directory)
    {
        var settings = TokenizerSettings.Read(directory);
        if (File.Exists(Path.Combine(directory, FileName))) return Load(directory, settings);
        return VocabularyAndMerges.CanBuild(directory, settings) ? VocabularyAndMerges.Load(directory, settings) : throw Missing(directory);
    }

    /// <summary>Whether a directory has a tokenizer in a format that is read.</summary>
    public static bool IsIn(string directory) =>
        File.Exists(Path.Combine(directory, FileName)) || VocabularyAndMerges.CanBuild(directory, TokenizerSettings.Read(directory));

    /// <summary>
    /// The token that ends a text by the files beside a tokenizer (<c>eos_token</c>); <c>null</c> when they name none that it has.
    /// </summary>
    public static int? EosIdOf(string directory, ITokenizer tokenizer) =>
        TokenizerSettings.Read(directory).Named.TryGetValue("eos_token", out var token) ? tokenizer.TokenId(token.Content) : null;

    /// <summary>Describes a directory without a tokenizer that can be read, and what to do.</summary>
    internal static UserErrorException Missing(string directory)
    {
        var others = OtherFormats.Where(name => File.Exists(Path.Combine(directory, name))).ToArray();
        return new UserErrorException(others.Length == 0
            ? $"{directory}: has no {FileName}, so text cannot be read or written with this model. Put the model's {FileName} beside its weights."
            : $"{directory}: has no {FileName}, only {string.Join(" and ", others)}, a tokenizer in another format. Convert it with transformers: AutoTokenizer.from_pretrained(\"{directory}\").save_pretrained(\"{directory}\") writes {FileName}. (Without it, vocab.json and merges.txt of a GPT-2, CodeGen or Qwen2 tokenizer are read.)");
    }

    /// <summary>Files of tokenizers in other formats, and of the older layout.</summary>
    internal static readonly string[] OtherFormats = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "tekken.json", "tiktoken.model", "qwen.tiktoken", "vocab.txt", "vocab.json", "merges.txt"];

    private static TokenizerPipeline Load(string directory, TokenizerSettings? settings)
    {
        var path = Path.Combine(directory, FileName);
        var bytes = ModelFiles.ReadBytes(path);
        using var document = ModelFiles.ParseObject(path, ModelFiles.Decode(path, bytes));
        return new TokenizerPipeline(new JsonPart($"{path}: ", document.RootElement, new TokenizerLimits()), Convert.ToHexStringLower(SHA256.HashData(bytes)), settings);
    }
}

using System.Security.Cryptography;
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

    /// <summary>Loads the tokenizer of a model directory.</summary>
    /// <param name="directory">A directory with a <c>tokenizer.json</c>.</param>
    /// <exception cref="UserErrorException">The file is missing or malformed, or a component of it is not supported.</exception>
    public static ITokenizer Load(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) throw new UserErrorException($"{directory}: has no {FileName}; a model needs one to read text. Tokenizers in other formats (tokenizer.model, vocab.txt) have to be converted to it first.");
        var bytes = ModelFiles.ReadBytes(path);
        using var document = ModelFiles.ParseObject(path, ModelFiles.Decode(path, bytes));
        return new TokenizerPipeline(new JsonPart($"{path}: ", document.RootElement, new TokenizerLimits()), Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }
}

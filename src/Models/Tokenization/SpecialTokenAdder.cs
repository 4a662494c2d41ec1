namespace SafetyGate.Models.Tokenization;

/// <summary>
/// The special tokens that a plain text gets. They are those of tokenizer.json's post-processor. Without a tokenizer.json they are those
/// of <c>add_bos_token</c> and <c>add_eos_token</c> of tokenizer_config.json.
/// </summary>
internal static class SpecialTokenAdder
{
    /// <summary>The function from a text's ids to its ids with special tokens.</summary>
    /// <param name="settings">What tokenizer_config.json says.</param>
    /// <param name="ofFile">tokenizer.json's own.</param>
    /// <param name="idOf">Id of a token.</param>
    /// <exception cref="UserErrorException">A token that is to be added has no id.</exception>
    public static Func<int[], int[]> Create(TokenizerSettings settings, Func<int[], int[]> ofFile, Func<string, int?> idOf)
    {
        if (!settings.AddsByKeys) return ofFile;
        int[] before = Ids("bos_token", settings.AddBosToken ?? TokenizerClasses.ReadKeys(settings.Class)), after = Ids("eos_token", settings.AddEosToken ?? false);
        return ids => [.. before, .. ids, .. after];

        int[] Ids(string name, bool isAdded) => !isAdded || !settings.Named.TryGetValue(name, out var token) ? []
            : idOf(token.Content) is { } id ? [id]
            : throw new UserErrorException($"{settings.Directory}: {TokenizerSettings.ConfigFileName} says add_{name}, but the tokenizer has no token '{token.Content}'; name the right {name}, or set add_{name} to false.");
    }
}

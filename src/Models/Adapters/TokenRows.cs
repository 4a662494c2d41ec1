namespace SafetyGate.Models.Adapters;

/// <summary>Rows of the embedding or of the head that an adapter has of its own (<c>trainable_token_indices</c>).</summary>
/// <param name="Module">The module.</param>
/// <param name="Tokens">The tokens of the rows.</param>
/// <remarks>Source: PEFT, <c>set_additional_trainable_modules</c> and <c>TrainableTokensLayer</c>: the saved rows stand in the place of the base's.</remarks>
internal sealed record TokenRows(string Module, IReadOnlyList<int> Tokens)
{
    /// <summary>What stands between the module's name and what is saved of the rows.</summary>
    public const string Within = ".token_adapter";

    /// <summary>Name of the tensor, [tokens, features].</summary>
    public string Name => LoraTarget.Prefix + Module + Within + ".trainable_tokens_delta";

    /// <summary>The base's parameter they are rows of.</summary>
    public string Weight => Module + ".weight";

    /// <summary>Those of a configuration, and whether a head that is the embedding goes on being it.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="site">The base.</param>
    /// <param name="source">Where the configuration came from, for messages.</param>
    /// <param name="nameOf">What the configuration calls a module of the base.</param>
    /// <exception cref="UserErrorException">A name selects something else, or the rows of the two do not agree though they are to stay one.</exception>
    public static (IReadOnlyList<TokenRows> Rows, bool KeepsTie) Of(LoraConfig config, AdapterSite site, string source, Func<string, string> nameOf)
    {
        var rows = new List<TokenRows>();
        foreach (var (name, tokens) in config.TrainableTokenIndices ?? [])
        {
            string[] modules = name.Length == 0 ? [site.Embedding] : [.. site.Modules.Where(module => nameOf(module).EndsWith(name, StringComparison.Ordinal))];
            if (modules.FirstOrDefault(module => module.Length == 0 || (module != site.Embedding && module != site.Head)) is { } other)
                throw new UserErrorException($"{source}: 'trainable_token_indices' selects '{other}'; only {Known(site)} have a row for each token.");
            if (modules.Length == 0)
                throw new UserErrorException($"{source}: 'trainable_token_indices' has '{name}', which is no module of this base; {Known(site)} have a row for each token.");
            foreach (var module in modules) rows.Add(new(module, tokens));
        }

        if (rows.GroupBy(one => one.Module).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UserErrorException($"{source}: 'trainable_token_indices' selects '{twice.Key}' by two names; give one.");
        if (!site.IsTied || rows.Find(one => one.Module == site.Embedding) is not { } embedding) return (rows, false);
        var head = rows.Find(one => one.Module == site.Head);
        var agree = head is null || head.Tokens.SequenceEqual(embedding.Tokens);
        if (!agree && config.EnsureWeightTying)
            throw new UserErrorException($"{source}: 'ensure_weight_tying' is true, and 'trainable_token_indices' has other tokens for the head than for the embedding, which are one matrix in this base.");
        return agree ? ([embedding], true) : (rows, false);
    }

    private static string Known(AdapterSite site) => $"the embedding '{site.Embedding}'{(site.HasHead ? $" and the head '{site.Head}'" : "")}";
}

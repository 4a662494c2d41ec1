namespace SafetyGate.Models.Adapters;

/// <summary>A head that is the embedding matrix, and an adapter that is to change both as one (<c>ensure_weight_tying</c>).</summary>
/// <remarks>Source: PEFT, <c>_check_tied_modules</c>, <c>_add_modules_to_save_to_tie</c> and <c>_add_targets_to_tie</c>.</remarks>
internal sealed class TiedMatrix(LoraConfig config, AdapterSite site, string source, bool isRecipe)
{
    // PEFT knows the two by these names.
    private static readonly string[] Known = ["embed_tokens", "lm_head"];

    /// <summary>Lets the embedding stand for the head, where the configuration says so.</summary>
    /// <param name="targets">Modules with matrices; changed.</param>
    /// <param name="replaced">Parameters that are the adapter's own; changed.</param>
    /// <param name="targetOf">The matrices that a module would have.</param>
    /// <returns>Whether the head goes on being the embedding.</returns>
    /// <exception cref="UserErrorException">It would matter in a recipe.</exception>
    public bool Keep(List<LoraTarget> targets, List<string> replaced, Func<string, LoraTarget> targetOf)
    {
        if (!config.EnsureWeightTying || !site.IsTied) return false;
        var isSaved = (config.ModulesToSave ?? []).Any(IsKnown);
        var isTarget = !isSaved && (config.TargetModules is { Expression: not null } selector ? Known.Any(selector.Fits) : (config.TargetModules?.Names ?? []).Any(IsKnown));
        if (!isSaved && !isTarget) return false;
        if (isRecipe)
            throw new UserErrorException($"{source}: 'ensure_weight_tying' is true and the adapter changes the embedding or the head, which are one matrix in this base; such an adapter can be loaded, not trained. Leave it out: the two then change apart.");
        var (embedding, head) = (targets.Find(target => target.Module == site.Embedding), targets.Find(target => target.Module == site.Head));
        targets.RemoveAll(target => target.Module == site.Head || target.Module == site.Embedding);
        if (isSaved)
        {
            replaced.Remove(site.Head + ".weight");
            if (!replaced.Contains(site.Embedding + ".weight", StringComparer.Ordinal)) replaced.Insert(0, site.Embedding + ".weight");
            return true;
        }

        embedding ??= targetOf(site.Embedding);
        if (head is not null && (head.Rank != embedding.Rank || head.Scale != embedding.Scale))
            throw new UserErrorException($"{source}: 'ensure_weight_tying' is true, and rank_pattern or alpha_pattern give the head another rank or factor than the embedding; the two are one matrix in this base.");
        targets.Insert(0, embedding);
        return true;
    }

    /// <summary>Refuses rows of their own where the matrix itself is the adapter's, which PEFT refuses too.</summary>
    /// <exception cref="UserErrorException">There are both.</exception>
    public static void RequireApart(IReadOnlyList<TokenRows> rows, IReadOnlyList<LoraTarget> targets, IReadOnlyList<string> replaced, AdapterSite site, string source)
    {
        if (rows.Count == 0) return;
        bool IsRows(string module) => rows.Any(one => one.Module == module) || (site.IsTied && module == site.Head && rows.Any(one => one.Module == site.Embedding));
        if (targets.Select(target => target.Module).Concat(replaced.Select(AdapterSite.ModuleOf)).FirstOrDefault(IsRows) is { } both)
            throw new UserErrorException($"{source}: 'trainable_token_indices' has rows of '{both}', which target_modules or modules_to_save change too; PEFT does not combine them.");
    }

    private static bool IsKnown(string name) => Known.Contains(name[(name.LastIndexOf('.') + 1)..], StringComparer.Ordinal);
}

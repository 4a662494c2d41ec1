using SafetyGate.Core.Files;

namespace SafetyGate.Models.Adapters;

/// <summary>Which parts of a base an adapter's configuration changes.</summary>
/// <remarks>Source of the rules: PEFT 0.21, <c>check_target_module_exists</c>, <c>get_pattern_key</c> and <c>_set_trainable</c>.</remarks>
internal sealed class AdapterPlan
{
    /// <summary>The modules with matrices, in the base's order.</summary>
    public required IReadOnlyList<LoraTarget> Targets { get; init; }

    /// <summary>The base's parameters in whose place the adapter has its own, by the base's names.</summary>
    public required IReadOnlyList<string> Replaced { get; init; }

    /// <summary>The base's biases in whose place the adapter has its own.</summary>
    public required IReadOnlyList<string> Biases { get; init; }

    /// <summary>
    /// Weights of the base itself that lie beside the adapter, by the file's names and the base's: the embedding or the head, where the base
    /// was changed under it.
    /// </summary>
    public IReadOnlyList<(string File, string Weight)> OfBase { get; init; } = [];

    /// <summary>Rows of the embedding and of the head that the adapter has of its own.</summary>
    public IReadOnlyList<TokenRows> Rows { get; init; } = [];

    /// <summary>Whether a head that is the embedding goes on being it.</summary>
    public bool KeepsTie { get; init; }

    /// <summary>Tokens of the vocabulary with the adapter.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Whether the vocabulary is another than the base's.</summary>
    public required bool IsResized { get; init; }

    /// <summary>Whether it changes the embedding or the head.</summary>
    public required bool TouchesVocabulary { get; init; }

    /// <summary>Finds them.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="site">The base.</param>
    /// <param name="source">Where the configuration came from, for messages.</param>
    /// <param name="isRecipe">Whether a person wrote it: a name that selects nothing is then refused.</param>
    /// <param name="nameOf">What the configuration calls a module of the base; the same where <c>null</c>.</param>
    /// <param name="file">What the adapter's file brings; <c>null</c> where there is none yet.</param>
    /// <exception cref="UserErrorException">Nothing is selected, or something that cannot have matrices; or a setting is not supported on this
    /// base.</exception>
    public static AdapterPlan Of(LoraConfig config, AdapterSite site, string source, bool isRecipe = false, Func<string, string>? nameOf = null, SavedVocabulary? file = null)
    {
        nameOf ??= static module => module;
        if (config.TargetModules is null && config.TargetParameters is null)
            throw new UserErrorException($"{source} has no 'target_modules', so it is not known which modules it changes. Name them in it.");
        var saved = new SavedModules(config.ModulesToSave ?? [], source);
        var targets = AllTargets(config, site, saved, source, nameOf, file);
        var replaced = saved.Of(site, nameOf).ToList();
        if (isRecipe) RequireAllNamesUsed(config, site, targets, source);
        var tie = new TiedMatrix(config, site, source, isRecipe);
        var isTied = tie.Keep(targets, replaced, (module) => Target(config, site, module, SizeOf(config, source)(nameOf(module)), source));
        var (rows, rowsKeepTie) = TokenRows.Of(config, site, source, nameOf);
        TiedMatrix.RequireApart(rows, targets, replaced, site, source);
        var biases = config.Bias switch
        {
            LoraBias.All => [.. site.Biases],
            LoraBias.LoraOnly => targets.Select(target => site.BiasOf(target.Module)).OfType<string>().ToList(),
            _ => (IReadOnlyList<string>)[],
        };
        var touched = targets.Select(target => target.Module).Concat(replaced.Select(AdapterSite.ModuleOf)).Any(module => module == site.Embedding || (site.HasHead && module == site.Head));
        var keepsTie = site.IsTied && (isTied || rowsKeepTie || (rows.Count == 0 && !touched));
        var ofBase = file?.OfBase(replaced, keepsTie, site) ?? [];
        var vocabulary = file?.RowsFor(replaced, ofBase, keepsTie, site, source) ?? site.VocabularySize;
        return new()
        {
            Targets = [.. targets.Select(target => Resized(target, site, vocabulary))],
            Replaced = replaced,
            Biases = [.. biases.Except(replaced, StringComparer.Ordinal)],
            OfBase = ofBase,
            Rows = rows,
            KeepsTie = keepsTie,
            Vocabulary = vocabulary,
            IsResized = vocabulary != site.VocabularySize,
            TouchesVocabulary = touched || rows.Count > 0 || ofBase.Count > 0,
        };
    }

    private static LoraTarget Resized(LoraTarget target, AdapterSite site, int vocabulary) =>
        target.IsEmbedding ? target with { Inputs = vocabulary }
        : site.HasHead && target.Module == site.Head ? target with { Outputs = vocabulary }
        : target;

    private static List<LoraTarget> AllTargets(LoraConfig config, AdapterSite site, SavedModules saved, string source, Func<string, string> nameOf, SavedVocabulary? file)
    {
        var targets = config.TargetModules is { } selector ? Selected(config, selector, site, saved, source, nameOf) : [];
        if (config.TargetParameters is { } parameters)
        {
            var modules = targets.Select(target => target.Module).ToHashSet(StringComparer.Ordinal);
            targets.AddRange(new ParameterTargets(config, site, source, nameOf, SizeOf(config, source)).Of(parameters, file is null ? null : file.HasMatrices));
            if (targets.Find(target => target.IsParameter && modules.Contains(target.Module)) is { } twice)
                throw new UserErrorException($"{source}: 'target_modules' and 'target_parameters' both select '{twice.Module}'; PEFT does not combine them.");
        }

        return targets.Count > 0 ? targets : throw new UserErrorException($"{source}: 'target_modules' ({config.TargetModules!.Expression ?? string.Join(", ", config.TargetModules.Names)}) selects no module of this base, which has {Examples(site)}.");
    }

    // Rank and scale of what has a name: by the first key that fits, as in PEFT.
    private static Func<string, (int Rank, double Scale)> SizeOf(LoraConfig config, string source)
    {
        var (ranks, alphas) = (Keys(config.RankPattern, source, "rank_pattern"), Keys(config.AlphaPattern, source, "alpha_pattern"));
        return name =>
        {
            var rank = ranks.Find(key => key.Pattern.Matches(name)) is { Pattern: not null } one ? one.Value : config.R;
            var alpha = alphas.Find(key => key.Pattern.Matches(name)) is { Pattern: not null } other ? other.Value : config.LoraAlpha;
            return (rank, config.Scale(rank, alpha));
        };
    }

    private static List<LoraTarget> Selected(LoraConfig config, ModuleSelector selector, AdapterSite site, SavedModules saved, string source, Func<string, string> nameOf)
    {
        var layers = new LayerChoice(config, source);
        var sizeOf = SizeOf(config, source);
        var found = new List<LoraTarget>();
        foreach (var module in selector.IsAllLinear ? site.LinearModules.Where(module => module != site.Head) : site.Modules)
        {
            var name = nameOf(module);
            if (config.ExcludeModules?.Has(name) == true || saved.Covers(name)) continue;
            if (!selector.IsAllLinear && !IsSelected(selector, name, layers)) continue;
            found.Add(Target(config, site, module, sizeOf(name), source));
        }

        return found;
    }

    private static LoraTarget Target(LoraConfig config, AdapterSite site, string module, (int Rank, double Scale) size, string source)
    {
        var (rank, scale) = size;
        if (site.Linear(module) is { } linear) return new(module, rank, scale, linear.Inputs, linear.Outputs, IsEmbedding: false);
        if (module != site.Embedding || site.Embedding.Length == 0)
            throw new UserErrorException($"{source}: 'target_modules' selects '{module}', which is neither a linear module nor the embedding; only those can have low-rank matrices.");
        if (config.LoraBias) throw new UserErrorException($"{source}: 'lora_bias' is true for the embedding '{module}'; PEFT has it for linear modules only.");
        var shape = site.Value(module + ".weight")!.shape;
        return new(module, rank, scale, shape[0], shape[1], IsEmbedding: true);
    }

    private static bool IsSelected(ModuleSelector selector, string module, LayerChoice layers)
    {
        if (selector.Expression is not null) return selector.Fits(module);
        return selector.HasName(module) || (selector.EndsWithAny(module) && layers.Has(module)); // by its whole name it is taken whatever its layer
    }

    private static List<(PythonPattern Pattern, T Value)> Keys<T>(IEnumerable<KeyValuePair<string, T>> pattern, string source, string key) =>
        [.. pattern.Select(pair => (LoraConfigReader.PatternKey(pair.Key, $"{source}: '{key}'"), pair.Value))];

    // A name that selects nothing is a slip of the pen; the run would train less than it says.
    private static void RequireAllNamesUsed(LoraConfig config, AdapterSite site, List<LoraTarget> targets, string source)
    {
        foreach (var name in config.TargetModules?.Names ?? [])
            if (!targets.Exists(target => target.Module == name || target.Module.EndsWith("." + name, StringComparison.Ordinal)))
                throw Unknown("target_modules", name, site.LinearModules);
        foreach (var name in config.ModulesToSave ?? [])
            if (!site.Modules.Any(module => module.EndsWith(name, StringComparison.Ordinal)))
                throw Unknown("modules_to_save", name, site.Modules);

        UserErrorException Unknown(string key, string name, IEnumerable<string> modules) =>
            new($"{source}: '{key}' has '{name}', which selects no module of this base; did you mean '{NearestName.Of(name, modules.Select(Last).Distinct(StringComparer.Ordinal))}'?");
    }

    private static string Examples(AdapterSite site) => string.Join(", ", site.LinearModules.Select(Last).Distinct(StringComparer.Ordinal).Take(8));

    private static string Last(string module) => module[(module.LastIndexOf('.') + 1)..];

    /// <summary>Layers by number, where the configuration limits them.</summary>
    private sealed class LayerChoice(LoraConfig config, string source)
    {
        private readonly List<PythonPattern> _patterns = config.LayersToTransform is null ? [] : config.LayersPattern is { Count: > 0 } names
            ? [.. names.Select(name => PythonPattern.Within(name, $"{source}: 'layers_pattern'", @".*?\.(?:", @")\.(?<last>\d+)\."))]
            : [PythonPattern.Within("", source, @".*?\.[^.]*", @"\.(?<last>\d+)\.")];

        public bool Has(string module)
        {
            if (config.LayersToTransform is not { } layers) return true;
            var number = _patterns.Select(pattern => pattern.LastGroup(module)).FirstOrDefault(found => found is not null);
            return int.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var layer) && layers.Contains(layer);
        }
    }

    /// <summary>Modules that are saved whole; they get no matrices, nor does what is within them.</summary>
    private sealed class SavedModules(IReadOnlyList<string> names, string source)
    {
        private readonly List<PythonPattern> _patterns =
            [.. names.Select(name => PythonPattern.Within(name, $"{source}: 'modules_to_save'", @"(^|.*\.)(?:", @")($|\..*)"))];

        public bool Covers(string module) => _patterns.Exists(pattern => pattern.Matches(module));

        public IReadOnlyList<string> Of(AdapterSite site, Func<string, string> nameOf) =>
        [
            .. site.Modules.Where(module => names.Any(name => nameOf(module).EndsWith(name, StringComparison.Ordinal))).SelectMany(site.ParametersOf)
                .Distinct(StringComparer.Ordinal),
        ];
    }
}

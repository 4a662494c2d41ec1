using System.Text.Json.Nodes;

namespace SafetyGate.Models.Families;

/// <summary>
/// Reads rotary settings: transformers 5 writes <c>rope_parameters</c>, transformers 4 <c>rope_theta</c> and <c>rope_scaling</c>. Where a
/// file has both they must agree: the versions of transformers read different ones.
/// </summary>
internal static class RopeReader
{
    private static readonly string[] Known =
    [
        "rope_theta", "rope_type", "type", "factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings", "attention_factor",
        "beta_fast", "beta_slow", "mscale", "mscale_all_dim", "truncate", "short_factor", "long_factor", "partial_rotary_factor", "finetuned",
    ];

    // What no rotation has that is not scaled.
    private static readonly string[] Scalings = ["factor", "low_freq_factor", "high_freq_factor", "short_factor", "long_factor", "beta_fast", "beta_slow"];

    /// <summary>The settings of every layer.</summary>
    /// <param name="config">The file.</param>
    /// <param name="family">Positions and sizes.</param>
    /// <param name="rules">What the family allows, and its defaults.</param>
    public static RopeSettings Read(ConfigReader config, DecoderConfig family, RopeRules rules)
    {
        var scope = new Scope(config, family, rules);
        var parameters = NonEmpty(config, "rope_parameters");
        if (parameters is not null && parameters.Json.FirstOrDefault(pair => pair.Value is JsonObject).Key is { } nested)
            throw config.Refused($"'rope_parameters' has settings of their own for layers of type '{nested}', which {family.ModelType} does not have; give one set of settings for all layers.");
        var theta = AgreedTheta(config, "rope_theta", parameters) ?? rules.DefaultTheta;
        var scaling = NonEmpty(config, "rope_scaling");
        var newer = parameters is null ? null : One(parameters, theta, scope);
        var older = scaling is null ? null : One(scaling, AgreedTheta(config, "rope_theta", scaling, "rope_scaling") ?? theta, scope);
        return Agreed(config, newer, older) ?? new RopeSettings { Theta = theta, RotatedShare = Share(config, null, scope) };
    }

    /// <summary>The settings of the global and of the sliding layers, where <c>rope_parameters</c> has an entry for each (Gemma 3).</summary>
    public static (RopeSettings Global, RopeSettings Local) ReadByLayerType(ConfigReader config, DecoderConfig family, double globalTheta, double localTheta)
    {
        const string global = "full_attention", local = "sliding_attention";
        var scope = new Scope(config, family, new RopeRules(globalTheta));
        var parameters = NonEmpty(config, "rope_parameters");
        if (parameters?.Json.FirstOrDefault(pair => pair.Key is not (global or local)).Key is { } stray)
            throw parameters.Refused($"has '{stray}'; {family.ModelType} needs settings by type of layer, '{global}' and '{local}', and transformers does not read any other key.");
        var (globals, locals) = (parameters?.Child(global), parameters?.Child(local));
        globalTheta = AgreedTheta(config, "rope_theta", globals) ?? globalTheta;
        localTheta = AgreedTheta(config, "rope_local_base_freq", locals) ?? localTheta;
        var newer = globals is null ? null : One(globals, globalTheta, scope);
        var scaling = NonEmpty(config, "rope_scaling");
        if (scaling?.Text("type") is { } kind && !scaling.Has("rope_type"))
            throw config.Refused($"'rope_scaling' has its kind, '{kind}', under 'type'; transformers 4 reads it there, transformers 5 does not for {family.ModelType} and scales nothing. Write it as 'rope_type'.");
        var older = scaling is null ? null : One(scaling, AgreedTheta(config, "rope_theta", scaling, "rope_scaling") ?? globalTheta, scope); // acts on global layers only
        Share(config, null, scope);
        return (Agreed(config, newer, older) ?? new RopeSettings { Theta = globalTheta },
            locals is null ? new RopeSettings { Theta = localTheta } : One(locals, localTheta, scope));
    }

    private static ConfigReader? NonEmpty(ConfigReader config, string key) => config.Child(key) is { Json.Count: > 0 } child ? child : null;

    private static double? AgreedTheta(ConfigReader config, string key, ConfigReader? parameters, string name = "rope_parameters")
    {
        double? inside = parameters is not null && parameters.Has("rope_theta") ? parameters.Positive("rope_theta") : null;
        double? outside = config.Has(key) ? config.Positive(key) : null;
        return inside is not null && outside is not null && inside != outside
            ? throw config.Refused(Invariant($"'{key}' is {outside} and '{name}' has a rope_theta of {inside}; transformers 4 reads the first, transformers 5 the second. Remove the wrong one."))
            : inside ?? outside;
    }

    private static RopeSettings? Agreed(ConfigReader config, RopeSettings? newer, RopeSettings? older) =>
        newer is not null && older is not null && !newer.Means(older)
            ? throw config.Refused(Invariant($"'rope_scaling' ({older.Type}, theta {older.Theta}) and 'rope_parameters' ({newer.Type}, theta {newer.Theta}) disagree; transformers 4 reads the first, and which one is meant cannot be known. Remove the wrong one."))
            : newer ?? older;

    private static RopeSettings One(ConfigReader rope, double theta, Scope scope)
    {
        if (rope.Json.FirstOrDefault(pair => !Known.Contains(pair.Key, StringComparer.Ordinal)).Key is { } unknown)
            throw rope.Refused($"the rotary setting '{unknown}' is not known; known are {string.Join(", ", Known)}.");
        var type = scope.TypeOf(rope);
        var settings = new RopeSettings { Theta = theta, Type = type, RotatedShare = Share(scope.Config, rope, scope) };
        return type switch
        {
            "default" => settings,
            "linear" or "dynamic" => settings with { Factor = rope.Positive("factor") },
            "llama3" => Llama3(rope, settings, scope),
            "yarn" => Yarn(rope, settings, scope),
            _ => LongRope(rope, settings, scope),
        };
    }

    private static RopeSettings Llama3(ConfigReader rope, RopeSettings settings, Scope scope)
    {
        settings = settings with
        {
            Factor = rope.Positive("factor"),
            LowFrequencyFactor = rope.Positive("low_freq_factor"),
            HighFrequencyFactor = rope.Positive("high_freq_factor"),
            OriginalMaxPositions = scope.OriginalMaxPositions(rope, isRequired: true),
        };
        return settings.HighFrequencyFactor > settings.LowFrequencyFactor
            ? settings
            : throw rope.Refused(Invariant($"high_freq_factor is {settings.HighFrequencyFactor} and low_freq_factor {settings.LowFrequencyFactor}; the high one must be larger."));
    }

    // The attention factor is the paper's 0.1 ln(factor) + 1, or the quotient of two such terms with the weights mscale and mscale_all_dim.
    private static RopeSettings Yarn(ConfigReader rope, RopeSettings settings, Scope scope)
    {
        var original = scope.OriginalMaxPositions(rope);
        var factor = rope.Positive("factor", scope.Family.MaxPositions / (double)original);
        double Term(double weight) => factor <= 1 ? 1 : (0.1 * weight * Math.Log(factor)) + 1;
        var (over, under) = (rope.NotNegative("mscale", 0), rope.NotNegative("mscale_all_dim", 0));
        var implied = over != 0 && under != 0 ? Term(over) / Term(under) : Term(1);
        return settings with
        {
            Factor = factor,
            OriginalMaxPositions = original,
            AttentionFactor = rope.NotNegative("attention_factor", implied),
            BetaFast = rope.Positive("beta_fast", 32),
            BetaSlow = rope.Positive("beta_slow", 1),
            TruncatesRamp = rope.Bool("truncate", true),
        };
    }

    private static RopeSettings LongRope(ConfigReader rope, RopeSettings settings, Scope scope)
    {
        var original = scope.OriginalMaxPositions(rope);
        var factor = rope.Positive("factor", scope.Family.MaxPositions / (double)original);
        var pairs = settings.RotatedFeatures(scope.Family.HeadDim) / 2;
        return settings with
        {
            Factor = factor,
            OriginalMaxPositions = original,
            AttentionFactor = rope.NotNegative("attention_factor", LongRopeAttention(factor, original)),
            ShortFactors = rope.PositiveNumbers("short_factor", pairs),
            LongFactors = rope.PositiveNumbers("long_factor", pairs),
        };
    }

    /// <summary>longrope: the attention factor of a file that has none.</summary>
    /// <param name="factor">By how much the positions grew.</param>
    /// <param name="original">Positions the model was pretrained with.</param>
    public static double LongRopeAttention(double factor, int original) => factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(original)));

    private static double Share(ConfigReader config, ConfigReader? rope, Scope scope)
    {
        const string key = "partial_rotary_factor";
        var owner = rope is not null && rope.Has(key) ? rope : config;
        var share = owner.Positive(key, 1);
        if (owner == rope && config.Has(key) && config.Positive(key) != share)
            throw config.Refused(Invariant($"'{key}' is {config.Positive(key)}, and {share} in the rotary settings; remove the wrong one."));
        if (!scope.Rules.CanBePartial && share != 1) throw owner.Wrong(key, $"1: {scope.Family.ModelType} turns whole heads");
        if (share > 1 || (int)(scope.Family.HeadDim * share) is var turned && (turned < 2 || turned % 2 != 0))
            throw owner.Wrong(key, Invariant($"at most 1 and such that an even number of the {scope.Family.HeadDim} features of a head is turned"));
        return share;
    }

    private sealed record Scope(ConfigReader Config, DecoderConfig Family, RopeRules Rules)
    {
        public string TypeOf(ConfigReader rope)
        {
            var (newer, older) = (Plain(rope.Text("rope_type")), Plain(rope.Text("type"))); // old files spell it `type`
            if (newer is not null && older is not null && newer != older)
                throw rope.Refused($"'rope_type' is '{newer}' and 'type' is '{older}'; transformers 5 reads the first, most of transformers 4 the second. Remove the wrong one.");
            if (newer is null && older is null && Scalings.FirstOrDefault(rope.Has) is { } scaling)
                throw rope.Refused($"has '{scaling}' and no 'rope_type' that says how to scale; transformers 5 then scales nothing, transformers 4 fails. Name the kind, or remove the settings.");
            var type = newer ?? older ?? "default";
            return Rules.Types.Contains(type, StringComparer.Ordinal)
                ? type
                : throw rope.Refused($"rotary scaling of type '{type}' is not supported; supported are {string.Join(", ", Rules.Types)}.");
        }

        private string? Plain(string? type) => type is null ? null : Rules.Aliases.GetValueOrDefault(type, type);

        // Beside the rotary settings, where transformers 5 prefers it, or inside them; the positions of the model where neither has it.
        public int OriginalMaxPositions(ConfigReader rope, bool isRequired = false)
        {
            const string key = "original_max_position_embeddings";
            var (outside, inside) = (Config.OptionalInt(key, minimum: 2), rope.OptionalInt(key, minimum: 2));
            if (outside is not null && inside is not null && outside != inside)
                throw Config.Refused(Invariant($"'{key}' is {outside}, and {inside} in the rotary settings; remove the wrong one."));
            if (Rules.OriginalMaxPositions is { } own && outside is null && inside is not null && inside != own)
                throw Config.Refused(Invariant($"'{key}' is {inside} in the rotary settings only; transformers does not read it there for {Family.ModelType} and takes {own}. Put the right one beside 'max_position_embeddings'."));
            if (isRequired && outside is null && inside is null) throw rope.Missing(key, "a whole number");
            return outside ?? inside ?? Rules.OriginalMaxPositions ?? Family.MaxPositions;
        }
    }
}

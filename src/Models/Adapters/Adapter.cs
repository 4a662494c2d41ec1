using SafetyGate.Core.Runs;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Adapters;

/// <summary>A low-rank adapter for one base: its configuration and its tensors. Owns the tensors.</summary>
public sealed class Adapter : IDisposable
{
    // A length that was saved in another number type, or computed in another order, is the same length up to this share.
    private const double SameLength = 1e-5;

    private Adapter(LoraConfig config, AdapterPlan plan, AdapterSite site, ParameterSet parameters) =>
        (Config, Plan, Site, Parameters) = (config, plan, site, parameters);

    /// <summary>The configuration.</summary>
    public LoraConfig Config { get; }

    /// <summary>
    /// The tensors by the names PEFT gives them in a file, in the base's order: what an adapter's training changes. Owned by the adapter.
    /// </summary>
    public ParameterSet Parameters { get; }

    internal AdapterPlan Plan { get; }

    internal AdapterSite Site { get; }

    /// <summary>Whole names of the modules with matrices, in the base's order.</summary>
    public IReadOnlyList<string> Modules => [.. Plan.Targets.Where(target => !target.IsParameter).Select(target => target.Module)];

    /// <summary>An adapter as training begins: its product is zero, what it saves whole is the base's.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="base">The base. Borrowed.</param>
    /// <param name="architecture">The base's architecture.</param>
    /// <param name="seed">Decides the first matrices, a stream for each (<c>lora/NAME</c>).</param>
    /// <returns>The adapter; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">The configuration does not fit the base, or cannot be trained.</exception>
    public static Adapter Create(LoraConfig config, IDecoder @base, DecoderConfig architecture, ulong seed)
    {
        if (config.Problems().FirstOrDefault() is { } problem) throw new UserErrorException($"peft_config: {problem}");
        var site = new AdapterSite(@base, architecture);
        var plan = AdapterPlan.Of(config, site, "peft_config", isRecipe: true);
        if (plan.Targets.FirstOrDefault(target => target.IsEmbedding) is { } embedding)
            throw new UserErrorException($"peft_config: 'target_modules' selects the embedding '{embedding.Module}'; adapters of an embedding can be loaded, not trained. Put it into modules_to_save.");
        var parameters = new ParameterSet();
        try
        {
            using var noGradients = no_grad();
            foreach (var target in plan.Targets)
                if (!parameters.ContainsKey(target.A))
                    AddFirst(parameters, config, target, site, @base, seed);
            foreach (var (file, name) in Names(plan)) parameters.Add(file, site.Value(name)!.clone());
            return new(config, plan, site, parameters);
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>An adapter that was saved, for its base.</summary>
    /// <param name="file">The open adapter directory. Borrowed.</param>
    /// <param name="base">The base. Borrowed.</param>
    /// <param name="architecture">The base's architecture.</param>
    /// <returns>The adapter; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">The configuration selects nothing of the base, or a tensor is missing, has another shape or has no
    /// place.</exception>
    public static Adapter Load(AdapterFile file, IDecoder @base, DecoderConfig architecture)
    {
        var site = new AdapterSite(@base, architecture);
        var vocabulary = new SavedVocabulary(file.Names, site, (name, parameter) => AdapterTensors.IsCopy(file, site, @base, name, parameter));
        var plan = AdapterPlan.Of(file.Config, site, file.ConfigPath, nameOf: file.Names.InTraining, file: vocabulary);
        var parameters = new ParameterSet();
        try
        {
            new AdapterTensors(file, plan, site, @base).ReadInto(parameters);
            return new(file.Config, plan, site, parameters);
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether it changes anything: a product of which one factor is zero, and a copy that is the base's own, change nothing.
    /// </summary>
    public bool HasEffect()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return Plan.IsResized || Plan.Targets.Any(HasEffect)
            || Names(Plan).Any(pair => Parameters[pair.File].ne(Site.Value(pair.Name)!).any().item<bool>())
            || Plan.Rows.Any(rows => Parameters[rows.Name].ne(Site.Value(rows.Weight)!.index_select(0, Ids(rows))).any().item<bool>());
    }

    /// <summary>The tokens of rows, on the base's device; of the caller's dispose scope.</summary>
    internal Tensor Ids(TokenRows rows) => tensor([.. rows.Tokens.Select(token => (long)token)], ScalarType.Int64, Parameters[rows.Name].device);

    /// <summary>Frees the tensors.</summary>
    public void Dispose() => Parameters.Dispose();

    /// <summary>Number type of matrices beside a base: the base's, float32 at least.</summary>
    internal static ScalarType MatrixDtype(IDecoder @base) => @base.Dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    /// <summary>PEFT's and the base's names of the parameters that replace the base's.</summary>
    internal static IEnumerable<(string File, string Name)> Names(AdapterPlan plan)
    {
        foreach (var name in plan.Replaced) yield return (LoraTarget.Prefix + name, name);
        var adapted = plan.Targets.Select(target => target.Module).ToHashSet(StringComparer.Ordinal);
        foreach (var bias in plan.Biases)
        {
            var module = AdapterSite.ModuleOf(bias);
            yield return (LoraTarget.Prefix + module + (adapted.Contains(module) ? ".base_layer.bias" : ".bias"), bias);
        }

        foreach (var pair in plan.OfBase) yield return pair;
    }

    /// <summary>The parameters of the base that it replaces, by the base's names. Borrowed.</summary>
    internal IEnumerable<KeyValuePair<string, Tensor>> Replacements() =>
        Names(Plan).Select(pair => KeyValuePair.Create(pair.Name, Parameters[pair.File]));

    private bool HasEffect(LoraTarget target)
    {
        var product = target.Scale != 0 && IsAnyNonZero(target.FirstOf(Parameters)) && IsAnyNonZero(target.SecondOf(Parameters));
        if (product || (Parameters.TryGetValue(target.BBias, out var bias) && target.Scale != 0 && IsAnyNonZero(bias))) return true;
        if (!Parameters.TryGetValue(target.Magnitude, out var magnitude)) return false;
        var lengths = target.IsEmbedding ? EmbeddingDelta.Lengths(Site.Value(target.Module + ".weight")!.to(magnitude.dtype)) : LoraDelta.Lengths(Site.Linear(target.Module)!, null, magnitude.dtype);
        return (magnitude - lengths).abs().gt(lengths.abs().Times(SameLength)).any().item<bool>();
    }

    private static bool IsAnyNonZero(Tensor tensor) => tensor.count_nonzero().item<long>() > 0;

    private static void AddFirst(ParameterSet parameters, LoraConfig config, LoraTarget target, AdapterSite site, IDecoder @base, ulong seed)
    {
        var dtype = MatrixDtype(@base);
        var (a, b) = (target.ShapeOfA, target.ShapeOfB);
        var numbers = new float[a[0] * a[1]];
        var stream = new RandomStream(seed, "lora/" + target.A);
        var bound = 1 / Math.Sqrt(target.Inputs); // torch's kaiming_uniform_ with a = √5
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = (float)(config.InitLoraWeights == "gaussian" ? stream.NextNormal() / target.Rank : ((2 * stream.NextDouble()) - 1) * bound);
        using var managed = tensor(numbers, a, dtype, @base.Device);
        parameters.Add(target.A, managed.clone()); // in libtorch's own memory, as DecoderFactory.Random has it
        parameters.Add(target.B, zeros(b, dtype, @base.Device));
        if (config.LoraBias) parameters.Add(target.BBias, zeros([target.Outputs], dtype, @base.Device));
        if (config.UseDora) parameters.Add(target.Magnitude, LoraDelta.Lengths(site.Linear(target.Module)!, null, dtype));
    }
}

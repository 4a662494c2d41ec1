using System.CommandLine;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Cli.Commands;

/// <summary>The options of a command that computes a model's responses itself.</summary>
internal sealed class LocalModelParts
{
    private readonly Option<string?> _device = new("--device")
    {
        Description = "Where a model directory computes: cpu (the default), cuda or cuda:N.",
        HelpName = "DEVICE"
    };
    private readonly Option<string?> _dtype = new("--dtype")
    {
        Description = "Number type of the arithmetic: float32 (the default), bfloat16 or float64.",
        HelpName = "TYPE"
    };
    private readonly Option<long?> _batchTokens = new("--batch-tokens")
    {
        Description = Invariant($"Most tokens of a batch, rows times the longest prompt plus new tokens; {new GenerationBudget().Tokens} by default. Changes speed and memory, not responses."),
        HelpName = "N"
    };
    private readonly Option<bool> _noStore = new("--no-store")
    {
        Description = "Neither take responses from the store nor keep new ones there."
    };

    private readonly Option<string?> _adapter = CommandParts.AdapterOption();

    public IReadOnlyList<Option> Options => [_adapter, _device, _dtype, _batchTokens, _noStore];

    /// <summary>Refuses the options for a model that does not compute here.</summary>
    public void RequireNone(ParseResult parsed)
    {
        foreach (var option in Options)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UserErrorException($"{option.Name} is for a model directory; --model is a URL.", GateExitCode.Usage);
    }

    /// <summary>The model of a directory, whose weights are loaded when it is first asked.</summary>
    public LazyModel Open(GateOutput output, ParseResult parsed, string directory, ChatSettings chat)
    {
        var compute = new ComputeOptions { Dtype = "float32" };
        if (parsed.GetValue(_device) is { } device) compute = compute with { Device = device };
        if (parsed.GetValue(_dtype) is { } dtype) compute = compute with { Dtype = dtype };
        var budget = new GenerationBudget();
        if (parsed.GetValue(_batchTokens) is { } tokens)
            budget = tokens >= 1
                ? budget with { Tokens = tokens }
                : throw new UserErrorException(Invariant($"--batch-tokens is {tokens}; it must be 1 or more."), GateExitCode.Usage);
        var (type, place) = (ComputeOptions.TypeOf(compute.Dtype) ?? throw new UserErrorException($"--dtype is '{compute.Dtype}'; it must be one of {string.Join(", ", ComputeOptions.TypeNames)}.", GateExitCode.Usage), Place(compute));
        var ends = GenerationDefaults.Of(directory);
        if (ends.EndsByClass)
            output.Error.WriteLine(Invariant($"note: {directory} names no end token (eos_token_id of generation_config.json and config.json); responses end at {ends.EosIds[0]}, the default of transformers for such a model"));
        if (ends.EosIds.Count == 0)
            output.Error.WriteLine($"note: {directory} names no end token (eos_token_id of generation_config.json and config.json), so every response runs to --max-new-tokens and is cut there");
        if (parsed.GetValue(_adapter) is { } adapter)
        {
            var model = LocalLanguageModel.Owning(CommandParts.Load(output, directory, adapter, type, place), chat: chat, budget: budget); // its identity needs the weights
            return new LazyModel(model.Identity, place.ToString(), () => model);
        }

        return new LazyModel(LocalLanguageModel.IdentityOf(directory, place, type, chat: chat), place.ToString(),
            () => LocalLanguageModel.Owning(OutOfMemory.Guard("the weights", "say --dtype bfloat16, or take a smaller model", () => PretrainedModel.Load(directory, place, type), "Nothing was drawn; what the store has is intact."), chat: chat, budget: budget));
    }

    // A word that is not known is a mistake of the command line here, not of a recipe.
    private static TorchSharp.torch.Device Place(ComputeOptions compute)
    {
        try
        {
            return compute.OpenDevice();
        }
        catch (UserErrorException unknown) when (unknown.ExitCode == GateExitCode.BadInput)
        {
            throw new UserErrorException($"--device is '{compute.Device}'; it must be cpu, cuda, or cuda:N.", unknown, GateExitCode.Usage);
        }
    }

    /// <summary>Where responses are kept; <c>null</c> if they are not to be.</summary>
    public EvaluationStore? Store(ParseResult parsed, string device) => parsed.GetValue(_noStore)
        ? null
        : new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System).OtherEvaluations(device);

    /// <summary>The directory of a model: as it is named, or that of a run in the store whose folders no other account can write to.</summary>
    /// <param name="model">A directory, or the digest of a run.</param>
    /// <exception cref="UserErrorException">It is neither, or others can write to it.</exception>
    public static string DirectoryOf(string model)
    {
        var directory = Directory.Exists(model)
            ? model
            : Path.Combine(StoreLocation.FromEnvironment(), "runs", model, RunLayout.Checkpoint);
        if (!Directory.Exists(directory)) throw new UserErrorException($"'{model}' is neither a directory nor the digest of a run in the store ({StoreLocation.FromEnvironment()}).");
        if (!Directory.Exists(model))
        {
            StoreTrust.FromEnvironment().RequireRoot(StoreLocation.FromEnvironment());
            StoreTrust.FromEnvironment().Require(Path.Combine(StoreLocation.FromEnvironment(), "runs"));
            StoreTrust.FromEnvironment().RequireTree(Path.GetDirectoryName(directory)!);
        }

        return directory;
    }
}

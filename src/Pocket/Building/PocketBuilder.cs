using System.Globalization;
using System.Text;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Pocket.Data;
using SafetyGate.Pocket.World;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Pocket.Building;

/// <summary>
/// Rebuilds the embedded world: the frozen files of <c>data/pocket</c> and the base models of <c>models/pocket</c>, trained by
/// the product's own trainer from random weights.
/// </summary>
/// <param name="paths">Where the results go.</param>
/// <param name="workDirectory">Where the stages keep their state; a killed build resumes from there.</param>
/// <param name="time">The clock behind the seconds a stage took.</param>
public sealed class PocketBuilder(PocketPaths paths, string workDirectory, TimeProvider time)
{
    private readonly PocketWorld _world = new();

    /// <summary>Writes the frozen files. The same bytes every time.</summary>
    public void WriteData()
    {
        Directory.CreateDirectory(paths.Data);
        foreach (var (name, text) in FrozenFiles.Of(_world)) File.WriteAllBytes(paths.DataFile(name), Encoding.UTF8.GetBytes(text));
    }

    /// <summary>
    /// Trains every stage, or resumes a killed build, publishes the models, measures them and, when all are made, writes
    /// <c>models/pocket/README.md</c>.
    /// </summary>
    /// <param name="models">Names of the published models to make (<c>base</c>, <c>must-fail</c>, <c>small</c>); <c>null</c> makes
    /// all.</param>
    /// <param name="progress">Receives a report once a step.</param>
    /// <param name="cancellationToken">Checked once a step; the state saved last remains.</param>
    /// <returns>The models built, in order.</returns>
    /// <exception cref="TrainingFailedException">A loss is not finite.</exception>
    /// <exception cref="UserErrorException">The work folder holds the state of other settings, or a file cannot be written.</exception>
    public async Task<IReadOnlyList<PocketModelReport>> BuildModelsAsync(IReadOnlyCollection<string>? models,
        IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var stages = PocketStage.All();
        List<PocketModelReport> reports = [];
        var seconds = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var stage in stages.Where(stage => stages.Any(published => IsWanted(published, models) && Needs(published, stage))))
        {
            seconds[stage.Name] = Train(stage, progress, cancellationToken);
            if (!IsWanted(stage, models)) continue;
            Publish(stage);
            using var model = LocalLanguageModel.Load(Path.Combine(paths.Models, stage.PublishedAs!));
            var measured = await new PocketEvaluation(new PocketSuites(paths)).MeasureAsync(model, progress, cancellationToken);
            reports.Add(new PocketModelReport(stage,
                seconds.Where(taken => Needs(stage, stages.Single(s => s.Name == taken.Key))).Sum(taken => taken.Value),
                model.Identity.WeightsDigest, measured));
        }

        if (models is null) File.WriteAllText(Path.Combine(paths.Models, "README.md"), PocketModelsReadme.ToMarkdown(reports));
        return reports;
    }

    private static bool IsWanted(PocketStage stage, IReadOnlyCollection<string>? models) =>
        stage.PublishedAs is { } name && (models is null || models.Contains(name));

    private static bool Needs(PocketStage later, PocketStage earlier)
    {
        for (PocketStage? stage = later; stage is not null; stage = stage.From)
            if (stage.Name == earlier.Name) return true;
        return false;
    }

    /// <summary>Trains one stage in its folder; a finished one is only read again.</summary>
    /// <returns>Seconds it took, over all completed calls.</returns>
    private double Train(PocketStage stage, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(workDirectory, stage.Name);
        Directory.CreateDirectory(directory);
        using var model = PretrainedModel.Load(stage.From is { } from ? Checkpoint(from) : RandomModel(stage));
        var encoder = new ExampleEncoder(model.Tokenizer, model.Chat, PromptTemplate.Chat, PocketTokenizer.EosId);
        var texts = stage.Mix.Draw(_world, new RandomStream(_world.Seed, $"texts/{stage.Name}"),
            stage.Options.MaxSteps * stage.Options.PerDeviceTrainBatchSize);
        var examples = texts.Select((text, index) => encoder.PromptCompletion(Invariant($"{stage.Name}/{index}"), text.Prompt, text.Completion)).ToList();
        var started = time.GetTimestamp();
        new SftTrainer(model.Decoder, examples, stage.Options, PocketTokenizer.PadId)
            .Train(directory, new Renamed(progress, $"pocket {stage.Name}"), cancellationToken);
        var took = Add(Path.Combine(directory, "seconds"), time.GetElapsedTime(started).TotalSeconds);
        if (!Directory.Exists(Checkpoint(stage)))
            CheckpointWriter.Write(Checkpoint(stage), model.Decoder.Parameters, CheckpointFiles.CopiedFrom(model.Directory));
        return took;
    }

    private static double Add(string file, double seconds)
    {
        var sum = seconds + (File.Exists(file) ? double.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : 0);
        File.WriteAllText(file, sum.ToString("F1", CultureInfo.InvariantCulture));
        return sum;
    }

    private string Checkpoint(PocketStage stage) => Path.Combine(workDirectory, stage.Name, "checkpoint");

    /// <summary>A directory with random weights of the stage's size and the world's tokenizer.</summary>
    private string RandomModel(PocketStage stage)
    {
        var directory = Path.Combine(workDirectory, $"{stage.Name}-random");
        if (Directory.Exists(directory)) return directory;
        using var decoder = DecoderFactory.Create(stage.Architecture.ToConfig(), stage.Options.Seed);
        CheckpointWriter.Write(directory, decoder.Parameters, new CheckpointFiles
        {
            ConfigJson = PocketTokenizer.Json(stage.Architecture.ToConfigJson()),
            Others = PocketTokenizer.Files().ToDictionary(file => file.Key, file => Encoding.UTF8.GetBytes(file.Value)),
        });
        return directory;
    }

    private void Publish(PocketStage stage)
    {
        var target = Path.Combine(paths.Models, stage.PublishedAs!);
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(Checkpoint(stage)))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
    }

    private sealed class Renamed(IProgress<RunProgress> inner, string phase) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => inner.Report(value with { Phase = phase });
    }
}

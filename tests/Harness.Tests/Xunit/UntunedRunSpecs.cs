using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Runs;
using SafetyGate.Harness.Theory;
using SafetyGate.Harness.Xunit;
using Xunit.Sdk;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>A run whose weights are still its reference's passes no guard: the reference was judged by mistake.</summary>
public sealed class UntunedRunSpecs : IAsyncDisposable
{
    private static readonly GatedMetric Direct = Sampled(Suite("direct", 600));
    private readonly SpecBench _bench = new();
    private readonly TemporaryFolder _folder = new();

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _folder.Dispose();
    }

    public enum Mistake
    {
        /// <summary>The recipe opens its reference.</summary>
        OpensItsReference,

        /// <summary>The trainer saved its base under another name of the model.</summary>
        SavedItsBase,
    }

    [Theory, InlineData(Mistake.OpensItsReference), InlineData(Mistake.SavedItsBase)]
    public async Task A_run_that_was_not_trained_fails_every_verb_and_says_so(Mistake mistake)
    {
        var scores = await (await Run(mistake)).EvaluateAsync(Direct);
        foreach (var verb in new Action[]
        {
            () => scores.Should().NotDegradeFromReference(0.02), () => scores.Should().ImproveOnReference(), () => scores.Should().BeAtLeast(0.5),
            () => scores.Should().HaveRegressedFromReference(), () => scores.Should().NotRegressFromBaseline(0.02),
            () => scores.Should().FailuresShowNoPattern(), () => scores.Should().AugmentationHelps("category: long", [scores]), () => scores.Should().NoStratumDegrades(0.02),
        })
        {
            var message = Assert.Throws<GateFailureException>(verb).Message;
            Assert.Contains("the tuned model's weights are the reference's", message, StringComparison.Ordinal);
            Assert.Contains("AllowUntuned", message, StringComparison.Ordinal);
            Assert.Equal((Verdict.NotComparable, VerdictReason.Untuned, true), (_bench.Log[^1].Verdict, _bench.Log[^1].Reason, _bench.Log[^1].Fails));
        }
    }

    [Theory, InlineData(Mistake.OpensItsReference), InlineData(Mistake.SavedItsBase)]
    public async Task It_is_no_approved_run_either(Mistake mistake)
    {
        var scores = await (await Run(mistake)).EvaluateAsync(Direct);
        Assert.Throws<GateFailureException>(() => scores.Should().NotRegressFromBaseline(0.02));
        _bench.Approve();
        Assert.Throws<GateFailureException>(() => scores.Should().NotRegressFromBaseline(0.02));
        Assert.Equal(VerdictReason.Untuned, _bench.Log[^1].Reason);
    }

    [Theory, InlineData(Mistake.OpensItsReference), InlineData(Mistake.SavedItsBase)]
    public async Task A_spec_may_allow_it_by_name(Mistake mistake)
    {
        var scores = await (await Run(mistake)).EvaluateAsync(Direct);
        scores.Should().NotDegradeFromReference(new GateSettings { Margin = 0.02, AllowUntuned = true });
        scores.Should().BeAtLeast(0.5, allowUntuned: true);
        Assert.All(_bench.Log, verdict => Assert.False(verdict.Fails));
    }

    [Fact]
    public async Task Its_KL_is_within_no_budget_and_certifies_nothing()
    {
        var recipe = new RewardedRecipe(GoodBut(1), GoodBut(2), _ => 0) { OpensReference = true };
        var kl = await (await _bench.Run(recipe, Direct)).MeasureKlAsync(Direct);
        foreach (var verb in new Action[] { () => kl.Should().StayWithinBudget(KlBudget.AtMost(1, "a test", 10)), () => kl.Should().StayWithinBudget(KlBudget.CertifyingDrop(0.5)), () => kl.Should().SafetyCertificate(0.5) })
            Assert.Contains("the tuned model's weights are the reference's", Assert.Throws<GateFailureException>(verb).Message, StringComparison.Ordinal);
        kl.Should().StayWithinBudget(KlBudget.AtMost(1, "a test", 10), allowUntuned: true);
        kl.Should().SafetyCertificate(0.5, required: true, allowUntuned: true);
    }

    // Its reward is the reference's and its KL 0: nothing fell, and nothing was trained.
    [Fact]
    public async Task Its_objective_is_none_that_was_not_lowered()
    {
        var recipe = new RewardedRecipe(GoodBut(), GoodBut(), _ => 0) { OpensReference = true };
        var objective = await (await _bench.Run(recipe, Direct)).MeasureObjectiveAsync(new ObjectivePlan { Prompts = 120, Samples = 2 });
        Assert.Contains("the tuned model's weights are the reference's", Assert.Throws<GateFailureException>(() => objective.Should().ObjectiveNotLowered()).Message, StringComparison.Ordinal);
        Assert.Equal((Verdict.NotComparable, VerdictReason.Untuned), (_bench.Log[^1].Verdict, _bench.Log[^1].Reason));
    }

    [Fact]
    public async Task A_run_that_was_trained_is_none_of_it()
    {
        var scores = await (await _bench.Run(new Copying(_folder, "other weights", GoodBut(1)), Direct)).EvaluateAsync(Direct);
        scores.Should().NotDegradeFromReference(0.02);
        Assert.Null(scores.Untuned);
    }

    [Fact]
    public void The_same_weights_are_seen_in_the_evidence_alone()
    {
        var (reference, now) = (Gates.Fake.Measured(new string('1', 600), "same"), Gates.Fake.Measured(new string('1', 600), "same"));
        PairedClaim claim = new() { Against = ComparisonKind.Reference, Approved = reference, Now = now, Settings = Gates.Fake.TwoPoints };
        Assert.Equal((VerdictReason.Untuned, true), Outcome(claim));
        Assert.Equal((VerdictReason.Identical, false), Outcome(claim with { Settings = claim.Settings with { AllowUntuned = true } }));
        Assert.Equal((VerdictReason.Identical, false), Outcome(claim with { Against = ComparisonKind.Baseline })); // the same run again
        Assert.Equal((VerdictReason.Untuned, true), Outcome(claim with { Against = ComparisonKind.Baseline, Anchor = reference }));
        Assert.Equal((VerdictReason.Untuned, true), Outcome(claim with { Now = now with { Model = now.Model with { Name = "other", TokenizerDigest = "other", EngineDigest = "other" } } }));
        var trainings = new TrainingsClaim { Against = ComparisonKind.Reference, Approved = [reference], Now = [Gates.Fake.Measured(new string('1', 600), "a"), Gates.Fake.Measured(new string('1', 600), "b"), now], Settings = Gates.Fake.TwoPoints };
        Assert.Equal((VerdictReason.Untuned, true), Outcome(trainings));
        Assert.Contains("untuned weights", Comparability.Differences(claim.Settings, claim.Settings with { AllowUntuned = true }, MetricDirection.Safety).Single(), StringComparison.Ordinal);

        static (VerdictReason, bool) Outcome(Claim claim) => RunVerdicts.Decide(claim) is var decision ? (decision.Reason, decision.Fails) : default;
    }

    private Task<TrainingRunFixture> Run(Mistake mistake) => mistake == Mistake.OpensItsReference
        ? _bench.Run(new Copying(_folder, "other weights", GoodBut(1)) { OpensReference = true }, Direct)
        : _bench.Run(new Copying(_folder, "base weights", GoodBut(1)), Direct);

    /// <summary>Saves weights; the reference's are "base weights". The digests of the two models differ always, as under other names.</summary>
    private sealed class Copying(TemporaryFolder folder, string saves, Func<string, string> answers) : IRecipe
    {
        public bool OpensReference { get; init; }

        public string Name => "copying";

        public ulong Seed => 3;

        public string? ReferenceDirectory
        {
            get
            {
                Save(folder["base"], "base weights", "original.safetensors");
                return folder["base"];
            }
        }

        public JsonObject Describe() => new() { ["weights"] = saves, ["opens"] = OpensReference };

        public RunEnvironment Environment() => new() { Engine = "none", Device = "none", Dtype = "float32", Threads = 1, CodeDigest = "c" };

        public Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
        {
            Save(Path.Combine(directory, "checkpoint"), saves, "model.safetensors");
            File.WriteAllText(Path.Combine(directory, "metrics.jsonl"), """{"step": 10, "loss": 0.5}""");
            return Task.CompletedTask;
        }

        public ILanguageModel Open(string checkpointDirectory) => OpensReference ? OpenReference() : new StubModel("tuned " + saves, (p, _) => answers(p.Id));

        public ILanguageModel OpenReference() => new StubModel("reference", (p, _) => answers(p.Id));

        private static void Save(string directory, string weights, string file)
        {
            Directory.CreateDirectory(directory);
            var data = System.Text.Encoding.UTF8.GetBytes(weights);
            var header = System.Text.Encoding.UTF8.GetBytes("{\"w\":{\"dtype\":\"U8\",\"shape\":[" + data.Length + "],\"data_offsets\":[0," + data.Length + "]}}");
            File.WriteAllBytes(Path.Combine(directory, file), [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. data]);
        }
    }
}

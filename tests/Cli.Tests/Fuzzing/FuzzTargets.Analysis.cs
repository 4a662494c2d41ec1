using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Labeling;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Slurm;
using SafetyGate.Harness.Tests.Baselines;
using SafetyGate.Harness.Tests.Gates;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Diagnosis;
using SafetyGate.Models.Families;
using SafetyGate.Models;
using SafetyGate.Models.Tokenization;
using SafetyGate.Studies.Safety.Plan;
using SafetyGate.Studies.Safety.Runs;
using SafetyGate.Trainers;
using SafetyGate.Trainers.Data;
using SafetyGate.Verifiers.Judges;
using Microsoft.Extensions.AI;
using System.Text.Json.Nodes;
using SafetyGate.Analysis.Curation;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Studies.Distillation;
using SafetyGate.Trainers.Difficulty;
using SafetyGate.Trainers.ShadowRewards;

namespace SafetyGate.Cli.Tests.Fuzzing;

/// <summary>Files and answers of what goes on from a red gate: strata, dynamics, patterns, made rows, distillation, studies, and recipes of RLHF.</summary>
internal sealed partial class FuzzTargets
{
    private const string Preferences = """
        {"prompt": "why ?", "chosen": "a ab", "rejected": "b b b", "margin": 0.5}
        {"chosen": [{"role": "user", "content": "how ?"}, {"role": "assistant", "content": "ab ab"}], "rejected": [{"role": "user", "content": "how ?"}, {"role": "assistant", "content": "b"}]}

        """;

    private const string OfModel = "\"base\": \"base\", \"template\": \"chat\", \"peft_config\": {\"r\": 4, \"target_modules\": \"all-linear\"}";

    private static Dictionary<string, int> AnalysisWeights => new()
    {
        ["strata result"] = 100, ["strata outcomes"] = 100, ["strata items"] = 200, ["dynamics record"] = 200, ["triage"] = 100, ["study"] = 200, ["run of a study"] = 200,
        ["pattern report"] = 100, ["augmentation report"] = 100, ["asked items"] = 200, ["asked table"] = 100, ["answer of an analyst"] = 200, ["answer of a generator"] = 200, ["embeddings"] = 200,
        ["distillation"] = 200, ["hardness"] = 100, ["routed rewards"] = 100, ["preferences"] = 200, ["recipe of DPO"] = 100, ["recipe of PPO"] = 100, ["recipe of a reward model"] = 100, ["recipe of shadow rewards"] = 100,
    };

    private (byte[] Whole, Func<byte[], Task> Read)? OfAnalysis(string name) => name switch
    {
        "study" => (Text("""{"name": "s", "title": "t", "target": 0.5, "request_tokens": 4, "problem_tokens": 4, "values": {"base": "x", "rate": 1e-4}, "adversarial": [{"name": "a", "path": "a.jsonl", "columns": "prompt=goal", "limit": 5, "scorer": "refusal"}], "over_refusal": {"name": "o", "path": "o.csv", "where": "label=safe"}, "domains": [{"name": "d", "test": {"name": "d", "path": "d.jsonl"}}], "parts": [{"name": "p", "title": "P", "anchor": "one"}], "recipes": {"r": {"kind": "sft", "base": "{base}", "options": {"learning_rate": "{rate}", "target": {"accuracy": "{target}", "every_steps": 5}}}}, "arms": [{"name": "one", "label": "One", "parts": ["p"], "domain": "d", "recipe": "r", "with": {"options": {"max_steps": 3, "beta": null}}, "values": {"base": "y{domain}"}, "seeds": 2, "quick_seeds": 1, "expect": "passed", "stages": [{"name": "first", "recipe": "r"}]}]}"""), File("study.json", path => Study.Load(path).Units())),
        "run of a study" => (Text("""{"arm": "a", "seed": 1, "key": "k", "digest": "d", "environment": {"engine": "e", "device": "cpu", "dtype": "float32", "threads": 2, "codeDigest": "c"}, "steps": 3, "seconds": 1.5, "validationAccuracy": 0.8, "rates": [{"metric": "m", "direction": "safety", "items": 4, "reference": 1, "tuned": 0.9, "unscored": 0, "verdict": "passed"}], "drift": {"recipe": "r", "seed": 1, "digest": "d", "steps": 3, "metrics": [], "bounds": []}, "lost": [0, 0.5], "gained": [1, 0], "residentMebibytes": 400}"""), File("a-1.json", path => StudyRun.Read(path))),
        "strata result" => (AnalysisFile.Bytes(FakeStrata.Result(0.3, 0.6, 0.8, seeds: 1)), Sync(bytes => AnalysisFile.Read<StrataResult>(Signed(bytes), "strata"))),
        "strata outcomes" => (Text(string.Concat(((string[])["none", "easy", "hard"]).SelectMany(arm => Enumerable.Range(0, 4).Select(i => Invariant($"{{\"id\": \"t{i}\", \"hardness\": {i / 2}, \"train\": \"{arm}\", \"seed\": 1, \"score\": {(i % 2 == 0 ? "true" : "0.5")}}}\n"))))), File("o.jsonl", path => StrataOutcomes.Read(path, new(), new StratumChoice().For, "x"))),
        "strata items" => (Text("{\"id\": 1, \"prompt\": \"a b\", \"answer\": \"x\", \"choices\": [\"x\", \"y\"], \"hardness\": 1.5}\n{\"id\": 2, \"prompt\": \"c\", \"answer\": \"y\", \"hardness\": 2e3}\n"), File("i.jsonl", path => StrataQuestions.Read(path, new()))),
        "dynamics record" => (Text("{\"id\": \"a\", \"p\": [0.25, 0.75]}\n{\"id\": \"b\", \"epoch\": 1, \"p\": 1}\n{\"id\": \"b\", \"epoch\": 2, \"p\": 0}\n"), File("d.jsonl", path => DynamicsRecord.Read(path, "x"))),
        "triage" => (Text("{\"id\": \"a\", \"label\": \"wrong\"}\n{\"id\": \"b\", \"label\": null}\n"), File("t.jsonl", path => DynamicsRecord.ReadTriage(path))),
        "pattern report" => (AnalysisFile.Bytes(Patterns()), Sync(bytes => AnalysisFile.Read<PatternReport>(Signed(bytes), "patterns"))),
        "augmentation report" => (AnalysisFile.Bytes(Augmentation()), Sync(bytes => AnalysisFile.Read<AugmentationReport>(Signed(bytes), "report"))),
        "asked items" => (Text("{\"id\": \"a\", \"prompt\": \"2 + 3 ?\", \"response\": \"5\", \"answer\": 5, \"score\": true, \"kind\": \"sum\"}\n{\"id\": \"b\", \"prompt\": \"2 - 3 ?\", \"response\": null, \"answer\": \"-1\", \"score\": 0.25}\n"), File("i.jsonl", path => AskedFile.Load(path, new AskedColumns()))),
        "asked table" => (Text("id,prompt,response,score,kind\na,\"how, \"\"so\"\" ?\",no,1,x\nb,why ?,so,false,y\n"), File("i.csv", path => AskedFile.Load(path, new AskedColumns()))),
        "answer of an analyst" => (Text("""{"cause": "the carry is dropped", "generic": false}"""), Answered(async client => await new ChatAnalyst(client, "m").ExplainAsync([new AskedItem { Id = "a", Prompt = "2 + 3 ?", Response = "6", Answer = "5", Failed = true }], CancellationToken.None))),
        "answer of a generator" => (Text("""{"rows": [{"prompt": "2 + 4 ?", "completion": "2 + 4 = 6 . #### 6", "answer": "6"}, {"prompt": "1 + 4 ?", "completion": "#### 5", "answer": "5"}]}"""), Answered(async client => await new ChatGenerator(client, "m", [new DraftRow("2 + 3 ?", "#### 5", "5")]).GenerateAsync(Drafted(), 2, 0, [], CancellationToken.None))),
        "embeddings" => (Text("""{"data": [{"index": 1, "embedding": [0.5, -1, 2e3]}, {"index": 0, "embedding": [0, 1, 2]}], "model": "m"}"""), Answer(root => CompletionReader.Embeddings(root, 2))),
        "distillation" => (Text("""{"student": "s", "teachers": [{"name": "t", "model": "t"}, {"name": "u", "model": "http://127.0.0.1:1/v1"}], "questions": "q.jsonl", "selection": "s.jsonl", "in_domain": "t.jsonl", "out_of_domain": "o.jsonl", "safety": "h.jsonl", "columns": "prompt=question", "trajectories": 4, "keep": 2, "longest": 44, "temperature": 0.5, "options": {"max_steps": 30, "learning_rate": 3e-4, "seed": 1}}"""), File("d.json", path => DistillSpec.Load(path))),
        "hardness" => (Text("{\"id\": \"a\", \"hardness\": 1.25}\n{\"id\": \"b\", \"hardness\": 2}\n"), File("h.jsonl", path => HardnessFile.Read(path))),
        "routed rewards" => (Text("""{"violence": "a", "privacy": "b/c"}"""), File(RoutedReward.FileName, path => Refused(() => RoutedReward.Load(Path.GetDirectoryName(path)!, PromptTemplate.Plain)))),
        "preferences" => (Text(Preferences), File("p.jsonl", path => Preferred(new PreferenceFile { Path = path, SystemPrompt = "be brief" }))),
        "recipe of DPO" => (Text($$"""{"kind": "dpo", {{OfModel}}, "data": [{"path": "p.jsonl", "limit": 5}], "options": {"max_steps": 20, "learning_rate": 1e-6, "seed": 1, "beta": 0.1, "loss_type": "sigmoid", "label_smoothing": 0.1} }"""), File("r.json", path => RecipeFile.Load(path))),
        "recipe of PPO" => (Text($$"""{"kind": "ppo", {{OfModel}}, "data": {"path": "p.jsonl"}, "rewards": [{"name": "math"}], "options": {"max_steps": 20, "learning_rate": 1e-5, "seed": 1, "response_length": 12, "num_mini_batches": 4, "kl_coef": 0.05, "adaptive_kl_target": 6, "target_kl": 0.1} }"""), File("r.json", path => RecipeFile.Load(path))),
        "recipe of a reward model" => (Text($$"""{"kind": "reward_model", {{OfModel}}, "data": [{"path": "p.jsonl"}], "options": {"max_steps": 20, "learning_rate": 1e-5, "seed": 1, "center_rewards_coefficient": 0.01, "held_out": 0.1} }"""), File("r.json", path => RecipeFile.Load(path))),
        "recipe of shadow rewards" => (Text("""{"kind": "irl", "base": "base", "template": "chat", "data": {"path": "d.jsonl", "columns": "answer=demonstration"}, "hardness": "h.jsonl", "rewards": {"rounds": 2, "samples_per_demonstration": 4, "routing": "category", "model": {"max_steps": 6, "learning_rate": 1e-5, "seed": 1, "held_out": 0.2}}, "options": {"mode": "grpo", "max_steps": 5, "learning_rate": 1e-6, "seed": 1, "prompts_per_step": 16, "num_generations": 8, "max_completion_length": 25, "difficulty_scaling": {"tau": 0.04, "alpha_min": 0.5, "alpha_max": 2}}}"""), File("r.json", path => RecipeFile.Load(path))),
        _ => null,
    };

    // With the digest of what is in it now, so that what reads the content is reached.
    private static byte[] Signed(byte[] bytes)
    {
        try
        {
            if (JsonNode.Parse(bytes, documentOptions: new() { AllowDuplicateProperties = false }) is not JsonObject file || !file.ContainsKey("digest")) return bytes;
            var content = file.DeepClone().AsObject();
            content.Remove("schema");
            content.Remove("digest");
            file["digest"] = CanonicalJson.Digest(content);
            return Encoding.UTF8.GetBytes(file.ToJsonString());
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return bytes;
        }
    }

    // The sound file names models that are not there.
    private static void Refused(Action read)
    {
        try
        {
            read();
        }
        catch (UserErrorException)
        {
        }
    }

    private void Preferred(PreferenceFile file)
    {
        System.IO.File.WriteAllText(folder["tokenizer.json"], Tokenizer);
        var template = folder.Write("told.jinja", "{% for m in messages %}{{ m.role }}{{ m.content }}<e>{% endfor %}");
        file.Read(new ExampleEncoder(TokenizerFile.Load(folder.Path), ChatRenderers.ForFile(template), PromptTemplate.Chat, null));
    }

    private static Func<byte[], Task> Answered(Func<IChatClient, Task> ask) => async bytes =>
    {
        using var client = new Canned(Encoding.UTF8.GetString(bytes));
        await ask(client);
    };

    private static Strategy Drafted() => new() { Name = "s", Pattern = "p", Description = "sums with a carry", Wanted = [new("carry", "yes")], Rows = 2 };

    private static PatternReport Patterns() => new()
    {
        Source = "a", ItemsDigest = "d", Analyst = "rules", Features = "TF-IDF", Options = new(), Items = 4, Failures = 2, Explained = 2, Verdict = PatternVerdict.NoPattern, Reason = "r", Elbow = 2, Silhouette = 0.5, Inertia = [2, 1],
        Patterns = [new() { Name = "p", Items = ["a"], Properties = [new() { Name = "n", Value = "v", InPattern = 1, Elsewhere = 0.25, P = 0.001 }], Slice = [], SliceItems = 1, SliceFailures = 1 }],
        Lines = [new() { Id = "a", Line = "l", Pattern = 0 }, new() { Id = "b", Line = "m", Pattern = -1 }],
    };

    private static AugmentationReport Augmentation() => new()
    {
        PatternsDigest = "p", ValidationDigest = "v", RowsDigest = "r", Drafter = "rules", Generator = "sums", Checks = ["form"], MostRetries = 3, Withheld = ["w"], Leaks = new() { Texts = 0, Grams = 0, Templates = 0 },
        Strategies = [new() { Strategy = Drafted(), Generated = 3, Accepted = 2, Retries = 1, Rejected = [new() { Check = "form", Reason = "r", Rows = 1 }] }],
    };

    private sealed class Canned(string text) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new Microsoft.Extensions.AI.ChatMessage(ChatRole.Assistant, text)));

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}

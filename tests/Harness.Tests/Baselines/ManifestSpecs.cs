using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Baselines;

public sealed class ManifestSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("manifest").FullName;

    private string Specs => SpecManifest.PathIn(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ManifestEntry Ran(string spec, string test) => new(spec, test);

    [Fact]
    public void A_listed_spec_that_left_no_verdict_is_a_problem_and_so_is_one_that_is_not_listed()
    {
        var manifest = new SpecManifest { Entries = [new("A", "x"), new("A", "y")] };
        Assert.Empty(manifest.Problems([Ran("A", "x"), Ran("A", "y"), Ran("A", "x")]));
        Assert.Contains("A.y must run and left no verdict", Assert.Single(manifest.Problems([Ran("A", "x")])));
        Assert.Contains("B.z ran and is not on the list", Assert.Single(manifest.Problems([Ran("A", "x"), Ran("A", "y"), Ran("B", "z")])));
        Assert.Equal(2, manifest.Problems([]).Count);
    }

    [Fact]
    public void A_baseline_that_no_listed_spec_uses_is_a_problem()
    {
        var store = new BaselineStore(_folder);
        store.Receive(Documents.Key, Documents.Steady);
        store.Approve(Documents.Key, new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "first" });
        Assert.Contains("is not on the list", Assert.Single(new SpecManifest { Entries = [new("A", "x")] }.UnusedBaselines(store)));
        Assert.Empty(new SpecManifest { Entries = [new(Documents.Key.Spec, Documents.Key.Test)] }.UnusedBaselines(store));
    }

    [Fact]
    public void An_approved_baseline_under_another_name_than_its_own_is_a_problem()
    {
        var store = new BaselineStore(_folder);
        var (key, old) = (new BaselineKey("A", "x"), new BaselineKey("A", "old"));
        store.Receive(key, Documents.Steady);
        store.Approve(key, new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "first" });
        File.Move(store.VerifiedPath(key), store.VerifiedPath(old));
        File.Move(store.NotePath(key), store.NotePath(old));
        var manifest = new SpecManifest { Entries = [new("A", "x")] };
        Assert.Equal(["A.old.verified.json is the baseline of A.x, whose file is A.x.verified.json; nothing is compared with it. Approve the result anew, and delete the file and its note in a reviewed change."], manifest.UnusedBaselines(store));
        File.Delete(store.NotePath(old));
        Assert.Empty(manifest.UnusedBaselines(store)); // one that is not approved is told elsewhere
    }

    [Fact]
    public void Tests_that_are_not_listed_are_told_in_order_of_spec_and_test()
    {
        var manifest = new SpecManifest { Entries = [new("A", "x")] };
        ManifestEntry[] ordered = [new("B", "a"), new("B", "c"), new("C", "b")];
        Assert.Equal(ordered, manifest.Unlisted([ordered[2], ordered[1], ordered[0], ordered[1]]));
        Assert.Equal(ordered, manifest.Unlisted([ordered[1], new("A", "x"), ordered[0], ordered[2]]));
    }

    [Fact]
    public void The_list_is_one_file_a_test_and_survives_its_files_in_order()
    {
        SpecManifest.Add(Specs, new("B", "y"));
        SpecManifest.Add(Specs, new("A", "x \"q\""));
        SpecManifest.Add(Specs, new("B", "y"));
        SpecManifest.Add(Specs, new("A", "y"));
        Assert.Equal(Path.Combine(_folder, "specs"), Specs);
        Assert.Equal([Path.GetFileName(SpecManifest.FileOf(Specs, new("A", "x \"q\""))), "A.y.json", "B.y.json"], Directory.GetFiles(Specs).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([new ManifestEntry("A", "x \"q\""), new ManifestEntry("A", "y"), new ManifestEntry("B", "y")], SpecManifest.Read(Specs).Entries);
    }

    [Fact]
    public void All_trainings_of_a_claim_about_a_recipe_are_one_test()
    {
        var key = new BaselineKey("A", "x");
        Assert.Equal("A.x.training-12", key.Training(12).FileStem);
        Assert.Equal(key, key.Training(12).Whole);
        Assert.Equal(new ManifestEntry("A", "x"), ManifestEntry.Of(key.Training(3)));
        Assert.Equal(new BaselineKey("A", "x.training-0"), new BaselineKey("A", "x.training-0").Whole);
    }

    [Theory]
    [InlineData("{\"format\": \"safetygate-spec/3\", \"spec\": \"A\", \"test\": \"x\"}", "this version reads")]
    [InlineData("{\"format\": \"safetygate-spec/1\", \"spec\": \"A\", \"test\": \"y\"}", "whose file is A.y.json")]
    [InlineData("{\"format\": \"safetygate-spec/1\", \"spec\": \"A\"}", "lacks the key 'test'")]
    [InlineData("{\"format\": \"safetygate-spec/1\"", "not strict JSON")]
    [InlineData("", "not strict JSON")]
    public void A_damaged_entry_demands_attention(string text, string says)
    {
        SpecManifest.Add(Specs, new("A", "x"));
        File.WriteAllText(SpecManifest.FileOf(Specs, new("A", "x")), text);
        var e = Assert.Throws<UserErrorException>(() => SpecManifest.Read(Specs));
        Assert.Contains(says, e.Message);
        Assert.Contains("A.x.json", e.Message);
    }

    [Fact]
    public void Of_several_damaged_entries_the_first_by_name_is_told()
    {
        foreach (var test in new[] { "c", "a", "b" })
        {
            SpecManifest.Add(Specs, new("A", test));
            File.WriteAllText(SpecManifest.FileOf(Specs, new("A", test)), "{}");
        }

        Assert.Contains("A.a.json", Assert.Throws<UserErrorException>(() => SpecManifest.Read(Specs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_and_an_empty_list_demand_attention()
    {
        Assert.Contains("would let everything pass", Assert.Throws<UserErrorException>(() => SpecManifest.Read(Specs)).Message);
        Directory.CreateDirectory(Specs);
        Assert.Equal(GateExitCode.NotComparable, Assert.Throws<UserErrorException>(() => SpecManifest.Read(Specs)).ExitCode);
    }

    [Fact]
    public void One_test_is_found_without_the_rest_of_the_list()
    {
        Assert.Null(SpecManifest.Find(Specs, Test, out var isList));
        Assert.False(isList);
        Approved(Rule());
        Assert.Equal(Test, SpecManifest.Find(Specs, Test, out isList)!.Test);
        Assert.True(isList);
        Assert.Null(SpecManifest.Find(Specs, new("A", "other"), out isList));
        Assert.True(isList);
    }

    [Fact]
    public void A_claim_passes_by_the_rule_that_was_approved_and_by_no_other()
    {
        Assert.Empty(SpecManifest.ProblemsOf(Specs, Test, Rule())); // no list at all: gate check alone can know
        SpecManifest.Add(Specs, new("A", "other"));
        Assert.Equal([$"the test is not on the list of specs that must run ({Specs}), so no rule is approved for it"], SpecManifest.ProblemsOf(Specs, Test, Rule()));
        SpecManifest.Add(Specs, Test);
        Assert.Equal(["the list of specs records no rule for it"], SpecManifest.ProblemsOf(Specs, Test, Rule()));
        Approved(Rule(), Rule(claim: ClaimKind.AtLeast));
        Assert.Empty(SpecManifest.ProblemsOf(Specs, Test, Rule())); // the other claim may come later
        Assert.Equal(["margin (τ): '0.02' when approved, '0.6' now"], SpecManifest.ProblemsOf(Specs, Test, Rule("0.6")));
        File.AppendAllText(SpecManifest.FileOf(Specs, Test), "\n");
        Assert.Equal(["its file in the list of specs is not the one that was approved: its SHA-256 differs from its approval note's"], SpecManifest.ProblemsOf(Specs, Test, Rule()));
        File.WriteAllText(SpecManifest.FileOf(Specs, Test), "{");
        Assert.Contains("A.x.json", Assert.Single(SpecManifest.ProblemsOf(Specs, Test, Rule())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_is_not_approved_by_nobody_or_beside_a_test_whose_name_differs_by_case_alone()
    {
        var request = new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "seen" };
        Assert.Equal($"A.x is not approved. {(request with { Why = "" }).Problems().Single()}", Refused(Test, request with { Why = "" }).Message);
        SpecManifest.Add(Specs, new("a", "X"));
        var twin = Refused(Test, request);
        Assert.Equal($"a.X.json is in {Specs} already; for A.x there would be A.x.json, which is the same file where upper and lower case do not count. Rename one of the two tests.", twin.Message);
        Assert.Equal(GateExitCode.NotComparable, twin.ExitCode);
        Assert.False(File.Exists(SpecManifest.FileOf(Specs, Test)));

        UserErrorException Refused(ManifestEntry entry, ApprovalRequest by) => Assert.Throws<UserErrorException>(() => SpecManifest.Approved(Specs, entry, [Rule()], by));
    }

    [Fact]
    public void A_file_that_somebody_signed_without_a_rule_approves_nothing()
    {
        var spec = Assert.Single(Approved().Specs);
        Assert.Equal((BaselineStatus.Approved, false), (spec.Status, spec.IsApproved));
        Assert.Equal(["the list of specs records no rule for it"], SpecManifest.ProblemsOf(Specs, Test, Rule()));
    }

    private static readonly ManifestEntry Test = new("A", "x");

    private static ClaimRule Rule(string margin = "0.02", ClaimKind claim = ClaimKind.NotDegradedFromReference, string metric = "m") =>
        new() { Claim = claim, Metric = metric, Terms = [new("margin (τ)", margin), new("alpha (α)", "0.05")] };

    private SpecManifest Approved(params ClaimRule[] rules)
    {
        Directory.CreateDirectory(Specs);
        foreach (var (path, bytes) in SpecManifest.Approved(Specs, Test, rules, new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "seen" })) File.WriteAllBytes(path, bytes);
        return SpecManifest.Read(Specs);
    }

    private static RanRule[] RanBy(params ClaimRule[] rules) => [.. rules.Select(rule => new RanRule(Test, rule, Fails: false))];

    [Fact]
    public void The_rules_of_a_test_survive_its_file_in_any_order_of_assertions()
    {
        ClaimRule[] rules = [Rule(metric: "b \"q\""), Rule(claim: ClaimKind.AtLeast), Rule(metric: "ä\n")];
        var manifest = Approved(rules);
        var spec = Assert.Single(manifest.Specs);
        Assert.True(spec.IsApproved);
        Assert.Equal(rules.ToHashSet(), spec.Rules.ToHashSet());
        Assert.Empty(manifest.RuleProblems(RanBy([.. rules.Reverse(), rules[0]])));
        Assert.Empty(manifest.Unapproved);
        var bytes = File.ReadAllBytes(SpecManifest.FileOf(Specs, Test));
        Approved([.. rules.Reverse()]);
        Assert.Equal(bytes, File.ReadAllBytes(SpecManifest.FileOf(Specs, Test)));
    }

    [Fact]
    public void A_changed_a_missing_and_an_extra_rule_are_named()
    {
        var manifest = Approved(Rule(), Rule(claim: ClaimKind.AtLeast));
        Assert.StartsWith("A.x: the rule is not the approved one (NotDegradedFromReference, m): margin (τ): '0.02' when approved, '0.6' now. Undo the change, or, if it is meant, approve it: ./gate approve \"A.x\"", Assert.Single(manifest.RuleProblems(RanBy(Rule("0.6"), Rule(claim: ClaimKind.AtLeast)))), StringComparison.Ordinal);
        Assert.Contains("this claim is approved and did not run", Assert.Single(manifest.RuleProblems(RanBy(Rule()))), StringComparison.Ordinal);
        Assert.Contains("(Certified, m): this claim ran and has no approved rule", Assert.Single(manifest.RuleProblems(RanBy(Rule(), Rule(claim: ClaimKind.AtLeast), Rule(claim: ClaimKind.Certified)))), StringComparison.Ordinal);
        Assert.Contains("this claim ran and has no approved rule", manifest.RuleProblems(RanBy(Rule(), Rule(claim: ClaimKind.AtLeast), Rule("0.6"))).Single(), StringComparison.Ordinal); // the tight rule beside the loose one
        Assert.Equal(2, manifest.RuleProblems(RanBy(Rule("0.6"), Rule("0.7", ClaimKind.AtLeast))).Count);
        Assert.Equal(2, manifest.RuleProblems(RanBy(Rule() with { Terms = [] }, Rule(claim: ClaimKind.AtLeast) with { Terms = [new("margin (τ)", "0.02")] })).Count); // a log without rules
    }

    [Fact]
    public void What_a_failing_verdict_kept_from_running_is_not_called_missing()
    {
        var manifest = Approved(Rule(), Rule(claim: ClaimKind.AtLeast));
        Assert.Empty(manifest.RuleProblems([new(Test, Rule(), Fails: true)]));
        Assert.Empty(manifest.RuleProblems([new(Test, null, Fails: true)]));
        Assert.Single(manifest.RuleProblems([new(Test, Rule("0.6"), Fails: true)]));
        Assert.Empty(manifest.RuleProblems([new(Test, Rule(), Fails: false), new(Test, null, Fails: true)])); // the second of three claims failed
    }

    [Fact]
    public void Changed_rules_are_told_in_order_of_spec_and_test_and_all_of_a_claim_in_one_sentence()
    {
        ManifestEntry[] ordered = [new("A", "x"), new("A", "y"), new("B", "w")];
        Directory.CreateDirectory(Specs);
        foreach (var entry in ordered)
            foreach (var (path, bytes) in SpecManifest.Approved(Specs, entry, [Rule()], new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "seen" })) File.WriteAllBytes(path, bytes);
        var other = Rule("0.6") with { Terms = [new("margin (τ)", "0.6"), new("alpha (α)", "0.1")] };
        foreach (var ran in new[] { ordered, [.. ordered.Reverse()] })
        {
            var problems = SpecManifest.Read(Specs).RuleProblems([.. ran.Select(entry => new RanRule(entry, other, Fails: false))]);
            Assert.Equal(ordered.Select(entry => $"{entry.Spec}.{entry.Test}: the rule is not the approved one (NotDegradedFromReference, m): margin (τ): '0.02' when approved, '0.6' now; alpha (α): '0.05' when approved, '0.1' now. Undo the change, or, if it is meant, approve it: ./gate approve \"{entry.Spec}.{entry.Test}\" --why \"…\""), problems);
        }
    }

    [Fact]
    public void Each_class_that_inherits_a_test_has_its_own_rule()
    {
        Approved(Rule());
        foreach (var (path, bytes) in SpecManifest.Approved(Specs, new("B", "x"), [Rule("0.05")], new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "seen" })) File.WriteAllBytes(path, bytes);
        var manifest = SpecManifest.Read(Specs);
        Assert.Empty(manifest.RuleProblems([.. RanBy(Rule()), new(new("B", "x"), Rule("0.05"), Fails: false)]));
        Assert.StartsWith("A.x: ", Assert.Single(manifest.RuleProblems([.. RanBy(Rule("0.05")), new(new("B", "x"), Rule("0.05"), Fails: false)])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_without_rules_an_edited_file_and_one_without_its_note_demand_attention()
    {
        Approved(Rule());
        var file = SpecManifest.FileOf(Specs, Test);
        var (text, note) = (File.ReadAllText(file), File.ReadAllText(file + ".approval.md"));
        File.WriteAllText(file, text.Replace("0.02", "0.6", StringComparison.Ordinal));
        Assert.Contains("A.x: its file in the list of specs is not the one that was approved", Assert.Single(SpecManifest.Read(Specs).Unapproved), StringComparison.Ordinal);
        File.WriteAllText(file, text);
        File.Delete(file + ".approval.md");
        Assert.Contains("has no readable approval note beside it", Assert.Single(SpecManifest.Read(Specs).Unapproved), StringComparison.Ordinal);
        File.WriteAllText(file + ".approval.md", note);
        File.WriteAllText(file, "{\"format\": \"safetygate-spec/1\", \"spec\": \"A\", \"test\": \"x\"}");
        Assert.Contains("records no rule for it", Assert.Single(SpecManifest.Read(Specs).Unapproved), StringComparison.Ordinal);
        SpecManifest.Add(Specs, new("A", "y"));
        File.Delete(file);
        Assert.Equal(["A.y: the list of specs records no rule for it. Look at its rule, and approve it: ./gate approve \"A.y\" --why \"…\"", "specs/A.x.json.approval.md: the spec's file beside it is gone. Restore it, or delete the note in a reviewed change."], SpecManifest.Read(Specs).Unapproved);
    }

    [Fact]
    public void Notes_that_were_left_alone_are_told_in_order_of_name()
    {
        Approved(Rule());
        foreach (var name in new[] { "c", "a", "b" }) File.WriteAllText(Path.Combine(Specs, name + ".json.approval.md"), "");
        Assert.Equal(["a.json.approval.md", "b.json.approval.md", "c.json.approval.md"], SpecManifest.Read(Specs).Orphans);
    }

    [Theory]
    [InlineData("\"rules\": [{\"claim\": \"AtLeast\", \"metric\": \"m\", \"terms\": []}]", "a rule without terms demands nothing")]
    [InlineData("\"rules\": [{\"claim\": \"None\", \"metric\": \"m\", \"terms\": []}]", "it must be one of")]
    [InlineData("\"rules\": [{\"claim\": \"AtLeast\", \"metric\": \"m\", \"terms\": [{\"name\": \"a\", \"value\": \"1\"}, {\"name\": \"a\", \"value\": \"2\"}]}]", "has the term 'a' twice")]
    [InlineData("\"rules\": {}", "must be an array")]
    public void A_damaged_rule_demands_attention(string rules, string says)
    {
        SpecManifest.Add(Specs, Test);
        File.WriteAllText(SpecManifest.FileOf(Specs, Test), "{\"format\": \"safetygate-spec/2\", \"spec\": \"A\", \"test\": \"x\", " + rules + "}");
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => SpecManifest.Read(Specs)).Message, StringComparison.Ordinal);
    }
}

using System.Text.Json;
using System.Xml.Linq;
using SafetyGate.Core;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;

namespace SafetyGate.Harness.Tests.Reports;

public sealed class MachineFormatSpecs
{
    [Fact]
    public void JUnit_counts_what_failed_what_was_skipped_and_what_is_missing()
    {
        var root = XDocument.Parse(JUnitReport.Write(Sample.Full)).Root!;
        Assert.Equal(("7", "1", "1", "1"), ((string)root.Attribute("tests")!, (string)root.Attribute("failures")!, (string)root.Attribute("errors")!, (string)root.Attribute("skipped")!));
        Assert.Equal(7, root.Descendants("testcase").Count());
        Assert.Contains("regressed against the approved baseline", (string)root.Descendants("failure").Single().Attribute("message")!, StringComparison.Ordinal);
        Assert.Equal("OwnStyleSumsSpecs.Sums_are_right_as_often_as_in_the_approved_run", (string)root.Descendants("error").Single().Parent!.Attribute("name")!);
        Assert.Single(root.Descendants("skipped"));
    }

    [Fact]
    public void JUnit_is_XML_whatever_a_message_holds()
    {
        var verdict = Sample.Regressed with { Message = "broke \u0000\u0001\u001b\uFFFE\uD800 ]]> <&>\nmore", Metric = "a\"b<\u0002" };
        var root = XDocument.Parse(JUnitReport.Write(Sample.Of(verdict))).Root!;
        Assert.Contains("⟨U+0000⟩", root.Descendants("failure").Single().Value, StringComparison.Ordinal);
        Assert.Contains("]]> <&>", root.Descendants("failure").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Sarif_has_what_2_1_0_demands_and_a_place_for_each_result()
    {
        using var sarif = JsonDocument.Parse(SarifReport.Write(Sample.Full));
        var root = sarif.RootElement;
        Assert.Equal("2.1.0", root.GetProperty("version").GetString());
        var run = root.GetProperty("runs")[0];
        var driver = run.GetProperty("tool").GetProperty("driver");
        Assert.Equal("SafetyGate", driver.GetProperty("name").GetString());
        var rules = driver.GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("id").GetString()).ToList();
        var results = run.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["error", "warning", "error"], results.Select(r => r.GetProperty("level").GetString()));
        Assert.All(results, r =>
        {
            Assert.Contains(r.GetProperty("ruleId").GetString(), rules);
            Assert.False(string.IsNullOrWhiteSpace(r.GetProperty("message").GetProperty("text").GetString()));
            var place = r.GetProperty("locations")[0].GetProperty("physicalLocation");
            Assert.True(place.GetProperty("region").GetProperty("startLine").GetInt32() >= 1);
            Assert.NotEmpty(place.GetProperty("artifactLocation").GetProperty("uri").GetString()!);
        });
        Assert.Equal("tests/SafetySpecs/OwnStyleGuardrailSpecs.cs", results[0].GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(results.Count, results.Select(r => r.GetProperty("partialFingerprints").GetProperty("safetyGateSpec/v1").GetString()).Distinct().Count());
    }

    // A claim that was taken out of a test, or a list that was: no verdict fails, and the check is red.
    [Fact]
    public void What_the_check_refuses_is_an_error_in_every_form()
    {
        var report = Sample.Of(Sample.Passed) with { RuleChanges = [new("A.x", "rule", "AtLeast, m", "—", true), new("A.x", "margin (τ)", "0.02", "0.6", true)], Problems = ["a.jsonl, line 3: this is not a verdict"], CutOff = ["b.jsonl ends in the middle"] };
        string[] said = ["rule: 'AtLeast, m' when approved, '—' now; margin (τ): '0.02' when approved, '0.6' now", "a.jsonl, line 3: this is not a verdict", "b.jsonl ends in the middle"];
        using var sarif = JsonDocument.Parse(SarifReport.Write(report));
        var run = sarif.RootElement.GetProperty("runs")[0];
        var results = run.GetProperty("results").EnumerateArray().Select(one => (one.GetProperty("ruleId").GetString(), one.GetProperty("level").GetString(), Text: one.GetProperty("message").GetProperty("text").GetString()!)).ToList();
        Assert.All(results, one => Assert.Equal(("NotApproved", "error"), (one.Item1, one.Item2)));
        Assert.Contains("NotApproved", run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("id").GetString()));
        var annotations = GitHubAnnotations.Write(report).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(annotations, line => Assert.StartsWith("::error title=", line, StringComparison.Ordinal));
        var junit = XDocument.Parse(JUnitReport.Write(report)).Root!;
        Assert.Equal(("4", "0", "3"), ((string)junit.Attribute("tests")!, (string)junit.Attribute("failures")!, (string)junit.Attribute("errors")!));
        var errors = junit.Descendants("error").Select(error => (string)error.Attribute("message")!);
        foreach (var texts in new[] { results.Select(one => one.Text), annotations, errors })
            Assert.All(said.Zip(texts), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));

        var failing = Sample.Of(Sample.Regressed) with { RuleChanges = [new(Sample.Regressed.Name, "rule", "—", "not approved: the spec is not listed", true)] };
        Assert.Single(GitHubAnnotations.Write(failing).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Every_reason_of_a_verdict_is_a_rule_of_the_Sarif_log()
    {
        using var sarif = JsonDocument.Parse(SarifReport.Write(Sample.Full));
        var rules = sarif.RootElement.GetProperty("runs")[0].GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("id").GetString());
        Assert.Empty(Enum.GetNames<VerdictReason>().Except(rules));
    }

    [Fact]
    public void An_annotation_is_one_line_with_GitHubs_escapes()
    {
        var line = GitHubAnnotations.Of(Sample.Regressed with { Message = "broke 5 %\r\n::error::owned", Metric = "a, b: c", Source = new("tests/a,b.cs", 7) });
        Assert.Equal("::error file=tests/a%2Cb.cs,line=7,title=OwnStyleGuardrailSpecs.The_pooled_guardrails_are_those_of_the_approved_run%3A a%2C b%3A c::broke 5 %25%0A::error::owned\n", line);
    }

    [Fact]
    public void Only_what_fails_or_warns_is_annotated()
    {
        Assert.Equal("", GitHubAnnotations.Of(Sample.Passed));
        Assert.StartsWith("::warning ", GitHubAnnotations.Of(Sample.Warned), StringComparison.Ordinal);
        var lines = GitHubAnnotations.Write(Sample.Full).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["::error", "::warning", "::error"], lines.Select(l => l.Split(' ')[0]));
    }

    [Theory]
    [InlineData(Verdict.Regressed, true, GateExitCode.Regressed), InlineData(Verdict.Regressed, false, GateExitCode.Passed)]
    [InlineData(Verdict.Passed, true, GateExitCode.Regressed), InlineData(Verdict.Inconclusive, true, GateExitCode.Inconclusive)]
    [InlineData(Verdict.Inconclusive, false, GateExitCode.Passed), InlineData(Verdict.NotComparable, true, GateExitCode.NotComparable)]
    public void A_verdict_has_the_exit_code_of_what_it_does_to_the_build(Verdict verdict, bool fails, int code) =>
        Assert.Equal(code, (Sample.Regressed with { Verdict = verdict, Fails = fails }).ExitCode);

    [Fact]
    public void Machines_read_the_raw_rate_its_intervals_and_the_corrected_rate()
    {
        var expected = Sample.Validated.Comparison!.Now;
        (string, double)[] figures =
        [
            ("now.rate", expected.Rate), ("now.interval.lower", expected.Limits!.Value.Lower), ("now.wilson.upper", expected.Wilson!.Value.Upper),
            ("now.corrected", expected.Corrected!.Rate), ("now.correctedInterval.lower", expected.Corrected.Limits!.Value.Lower),
            ("before.corrected", Sample.Validated.Comparison.Before.Corrected!.Rate), ("before.rate", 590 / 600.0),
        ];
        Assert.Equal((564 / 600.0, 1.0), (expected.Rate, expected.Corrected.Rate));
        var xml = XDocument.Parse(JUnitReport.Write(Sample.Of(Sample.Validated))).Descendants("property").ToDictionary(p => (string)p.Attribute("name")!, p => (double)p.Attribute("value")!);
        using var sarif = JsonDocument.Parse(SarifReport.Write(Sample.Of(Sample.Validated)));
        var properties = sarif.RootElement.GetProperty("runs")[0].GetProperty("results")[0].GetProperty("properties");
        foreach (var (name, value) in figures) Assert.Equal((value, value), (xml[name], properties.GetProperty(name).GetDouble()));
        Assert.DoesNotContain(XDocument.Parse(JUnitReport.Write(Sample.Of(Sample.Regressed))).Descendants("property"), p => ((string)p.Attribute("name")!).Contains("corrected", StringComparison.Ordinal));
        var floor = XDocument.Parse(JUnitReport.Write(Sample.Of(Sample.Floor))).Descendants("property").Select(p => (string)p.Attribute("name")!).ToList();
        Assert.Equal(["now.rate", "now.interval.lower", "now.interval.upper", "now.wilson.lower", "now.wilson.upper", "now.corrected", "now.correctedInterval.lower", "now.correctedInterval.upper"], floor);
    }

    [Fact]
    public void A_record_with_a_corrected_rate_is_read_as_it_was_written()
    {
        foreach (var verdict in new[] { Sample.Validated, Sample.Floor })
        {
            var line = VerdictRecordJson.Line(verdict);
            Assert.Equal(line, VerdictRecordJson.Line(VerdictRecordJson.Parse(System.Text.Encoding.UTF8.GetBytes(line), "here")));
            var damaged = line.Replace("\"rate\":1,", "\"rate\":1.5,", StringComparison.Ordinal);
            Assert.NotEqual(line, damaged);
            Assert.Contains("a rate is 1.5", Assert.Throws<UserErrorException>(() => VerdictRecordJson.Parse(System.Text.Encoding.UTF8.GetBytes(damaged), "here")).Message, StringComparison.Ordinal);
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SafetyGate.Analysis.Patterns;

/// <summary>Finds what failures have in common (after arXiv:2510.18143): lines of an analyst, grouped, each group described by its items' properties.</summary>
/// <param name="analyst">Explains the failures.</param>
/// <param name="features">Makes points of the lines.</param>
/// <param name="reader">Knows the grammar of the questions; <c>null</c> for none.</param>
/// <param name="options">The settings.</param>
public sealed class PatternFinder(IFailureAnalyst analyst, ITextFeatures features, IQuestionReader? reader = null, PatternOptions? options = null)
{
    private const double MostOfAPattern = 0.8; // share of a pattern's failures that a property of its slice covers
    private const double Narrows = 0.8; // a further property must leave no more of the other items than this
    private readonly PatternOptions _options = options ?? new();

    /// <summary>Finds the patterns.</summary>
    /// <param name="items">All items of the evaluation, ids unique.</param>
    /// <param name="source">What was evaluated, for the report.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="UserErrorException">No item failed, or all did; the analyst or the features cannot be had.</exception>
    public async Task<PatternReport> FindAsync(IReadOnlyList<AskedItem> items, string source, CancellationToken cancellationToken)
    {
        if (string.Join(" ", _options.Problems()) is { Length: > 0 } problems) throw new UserErrorException(problems, GateExitCode.Usage);
        if (items.GroupBy(item => item.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new UserErrorException($"{source}: two items have the id '{twice.Key}'; ids must be unique.");
        AskedItem[] failed = [.. items.Where(item => item.Failed)];
        if (failed.Length == 0) throw new UserErrorException(Invariant($"{source}: none of the {items.Count} items failed, so there are no failures to find patterns in."));
        if (failed.Length == items.Count) throw new UserErrorException(Invariant($"{source}: all {items.Count} items failed, so no kind of item fails more than another. Check the scorer, the columns and the template first."));
        var lines = await analyst.ExplainAsync(items, cancellationToken);
        if (lines.Count != failed.Length) throw new UserErrorException(Invariant($"The analyst '{analyst.Name}' gave {lines.Count} lines for {failed.Length} failures; it must give one each."), GateExitCode.MissingEngine);
        int[] explained = [.. Enumerable.Range(0, failed.Length).Where(i => !lines[i].IsGeneric)];
        var report = new PatternReport
        {
            Source = source,
            ItemsDigest = DigestOf(items),
            Analyst = $"{analyst.Name} {analyst.Version}",
            Features = features.Name,
            Options = _options,
            Items = items.Count,
            Failures = failed.Length,
            Explained = explained.Length,
            Verdict = PatternVerdict.NoPattern,
            Reason = "",
            Inertia = [],
            Patterns = [],
            Lines = [.. failed.Select((item, i) => new ExplainedFailure { Id = item.Id, Line = lines[i].Text, Pattern = -1 })],
        };
        if (explained.Length < _options.FewestFailures)
            return report with { Reason = Invariant($"{explained.Length} of {failed.Length} failures have a line that says more than that they failed; {_options.FewestFailures} are needed") };
        var points = await features.OfAsync([.. explained.Select(i => lines[i].Text)], cancellationToken);
        var groups = Grouping.Of(points, _options);
        report = report with { Elbow = groups.Elbow, Silhouette = groups.Silhouette, Shuffled = groups.Shuffled, Inertia = groups.Inertia };
        if (groups.Groups == 0)
            return report with { Reason = groups.Silhouette < _options.LeastSilhouette ? Invariant($"the best grouping has a mean silhouette of {groups.Silhouette:0.###}, below {_options.LeastSilhouette:0.###}") : Invariant($"the grouping has a mean silhouette of {groups.Silhouette:0.###}, and copies without structure reach {groups.Shuffled:0.###}") };
        return Described(report, items, [.. explained.Zip(groups.Labels, (i, label) => (failed[i], lines[i].Text, label))], groups);
    }

    private PatternReport Described(PatternReport report, IReadOnlyList<AskedItem> items, IReadOnlyList<(AskedItem Item, string Line, int Label)> members, Grouping groups)
    {
        var large = members.GroupBy(member => member.Label).Where(group => group.Count() >= _options.FewestOfAPattern).OrderBy(group => group.Key).Select(group => group.ToList()).ToList();
        if (large.Count == 0) return report with { Reason = Invariant($"no group has {_options.FewestOfAPattern} failures") };
        var properties = ItemProperties.Read(items, reader);
        // What a grammar knows of its questions can be asked of its generator; of equally telling properties it goes first.
        var known = items.SelectMany(item => reader?.Read(item.Prompt)?.Properties ?? []).Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
        var places = Enumerable.Range(0, items.Count).ToDictionary(i => items[i].Id, StringComparer.Ordinal);
        List<int[]> inside = [.. large.Select(group => group.Select(member => places[member.Item.Id]).ToArray())];
        var tests = inside.SelectMany((group, k) => group.SelectMany(i => properties.Of[i]).Distinct().Select(property => (Pattern: k, Share: Share(group, property, properties, items.Count)))).ToList();
        var adjusted = Enrichment.Holm([.. tests.Select(test => test.Share.P)]);
        List<FoundPattern> patterns = [.. large.Select((group, k) =>
        {
            List<PropertyShare> own = [.. tests.Select((test, t) => (test.Pattern, Share: test.Share with { P = adjusted[t] }, Raw: test.Share.P)).Where(test => test.Pattern == k && test.Share.P <= _options.Alpha).OrderBy(test => test.Raw).ThenBy(test => known.Contains(test.Share.Name) ? 0 : 1).Select(test => test.Share)];
            var (slice, within) = Slice(own, inside[k], properties, items.Count);
            return new FoundPattern
            {
                Name = group.GroupBy(member => member.Line, StringComparer.Ordinal).MaxBy(same => same.Count())!.Key,
                Items = [.. group.Select(member => member.Item.Id)],
                Properties = own,
                Slice = slice,
                SliceItems = within.Count,
                SliceFailures = within.Count(i => items[i].Failed),
            };
        })];
        var patternOf = patterns.SelectMany((pattern, k) => pattern.Items.Select(id => (id, k))).ToDictionary(pair => pair.id, pair => pair.k, StringComparer.Ordinal);
        return report with
        {
            Verdict = PatternVerdict.Patterns,
            Reason = groups.Groups == 1 ? "the lines hardly differ" : Invariant($"{groups.Groups} groups with a mean silhouette of {groups.Silhouette:0.###}{(groups.Shuffled is { } shuffled ? Invariant($"; copies without structure reach {shuffled:0.###}") : "")}"),
            Patterns = patterns,
            Lines = [.. report.Lines.Select(line => line with { Pattern = patternOf.GetValueOrDefault(line.Id, -1) })],
        };
    }

    private static PropertyShare Share(int[] group, ItemProperty property, ItemProperties properties, int items)
    {
        var (inGroup, having) = (group.Count(i => properties.Has(i, property)), Enumerable.Range(0, items).Count(i => properties.Has(i, property)));
        return new()
        {
            Name = property.Name,
            Value = property.Value,
            InPattern = (double)inGroup / group.Length,
            Elsewhere = (double)(having - inGroup) / (items - group.Length),
            P = Enrichment.UpperTail(inGroup, group.Length, having, items),
        };
    }

    // The most telling property that covers the pattern, and others that narrow it down.
    private static (IReadOnlyList<PropertyShare> Slice, IReadOnlyList<int> Items) Slice(List<PropertyShare> own, int[] group, ItemProperties properties, int items)
    {
        List<PropertyShare> slice = [];
        List<int> within = [.. Enumerable.Range(0, items)];
        var members = group.ToHashSet();
        foreach (var share in own.Where(share => share.InPattern >= MostOfAPattern))
        {
            List<int> narrower = [.. within.Where(i => properties.Has(i, new(share.Name, share.Value)))];
            if (narrower.Count(members.Contains) < MostOfAPattern * group.Length || narrower.Count(i => !members.Contains(i)) > Narrows * within.Count(i => !members.Contains(i))) continue;
            slice.Add(share);
            within = narrower;
        }

        return slice.Count == 0 ? ([], []) : (slice, within);
    }

    private static string DigestOf(IReadOnlyList<AskedItem> items)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in items)
            hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize((string?[])[item.Id, item.Prompt, item.Response, item.Answer, item.Failed ? "failed" : "passed", item.Unscored, .. item.Fields.Select(field => field.ToString())]) + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

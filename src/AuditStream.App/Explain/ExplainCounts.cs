using System.Globalization;
using AuditStream.Core.Flow;

namespace AuditStream.App.Explain;

/// <summary>Counts outcomes.</summary>
internal sealed class ExplainCounts
{
    private readonly SortedDictionary<string, int> reasons = new(StringComparer.Ordinal);
    private int emitted;
    private int events;
    private int skipped;
    private int rejected;

    /// <summary>Counts one.</summary>
    public void Add(in Outcome outcome)
    {
        emitted += outcome.Kind == OutcomeKind.Emitted ? 1 : 0;
        skipped += outcome.Kind == OutcomeKind.Skipped ? 1 : 0;
        rejected += outcome.Kind == OutcomeKind.Rejected ? 1 : 0;
        events += outcome.Events;
        if (OutcomeText.Reason(outcome) is { } reason)
            reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
    }

    /// <summary>A line: <c>21 records: 16 emitted (16 events), 4 skipped, 1 rejected. transaction-begin 4, truncated-json 1.</c></summary>
    public override string ToString()
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{Count(emitted + skipped + rejected, "record")}: {emitted} emitted ({Count(events, "event")}), {skipped} skipped, {rejected} rejected.");
        return reasons.Count == 0 ? line
            : $"{line} {string.Join(", ", reasons.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value}")))}.";
    }

    private static string Count(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}

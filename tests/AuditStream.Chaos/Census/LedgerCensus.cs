using System.Globalization;
using System.Text.Json;
using AuditStream.Chaos.Source;
using AuditStream.Testing;

namespace AuditStream.Chaos.Census;

/// <summary>Joins the ledger events of each task: no gap, no overlap, sums that agree, and no record of the topic beyond them.</summary>
/// <remarks>Where the product writes none there is nothing to join.</remarks>
internal sealed class LedgerCensus(Breaches breaches)
{
    private const string Kind = "ledger";
    private readonly Dictionary<(string SubTopology, string Topic, int Partition), List<Entry>> tasks = [];

    /// <summary>How many there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Takes one event of the pipeline.</summary>
    internal void Take(JsonElement body, string place)
    {
        if (body.GetProperty("operation").GetString() != Kind)
            return;
        Count++;
        var detail = body.GetProperty("detail");
        var task = (detail.GetProperty("sub_topology").GetString() ?? "", detail.GetProperty("topic").GetString() ?? "", (int)Number(detail, "partition"));
        var skipped = detail.TryGetProperty("skipped", out var reasons) ? reasons.EnumerateObject().Sum(reason => Number(reason.Value)) : 0;
        var entry = new Entry(Number(detail, "from"), Number(detail, "to"), Number(detail, "consumed"),
            Number(detail, "emitted") + Number(detail, "dead_letters") + skipped, Number(detail, "forwarded"));
        if (entry.Outcomes != entry.Consumed && entry.Outcomes + entry.Forwarded != entry.Consumed)
            breaches.Add(Kind, $"the sums at {place} do not agree: {entry}");
        if (!tasks.TryGetValue(task, out var entries))
            tasks[task] = entries = [];
        entries.Add(entry);
    }

    /// <summary>Joins them.</summary>
    internal void Run(string bootstrapServers)
    {
        foreach (var (task, entries) in tasks)
        {
            entries.Sort((one, other) => one.From.CompareTo(other.From));
            var last = entries[0].From;
            foreach (var entry in entries)
            {
                if (entry.From != last)
                    breaches.Add(Kind, $"{task}: {entry} begins at {entry.From}, and the one before ended at {last}");
                last = entry.To;
            }
        }
        if (Count > 0)
            CompareWithRaw(bootstrapServers);
    }

    // What the source's topics hold, counted here, is what the tasks say that they consumed in these ranges.
    private void CompareWithRaw(string bootstrapServers)
    {
        var counts = new Dictionary<(string Topic, int Partition), long>();
        foreach (var record in TopicReader.Each(bootstrapServers, SourceTable.All.Select(table => table.Topic)))
        {
            var partition = (record.Topic, record.Partition);
            if (tasks.Where(task => task.Key.Topic == record.Topic && task.Key.Partition == record.Partition)
                .Any(task => record.Offset >= task.Value[0].From && record.Offset < task.Value[^1].To))
                counts[partition] = counts.GetValueOrDefault(partition) + 1;
        }
        foreach (var (task, entries) in tasks.Where(task => SourceTable.All.Any(table => table.Topic == task.Key.Topic)))
        {
            var (told, there) = (entries.Sum(entry => entry.Consumed), counts.GetValueOrDefault((task.Topic, task.Partition)));
            if (told != there)
                breaches.Add(Kind, $"{task}: the ledger says {told} records, and the topic holds {there} in its ranges");
        }
    }

    private static long Number(JsonElement detail, string name) => detail.TryGetProperty(name, out var number) ? Number(number) : 0;

    // 64-bit numbers stand as texts in an event.
    private static long Number(JsonElement number) => number.ValueKind == JsonValueKind.String
        ? long.Parse(number.GetString() ?? "", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
        : number.GetInt64();

    private sealed record Entry(long From, long To, long Consumed, long Outcomes, long Forwarded);
}

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditStream.Chaos.Source;
using AuditStream.Chaos.Stack;
using AuditStream.Testing;

namespace AuditStream.Chaos.Census;

/// <summary>Counts the final topic and the dead letters as a reader of committed records sees them, against what the source did.</summary>
/// <remarks>Shares nothing with the loop: it knows the source, and reads events as anybody does.</remarks>
internal sealed class TopicCensus(MadeSource source, Breaches breaches)
{
    internal const string Lost = "lost";
    internal const string Twice = "twice";

    private readonly byte[] seen = new byte[source.Changes.Count + 1];
    private readonly Dictionary<(int Table, int Row), (int Version, int Partition)> rows = [];
    private readonly HashSet<(string Topic, string Key)> letters = [];
    private readonly LedgerCensus ledger = new(breaches);

    /// <summary>Every event by its id.</summary>
    internal Dictionary<Guid, EventDigest> Events { get; } = [];

    /// <summary>How many events are of rows.</summary>
    internal long RowEvents { get; private set; }

    /// <summary>How many old values were said not to be known, where that may be.</summary>
    internal long UnknownBefore { get; private set; }

    /// <summary>How many old values came from kept images.</summary>
    internal long BeforeFromState { get; private set; }

    /// <summary>How many dead letters there are.</summary>
    internal long DeadLetters { get; private set; }

    /// <summary>How many ledger events there are.</summary>
    internal long LedgerEvents => ledger.Count;

    /// <summary>Counts everything.</summary>
    internal void Run(string bootstrapServers)
    {
        foreach (var record in TopicReader.Each(bootstrapServers, ChaosStack.FinalTopic))
            Take(record);
        foreach (var record in TopicReader.Each(bootstrapServers, ChaosStack.DeadLetterTopic))
            TakeLetter(record);
        for (var number = 1; number < seen.Length; number++)
        {
            if (seen[number] == 0)
                breaches.Add(Lost, $"change {number} ({source.Changes[number - 1]}) has no event");
        }
        foreach (var (topic, key) in source.Poison.Keys.Where(poison => !letters.Contains(poison)))
            breaches.Add(Lost, $"{key} of {topic} is no dead letter");
        foreach (var ((table, row), (version, _)) in rows)
        {
            if (source.VersionOf(table, row) != version)
                breaches.Add("state", $"row {row} of {SourceTable.All[table].Name} ends at version {version}, and the source has {source.VersionOf(table, row)}");
        }
        ledger.Run(bootstrapServers);
    }

    private void Take(TopicRecord record)
    {
        var value = record.Value ?? [];
        var id = Guid.Parse(record.Header("ce_id") ?? "");
        var isOfPipeline = record.Header("ce_type") is "auditstream.ledger" or "auditstream.audit" or "auditstream.gap";
        var digest = new EventDigest(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(value)), record.Partition, record.Offset, isOfPipeline);
        if (!Events.TryAdd(id, digest))
            breaches.Add(Twice, $"event {id} at {Place(record)}");
        var body = JsonSerializer.Deserialize<JsonElement>(value);
        if (isOfPipeline)
        {
            ledger.Take(body, Place(record));
            return;
        }
        RowEvents++;
        var number = body.TryGetProperty("transaction", out var transaction)
            && int.TryParse(transaction.GetProperty("id").GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var told) ? told : 0;
        if (number < 1 || number >= seen.Length)
        {
            breaches.Add("stray", $"an event at {Place(record)} is of transaction {number}, which the source never committed");
            return;
        }
        if (seen[number]++ > 0)
            breaches.Add(Twice, $"change {number} at {Place(record)}");
        Compare(source.Changes[number - 1], body, record);
    }

    private void Compare(Change change, JsonElement body, TopicRecord record)
    {
        var table = SourceTable.All[change.Table];
        if (rows.TryGetValue((change.Table, change.Row), out var last))
        {
            if (change.Version <= last.Version)
                breaches.Add("order", $"{change} at {Place(record)} comes after version {last.Version}");
            if (record.Partition != last.Partition)
                breaches.Add("order", $"{change} at {Place(record)} is on another partition than the row's last change, {last.Partition}");
        }
        rows[(change.Table, change.Row)] = (Math.Max(change.Version, last.Version), record.Partition);
        if (body.GetProperty("operation").GetString() != change.Operation)
            breaches.Add("content", $"{change} at {Place(record)} is of another operation");
        if (Image(body, "after") != change.After)
            breaches.Add("content", $"{change} at {Place(record)} has another row after");
        CompareBefore(change, table, body, record);
    }

    private void CompareBefore(Change change, SourceTable table, JsonElement body, TopicRecord record)
    {
        var before = Image(body, "before");
        var from = body.GetProperty("images").GetProperty("before_from").GetString();
        if (from == "state")
            BeforeFromState++;
        if (before == change.Before)
            return;
        // Of a row whose image ended nobody knows what it was before; a delete then has its key alone.
        if (!table.MustKnowBefore && from != "state" && body.GetProperty("images").GetProperty("before").GetString() is "none" or "key")
            UnknownBefore++;
        else
            breaches.Add("state", $"{change} at {Place(record)} has another row before (from {from})");
    }

    private void TakeLetter(TopicRecord record)
    {
        DeadLetters++;
        var poison = (record.Header("auditstream-topic") ?? "", Encoding.UTF8.GetString(record.Key ?? []));
        if (!source.Poison.TryGetValue(poison, out var sent))
            breaches.Add("stray", $"the dead letter at {Place(record)} is no poison: {record.Header("auditstream-reason")}, {record.Header("auditstream-message")}");
        else if (!letters.Add(poison))
            breaches.Add(Twice, $"{poison} is a dead letter again at {Place(record)}");
        else if (!sent.AsSpan().SequenceEqual(record.Value))
            breaches.Add("content", $"the dead letter at {Place(record)} has other bytes");
    }

    private static string? Image(JsonElement body, string name) => body.TryGetProperty(name, out var image) ? image.GetRawText() : null;

    private static string Place(TopicRecord record) => string.Create(CultureInfo.InvariantCulture, $"{record.Topic}-{record.Partition}@{record.Offset}");
}

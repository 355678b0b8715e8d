using System.Globalization;
using System.Text.Json.Nodes;
using AuditStream.App.Explain;
using AuditStream.Core.Sink;
using AuditStream.Demo.Messages;

namespace AuditStream.Demo.Live;

/// <summary>One thing that arrived, as the live view shows it.</summary>
/// <param name="When">When it happened in the source; for a dead letter when it was stored.</param>
/// <param name="Kind">The kind of connector that sent it.</param>
/// <param name="Operation">The event's operation, or <see cref="DeadLetter"/>.</param>
/// <param name="Subject">Table and key, the transaction, or the refused record's place.</param>
/// <param name="Changes">The changed fields; empty when <paramref name="Note"/> says what there is to say.</param>
/// <param name="Note">What there is to say beside the fields; empty for nothing.</param>
public sealed record LiveEntry(
    DateTimeOffset When, SourceKind Kind, string Operation, string Subject, IReadOnlyList<FieldText> Changes, string Note)
{
    /// <summary>The operation of an entry that is none.</summary>
    public const string DeadLetter = "dead letter";

    /// <summary>The entry of what the sink has committed.</summary>
    public static LiveEntry Of(Arrival arrival) => arrival switch
    {
        { Event: { } row } => OfEvent(row),
        { DeadLetter: { } row } => new LiveEntry(
            arrival.At,
            SourceKinds.OfTopic(row.Topic),
            DeadLetter,
            string.Create(CultureInfo.InvariantCulture, $"{row.Topic}, partition {row.Partition}, offset {row.Offset}"),
            Changes: [],
            $"{row.Reason}: cut short by the demo itself, to show this. {row.Message}"),
        _ => throw new ArgumentException("Neither an event nor a dead letter.", nameof(arrival)),
    };

    private static LiveEntry OfEvent(AuditRow row)
    {
        var body = JsonNode.Parse(row.Body.Span) ?? throw new ArgumentException("An event is a JSON object.", nameof(row));
        var changes = EventText.Changes(row.Body.Span);
        return new LiveEntry(
            DateTimeOffset.FromUnixTimeMilliseconds(row.OccurredAtMilliseconds),
            SourceKinds.OfSource(row.Source),
            row.Operation,
            row.Table is null ? $"transaction {row.TransactionId}" : $"{row.Schema}.{row.Table} {EventText.Key(row.Key)}",
            changes,
            NoteOf(row, body, changes.Count));
    }

    private static string NoteOf(AuditRow row, JsonNode body, int changes) => row.Operation switch
    {
        "transaction" => $"ends; the source counts {body["detail"]?["event_count"]} changes in it",
        "update" when changes == 0 => row.Changed is null ? "what changed is not known: the source sent no old values" : "nothing changed",
        "snapshot" => "the row as it was when it was loaded: nothing changed",
        _ => "",
    };
}

using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Json;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Emit;

/// <summary>The room Emit: <see cref="ProtectedDiff"/> in, <see cref="AuditEvent"/> out.</summary>
/// <remarks>One instance per task; not thread-safe. The same diff always gives the same bytes: no clock of ours is in an event.</remarks>
public sealed class Emitter
{
    /// <summary>How many tables' constant texts are kept, more than one record can name; beyond it they are made anew.</summary>
    private const int MaximumTables = 20_000;

    /// <summary>What a record's framing, its lengths and its timestamps take beside value, key and headers, rounded up; the header that the
    /// host adds is in it.</summary>
    private const int FramingBytes = 256;

    private readonly EmitSettings settings;
    private readonly EventBody body;
    private readonly EventDatum? datum;
    private readonly Dictionary<TableReference, TableText> tables = [];
    private TableReference? lastTable;
    private TableText lastText = null!; // Set together with lastTable.

    /// <summary>Makes an emitter.</summary>
    /// <param name="settings">What goes into an event, and how large it may be.</param>
    /// <param name="identityKey">The key whose fingerprint each event names.</param>
    /// <param name="normalizerVersion">Member <c>pipeline.normalizer</c>.</param>
    /// <param name="productVersion">Member <c>pipeline.version</c>.</param>
    /// <param name="configHash">Member <c>pipeline.config</c>.</param>
    public Emitter(EmitSettings settings, IdentityKey identityKey, int normalizerVersion, string productVersion, string configHash)
    {
        this.settings = settings;
        body = new EventBody(settings.Images, identityKey, normalizerVersion, productVersion, configHash);
        if (settings.AvroSchemaId is { } schemaId)
            datum = new EventDatum(schemaId, settings.Images, identityKey, normalizerVersion, productVersion, configHash);
    }

    /// <summary>Writes one event into <paramref name="into"/>, which the caller owns and may use again.</summary>
    /// <returns>Null, or why the event cannot be made; <paramref name="into"/> is then of no meaning.</returns>
    public Rejection? Write(ProtectedDiff diff, AuditEvent into)
    {
        var facts = diff.Facts;
        if (RefusalOfTime(facts) is { } refusal)
            return refusal;
        var table = TextOf(facts.Table);
        var id = EventIdentity.IdOf(facts.OccurredAtMicroseconds / 1_000, facts.EventUid);
        for (var size = EventSize.Whole; size <= EventSize.NamesOnly; size++)
        {
            var text = into.Text;
            text.Clear();
            var key = body.Write(text, diff, table, id, size);
            var valueLength = text.Length;
            WriteKey(text, key, table);
            into.WriteHeaders(facts, table, id, isAvro: datum is not null);
            if (into.SizeBytes + FramingBytes > settings.MaxEventBytes)
                continue;
            into.Take(facts, id, text.WrittenMemory[..valueLength], text.WrittenMemory[valueLength..]);
            WriteDatum(diff, table, id, size, into);
            return null;
        }
        return new Rejection(
            RejectionCode.TooLarge,
            $"The event takes more than {settings.MaxEventBytes} bytes even with names only: raise the final topic's max.message.bytes.",
            ByteOffset: -1);
    }

    // In what size an event goes out is decided on its JSON, so that it says the same in both forms.
    private void WriteDatum(ProtectedDiff diff, TableText table, Guid id, EventSize size, AuditEvent into)
    {
        if (datum is null)
            return;
        into.Datum.Clear();
        datum.Write(into.Datum, diff, table, id, size);
        into.Value = into.Datum.WrittenMemory;
    }

    /// <summary>Why no event can be made of a change at its time; null when one can.</summary>
    public static Rejection? RefusalOfTime(ChangeFacts facts) => facts.OccurredAtMicroseconds is < 0 or > CanonicalText.MaximumMicroseconds
        ? new Rejection(RejectionCode.TimeOutOfRange, "The time of the change lies before 1970 or after 9999.", ByteOffset: -1)
        : null;

    /// <summary>Makes an event again of the value and the key that were written for its change.</summary>
    internal void Restore(ChangeFacts facts, ReadOnlyMemory<byte> value, ReadOnlyMemory<byte> key, AuditEvent into)
    {
        var id = EventIdentity.IdOf(facts.OccurredAtMicroseconds / 1_000, facts.EventUid);
        into.WriteHeaders(facts, TextOf(facts.Table), id, isAvro: datum is not null);
        into.Take(facts, id, value, key);
    }

    private static void WriteKey(ByteWriter text, Range key, TableText table)
    {
        var value = text.Written[key];
        text.Write("{\"key\":"u8);
        text.Write(value.IsEmpty ? "null"u8 : value);
        text.Write(table.KeyTail);
    }

    private TableText TextOf(TableReference table)
    {
        if (ReferenceEquals(table, lastTable))
            return lastText;
        if (!tables.TryGetValue(table, out var text))
        {
            if (tables.Count == MaximumTables)
                tables.Clear();
            text = new TableText(table);
            tables.Add(table, text);
        }
        (lastTable, lastText) = (table, text);
        return text;
    }
}

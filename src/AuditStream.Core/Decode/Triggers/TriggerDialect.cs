using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Triggers;

/// <summary>Payloads of database triggers and of services that send webhooks: whole rows in JSON as PostgreSQL writes them, without
/// types.</summary>
/// <remarks>
/// <code>
/// form       table                       time                       told again by
/// Hasura     record                      created_at (capture)       id
/// Supabase   record                      raw record                 nothing
/// Sequin     record                      commit_timestamp (commit)  idempotency_key
/// generic    record, else configuration  raw record                 nothing
/// </code>
/// <para>Which columns are the key's, only configuration says.</para>
/// </remarks>
internal sealed class TriggerDialect : IDialect
{
    private readonly HasuraForm hasura = new();
    private readonly SupabaseForm supabase = new();
    private readonly SequinForm sequin = new();
    private readonly GenericForm generic = new();
    private readonly TableCatalog tables = new();
    private readonly RowReader rows = new();
    private readonly ValueConverter values = new();
    private readonly ByteWriter actor = new(256);
    private readonly FactTexts texts = new();
    private readonly Coordinate coordinate = new();
    private readonly RowChange change = new();
    private readonly RowChange[] changes;

    /// <summary>Makes the dialect.</summary>
    public TriggerDialect() => changes = [change];

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.Trigger;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        result = default;
        // A flat row may have columns of any of these names.
        if (!TryFind(record.Value.GetValueOrDefault().Span, frame.Tape, out var payload))
            return false;
        result = Read(record, topic, payload);
        return true;
    }

    private bool TryFind(ReadOnlySpan<byte> text, JsonTape tape, out Payload payload)
    {
        payload = default;
        if (hasura.TryRead(text, tape, ref payload))
            return true;
        payload = default;
        if (supabase.TryRead(text, tape, ref payload))
            return true;
        payload = default;
        if (sequin.TryRead(text, tape, ref payload))
            return true;
        payload = default;
        return generic.TryRead(text, tape, ref payload);
    }

    private static ReadOnlySpan<byte> ContentOf(ReadOnlySpan<byte> text, in JsonSlice slice) => slice.Token switch
    {
        JsonToken.String => slice.ContentOf(text),
        JsonToken.Number => slice.Of(text),
        _ => default,
    };

    private DecodeResult Read(in RawRecord record, TopicState topic, in Payload payload)
    {
        var text = record.Value.GetValueOrDefault().Span;
        var operation = ContentOf(text, payload.Operation);
        if (!TriggerOperation.TryRead(operation, out var known))
        {
            return DecodeResult.Rejected(new Rejection(
                RejectionCode.UnknownOperation, "The payload's operation is none of insert, update, delete, truncate, upsert, read and manual.",
                payload.Operation.Start));
        }

        if (!TryFindTable(text, topic, payload, out var table))
        {
            return DecodeResult.Rejected(new Rejection(
                RejectionCode.MissingMember, "Neither the payload nor configuration names the table.", payload.Operation.Start));
        }

        if (table.Skip != SkipReason.None)
            return DecodeResult.Skipped(table.Skip);
        texts.Clear();
        change.Begin(record, table.Reference);
        change.Facts.Operation = known;
        var fault = SetTime(record, text, payload) ?? rows.Read(record.Value.GetValueOrDefault(), payload, table, change);
        if (fault is not null)
            return DecodeResult.Rejected(fault);
        RowKey.Take(table, change);
        change.Facts.Position = texts.Join(ContentOf(text, payload.Position), (byte)':', ContentOf(text, payload.Index));
        SetActor(text, payload.Actor);
        Identify(operation, ContentOf(text, payload.Id), !ContentOf(text, payload.Position).IsEmpty && !ContentOf(text, payload.Index).IsEmpty);
        return DecodeResult.Of(changes);
    }

    private bool TryFindTable(ReadOnlySpan<byte> text, TopicState topic, in Payload payload, out TableState table)
    {
        var names = topic.FlatNames;
        var schema = ContentOf(text, payload.Schema);
        var name = ContentOf(text, payload.Table);
        var origin = NameOrigin.Record;
        if (name.IsEmpty || (schema.IsEmpty && names.Schema.Length > 0))
            origin = NameOrigin.Configuration;
        tables.Begin(payload.Kind);
        tables.Part(default);
        tables.Part(topic.TopicContent);
        tables.Part(names.Database);
        tables.Part(schema.IsEmpty ? names.Schema : schema);
        tables.Part(name.IsEmpty ? names.Table : name);
        tables.PartOf(origin);
        table = tables.Find(topic);
        return table.Reference.Table is not null;
    }

    private Rejection? SetTime(in RawRecord record, ReadOnlySpan<byte> text, in Payload payload)
    {
        var facts = change.Facts;
        var time = payload.Time;
        if (time.Token is JsonToken.None or JsonToken.Null)
        {
            ChangeTime.SetOfRecord(record, facts);
            return ChangeTime.Check(facts);
        }

        if (time.Token != JsonToken.String || !ChangeTime.TrySet(time.ContentOf(text), facts))
            return new Rejection(RejectionCode.InvalidMember, "The payload's time is none of ISO 8601 with its zone.", time.Start);
        // A row that was only read did not change at that time.
        facts.OccurredFrom = payload.IsLogged && facts.Operation != ChangeOperation.Snapshot ? OccurredFrom.Commit : OccurredFrom.Capture;
        return ChangeTime.Check(facts, time.Start);
    }

    /// <summary>Who, as the payload says: an object is kept whole, as its own text.</summary>
    private void SetActor(ReadOnlySpan<byte> text, in JsonSlice slice)
    {
        if (slice.Token == JsonToken.String)
            change.Facts.Actor = texts.Canonical(slice.ContentOf(text));
        if (slice.Token != JsonToken.Object || slice.Length == 2)
            return;
        actor.Clear();
        if (!values.TryCopy(text, slice, schema: null, actor, out var canonical) || canonical.Traits != ValueTraits.None)
            return;
        var start = actor.Length;
        JsonText.Escape(actor.Written, actor);
        change.Facts.Actor = texts.Keep(actor.Written[start..]);
    }

    private void Identify(ReadOnlySpan<byte> operation, ReadOnlySpan<byte> id, bool isPlaced)
    {
        var facts = change.Facts;
        coordinate.Begin(facts.Table, operation);
        coordinate.Field('P', facts.Position.Span);
        var strength = IdentityStrength.Strong;
        if (!id.IsEmpty)
        {
            coordinate.Field('Z', id);
        }
        else if (!isPlaced || facts.Operation == ChangeOperation.Snapshot)
        {
            coordinate.Origin(facts);
            strength = IdentityStrength.Weak;
        }

        coordinate.Finish(strength, change);
    }
}

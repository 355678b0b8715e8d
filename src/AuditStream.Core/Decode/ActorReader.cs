using System.Text.Unicode;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>Finds who made a change where configuration says what tells it: a header of the record, or a column of the row.</summary>
/// <remarks>
/// <code>
/// first that is there                                       why in this place
/// headers of the record, in configured order                somebody put them on this very record
/// the record's own words (Hasura, DynamoDB), if it has any  about this very change, in the dialect's way
/// columns of the row after it, in configured order          what was written into the row with the change
/// </code>
/// <para>Columns tell of inserts, updates and upserts only: the row before a delete, or one that was merely read, tells who wrote it last, and that need
/// not be who did this. What is null, empty, withheld or longer than <see cref="MaxActorBytes"/> is not there.</para>
/// </remarks>
internal sealed class ActorReader
{
    /// <summary>How long an actor may be, in bytes as delivered.</summary>
    public const int MaxActorBytes = 4_096;

    private readonly FactTexts texts = new();
    private readonly JsonTape tape = new();
    private readonly ByteWriter quoted = new(64);

    /// <summary>Sets the actor of each change of a record for which configuration finds one.</summary>
    public void Read(in RawRecord record, IReadOnlyList<RowChange> changes)
    {
        texts.Clear();
        for (var index = 0; index < changes.Count; index++)
        {
            var (change, facts) = (changes[index], changes[index].Facts);
            var table = facts.Table;
            if (table.ActorHeaders.Count > 0 && OfHeaders(record.Headers, table.ActorHeaders) is { IsEmpty: false } actor)
                facts.Actor = actor;
            else if (table.ActorColumns.Count > 0 && facts.Actor.IsEmpty)
                TakeColumn(change, table.ActorColumns);
        }
    }

    private void TakeColumn(RowChange change, IReadOnlyList<string> columns)
    {
        if (change.Facts.Operation is not (ChangeOperation.Insert or ChangeOperation.Update or ChangeOperation.Upsert) || !change.After.IsPresent)
            return;
        var layout = change.After.Layout;
        for (var index = 0; index < columns.Count; index++)
        {
            var column = Array.BinarySearch(layout.Names, columns[index], StringComparer.Ordinal);
            if (column < 0)
                continue;
            ref readonly var value = ref change.After.Values[column];
            if (value.Kind != ValueKind.Known || value.Length > MaxActorBytes || (value.Traits & ValueTraits.Encoded) != 0)
                continue;
            var text = change.TextOf(value);
            var actor = text[0] == '"' ? texts.Keep(text[1..^1]) : Escaped(text);
            if (actor.IsEmpty)
                continue;
            (change.Facts.Actor, change.Facts.ActorColumn) = (actor, layout.Names[column]);
            return;
        }
    }

    private ReadOnlyMemory<byte> OfHeaders(IReadOnlyList<RecordHeader>? headers, IReadOnlyList<string> names)
    {
        for (var index = 0; index < names.Count; index++)
        {
            // Of headers of one name the last one counts, as everywhere in Kafka.
            for (var at = (headers?.Count ?? 0) - 1; at >= 0; at--)
            {
                if (headers?[at] is not { } header || !string.Equals(header.Name, names[index], StringComparison.Ordinal))
                    continue;
                if (OfHeader(header.Value.GetValueOrDefault().Span) is { IsEmpty: false } actor)
                    return actor;
                break;
            }
        }

        return default;
    }

    /// <summary>A header's text: bare, as a JSON string, or as the payload of Connect's JSON with its schema.</summary>
    private ReadOnlyMemory<byte> OfHeader(ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > MaxActorBytes || !Utf8.IsValid(value))
            return default;
        var position = 0;
        if (value[0] == '{' && tape.Read(value, ref position) == JsonFault.None)
        {
            foreach (ref readonly var member in tape.Outer)
            {
                if (member.NameOf(value).SequenceEqual("payload"u8))
                    return OfScalar(member.Slice.Of(value), member.Token);
            }

            return Escaped(value);
        }

        position = 0;
        return JsonScanner.TryScalar(value, ref position, out var token, out _) && position == value.Length ? OfScalar(value, token) : Escaped(value);
    }

    private ReadOnlyMemory<byte> OfScalar(ReadOnlySpan<byte> value, JsonToken token) =>
        token == JsonToken.String ? texts.Canonical(value[1..^1])
        : token == JsonToken.Null ? default
        : Escaped(value);

    private ReadOnlyMemory<byte> Escaped(ReadOnlySpan<byte> text)
    {
        quoted.Clear();
        JsonText.Escape(text, quoted);
        // Once more through what refuses U+0000, which PostgreSQL cannot hold.
        return texts.Canonical(quoted.Written);
    }
}

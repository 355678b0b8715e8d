using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Identity;
using AuditStream.Core.Json;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Emit;

/// <summary>Writes an event's value in Avro: Confluent's framing, and a datum of <see cref="EventSchema"/>.</summary>
/// <remarks>
/// <para>Out of the same pieces as <see cref="EventBody"/>, and it says the same; <see cref="Sink.EventDatumReader"/> makes of it the bytes that
/// that has written. The order of the calls in <see cref="Write"/> is the order of the schema's fields.</para>
/// <para>A datum is never longer than the JSON: it has no names of members, and no length takes more bytes than the quotes, colon and comma that it
/// stands for, but for texts of more than 1 MiB, of which an event holds few.</para>
/// </remarks>
internal sealed class EventDatum
{
    /// <summary>How many texts of member <c>protection</c> are kept; beyond it they are made anew.</summary>
    private const int MaximumProtections = 1_000;

    /// <summary>The branches of a union: null is the first, what is there the second.</summary>
    private const byte None = 0;

    private const byte Some = 2;

    private readonly ImagesOut images;
    private readonly byte[] framing = new byte[5];
    private readonly byte[] pipeline;
    private readonly ChangedPaths paths = new();
    private readonly ByteWriter text = new(256);
    private readonly ByteWriter scratch = new(256);
    private readonly Dictionary<ReadOnlyMemory<byte>, byte[]> protections = [];
    private string topic = "";
    private byte[] topicText = [];

    public EventDatum(int schemaId, ImagesOut images, IdentityKey identityKey, int normalizerVersion, string productVersion, string configHash)
    {
        this.images = images;
        BinaryPrimitives.WriteInt32BigEndian(framing.AsSpan(1), schemaId);
        var constant = new ByteWriter(256);
        AvroText.WriteString(constant, Encoding.UTF8.GetBytes(configHash));
        AvroText.WriteString(constant, Encoding.UTF8.GetBytes(identityKey.Fingerprint));
        AvroText.WriteLong(constant, normalizerVersion);
        AvroText.WriteString(constant, Encoding.UTF8.GetBytes(productVersion));
        pipeline = constant.Written.ToArray();
    }

    /// <summary>Writes one event.</summary>
    public void Write(ByteWriter to, ProtectedDiff diff, TableText table, Guid id, EventSize size)
    {
        var facts = diff.Facts;
        var isRow = facts.Operation < ChangeOperation.Schema;
        var withAfter = size == EventSize.Whole && images != ImagesOut.None;
        var withBefore = size == EventSize.Whole && images == ImagesOut.Full;
        to.Write(framing);
        WriteOptional(to, diff.Actor.Span);
        WriteImage(to, diff, diff.After, isRow && withAfter);
        WriteImage(to, diff, diff.Before, isRow && withBefore);
        WriteChanges(to, diff, size);
        WriteJson(to, isRow ? default : diff.Detail.Span);
        text.Clear();
        id.TryFormat(text.GetSpan(36), out var idLength);
        text.Advance(idLength);
        AvroText.WriteString(to, text.Written);
        AvroText.WriteString(to, EventName.Of(facts.Identity));
        if (isRow)
            WriteImages(to, diff, withBefore, withAfter);
        else
            to.Write(None);
        WriteKey(to, diff, diff.Key, isRow);
        WriteKey(to, diff, diff.NextKey, isRow && diff.NextKey.IsPresent);
        WriteOccurrence(to, facts);
        WriteOrigin(to, facts);
        to.Write(pipeline);
        WriteKey(to, diff, diff.PreviousKey, isRow && diff.PreviousKey.IsPresent);
        WriteProtection(to, diff.Protection);
        to.Write(table.DatumHead);
        WriteOptional(to, facts.Position.Span);
        to.Write(table.DatumSchema);
        WriteOptional(to, facts.Snapshot.Span);
        to.Write(table.DatumTable);
        AvroText.WriteString(to, "auditstream/1"u8);
        WriteTransaction(to, facts);
    }

    private void WriteImage(ByteWriter to, ProtectedDiff diff, RowImage image, bool isWritten)
    {
        if (!isWritten || !image.IsPresent)
        {
            to.Write(None);
            return;
        }
        to.Write(Some);
        var values = image.Values;
        var count = 0;
        foreach (ref readonly var value in values)
            count += IsGiven(value) ? 1 : 0;
        if (count > 0)
            AvroText.WriteLong(to, count);
        for (var i = 0; i < values.Length; i++)
        {
            if (!IsGiven(values[i]))
                continue;
            WriteName(to, image.Layout.NameTokens[i]);
            AvroText.WriteString(to, diff.TextOf(values[i]));
        }
        to.Write(0); // the end of the blocks
    }

    private void WriteChanges(ByteWriter to, ProtectedDiff diff, EventSize size)
    {
        if (diff.Facts.Operation is not (ChangeOperation.Insert or ChangeOperation.Update or ChangeOperation.Delete)
            || diff.Knowledge == ChangedKnowledge.Unknown)
        {
            to.Write([None, None, None]);
            return;
        }
        var layout = diff.After.Layout;
        var differences = diff.Differences;
        var count = differences.Count(FieldDifference.Changed);
        to.Write(Some);
        if (count > 0)
            AvroText.WriteLong(to, count);
        for (var i = 0; i < differences.Length; i++)
        {
            if (differences[i] == FieldDifference.Changed)
                WriteName(to, layout.NameTokens[i]);
        }
        to.Write([0, Some]);
        AvroText.WriteString(to, diff.Knowledge == ChangedKnowledge.All ? "all"u8 : "at_least"u8);
        if (size == EventSize.NamesOnly)
        {
            to.Write(None);
            return;
        }
        to.Write(Some);
        if (count > 0)
            AvroText.WriteLong(to, count);
        for (var i = 0; i < differences.Length; i++)
        {
            if (differences[i] != FieldDifference.Changed)
                continue;
            WriteName(to, layout.NameTokens[i]);
            WriteValue(to, diff, diff.After, i);
            WriteValue(to, diff, diff.Before, i);
            WritePaths(to, diff, i, size);
            if (layout.Types[i] == ColumnType.Untyped)
                to.Write(None);
            else
                WriteOptional(to, EventName.Of(layout.Types[i]));
        }
        to.Write(0);
    }

    private void WritePaths(ByteWriter to, ProtectedDiff diff, int column, EventSize size)
    {
        if (size != EventSize.Whole || !paths.TryFind(diff, column))
        {
            to.Write([None, None]);
            return;
        }
        var found = paths.Found;
        to.Write(Some);
        if (found.Count > 0)
            AvroText.WriteLong(to, found.Count);
        for (var i = 0; i < found.Count; i++)
        {
            found.Get(i, out var now, out var old, out var path);
            WriteJson(to, now);
            WriteJson(to, old);
            AvroText.WriteContent(to, path, scratch);
        }
        to.Write(0);
        WriteOptional(to, found.IsWhole ? "all"u8 : "at_least"u8);
    }

    private static void WriteValue(ByteWriter to, ProtectedDiff diff, RowImage image, int column)
    {
        if (image.IsPresent && IsGiven(image.Values[column]))
            WriteJson(to, diff.TextOf(image.Values[column]));
        else
            to.Write(None);
    }

    private void WriteImages(ByteWriter to, ProtectedDiff diff, bool withBefore, bool withAfter)
    {
        to.Write(Some);
        AvroText.WriteString(to, EventBody.ExtentName(diff.After, withAfter));
        WriteNames(to, diff, ValueTraits.Ambiguous);
        AvroText.WriteString(to, EventBody.ExtentName(diff.Before, withBefore));
        AvroText.WriteString(to, EventName.Of(diff.BeforeFrom));
        WriteNames(to, diff, ValueTraits.Encoded);
        WriteNames(to, diff, ValueTraits.None);
    }

    /// <summary>The columns that have the trait in either image; for no trait, those that are unavailable.</summary>
    private void WriteNames(ByteWriter to, ProtectedDiff diff, ValueTraits trait)
    {
        ReadOnlySpan<Value> before = diff.Before.IsPresent ? diff.Before.Values : default;
        ReadOnlySpan<Value> after = diff.After.IsPresent ? diff.After.Values : default;
        var tokens = diff.After.Layout.NameTokens;
        var count = 0;
        for (var i = 0; i < tokens.Length; i++)
            count += EventBody.HasInEither(before, after, i, trait) ? 1 : 0;
        if (count == 0)
        {
            to.Write(None);
            return;
        }
        to.Write(Some);
        AvroText.WriteLong(to, count);
        for (var i = 0; i < tokens.Length; i++)
        {
            if (EventBody.HasInEither(before, after, i, trait))
                WriteName(to, tokens[i]);
        }
        to.Write(0);
    }

    private void WriteKey(ByteWriter to, ProtectedDiff diff, RowImage key, bool isWritten)
    {
        if (!isWritten)
        {
            to.Write(None);
            return;
        }
        text.Clear();
        EventBody.WriteKey(text, diff, key);
        WriteJson(to, text.Written);
    }

    private void WriteOccurrence(ByteWriter to, ChangeFacts facts)
    {
        text.Clear();
        CanonicalText.WriteTime(text, facts.OccurredAtMicroseconds, facts.OccurredAtDigits);
        AvroText.WriteString(to, text.Written);
        AvroText.WriteString(to, EventName.Of(facts.OccurredFrom));
        AvroText.WriteString(to, ChangeOperationName.Utf8(facts.Operation));
    }

    private void WriteOrigin(ByteWriter to, ChangeFacts facts)
    {
        to.Write(facts.Topic.Length == 0 ? None : Some);
        if (facts.Topic.Length == 0)
            return;
        if (!string.Equals(topic, facts.Topic, StringComparison.Ordinal))
            (topic, topicText) = (facts.Topic, Encoding.UTF8.GetBytes(facts.Topic));
        AvroText.WriteLong(to, facts.Offset);
        AvroText.WriteLong(to, facts.Partition);
        WriteOptional(to, facts.TimestampMilliseconds, isGiven: facts.TimestampMilliseconds >= 0);
        AvroText.WriteString(to, topicText);
    }

    private void WriteTransaction(ByteWriter to, ChangeFacts facts)
    {
        WriteOptional(to, facts.TransactionId.Span);
        if (!facts.TransactionId.IsEmpty)
            WriteOptional(to, facts.TransactionOrder, isGiven: facts.TransactionOrder > 0);
    }

    /// <summary>The policy's text is the same for all changes of a shape: told by its memory, it is read once.</summary>
    private void WriteProtection(ByteWriter to, ReadOnlyMemory<byte> protection)
    {
        if (protection.IsEmpty)
        {
            to.Write(None);
            return;
        }
        if (!protections.TryGetValue(protection, out var datum))
        {
            if (protections.Count == MaximumProtections)
                protections.Clear();
            datum = DatumOf(protection.Span);
            protections.Add(protection, datum);
        }
        to.Write(datum);
    }

    private static byte[] DatumOf(ReadOnlySpan<byte> protection)
    {
        var value = JsonSerializer.Deserialize<ProtectionText>(protection) ?? throw new JsonException();
        var datum = new ByteWriter(256);
        datum.Write(Some);
        if (value.Fields.Length > 0)
            AvroText.WriteLong(datum, value.Fields.Length);
        foreach (var field in value.Fields)
        {
            AvroText.WriteString(datum, Encoding.UTF8.GetBytes(field.Action));
            AvroText.WriteString(datum, Encoding.UTF8.GetBytes(field.Field));
        }
        datum.Write(0);
        AvroText.WriteString(datum, Encoding.UTF8.GetBytes(value.Policy));
        return datum.Written.ToArray();
    }

    private void WriteName(ByteWriter to, byte[] token) => AvroText.WriteContent(to, token.AsSpan(1..^1), scratch);

    private void WriteOptional(ByteWriter to, ReadOnlySpan<byte> content)
    {
        to.Write(content.IsEmpty ? None : Some);
        if (!content.IsEmpty)
            AvroText.WriteContent(to, content, scratch);
    }

    private static void WriteOptional(ByteWriter to, long value, bool isGiven)
    {
        to.Write(isGiven ? Some : None);
        if (isGiven)
            AvroText.WriteLong(to, value);
    }

    private static void WriteJson(ByteWriter to, ReadOnlySpan<byte> json)
    {
        to.Write(json.IsEmpty ? None : Some);
        if (!json.IsEmpty)
            AvroText.WriteString(to, json);
    }

    private static bool IsGiven(in Value value) => value.Kind is ValueKind.Known or ValueKind.Null;
}

using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Identity;
using AuditStream.Core.Json;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Emit;

/// <summary>Writes an event's value: canonical JSON, members in the order of their UTF-16 code units at every level.</summary>
/// <remarks>docs/EVENT.md says what each member means. The order of the calls in <see cref="Write"/> is the order of the members.</remarks>
internal sealed class EventBody
{
    private readonly ImagesOut images;
    private readonly ChangedPaths paths = new();
    private readonly byte[] pipeline;
    private string topic = "";
    private byte[] topicText = "\"\""u8.ToArray();

    public EventBody(ImagesOut images, IdentityKey identityKey, int normalizerVersion, string productVersion, string configHash)
    {
        this.images = images;
        var constant = new ByteWriter(256);
        constant.Write(",\"pipeline\":{\"config\":"u8);
        constant.Write(CanonicalText.Quoted(configHash));
        constant.Write(",\"identity_key\":"u8);
        constant.Write(CanonicalText.Quoted(identityKey.Fingerprint));
        constant.Write(",\"normalizer\":"u8);
        CanonicalText.WriteInteger(constant, normalizerVersion);
        constant.Write(",\"version\":"u8);
        constant.Write(CanonicalText.Quoted(productVersion));
        constant.Write((byte)'}');
        pipeline = constant.Written.ToArray();
    }

    /// <summary>Writes one event.</summary>
    /// <returns>Where the value of member <c>key</c> stands in what was written.</returns>
    public Range Write(ByteWriter to, ProtectedDiff diff, TableText table, Guid id, EventSize size)
    {
        var facts = diff.Facts;
        var isRow = facts.Operation < ChangeOperation.Schema;
        var withAfter = size == EventSize.Whole && images != ImagesOut.None;
        var withBefore = size == EventSize.Whole && images == ImagesOut.Full;

        to.Write((byte)'{');
        if (!diff.Actor.IsEmpty)
        {
            to.Write("\"actor\":\""u8);
            to.Write(diff.Actor.Span);
            to.Write("\","u8);
        }
        if (isRow && withAfter && diff.After.IsPresent)
            WriteImage(to, "\"after\":{"u8, diff, diff.After);
        if (isRow && withBefore && diff.Before.IsPresent)
            WriteImage(to, "\"before\":{"u8, diff, diff.Before);
        if (facts.Operation is ChangeOperation.Insert or ChangeOperation.Update or ChangeOperation.Delete)
            WriteChanges(to, diff, size);
        if (!isRow)
        {
            to.Write("\"detail\":"u8);
            to.Write(diff.Detail.Span);
            to.Write((byte)',');
        }
        to.Write("\"event_id\":\""u8);
        id.TryFormat(to.GetSpan(36), out var idLength);
        to.Advance(idLength);
        to.Write("\",\"identity\":\""u8);
        to.Write(EventName.Of(facts.Identity));
        to.Write((byte)'"');
        var key = default(Range);
        if (isRow)
        {
            WriteImages(to, diff, withBefore, withAfter);
            to.Write(",\"key\":"u8);
            var keyStart = to.Length;
            WriteKey(to, diff, diff.Key);
            key = keyStart..to.Length;
            if (diff.NextKey.IsPresent)
            {
                to.Write(",\"next_key\":"u8);
                WriteKey(to, diff, diff.NextKey);
            }
        }
        WriteOccurrence(to, facts);
        WriteOrigin(to, facts);
        to.Write(pipeline);
        if (isRow && diff.PreviousKey.IsPresent)
        {
            to.Write(",\"previous_key\":"u8);
            WriteKey(to, diff, diff.PreviousKey);
        }
        if (!diff.Protection.IsEmpty)
        {
            to.Write(",\"protection\":"u8);
            to.Write(diff.Protection.Span);
        }
        WriteSource(to, facts, table);
        to.Write(",\"spec\":\"auditstream/1\""u8);
        WriteTransaction(to, facts);
        to.Write((byte)'}');
        return key;
    }

    private static void WriteImage(ByteWriter to, ReadOnlySpan<byte> opening, ProtectedDiff diff, RowImage image)
    {
        to.Write(opening);
        WriteMembers(to, diff, image);
        to.Write("},"u8);
    }

    /// <summary>Writes a key, or null when there is none.</summary>
    public static void WriteKey(ByteWriter to, ProtectedDiff diff, RowImage key)
    {
        if (!key.IsPresent)
        {
            to.Write("null"u8);
            return;
        }
        to.Write((byte)'{');
        WriteMembers(to, diff, key);
        to.Write((byte)'}');
    }

    private static void WriteMembers(ByteWriter to, ProtectedDiff diff, RowImage image)
    {
        var tokens = image.Layout.NameTokens;
        var values = image.Values;
        var isFirst = true;
        for (var i = 0; i < values.Length; i++)
        {
            ref readonly var value = ref values[i];
            if (value.Kind is not (ValueKind.Known or ValueKind.Null))
                continue;
            if (!isFirst)
                to.Write((byte)',');
            isFirst = false;
            to.Write(tokens[i]);
            to.Write((byte)':');
            to.Write(diff.TextOf(value));
        }
    }

    private void WriteChanges(ByteWriter to, ProtectedDiff diff, EventSize size)
    {
        if (diff.Knowledge == ChangedKnowledge.Unknown)
        {
            to.Write("\"changed\":null,\"changes\":null,"u8);
            return;
        }
        var layout = diff.After.Layout;
        var differences = diff.Differences;
        to.Write("\"changed\":["u8);
        var isFirst = true;
        for (var i = 0; i < differences.Length; i++)
        {
            if (differences[i] != FieldDifference.Changed)
                continue;
            if (!isFirst)
                to.Write((byte)',');
            isFirst = false;
            to.Write(layout.NameTokens[i]);
        }
        to.Write(diff.Knowledge == ChangedKnowledge.All ? "],\"changed_is\":\"all\","u8 : "],\"changed_is\":\"at_least\","u8);
        if (size == EventSize.NamesOnly)
            return;
        to.Write("\"changes\":["u8);
        isFirst = true;
        for (var i = 0; i < differences.Length; i++)
        {
            if (differences[i] != FieldDifference.Changed)
                continue;
            to.Write(isFirst ? "{\"field\":"u8 : ",{\"field\":"u8);
            isFirst = false;
            to.Write(layout.NameTokens[i]);
            WriteValue(to, ",\"new\":"u8, diff, diff.After, i);
            WriteValue(to, ",\"old\":"u8, diff, diff.Before, i);
            if (size == EventSize.Whole && paths.TryFind(diff, i))
            {
                to.Write(",\"paths\":"u8);
                to.Write(paths.Found.List);
                to.Write(paths.Found.IsWhole ? ",\"paths_is\":\"all\""u8 : ",\"paths_is\":\"at_least\""u8);
            }
            if (layout.Types[i] != ColumnType.Untyped)
            {
                to.Write(",\"type\":\""u8);
                to.Write(EventName.Of(layout.Types[i]));
                to.Write((byte)'"');
            }
            to.Write((byte)'}');
        }
        to.Write("],"u8);
    }

    private static void WriteValue(ByteWriter to, ReadOnlySpan<byte> name, ProtectedDiff diff, RowImage image, int column)
    {
        if (!image.IsPresent)
            return;
        ref readonly var value = ref image.Values[column];
        if (value.Kind is not (ValueKind.Known or ValueKind.Null))
            return;
        to.Write(name);
        to.Write(diff.TextOf(value));
    }

    private static void WriteImages(ByteWriter to, ProtectedDiff diff, bool withBefore, bool withAfter)
    {
        ReadOnlySpan<Value> before = diff.Before.IsPresent ? diff.Before.Values : default;
        ReadOnlySpan<Value> after = diff.After.IsPresent ? diff.After.Values : default;
        var traits = ValueTraits.None;
        var isWithheld = false;
        foreach (ref readonly var value in before)
        {
            traits |= value.Traits;
            isWithheld |= value.Kind == ValueKind.Unavailable;
        }
        foreach (ref readonly var value in after)
        {
            traits |= value.Traits;
            isWithheld |= value.Kind == ValueKind.Unavailable;
        }
        var tokens = diff.After.Layout.NameTokens;
        to.Write(",\"images\":{\"after\":\""u8);
        to.Write(ExtentName(diff.After, withAfter));
        to.Write((byte)'"');
        if ((traits & ValueTraits.Ambiguous) != 0)
            WriteNames(to, ",\"ambiguous\":["u8, tokens, before, after, ValueTraits.Ambiguous);
        to.Write(",\"before\":\""u8);
        to.Write(ExtentName(diff.Before, withBefore));
        to.Write("\",\"before_from\":\""u8);
        to.Write(EventName.Of(diff.BeforeFrom));
        to.Write((byte)'"');
        if ((traits & ValueTraits.Encoded) != 0)
            WriteNames(to, ",\"encoded\":["u8, tokens, before, after, ValueTraits.Encoded);
        if (isWithheld)
            WriteNames(to, ",\"unavailable\":["u8, tokens, before, after, ValueTraits.None);
        to.Write((byte)'}');
    }

    /// <summary>How much of the row an image holds, when it is written or not.</summary>
    public static ReadOnlySpan<byte> ExtentName(RowImage image, bool isWritten)
        => image.IsPresent && !isWritten ? "omitted"u8 : EventName.Of(image.Extent);

    /// <summary>Writes the columns that have the trait in either image; for no trait, those that are unavailable.</summary>
    private static void WriteNames(
        ByteWriter to, ReadOnlySpan<byte> opening, byte[][] tokens, ReadOnlySpan<Value> before, ReadOnlySpan<Value> after, ValueTraits trait)
    {
        to.Write(opening);
        var isFirst = true;
        for (var i = 0; i < tokens.Length; i++)
        {
            if (!HasInEither(before, after, i, trait))
                continue;
            if (!isFirst)
                to.Write((byte)',');
            isFirst = false;
            to.Write(tokens[i]);
        }
        to.Write((byte)']');
    }

    /// <summary>True when a column has the trait in either image; for no trait, when it is unavailable there.</summary>
    public static bool HasInEither(ReadOnlySpan<Value> before, ReadOnlySpan<Value> after, int column, ValueTraits trait)
        => (!before.IsEmpty && Has(before[column], trait)) || (!after.IsEmpty && Has(after[column], trait));

    private static bool Has(in Value value, ValueTraits trait)
        => trait == ValueTraits.None ? value.Kind == ValueKind.Unavailable : (value.Traits & trait) != 0;

    private static void WriteOccurrence(ByteWriter to, ChangeFacts facts)
    {
        to.Write(",\"occurred_at\":\""u8);
        CanonicalText.WriteTime(to, facts.OccurredAtMicroseconds, facts.OccurredAtDigits);
        to.Write("\",\"occurred_from\":\""u8);
        to.Write(EventName.Of(facts.OccurredFrom));
        to.Write("\",\"operation\":\""u8);
        to.Write(ChangeOperationName.Utf8(facts.Operation));
        to.Write((byte)'"');
    }

    private void WriteOrigin(ByteWriter to, ChangeFacts facts)
    {
        if (facts.Topic.Length == 0)
            return;
        if (!string.Equals(topic, facts.Topic, StringComparison.Ordinal))
            (topic, topicText) = (facts.Topic, CanonicalText.Quoted(facts.Topic));
        to.Write(",\"origin\":{\"offset\":"u8);
        CanonicalText.WriteInteger(to, facts.Offset);
        to.Write(",\"partition\":"u8);
        CanonicalText.WriteInteger(to, facts.Partition);
        if (facts.TimestampMilliseconds >= 0)
        {
            to.Write(",\"timestamp\":"u8);
            CanonicalText.WriteInteger(to, facts.TimestampMilliseconds);
        }
        to.Write(",\"topic\":"u8);
        to.Write(topicText);
        to.Write((byte)'}');
    }

    private static void WriteSource(ByteWriter to, ChangeFacts facts, TableText table)
    {
        to.Write((byte)',');
        to.Write(table.SourceHead);
        WriteString(to, ",\"position\":\""u8, facts.Position);
        to.Write(table.SourceSchema);
        WriteString(to, ",\"snapshot\":\""u8, facts.Snapshot);
        to.Write(table.SourceTable);
        to.Write((byte)'}');
    }

    private static void WriteTransaction(ByteWriter to, ChangeFacts facts)
    {
        if (facts.TransactionId.IsEmpty)
            return;
        to.Write(",\"transaction\":{\"id\":\""u8);
        to.Write(facts.TransactionId.Span);
        to.Write((byte)'"');
        if (facts.TransactionOrder > 0)
        {
            to.Write(",\"order\":"u8);
            CanonicalText.WriteInteger(to, facts.TransactionOrder);
        }
        to.Write((byte)'}');
    }

    private static void WriteString(ByteWriter to, ReadOnlySpan<byte> opening, ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty)
            return;
        to.Write(opening);
        to.Write(content.Span);
        to.Write((byte)'"');
    }
}

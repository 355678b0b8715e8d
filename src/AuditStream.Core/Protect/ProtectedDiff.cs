using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Json;

namespace AuditStream.Core.Protect;

/// <summary>A diff as the field policy lets it out. The noun that leaves Protect, and the only one that Emit takes.</summary>
/// <remarks>It has no public constructor and takes values in one place only, where its policy is applied: unprotected values cannot reach
/// Emit. Reused; valid as long as the diff it was made of.</remarks>
public sealed class ProtectedDiff
{
    /// <summary>Deeper than Decode lets any value be.</summary>
    private const int MaximumDetailDepth = 10_000;

    private static readonly byte[] MaskedActor = "***"u8.ToArray();

    private readonly FieldPolicy policy;
    private readonly RowImage before = new();
    private readonly RowImage after = new();
    private readonly RowImage key = new();
    private readonly RowImage previousKey = new();
    private readonly RowImage nextKey = new();
    private readonly ByteWriter detail = new(256);
    private RowDiff diff = null!; // Set by Protect before anything is read.

    private ProtectedDiff(FieldPolicy policy)
    {
        this.policy = policy;
        (Before, After, Key, PreviousKey, NextKey) = (before, after, key, previousKey, nextKey);
    }

    /// <summary>What is known beside the column values; <see cref="ChangeFacts.Detail"/> and <see cref="ChangeFacts.Actor"/> in it are not protected: see
    /// <see cref="Detail"/> and <see cref="Actor"/>.</summary>
    public ChangeFacts Facts => diff.Change.Facts;

    /// <summary>How much the list of changed columns says.</summary>
    public ChangedKnowledge Knowledge => diff.Knowledge;

    /// <summary>Where the before-image came from.</summary>
    public BeforeSource BeforeFrom => diff.BeforeFrom;

    /// <summary>What is proven, by column of the row layout.</summary>
    public ReadOnlySpan<FieldDifference> Differences => diff.Differences;

    /// <summary>The row before the change, as policy lets it out.</summary>
    public RowImage Before { get; private set; }

    /// <summary>The row after the change, as policy lets it out.</summary>
    public RowImage After { get; private set; }

    /// <summary>The key; protected columns are keyed hashes.</summary>
    public RowImage Key { get; private set; }

    /// <summary>The key before the change moved the row; protected columns are keyed hashes.</summary>
    public RowImage PreviousKey { get; private set; }

    /// <summary>The key after the change moved the row; protected columns are keyed hashes.</summary>
    public RowImage NextKey { get; private set; }

    /// <summary>Who made the change, as canonical JSON string content; empty when nobody says so, or a rule drops it.</summary>
    public ReadOnlyMemory<byte> Actor { get; private set; }

    /// <summary>For what is no row: the canonical JSON object of member <c>detail</c>.</summary>
    public ReadOnlyMemory<byte> Detail { get; private set; }

    /// <summary>The canonical JSON of member <c>protection</c>; empty when no rule reaches the change.</summary>
    public ReadOnlyMemory<byte> Protection { get; private set; }

    /// <summary>The canonical JSON text of a value of these images.</summary>
    public ReadOnlySpan<byte> TextOf(in Value value) => diff.Change.TextOf(value);

    internal static ProtectedDiff Under(FieldPolicy policy) => new(policy);

    /// <summary>Takes over a diff, with the policy applied.</summary>
    internal void Protect(RowDiff newDiff)
    {
        diff = newDiff;
        var change = diff.Change;
        (Before, After, Key, PreviousKey, NextKey) = (change.Before, change.After, change.Key, change.PreviousKey, change.NextKey);
        (Actor, Detail, Protection) = (change.Facts.Actor, change.Facts.Detail, default);
        if (change.Facts.Operation >= ChangeOperation.Schema)
        {
            ProtectBesideRows(change);
            return;
        }
        var decision = policy.DecisionFor(change);
        Protection = decision.Protection;
        if (!Actor.IsEmpty && FieldPolicy.ActorActionFor(decision, change) is not FieldAction.Keep and var action)
        {
            Actor = ProtectedActor(change, action);
            Protection = policy.ProtectionWithActor(decision, action);
        }
        if (decision.KeepsAll)
            return;
        var mask = Append(change, "\"***\""u8);
        ProtectRow(change, change.Before, before, decision, mask);
        ProtectRow(change, change.After, after, decision, mask);
        (Before, After) = (before, after);
        if (decision.KeyNames.Count == 0)
            return;
        ProtectKey(change, change.Key, key, decision);
        ProtectKey(change, change.PreviousKey, previousKey, decision);
        ProtectKey(change, change.NextKey, nextKey, decision);
        (Key, PreviousKey, NextKey) = (key, previousKey, nextKey);
    }

    private void ProtectBesideRows(RowChange change)
    {
        var hidesContent = change.Facts.Operation == ChangeOperation.Message && policy.MessageContent != FieldAction.Keep;
        if (hidesContent)
            ProtectContent(change.Facts.Detail.Span);
        if (!Actor.IsEmpty && policy.ActorActionFor(change.Facts) is not FieldAction.Keep and var action)
        {
            Actor = ProtectedActor(change, action);
            Protection = policy.ProtectionWithActor(hidesContent, action);
        }
    }

    private ReadOnlyMemory<byte> ProtectedActor(RowChange change, FieldAction action)
    {
        if (action != FieldAction.KeyedHash)
            return action == FieldAction.Drop ? default : MaskedActor;
        // Only what is done to the column that it was taken from, so there is one.
        var column = Array.BinarySearch(change.After.Layout.Names, change.Facts.ActorColumn, StringComparer.Ordinal);
        var value = change.After.Values[column];
        var hash = change.After.Layout.IsHidden(column) ? value : KeyedHash(change, change.After.Layout.Names[column], value);
        return change.TextOf(hash)[1..^1].ToArray();
    }

    private void ProtectRow(RowChange change, RowImage from, RowImage to, FieldDecision decision, Value mask)
    {
        to.Reset(change.After.Layout, from.Extent);
        if (!from.IsPresent)
            return;
        from.Values.CopyTo(to.Values);
        for (var i = 0; i < decision.Row.Length; i++)
        {
            ref var value = ref to.Values[i];
            var isDelivered = value.Kind is ValueKind.Known or ValueKind.Null;
            value = decision.Row[i] switch
            {
                FieldAction.Drop => Value.Absent,
                FieldAction.Mask when isDelivered => mask,
                FieldAction.KeyedHash when isDelivered && to.Layout.IsHidden(i) => value with { Traits = ValueTraits.None },
                FieldAction.KeyedHash when isDelivered => KeyedHash(change, to.Layout.Names[i], value),
                _ => value,
            };
        }
    }

    private void ProtectKey(RowChange change, RowImage from, RowImage to, FieldDecision decision)
    {
        to.Reset(from.Layout, from.Extent);
        if (!from.IsPresent)
            return;
        from.Values.CopyTo(to.Values);
        for (var i = 0; i < to.Values.Length; i++)
        {
            ref var value = ref to.Values[i];
            if (value.Kind is ValueKind.Known or ValueKind.Null && !to.Layout.IsHidden(i) && decision.KeyNames.Contains(to.Layout.Names[i]))
                value = KeyedHash(change, to.Layout.Names[i], value);
        }
    }

    private Value KeyedHash(RowChange change, string column, in Value value)
    {
        var start = change.Scratch.Length;
        policy.WriteKeyedHash(change.Facts.Table, column, change.TextOf(value), change.Scratch);
        return new Value(ValueKind.Known, ValueTraits.None, TextPlace.Scratch, start, change.Scratch.Length - start);
    }

    private static Value Append(RowChange change, ReadOnlySpan<byte> text)
    {
        var start = change.Scratch.Length;
        change.Scratch.Write(text);
        return new Value(ValueKind.Known, ValueTraits.None, TextPlace.Scratch, start, text.Length);
    }

    /// <summary>Copies a message's detail without its content, or with it masked, be it as delivered or decoded by a transform.</summary>
    private void ProtectContent(ReadOnlySpan<byte> from)
    {
        detail.Clear();
        var reader = new Utf8JsonReader(from, new JsonReaderOptions { MaxDepth = MaximumDetailDepth });
        reader.Read();
        var separator = "{"u8;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isContent = reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("decoded"u8);
            var nameStart = (int)reader.TokenStartIndex;
            reader.Read();
            var valueStart = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isContent && policy.MessageContent == FieldAction.Drop)
                continue;
            detail.Write(separator);
            detail.Write(from[nameStart..valueStart]);
            detail.Write(isContent ? "\"***\""u8 : from[valueStart..(int)reader.BytesConsumed]);
            separator = ","u8;
        }
        detail.Write(detail.Length == 0 ? "{}"u8 : "}"u8);
        (Detail, Protection) = (detail.WrittenMemory, policy.MessageProtection);
    }
}

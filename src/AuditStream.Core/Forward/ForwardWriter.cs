using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Images;
using AuditStream.Core.Json;
using AuditStream.Core.Packed;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Forward;

/// <summary>The room Forward, going out: packs the changes of a record for the tasks that keep their rows' images.</summary>
/// <remarks>
/// <code>
/// bytes      what, in the form of PackedWriting
/// 1          the version of this form: 1
/// 1          the kind: ForwardKind
/// text       the raw record's topic
/// numbers    its partition, its offset, and which of its changes it is
///            of a change only, from here on:
/// blob       the table: see PackedTables
/// signed     the raw record's timestamp
/// 4 x 1      operation, fraction digits of the time, clock, identity
/// signed     the time in microseconds
/// blobs      position, snapshot, transaction id, actor; then the actor's column as a text; then part as a blob
/// signed     the order in the transaction
/// 32 + 32    event uid, fact hash
/// 1          1: may have other columns; 2: may lack columns
/// blob       the layout of the row
/// images     before, after: the extent in a byte, and unless it is none the values
/// images     key, previous key, next key: the extent in a byte, and unless it is none the layout and the values
/// </code>
/// <para>What the policy drops or masks is not in it: a keyed hash stands in its place, which still tells that a value changed. What the
/// record delivered is not in it either, but for its hash.</para>
/// <para>One instance per task; not thread-safe; messages are valid until it is cleared.</para>
/// </remarks>
public sealed class ForwardWriter
{
    /// <summary>The version of the form.</summary>
    internal const byte Version = 1;

    // There is one: whatever the policy makes of it.
    private static ReadOnlySpan<byte> HiddenActor => "***"u8;

    private readonly FieldPolicy policy;
    private readonly int maxBytes;
    private readonly PackedLayouts layouts = new();
    private readonly PackedTables tables = new();
    private readonly RowAddress addresses = new();
    private readonly Dictionary<(ColumnLayout, FieldDecision), ColumnLayout> hiddenLayouts = [];
    private readonly ByteWriter text = new();
    private readonly ByteWriter address = new(256);
    private readonly ByteWriter hash = new(64);
    private readonly List<Message> messages = [];

    /// <summary>Makes a writer.</summary>
    /// <param name="policy">Hides what must not travel.</param>
    /// <param name="maxBytes">How large a message may be: key and value, in bytes.</param>
    public ForwardWriter(FieldPolicy policy, int maxBytes)
    {
        this.policy = policy;
        this.maxBytes = maxBytes;
    }

    /// <summary>How many of the messages are changes.</summary>
    public int Changes { get; private set; }

    /// <summary>How many messages there are.</summary>
    public int Count => messages.Count;

    /// <summary>A message.</summary>
    public ForwardedMessage this[int index]
    {
        get
        {
            var (start, value, end, isChange, isForAll) = messages[index];
            return new ForwardedMessage(text.WrittenMemory[start..value], text.WrittenMemory[value..end], isChange, isForAll);
        }
    }

    /// <summary>True for a change that belongs to a row whose image is kept.</summary>
    public static bool Takes(RowChange change) =>
        change.Facts.Table.KeepsImages && change.Facts.Operation <= ChangeOperation.Upsert && change.Facts.Operation != ChangeOperation.Truncate
        && change.Key.IsPresent;

    /// <summary>Forgets all messages.</summary>
    public void Clear()
    {
        text.Clear();
        messages.Clear();
        Changes = 0;
    }

    /// <summary>Adds a change, and the word to the row's old address when it moved.</summary>
    /// <param name="change">The change; stamped.</param>
    /// <param name="place">Which of its record's changes it is, from 0.</param>
    /// <returns>False when it is too large: its row's image is ended instead, and the event is to be made without.</returns>
    public bool TryAdd(RowChange change, int place)
    {
        var decision = policy.DecisionFor(change);
        if (change.Facts.Operation == ChangeOperation.Update && change.PreviousKey.IsPresent)
        {
            WriteAddress(change, change.PreviousKey, decision);
            Add(ForwardKind.Left, change.Facts, place);
        }

        WriteAddress(change, change.Key, decision);
        var start = text.Length;
        Begin(ForwardKind.Change, change.Facts.Topic, change.Facts.Partition, change.Facts.Offset, place);
        WriteChange(change, decision);
        if (text.Length - start > maxBytes)
        {
            text.Truncate(start);
            Add(ForwardKind.Left, change.Facts, place);
            return false;
        }

        messages.Add(new Message(start, start + address.Length, text.Length, IsChange: true, IsForAll: false));
        Changes++;
        return true;
    }

    /// <summary>Adds, for every task, that all rows of a table went at once.</summary>
    public void AddTruncated(ChangeFacts facts, int place)
    {
        address.Clear();
        address.Write(addresses.OfTable(facts.Table));
        Add(ForwardKind.Truncated, facts, place, isForAll: true);
    }

    /// <summary>Adds, for every task, that a record could not be read.</summary>
    public void AddMissed(in RawRecord record)
    {
        address.Clear();
        var start = text.Length;
        Begin(ForwardKind.Missed, record.Topic, record.Partition, record.Offset, place: 0);
        messages.Add(new Message(start, start, text.Length, IsChange: false, IsForAll: true));
    }

    private void Add(ForwardKind kind, ChangeFacts facts, int place, bool isForAll = false)
    {
        var start = text.Length;
        Begin(kind, facts.Topic, facts.Partition, facts.Offset, place);
        messages.Add(new Message(start, start + address.Length, text.Length, IsChange: false, isForAll));
    }

    private void Begin(ForwardKind kind, string topic, int partition, long offset, int place)
    {
        text.Write(address.Written);
        text.Write(Version);
        text.Write((byte)kind);
        text.WriteText(topic);
        text.WriteNumber((ulong)partition);
        text.WriteNumber((ulong)offset);
        text.WriteNumber((ulong)place);
    }

    private void WriteChange(RowChange change, FieldDecision decision)
    {
        var facts = change.Facts;
        tables.Write(text, facts.Table);
        text.WriteSigned(facts.TimestampMilliseconds);
        text.Write((byte)facts.Operation);
        text.Write((byte)facts.OccurredAtDigits);
        text.Write((byte)facts.OccurredFrom);
        text.Write((byte)facts.Identity);
        text.WriteSigned(facts.OccurredAtMicroseconds);
        text.WriteBlob(facts.Position.Span);
        text.WriteBlob(facts.Snapshot.Span);
        text.WriteBlob(facts.TransactionId.Span);
        var hidesActor = !facts.Actor.IsEmpty && FieldPolicy.ActorActionFor(decision, change) != FieldAction.Keep;
        text.WriteBlob(hidesActor ? HiddenActor : facts.Actor.Span);
        text.WriteText(facts.ActorColumn);
        text.WriteBlob(facts.Part.Span);
        text.WriteSigned(facts.TransactionOrder);
        text.Write(facts.EventUid);
        text.Write(facts.FactHash);
        text.Write((byte)((change.MayHaveOtherColumns ? 1 : 0) | (change.MayLackColumns ? 2 : 0)));
        layouts.Write(text, HiddenRow(change.After.Layout, decision));
        WriteRow(change, change.Before, decision);
        WriteRow(change, change.After, decision);
        WriteKey(change, change.Key, decision);
        WriteKey(change, change.PreviousKey, decision);
        WriteKey(change, change.NextKey, decision);
    }

    private void WriteRow(RowChange change, RowImage image, FieldDecision decision)
    {
        text.Write((byte)image.Extent);
        if (!image.IsPresent)
            return;
        var layout = image.Layout;
        for (var column = 0; column < layout.Count; column++)
        {
            ref readonly var value = ref image.Values[column];
            var isGiven = value.Kind is ValueKind.Known or ValueKind.Null;
            if (!isGiven || decision.KeepsAll || decision.Row[column] == FieldAction.Keep)
            {
                PackedValues.Write(text, value.Kind, value.Traits, change.TextOf(value));
                continue;
            }

            hash.Clear();
            if (decision.Row[column] == FieldAction.KeyedHash)
                policy.WriteKeyedHash(change.Facts.Table, layout.Names[column], change.TextOf(value), hash);
            else
                policy.WriteHidden(address.Written, layout.Names[column], layout.Types[column], change.TextOf(value), value.Kind == ValueKind.Null, hash);
            PackedValues.Write(text, ValueKind.Known, value.Traits, hash.Written);
        }
    }

    private void WriteKey(RowChange change, RowImage key, FieldDecision decision)
    {
        text.Write((byte)key.Extent);
        if (!key.IsPresent)
            return;
        layouts.Write(text, HiddenKey(key.Layout, decision));
        for (var column = 0; column < key.Layout.Count; column++)
        {
            ref readonly var value = ref key.Values[column];
            var isHidden = IsHiddenKey(key, column, decision);
            PackedValues.Write(text, isHidden ? ValueKind.Known : value.Kind, value.Traits, isHidden ? KeyHash(change, key, column) : change.TextOf(value));
        }
    }

    private void WriteAddress(RowChange change, RowImage key, FieldDecision decision)
    {
        if (decision.KeyNames.Count == 0)
        {
            addresses.Write(change, key, address);
            return;
        }

        addresses.Begin(change.Facts.Table, address);
        for (var column = 0; column < key.Layout.Count; column++)
        {
            address.Write(column == 0 ? (byte)'{' : (byte)',');
            address.Write(key.Layout.NameTokens[column]);
            address.Write((byte)':');
            address.Write(IsHiddenKey(key, column, decision) ? KeyHash(change, key, column) : change.TextOf(key.Values[column]));
        }

        address.Write((byte)'}');
        RowAddress.End(address);
    }

    private static bool IsHiddenKey(RowImage key, int column, FieldDecision decision) =>
        key.Values[column].Kind is ValueKind.Known or ValueKind.Null && decision.KeyNames.Contains(key.Layout.Names[column]);

    private ReadOnlySpan<byte> KeyHash(RowChange change, RowImage key, int column)
    {
        hash.Clear();
        policy.WriteKeyedHash(change.Facts.Table, key.Layout.Names[column], change.TextOf(key.Values[column]), hash);
        return hash.Written;
    }

    private ColumnLayout HiddenRow(ColumnLayout layout, FieldDecision decision) =>
        decision.KeepsAll ? layout : Hidden(layout, decision, column => decision.Row[column] != FieldAction.Keep);

    private ColumnLayout HiddenKey(ColumnLayout layout, FieldDecision decision) =>
        decision.KeyNames.Count == 0 ? layout : Hidden(layout, decision, column => decision.KeyNames.Contains(layout.Names[column]));

    private ColumnLayout Hidden(ColumnLayout layout, FieldDecision decision, Predicate<int> isHidden)
    {
        if (hiddenLayouts.TryGetValue((layout, decision), out var result))
            return result;
        if (hiddenLayouts.Count == PackedLayouts.MaxLayouts)
            hiddenLayouts.Clear();
        var hidden = Enumerable.Range(0, layout.Count).Select(column => isHidden(column)).ToArray();
        result = Array.IndexOf(hidden, true) < 0 ? layout : new ColumnLayout(layout.Names, layout.NameTokens, layout.Types, hidden);
        hiddenLayouts.Add((layout, decision), result);
        return result;
    }

    /// <summary>Where a message stands in the text: its address, then its value.</summary>
    private readonly record struct Message(int Start, int Value, int End, bool IsChange, bool IsForAll);
}

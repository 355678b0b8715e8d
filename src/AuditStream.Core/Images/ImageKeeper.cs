using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Debezium;
using AuditStream.Core.Json;
using AuditStream.Core.Packed;

namespace AuditStream.Core.Images;

/// <summary>The room Images: keeps the last known image of each row, and fills from it what a source did not send. A change goes in and comes out
/// again.</summary>
/// <remarks>
/// <code>
/// operation   takes from the kept image                               does with it
/// snapshot    nothing                                                 keeps the row, unless a change made the kept image, or may have
///                                                                     made one that is forgotten
/// insert      nothing                                                 keeps the row
/// update      a before-image that is missing or of the key only,      keeps the row; when it moved to another key, the image under the
///             values that the record withheld; nothing when it moved  old one is removed
/// upsert      values that the record withheld                         keeps the row
/// delete      a before-image that is missing or of the key only       removes it
/// truncate    nothing                                                 removes the images of the table
/// </code>
/// <para>Of a row is kept what is known: a column that a record leaves out is not known any more. An image of the future is neither used nor
/// replaced nor removed. An event's id and fact hash are made before: they do not know of state.</para>
/// <para>A row that moves to another key takes nothing along: the two keys may be two tasks', which do not wait for each other. A row that
/// changes its key in a source that does not say so leaves an image behind, which the next row of that key would take for its own.</para>
/// <para>One instance per task; not thread-safe.</para>
/// </remarks>
public sealed class ImageKeeper
{
    /// <summary>How many joined layouts are kept; then all are forgotten and worked out again.</summary>
    public const int MaxJoins = 1_000;

    private const int MaxEmptyTopics = 1_000;

    /// <summary>What a message takes beside key and value, in bytes, rounded up.</summary>
    private const int FramingBytes = 256;

    // No row has this address.
    private static readonly byte[] missedAddress = "[]"u8.ToArray();

    private readonly ImageBuffer images;
    private readonly int maxImageBytes;
    private readonly PackedLayouts layouts = new();
    private readonly Dictionary<(ColumnLayout, ColumnLayout, bool), LayoutJoin> joins = [];
    private readonly HashSet<string> emptyTopics = new(StringComparer.Ordinal);
    private readonly RowAddress addresses = new();
    private readonly ByteWriter address = new(256);
    private readonly ByteWriter oldAddress = new(256);
    private readonly ByteWriter packed = new();
    private Value[] spare = [];
    private int place;

    /// <summary>Makes the room.</summary>
    /// <param name="images">Where the images are.</param>
    /// <param name="maxMessageBytes">How large a message of the changelog may be, in bytes: an image that needs a larger one is not kept.</param>
    public ImageKeeper(ImageBuffer images, int maxMessageBytes = int.MaxValue)
    {
        this.images = images;
        maxImageBytes = maxMessageBytes - FramingBytes;
    }

    /// <summary>How often an image was looked for, by what came of it.</summary>
    public ImageLookups Lookups { get; private set; }

    private bool HasMissed => images.TryGet(missedAddress, out _);

    /// <summary>Fills a change from the kept image of its row, and keeps what it tells of the row.</summary>
    /// <param name="change">The change.</param>
    /// <param name="ofRecord">Which of its raw record's changes it is, from 0.</param>
    public void Apply(RowChange change, int ofRecord = 0)
    {
        place = ofRecord;
        var facts = change.Facts;
        if (!facts.Table.KeepsImages || facts.Operation > ChangeOperation.Upsert)
            return;
        if (facts.Operation == ChangeOperation.Truncate)
        {
            TryTruncate(addresses.OfTable(facts.Table), facts.Topic, facts.Partition, facts.Offset, ofRecord, int.MaxValue);
            return;
        }

        if (!change.Key.IsPresent)
            return;
        addresses.Write(change, change.Key, address);
        switch (facts.Operation)
        {
            case ChangeOperation.Snapshot:
                if (!images.Store.HasForgotten && !HasMissed && (!images.TryGet(address.Written, out var found) || KeptImage.OriginOf(found).IsLoad))
                    Keep(change, merged: null, isLoad: true);
                break;
            case ChangeOperation.Delete:
                Delete(change);
                break;
            case ChangeOperation.Update:
                Update(change);
                break;
            default:
                Keep(change, Withheld(change), isLoad: false);
                break;
        }
    }

    /// <summary>Says that the row of an address is there no more, since a record of a raw topic.</summary>
    public void Leave(ReadOnlySpan<byte> rowAddress, string topic, int partition, long offset, int ofRecord)
    {
        if (images.TryGet(rowAddress, out var found) && KeptImage.OriginOf(found).IsNotBefore(topic, partition, offset, ofRecord))
            return;
        images.Remove(rowAddress);
    }

    /// <summary>Says that all rows of a table went at once, by a record of a raw topic.</summary>
    /// <returns>False when some are left for after the commit, as of <see cref="ImageBuffer.RemoveWhere"/>.</returns>
    public bool TryTruncate(ReadOnlySpan<byte> tableAddress, string topic, int partition, long offset, int ofRecord, int maxChanges) =>
        images.RemoveWhere(tableAddress, image => !KeptImage.OriginOf(image).IsNotBefore(topic, partition, offset, ofRecord), maxChanges);

    /// <summary>Says that a record of a topic could not be read: of which row it told is not known, so the images of the topic's rows are not the
    /// last ones any more.</summary>
    /// <returns>False when some are left for after the commit, as of <see cref="ImageBuffer.RemoveWhere"/>.</returns>
    public bool TryMiss(string topic, int maxChanges)
    {
        // First: from the first part on no row that is merely read makes an image.
        images.Put(missedAddress, []);
        // A topic of nothing but such records is looked through once.
        if (emptyTopics.Contains(topic))
            return true;
        if (!images.RemoveWhere("[\""u8, image => string.Equals(KeptImage.OriginOf(image).Topic, topic, StringComparison.Ordinal), maxChanges))
            return false;
        if (emptyTopics.Count == MaxEmptyTopics)
            emptyTopics.Clear();
        emptyTopics.Add(topic);
        return true;
    }

    /// <summary>Says that what was done since the last commit is dropped.</summary>
    public void Abort()
    {
        images.Abort();
        emptyTopics.Clear();
    }

    private void Update(RowChange change)
    {
        if (change.PreviousKey.IsPresent)
        {
            addresses.Write(change, change.PreviousKey, oldAddress);
            Leave(oldAddress.Written, change.Facts.Topic, change.Facts.Partition, change.Facts.Offset, place);
            Keep(change, merged: null, isLoad: false);
            return;
        }

        var kept = FindPast(change);
        Keep(change, kept, isLoad: false);
        if (kept is null)
            return;
        FillBefore(change, kept);
        FillWithheld(change, kept);
    }

    private void Delete(RowChange change)
    {
        if (FindPast(change) is { } kept)
            FillBefore(change, kept);
        Leave(address.Written, change.Facts.Topic, change.Facts.Partition, change.Facts.Offset, place);
    }

    private KeptImage? Withheld(RowChange change)
    {
        if (change.Facts.Operation == ChangeOperation.Upsert && FindPast(change) is { } kept)
            FillWithheld(change, kept);
        return null;
    }

    private KeptImage? FindPast(RowChange change)
    {
        if (!images.TryGet(address.Written, out var found))
        {
            Lookups = Lookups with { Misses = Lookups.Misses + 1 };
            return null;
        }

        if (KeptImage.OriginOf(found).IsNotBefore(change.Facts, place))
        {
            Lookups = Lookups with { OfTheFuture = Lookups.OfTheFuture + 1 };
            return null;
        }

        Lookups = Lookups with { Hits = Lookups.Hits + 1 };
        return KeptImage.Read(found, layouts);
    }

    private void FillBefore(RowChange change, KeptImage kept)
    {
        if (change.Before.Extent is not (ImageExtent.None or ImageExtent.Key))
            return;
        var isDocument = change.Facts.Table.Engine == Engines.Mongo;
        var join = Join(change.After.Layout, kept.Layout, withOthers: isDocument || !TellsColumns(change));
        Extend(change, join);
        var before = change.Before.Values;
        var isWhole = kept.From.Extent == ImageExtent.Full && !change.MayLackColumns;
        for (var column = 0; column < join.KeptPlaces.Length; column++)
        {
            if (join.KeptPlaces[column] is >= 0 and var at && !IsGiven(before[at]))
                before[at] = Copy(kept, kept.Values[column], change.Scratch);
        }

        // A column that came since is not in the image. A document's fields come and go.
        foreach (ref readonly var value in before)
            isWhole &= isDocument || IsGiven(value);
        change.Before.Extent = isWhole ? ImageExtent.Full : ImageExtent.Partial;
        change.IsBeforeKept = true;
    }

    private void FillWithheld(RowChange change, KeptImage kept)
    {
        var after = change.After.Values;
        var join = Join(change.After.Layout, kept.Layout, withOthers: false);
        var isWhole = TellsColumns(change);
        for (var column = 0; column < join.KeptPlaces.Length; column++)
        {
            if (join.KeptPlaces[column] is >= 0 and var at && after[at].Kind == ValueKind.Unavailable && IsGiven(kept.Values[column]))
                after[at] = Copy(kept, kept.Values[column], change.Scratch);
        }

        foreach (ref readonly var value in after)
            isWhole &= IsGiven(value);
        if (isWhole)
            change.After.Extent = ImageExtent.Full;
    }

    /// <summary>True when the record lists all columns of the row: in a whole image, beside values that it withheld, or with fillers.</summary>
    private static bool TellsColumns(RowChange change)
    {
        if (change.MayHaveOtherColumns)
            return false;
        if (change.After.Extent == ImageExtent.Full
            || (change.Before.Extent == ImageExtent.Key && !change.After.IsPresent && change.After.Layout.Count > change.Key.Layout.Count))
            return true;
        foreach (ref readonly var value in change.After.Values)
        {
            if (value.Kind == ValueKind.Unavailable)
                return true;
        }

        return false;
    }

    private void Keep(RowChange change, KeptImage? merged, bool isLoad)
    {
        if (!change.After.IsPresent
            || (images.TryGet(address.Written, out var found) && KeptImage.OriginOf(found).IsNotBefore(change.Facts, place)))
            return;
        var layout = change.After.Layout;
        var join = merged is null ? null : Join(layout, merged.Layout, withOthers: false);
        var isWhole = join is not null && TellsColumns(change);
        foreach (ref readonly var value in change.After.Values)
            isWhole &= IsGiven(value) || value.Kind == ValueKind.Unavailable;
        for (var column = 0; isWhole && column < layout.Count; column++)
            isWhole = IsGiven(change.After.Values[column]) || (FromMerged(join, column) is var at and >= 0 && merged is not null && IsGiven(merged.Values[at]));

        var extent = change.MayLackColumns ? ImageExtent.Partial : isWhole ? ImageExtent.Full : change.After.Extent;
        KeptImage.Begin(packed, change.Facts, place, isLoad, extent, layout, layouts);
        for (var column = 0; column < layout.Count; column++)
        {
            ref readonly var value = ref change.After.Values[column];
            if (IsGiven(value))
                PackedValues.Write(packed, value.Kind, value.Traits, change.TextOf(value));
            else if (value.Kind == ValueKind.Unavailable && merged is not null && FromMerged(join, column) is var at and >= 0 && IsGiven(merged.Values[at]))
                PackedValues.Write(packed, merged.Values[at].Kind, merged.Values[at].Traits, merged.TextOf(merged.Values[at]));
            else
                PackedValues.Write(packed, ValueKind.Absent, ValueTraits.None, text: default);
        }

        if (address.Written.Length + packed.Written.Length > maxImageBytes)
        {
            // Large values that were written one after the other, each in a record that withheld the others.
            images.Remove(address.Written);
            return;
        }

        images.Put(address.Written, packed.Written);
        if (emptyTopics.Count > 0)
            emptyTopics.Remove(change.Facts.Topic);
    }

    private static int FromMerged(LayoutJoin? join, int column) => join is null ? -1 : Array.IndexOf(join.KeptPlaces, column);

    /// <summary>Gives both images of a change a layout with more columns.</summary>
    private void Extend(RowChange change, LayoutJoin join)
    {
        if (ReferenceEquals(join.Layout, change.After.Layout) && ReferenceEquals(join.Layout, change.Before.Layout))
            return;
        foreach (var image in (ReadOnlySpan<RowImage>)[change.Before, change.After])
        {
            // An image that is not there may have no layout.
            var count = image.IsPresent ? image.Layout.Count : 0;
            if (spare.Length < count)
                spare = new Value[count];
            image.Values[..count].CopyTo(spare);
            image.Reset(join.Layout, image.Extent);
            for (var column = 0; column < count; column++)
                image.Values[join.ChangePlaces[column]] = spare[column];
        }
    }

    private LayoutJoin Join(ColumnLayout change, ColumnLayout kept, bool withOthers)
    {
        if (joins.TryGetValue((change, kept, withOthers), out var join))
            return join;
        if (joins.Count == MaxJoins)
            joins.Clear();
        join = LayoutJoin.Of(change, kept, withOthers);
        joins.Add((change, kept, withOthers), join);
        return join;
    }

    private static Value Copy(KeptImage kept, in Value value, ByteWriter into) =>
        value.Kind == ValueKind.Known ? Append(value, kept.TextOf(value), into) : value;

    private static Value Append(in Value value, ReadOnlySpan<byte> text, ByteWriter into)
    {
        var start = into.Length;
        into.Write(text);
        return value with { Place = TextPlace.Scratch, Start = start, Length = text.Length };
    }

    private static bool IsGiven(in Value value) => value.Kind is ValueKind.Known or ValueKind.Null;
}

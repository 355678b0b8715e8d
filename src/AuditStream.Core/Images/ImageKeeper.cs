using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Debezium;
using AuditStream.Core.Json;

namespace AuditStream.Core.Images;

/// <summary>The room Images: keeps the last known image of each row, and fills from it what a source did not send. A change goes in and comes out
/// again.</summary>
/// <remarks>
/// <code>
/// operation   takes from the kept image                               does with it
/// snapshot    nothing                                                 keeps the row, unless a change made the kept image, or may have
///                                                                     made one that is forgotten
/// insert      nothing                                                 keeps the row
/// update      a before-image that is missing or of the key only,      keeps the row; under its new key when it moved
///             values that the record withheld
/// upsert      values that the record withheld                         keeps the row
/// delete      a before-image that is missing or of the key only       removes it; to the other half of a key change it is handed over
/// truncate    nothing                                                 removes the images of the table
/// </code>
/// <para>Of a row is kept what is known: a column that a record leaves out is not known any more. An image of the future is neither used nor
/// replaced nor removed. An event's id and fact hash are made before: they do not know of state.</para>
/// <para>A row that changes its key in a source that does not say so leaves an image behind, which the next row of that key would take for its
/// own.</para>
/// <para>One instance per task; not thread-safe.</para>
/// </remarks>
public sealed class ImageKeeper
{
    /// <summary>How many joined layouts are kept; then all are forgotten and worked out again.</summary>
    public const int MaxJoins = 1_000;

    private readonly IRowImageStore store;
    private readonly Dictionary<(ColumnLayout, ColumnLayout, bool), LayoutJoin> joins = [];
    private readonly ByteWriter key = new(256);
    private readonly ByteWriter otherKey = new(256);
    private readonly ByteWriter text = new();
    private Value[] spare = [];
    private TableReference? lastTable;
    private string table = "";
    private bool hasMissed;
    private int place;

    /// <summary>Makes the room.</summary>
    public ImageKeeper(IRowImageStore store) => this.store = store;

    /// <summary>Fills a change from the kept image of its row, and keeps what it tells of the row.</summary>
    /// <param name="change">The change.</param>
    /// <param name="ofRecord">Which of its raw record's changes it is, from 0.</param>
    public void Apply(RowChange change, int ofRecord = 0)
    {
        place = ofRecord;
        var facts = change.Facts;
        if (!facts.Table.KeepsImages || facts.Operation > ChangeOperation.Upsert)
            return;
        SetTable(facts.Table);
        if (facts.Operation == ChangeOperation.Truncate)
        {
            store.RemoveWhere(table, image => !image.IsNotBefore(facts, ofRecord));
            return;
        }

        if (!change.Key.IsPresent)
            return;
        Write(change, change.Key, key);
        switch (facts.Operation)
        {
            case ChangeOperation.Snapshot:
                if (!hasMissed && !store.HasForgotten && store.Find(table, key.Written) is null or { IsLoad: true })
                    Keep(change, merged: null, isLoad: true);
                break;
            case ChangeOperation.Delete:
                Delete(change);
                break;
            case ChangeOperation.Update:
                Update(change);
                break;
            default:
                // The insert half of a key change may leave out what its delete half had.
                Keep(change, change.PreviousKey.IsPresent ? TakeOver(change) : Withheld(change), isLoad: false);
                break;
        }
    }

    /// <summary>Says that a record of a topic could not be read: of which row it told is not known, so the images of the topic's rows are not the
    /// last ones any more.</summary>
    public void Miss(string topic)
    {
        hasMissed = true;
        store.RemoveWhere(table: null, image => string.Equals(image.Topic, topic, StringComparison.Ordinal));
    }

    private void Update(RowChange change)
    {
        var hasMoved = change.PreviousKey.IsPresent;
        if (hasMoved)
            Write(change, change.PreviousKey, otherKey);
        var kept = FindPast(change, hasMoved ? otherKey : key);
        Keep(change, kept, isLoad: false);
        if (kept is null)
            return;
        if (hasMoved)
            store.Remove(table, otherKey.Written);
        FillBefore(change, kept);
        FillWithheld(change, kept);
    }

    private void Delete(RowChange change)
    {
        if (FindPast(change, key) is not { } kept)
            return;
        FillBefore(change, kept);
        store.Remove(table, key.Written);
        if (!change.NextKey.IsPresent || change.Facts.Position.IsEmpty)
            return;
        WriteHalf(change, change.NextKey);
        store.Keep(table, otherKey.Written, kept.MovedBy(change.Facts, place));
    }

    /// <summary>What the delete half of a key change left for its insert half: both stand at one place in the source's log, so that it cannot be
    /// what another change left.</summary>
    private KeptImage? TakeOver(RowChange change)
    {
        if (change.Facts.Position.IsEmpty)
            return null;
        WriteHalf(change, change.Key);
        var left = store.Find(table, otherKey.Written);
        store.Remove(table, otherKey.Written);
        return left;
    }

    private KeptImage? Withheld(RowChange change)
    {
        if (change.Facts.Operation == ChangeOperation.Upsert && FindPast(change, key) is { } kept)
            FillWithheld(change, kept);
        return null;
    }

    private KeptImage? FindPast(RowChange change, ByteWriter ofKey) =>
        store.Find(table, ofKey.Written) is { } kept && !kept.IsNotBefore(change.Facts, place) ? kept : null;

    private void FillBefore(RowChange change, KeptImage kept)
    {
        if (change.Before.Extent is not (ImageExtent.None or ImageExtent.Key))
            return;
        var isDocument = change.Facts.Table.Engine == Engines.Mongo;
        var join = Join(change.After.Layout, kept.Layout, withOthers: isDocument || !TellsColumns(change));
        Extend(change, join);
        var before = change.Before.Values;
        var isWhole = kept.Extent == ImageExtent.Full && !change.MayLackColumns;
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
        if (!change.After.IsPresent || store.Find(table, key.Written)?.IsNotBefore(change.Facts, place) == true)
            return;
        var join = merged is null ? null : Join(change.After.Layout, merged.Layout, withOthers: false);
        text.Clear();
        var values = change.After.Values.ToArray();
        var isWhole = join is not null && TellsColumns(change);
        for (var column = 0; column < values.Length; column++)
        {
            ref var value = ref values[column];
            var at = value.Kind == ValueKind.Unavailable && join is not null ? Array.IndexOf(join.KeptPlaces, column) : -1;
            if (merged is not null && at >= 0)
                value = Copy(merged, merged.Values[at], text);
            else
                value = value.Kind == ValueKind.Known ? Append(value, change.TextOf(value), text) : IsGiven(value) ? value : Value.Absent;
            isWhole &= IsGiven(value);
        }

        var extent = change.MayLackColumns ? ImageExtent.Partial : isWhole ? ImageExtent.Full : change.After.Extent;
        store.Keep(table, key.Written, new KeptImage(change.Facts, place, isLoad, extent, change.After.Layout, values, text.Written.ToArray()));
    }

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

    private static void Write(RowChange change, RowImage of, ByteWriter into)
    {
        into.Clear();
        RowKey.Write(change, of, into);
    }

    // No canonical key has a line feed in it.
    private void WriteHalf(RowChange change, RowImage of)
    {
        Write(change, of, otherKey);
        otherKey.Write((byte)'\n');
        otherKey.Write(change.Facts.Position.Span);
    }

    private void SetTable(TableReference of)
    {
        if (ReferenceEquals(lastTable, of))
            return;
        lastTable = of;
        table = string.Join('\n', of.Source, of.Incarnation.ToString(System.Globalization.CultureInfo.InvariantCulture), of.Database, of.Schema, of.Table);
    }
}

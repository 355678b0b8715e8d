using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Dms;

/// <summary>Fills the row images of a change, and says how much of the row they are.</summary>
/// <remarks>
/// <para>By default an endpoint leaves out what is NULL or an empty text. Then a missing column is null, or empty, or was not logged:
/// images are partial, and a change of such a column is not proven, however whole the source's log is.</para>
/// <code>
/// image                    the endpoint includes null and empty     it does not
/// load, insert, update     full                                     partial
/// before, identity full    full, if it has the row's columns        partial
/// before, identity key     key                                      key
/// before, other            key, or partial: a null may be a filler  key or partial
/// </code>
/// <para>An empty before-image, <c>{}</c>, provides nothing. Where the identity is known to be the key, it says that the row kept its
/// key.</para>
/// </remarks>
internal sealed class RowImages
{
    private readonly ValueConverter values;

    /// <summary>Makes a reader.</summary>
    public RowImages(ValueConverter values) => this.values = values;

    /// <summary>Which columns of a before-image are values.</summary>
    private enum Trust
    {
        /// <summary>All, nulls too.</summary>
        All,

        /// <summary>The key's.</summary>
        Key,

        /// <summary>Those that are neither null nor empty.</summary>
        Given,
    }

    /// <summary>Reads the images into the change, whose operation is known; a rejection when they cannot be a row's.</summary>
    /// <param name="text">Where the columns' names and values stand.</param>
    /// <param name="before">The columns of the row before; none when the record does not give it.</param>
    /// <param name="after">The columns of the row after.</param>
    /// <param name="table">The table.</param>
    /// <param name="change">Takes the images.</param>
    /// <param name="at">The place for a rejection.</param>
    public Rejection? Read(
        ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> before, ReadOnlySpan<TapeMember> after, TableState table, RowChange change, int at)
    {
        var hasAfter = change.Facts.Operation != ChangeOperation.Delete;
        var identity = table.Reference.ReplicaIdentity;
        var key = table.ConfiguredKey();
        // Nulls alone are fillers: of a whole row, the key at least would be there.
        var hasBefore = identity == ReplicaIdentity.Full && key is null ? !before.IsEmpty : HasGiven(before);
        var beforeShape = hasBefore ? table.Rows.Find(text, before, schema: null) : null;
        var afterShape = hasAfter ? table.Rows.Find(text, after, schema: null) : null;
        if (hasBefore && beforeShape is null)
            at = before[0].NameStart;
        if ((hasBefore && beforeShape is null) || (hasAfter && afterShape is null))
            return new Rejection(RejectionCode.InvalidMember, "A row names a column twice, or by a name that no event can hold.", at);
        var pair = table.Pair(beforeShape, afterShape);
        var keyFlags = key is null ? null : pair.KeyFlags(key);
        change.Before.Reset(pair.Layout, ImageExtent.None);
        change.After.Reset(pair.Layout, ImageExtent.None);
        if (hasAfter)
        {
            change.After.Extent = IsWhole(change, pair.AfterColumns, pair) ? ImageExtent.Full : ImageExtent.Partial;
            Fill(text, after, pair.AfterColumns, change.After, Trust.All, keyFlags: null, change.Scratch);
        }

        if (hasBefore)
            FillBefore(text, before, pair, identity, keyFlags, change);
        return null;
    }

    /// <summary>Fills the before-image of an update whose source logs the old key only when it changed, and gave none.</summary>
    public static void KeepKey(TableState table, RowChange change)
    {
        foreach (var name in table.ConfiguredKey()?.Names ?? [])
        {
            var column = Array.BinarySearch(change.After.Layout.Names, name, StringComparer.Ordinal);
            if (column < 0)
                continue;
            change.Before.Values[column] = change.After.Values[column];
            change.Before.Extent = ImageExtent.Key;
        }
    }

    private static Trust TrustBefore(ReplicaIdentity identity, bool hasKey) => identity switch
    {
        ReplicaIdentity.Full => Trust.All,
        ReplicaIdentity.Key when hasKey => Trust.Key,
        _ => Trust.Given,
    };

    private static bool IsGiven(in JsonSlice slice) => slice.Token != JsonToken.Null && !(slice.Token == JsonToken.String && slice.Length == 2);

    private static bool HasGiven(ReadOnlySpan<TapeMember> members)
    {
        foreach (ref readonly var member in members)
        {
            if (IsGiven(member.Slice))
                return true;
        }

        return false;
    }

    private void FillBefore(
        ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, ImagePair pair, ReplicaIdentity identity, bool[]? keyFlags, RowChange change)
    {
        var trust = TrustBefore(identity, keyFlags is not null);
        var beyondKey = Fill(text, members, pair.BeforeColumns, change.Before, trust, keyFlags, change.Scratch);
        change.Before.Extent = trust switch
        {
            Trust.All => IsWhole(change, pair.BeforeColumns, pair) ? ImageExtent.Full : ImageExtent.Partial,
            Trust.Key => ImageExtent.Key,
            _ => beyondKey ? ImageExtent.Partial : ImageExtent.Key,
        };
    }

    private static bool IsWhole(RowChange change, int[] places, ImagePair pair) =>
        !change.MayHaveOtherColumns && places.Length == pair.Layout.Count;

    /// <summary>Fills an image; true when it has a value in a column that is not known to be the key's.</summary>
    private bool Fill(
        ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, int[] places, RowImage image, Trust trust, bool[]? keyFlags,
        ByteWriter scratch)
    {
        var into = image.Values;
        var beyondKey = false;
        for (var index = 0; index < members.Length; index++)
        {
            var column = places[index];
            var slice = members[index].Slice;
            var isKey = keyFlags is not null && keyFlags[column];
            if ((trust == Trust.Key && !isKey) || (trust == Trust.Given && !IsGiven(slice)))
                continue;
            beyondKey |= !isKey;
            // Without a schema every value fits.
            values.TryConvert(text, slice, schema: null, scratch, out into[column]);
        }

        return beyondKey;
    }
}

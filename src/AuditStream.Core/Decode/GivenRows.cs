using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>Fills the images of a change from rows whose every given column is a value: no fillers, no placeholders.</summary>
internal sealed class GivenRows
{
    private readonly ValueConverter values;

    /// <summary>Makes a reader.</summary>
    public GivenRows(ValueConverter values) => this.values = values;

    /// <summary>Fills both images; a rejection when a row names a column twice, or has too many.</summary>
    public Rejection? Read(ReadOnlySpan<byte> text, in GivenRow before, in GivenRow after, TableState table, RowChange change, out ImagePair? pair)
    {
        pair = null;
        if (before.Members.Length > JsonTape.MaxMembers || after.Members.Length > JsonTape.MaxMembers)
            return new Rejection(RejectionCode.TooLarge, $"A row has more than {JsonTape.MaxMembers} columns.", Math.Max(before.Start, after.Start));
        var hasBefore = before.Extent != ImageExtent.None;
        var hasAfter = after.Extent != ImageExtent.None;
        var beforeShape = hasBefore ? table.Rows.Find(text, before.Members, before.Types) : null;
        if (hasBefore && beforeShape is null)
            return Malformed(before);
        var afterShape = hasAfter ? table.Rows.Find(text, after.Members, after.Types) : null;
        if (hasAfter && afterShape is null)
            return Malformed(after);
        pair = table.Pair(beforeShape, afterShape);
        change.Before.Reset(pair.Layout, before.Extent);
        change.After.Reset(pair.Layout, after.Extent);
        Fill(text, before, beforeShape, pair.BeforeColumns, change.Before, change.Scratch);
        Fill(text, after, afterShape, pair.AfterColumns, change.After, change.Scratch);
        return null;
    }

    /// <summary>Takes every column that the old values do not give from the new row: they are those of the changed columns.</summary>
    public static void CompleteBefore(RowChange change)
    {
        var before = change.Before.Values;
        for (var column = 0; column < before.Length; column++)
        {
            if (before[column].Kind == ValueKind.Absent)
                before[column] = change.After.Values[column];
        }
    }

    private static Rejection Malformed(in GivenRow row) =>
        new(RejectionCode.InvalidMember, "A row names a column twice, or by a name that no event can hold.", row.Start);

    private void Fill(ReadOnlySpan<byte> text, in GivenRow row, RowShape? shape, int[] places, RowImage image, ByteWriter scratch)
    {
        var mayBeNoNumber = shape is { IsTyped: true } && !HasNumbersAsText(row.Members, shape);
        for (var index = 0; index < places.Length; index++)
        {
            var type = shape?.Columns[index];
            var slice = row.Members[index].Slice;
            ref var value = ref image.Values[places[index]];
            // A type in the words of a database is no promise of how its values are written.
            if (!values.TryConvert(text, slice, type, scratch, out value))
                values.TryConvert(text, slice, schema: null, scratch, out value);
            if (mayBeNoNumber && slice.Token == JsonToken.Null && HasNotANumber(type))
                value = value with { Traits = ValueTraits.Ambiguous };
        }
    }

    // Where numbers are written as text, so are those that JSON has no number for; elsewhere these become null.
    private static bool HasNumbersAsText(ReadOnlySpan<TapeMember> members, RowShape shape)
    {
        for (var index = 0; index < members.Length; index++)
        {
            if (members[index].Token == JsonToken.String && shape.Columns[index]?.Coding is ValueCoding.NumberAsText or ValueCoding.BareNumber)
                return true;
        }

        return false;
    }

    private static bool HasNotANumber(ConnectSchema? type) => type is
    {
        Coding: ValueCoding.NumberAsText or ValueCoding.BareNumber, Type: ColumnType.Decimal or ColumnType.Float32 or ColumnType.Float64,
    };
}

using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The coordinate of the change that is being read, in the form of <see cref="CoordinateWriter"/>. Reused.</summary>
internal sealed class Coordinate
{
    private readonly ByteWriter output = new();
    private readonly ByteWriter key = new();

    /// <summary>Starts a coordinate with what names the table, and the operation as delivered.</summary>
    public void Begin(TableReference table, ReadOnlySpan<byte> op)
    {
        output.Clear();
        CoordinateWriter.Begin(output);
        CoordinateWriter.Field(output, 'N', table.Source);
        CoordinateWriter.Field(output, 'I', table.Incarnation);
        CoordinateWriter.Field(output, 'D', table.Database);
        CoordinateWriter.Field(output, 'S', table.Schema);
        CoordinateWriter.Field(output, 'T', table.Table);
        CoordinateWriter.Field(output, 'O', op);
    }

    /// <summary>Adds a field, unless its value is empty.</summary>
    public void Field(char tag, ReadOnlySpan<byte> value) => CoordinateWriter.Field(output, tag, value);

    /// <summary>Adds a field of decimal digits.</summary>
    public void Field(char tag, long value) => CoordinateWriter.Field(output, tag, value);

    /// <summary>Adds the key of the change, if it has one.</summary>
    public void Key(RowChange change)
    {
        key.Clear();
        if (!change.Key.IsPresent)
            return;
        RowKey.Write(change, change.Key, key);
        CoordinateWriter.Field(output, 'K', key.Written);
    }

    /// <summary>Adds where the record stood: all there is for a change whose place in the source's log is not known.</summary>
    public void Origin(ChangeFacts facts)
    {
        CoordinateWriter.Field(output, 'R', facts.Topic);
        CoordinateWriter.Field(output, 'A', facts.Partition);
        CoordinateWriter.Field(output, 'A', facts.Offset);
        CoordinateWriter.Field(output, 'E', facts.Part.Span);
    }

    /// <summary>Gives the coordinate to the change, and says how well it identifies.</summary>
    public void Finish(IdentityStrength strength, RowChange change)
    {
        // An id's first bits are the time: only the commit's is the same in every redelivery.
        var limit = change.Facts.OccurredFrom == OccurredFrom.Commit ? IdentityStrength.Strong : IdentityStrength.Medium;
        change.Facts.Identity = strength < limit ? strength : limit;
        change.Coordinate = output.WrittenMemory;
    }
}

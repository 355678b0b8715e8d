namespace AuditStream.Core.Decode.GoldenGate;

/// <summary>The full name of a table as GoldenGate writes it, in its parts.</summary>
/// <remarks>
/// <code>
/// written             database   schema   table
/// EVENT                                   EVENT
/// OGG.EVENT                      OGG      EVENT
/// PDB1.OGG.EVENT      PDB1       OGG      EVENT
/// PDB1.OGG.EVENT.OLD  PDB1       OGG      EVENT.OLD
/// </code>
/// </remarks>
internal readonly ref struct TableName
{
    /// <summary>Cuts a name.</summary>
    public TableName(ReadOnlySpan<byte> name)
    {
        Table = name;
        var dot = name.IndexOf((byte)'.');
        if (dot < 0)
            return;
        Schema = name[..dot];
        Table = name[(dot + 1)..];
        dot = Table.IndexOf((byte)'.');
        if (dot < 0)
            return;
        Database = Schema;
        Schema = Table[..dot];
        Table = Table[(dot + 1)..];
    }

    /// <summary>The database, which GoldenGate calls catalog; empty without.</summary>
    public ReadOnlySpan<byte> Database { get; }

    /// <summary>The schema; empty without.</summary>
    public ReadOnlySpan<byte> Schema { get; }

    /// <summary>The table.</summary>
    public ReadOnlySpan<byte> Table { get; }
}

namespace AuditStream.Core.Decode.Debezium;

/// <summary>The letters by which Debezium names operations.</summary>
internal static class ChangeLetter
{
    /// <summary>The operation of a letter; false for none that Debezium has.</summary>
    /// <param name="op">The letter.</param>
    /// <param name="isOfSnapshot">True when the row is one of a snapshot: a transform may have made an insert of it.</param>
    /// <param name="operation">The operation.</param>
    public static bool TryRead(ReadOnlySpan<byte> op, bool isOfSnapshot, out ChangeOperation operation)
    {
        (operation, var known) = (op.Length == 1 ? op[0] : (byte)0) switch
        {
            (byte)'c' => (isOfSnapshot ? ChangeOperation.Snapshot : ChangeOperation.Insert, true),
            (byte)'r' => (ChangeOperation.Snapshot, true),
            (byte)'u' => (ChangeOperation.Update, true),
            (byte)'d' => (ChangeOperation.Delete, true),
            (byte)'t' => (ChangeOperation.Truncate, true),
            (byte)'m' => (ChangeOperation.Message, true),
            _ => (default, false),
        };
        return known;
    }
}

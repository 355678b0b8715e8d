namespace AuditStream.Core.Decode.Dms.Csv;

/// <summary>Where a field's content stands in a record, without its quotes.</summary>
/// <param name="Start">The content's first byte, from 0.</param>
/// <param name="Length">The content's length in bytes.</param>
/// <param name="HasQuotes">True when there are quotes in it, each written twice.</param>
internal readonly record struct CsvField(int Start, int Length, bool HasQuotes)
{
    /// <summary>The content as written.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> record) => record.Slice(Start, Length);
}

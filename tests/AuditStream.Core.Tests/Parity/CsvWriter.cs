using System.Text;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Parity;

/// <summary>Writes a history as AWS DMS writes it to S3: lines of values, one topic a table, the commit's time in front, old values in columns
/// <c>BI_…</c>, rows of a load without an operation.</summary>
internal static class CsvWriter
{
    /// <summary>What stands for NULL.</summary>
    public const string Null = "\\N";

    /// <summary>The columns of a line, in their order.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        [.. ModelTable.Columns.Select(column => column.Name), .. ModelTable.Columns.Select(column => "BI_" + column.Name)];

    /// <summary>Writes it.</summary>
    public static IEnumerable<RawRecord> Write(MadeHistory history)
    {
        var records = new RecordSequence();
        foreach (var row in history.Loaded)
            Add(records, row.Table, [Moment(history.LoadMicroseconds), .. Fields(row.After), .. Empty()]);
        foreach (var transaction in history.Transactions)
        {
            // A truncate takes files away, and writes no line.
            foreach (var change in transaction.Changes.Where(change => change.Operation != MadeOperation.Truncate))
            {
                var old = change.Operation == MadeOperation.Update ? Fields(change.Before) : Empty();
                Add(
                    records, change.Table,
                    [change.Operation.ToString()[..1], Moment(transaction.CommitMicroseconds), .. Fields(change.After ?? change.Before), .. old]);
            }
        }

        return records.Records;
    }

    private static void Add(RecordSequence records, string table, IEnumerable<string> fields) => records.Add(
        $"s3.{ModelTable.Schema}.{table}", key: null, Encoding.UTF8.GetBytes(string.Join(',', fields.Select(Quoted)) + "\n"));

    private static string Moment(long microseconds) => TruthEvents.Moment(microseconds, "yyyy-MM-dd HH:mm:ss.ffffff");

    private static IEnumerable<string> Empty() => ModelTable.Columns.Select(_ => "");

    private static IEnumerable<string> Fields(string?[]? row) =>
        ModelTable.Columns.Select((column, place) => Field(column.Kind, row.ShouldNotBeNull()[place]));

    private static string Field(ColumnKind kind, string? value) => (kind, value) switch
    {
        (_, null) => Null,
        (ColumnKind.Boolean, _) => value[..1],
        (ColumnKind.Timestamp or ColumnKind.TimestampTz, _) => Moment(DebeziumTypes.Microseconds(value)),
        (ColumnKind.Bytes, _) => "0x" + value.ToUpperInvariant(),
        _ => value,
    };

    private static string Quoted(string field) => field.AsSpan().IndexOfAny("\",\r\n") < 0
        ? field
        : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

namespace AuditStream.Core.Decode.Dms.Csv;

/// <summary>The settings of an AWS DMS endpoint for S3 that change its lines, under the names that they have there.</summary>
public sealed record CsvSettings
{
    /// <summary>What stands between fields (<c>CsvDelimiter</c>).</summary>
    public string Delimiter { get; init; } = ",";

    /// <summary>What ends a line (<c>CsvRowDelimiter</c>). <c>\n</c>, <c>\r</c> and <c>\t</c> may be written as these two characters.</summary>
    public string RowDelimiter { get; init; } = "\n";

    /// <summary>The text that stands for NULL (<c>CsvNullValue</c>). When it is empty, NULL and an empty text cannot be told apart.</summary>
    public string NullValue { get; init; } = "NULL";

    /// <summary>The text that stands for a value which the source's log does not have (<c>CsvNoSupValue</c> with <c>UseCsvNoSupValue</c>); null
    /// when there is none.</summary>
    public string? NoSupValue { get; init; }

    /// <summary>Whether fields are quoted where they must be (<c>Rfc4180</c>); without, a quote is a character as any other.</summary>
    public bool Rfc4180 { get; init; } = true;

    /// <summary>Whether files begin with a line that names the columns (<c>AddColumnName</c>).</summary>
    public bool AddColumnName { get; init; }

    /// <summary>The name of the column that holds the commit's time, and in a load that of reading (<c>TimestampColumnName</c>); null when there is
    /// none.</summary>
    public string? TimestampColumnName { get; init; }

    /// <summary>Whether the lines are those of transactions: operation, table, schema, and then the columns (<c>PreserveTransactions</c>).</summary>
    public bool PreserveTransactions { get; init; }

    /// <summary>Whether rows of a load are marked as inserts (<c>IncludeOpForFullLoad</c>), so that a mark says less.</summary>
    public bool IncludeOpForFullLoad { get; init; }

    /// <summary>What lines without an operation are.</summary>
    public UnmarkedRows UnmarkedRows { get; init; }

    /// <summary>A delimiter as it stands in lines: a line feed for <c>\n</c>.</summary>
    public static string Plain(string delimiter) => delimiter
        .Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal);
}

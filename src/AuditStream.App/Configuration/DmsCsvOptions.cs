using System.ComponentModel.DataAnnotations;
using AuditStream.Core.Decode.Dms.Csv;

namespace AuditStream.App.Configuration;

/// <summary>The settings of an AWS DMS endpoint for S3 that change its lines, as they are set there.</summary>
public sealed class DmsCsvOptions
{
    /// <summary>CsvDelimiter: what stands between fields, up to 8 characters.</summary>
    /// <value>,</value>
    [Required(AllowEmptyStrings = true)]
    [RegularExpression("[^\"]{1,8}")]
    public string Delimiter { get; set; } = ",";

    /// <summary>CsvRowDelimiter: what ends a line, up to 8 characters; \n, \r and \t may be written so.</summary>
    /// <value>\n</value>
    [Required(AllowEmptyStrings = true)]
    [RegularExpression("[^\"]{1,8}")]
    public string RowDelimiter { get; set; } = "\\n";

    /// <summary>CsvNullValue: the text that stands for NULL; no column should hold it. When it is the empty text, NULL and empty cannot be told
    /// apart.</summary>
    /// <value>NULL</value>
    public string NullValue { get; set; } = "NULL";

    /// <summary>CsvNoSupValue, with UseCsvNoSupValue: the text that stands for a value which the source's log does not have. Not given: there is
    /// none.</summary>
    /// <value>none</value>
    public string? NoSupValue { get; set; }

    /// <summary>Rfc4180: whether fields are quoted where they hold a delimiter, a quote or the end of a line.</summary>
    /// <value>true</value>
    public bool Rfc4180 { get; set; } = true;

    /// <summary>AddColumnName: whether files begin with a line that names the columns. It holds for the record that it stands in.</summary>
    /// <value>false</value>
    public bool AddColumnName { get; set; }

    /// <summary>TimestampColumnName: the column with the time of the commit. It is the first one, unless Columns of the table names its place. Not given:
    /// there is none.</summary>
    /// <value>none</value>
    public string? TimestampColumnName { get; set; }

    /// <summary>PreserveTransactions: whether the lines are those of transactions, with operation, table and schema before the columns.</summary>
    /// <value>false</value>
    public bool PreserveTransactions { get; set; }

    /// <summary>IncludeOpForFullLoad, of a task that loads: an I may then be a row of the load as well as an insert, and becomes an upsert.</summary>
    /// <value>false</value>
    public bool IncludeOpForFullLoad { get; set; }

    /// <summary>What lines without an operation are: snapshot (rows of a load), insert (of a task without load, with CdcInsertsOnly), or upsert (the task
    /// does more than one of them).</summary>
    /// <value>snapshot</value>
    public UnmarkedRows UnmarkedRows { get; set; } = UnmarkedRows.Snapshot;
}

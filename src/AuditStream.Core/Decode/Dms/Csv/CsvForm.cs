using System.Buffers;
using System.Text;

namespace AuditStream.Core.Decode.Dms.Csv;

/// <summary>The form of a topic's lines, worked out once.</summary>
internal sealed class CsvForm
{
    private readonly byte[] nullValue;
    private readonly byte[]? withheldValue;

    /// <summary>Works out the form of a source's lines.</summary>
    public CsvForm(SourceSettings source)
    {
        Settings = source.DmsCsv;
        OldPrefix = source.BeforeImagePrefix;
        OldSuffix = source.BeforeImageSuffix;
        Delimiter = Encoding.UTF8.GetBytes(CsvSettings.Plain(Settings.Delimiter));
        RowDelimiter = Encoding.UTF8.GetBytes(CsvSettings.Plain(Settings.RowDelimiter));
        nullValue = Encoding.UTF8.GetBytes(Settings.NullValue);
        withheldValue = Settings.NoSupValue is { } withheld ? Encoding.UTF8.GetBytes(withheld) : null;
        byte[] ends = [Delimiter[0], RowDelimiter[0]];
        FieldEnds = SearchValues.Create(Settings.Rfc4180 ? [.. ends, (byte)'"'] : ends);
    }

    /// <summary>The settings.</summary>
    public CsvSettings Settings { get; }

    /// <summary>What the name of an old value's column begins with.</summary>
    public string OldPrefix { get; }

    /// <summary>What it ends with.</summary>
    public string OldSuffix { get; }

    /// <summary>What stands between fields.</summary>
    public byte[] Delimiter { get; }

    /// <summary>What ends a line.</summary>
    public byte[] RowDelimiter { get; }

    /// <summary>The bytes with which an unquoted field may end.</summary>
    public SearchValues<byte> FieldEnds { get; }

    /// <summary>True when NULL may be an empty text.</summary>
    public bool IsNullUnsure => nullValue.Length == 0;

    /// <summary>True for the text that stands for NULL.</summary>
    public bool IsNull(ReadOnlySpan<byte> content) => content.SequenceEqual(nullValue);

    /// <summary>True for the text that stands for a value which the source's log does not have.</summary>
    public bool IsWithheld(ReadOnlySpan<byte> content) => withheldValue is not null && content.SequenceEqual(withheldValue);
}

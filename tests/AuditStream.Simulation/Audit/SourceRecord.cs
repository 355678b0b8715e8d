using System.Globalization;
using System.Text;
using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Audit;

/// <summary>A raw record as the source wrote it.</summary>
/// <param name="Serial">Its number among all that the source wrote: names it in events.</param>
/// <param name="Partition">Where.</param>
/// <param name="Offset">At which offset.</param>
/// <param name="Kind">What is to become of it.</param>
/// <param name="Row">The row that it changes: its key.</param>
internal sealed record SourceRecord(int Serial, TopicPartition Partition, long Offset, SourceKind Kind, string Row)
{
    /// <summary>Rows of each partition.</summary>
    internal const int RowsPerPartition = 6;

    /// <summary>Rows of each partition whose images are kept, where that is another's work than normalize's.</summary>
    private const int RowsWithImages = 4;

    /// <summary>Its value.</summary>
    internal string Value => FormattableString.Invariant($"{Serial} {Kind}");

    /// <summary>The row of a partition.</summary>
    internal static string RowOf(TopicPartition partition, int number) => FormattableString.Invariant($"{partition}/{number}");

    /// <summary>True for a row whose changes are forwarded to those who keep images.</summary>
    internal static bool IsForwarded(string row) => row[^1] - '0' < RowsWithImages;

    /// <summary>Reads a value.</summary>
    internal static (int Serial, SourceKind Kind) Read(ReadOnlyMemory<byte>? value)
    {
        var text = Encoding.UTF8.GetString(value.GetValueOrDefault().Span);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return (int.Parse(text.AsSpan(0, space), CultureInfo.InvariantCulture), Enum.Parse<SourceKind>(text.AsSpan(space + 1)));
    }
}

using System.Globalization;

namespace AuditStream.Core.Chain;

/// <summary>What stays of a range of events that was archived and dropped.</summary>
/// <remarks>
/// <code>
/// auditstream-tombstone/1
/// name of the pipeline
/// name of the partition, its first instant and the instant behind it (milliseconds since the Unix epoch)
/// when it was dropped, microseconds since the Unix epoch by the store's clock
/// events of blocks, hash of them; events older than the chain, hash of them (see ArchiveSums)
/// hash of the list of events out of blocks that the range has only a part of
/// hash of the raw offsets that its ledgers covered
/// SHA-256 of the archive's manifest.json
/// number of a checkpoint that covers its blocks; 0 without blocks
/// how long events were to be kept, as an interval of PostgreSQL
/// who dropped it, and why
/// </code>
/// </remarks>
public sealed record Tombstone
{
    /// <summary>The first line of <see cref="Text"/>.</summary>
    public const string Spec = "auditstream-tombstone/1";

    private const int Lines = 17;

    /// <summary>The name of the pipeline.</summary>
    public required string Origin { get; init; }

    /// <summary>The partition's name.</summary>
    public required string Partition { get; init; }

    /// <summary>The first instant of the range, milliseconds since the Unix epoch.</summary>
    public required long From { get; init; }

    /// <summary>The first instant behind the range, milliseconds since the Unix epoch.</summary>
    public required long To { get; init; }

    /// <summary>When it was dropped, microseconds since the Unix epoch.</summary>
    public required long RetiredAtMicroseconds { get; init; }

    /// <summary>How many of its events are of blocks.</summary>
    public required long Rows { get; init; }

    /// <summary>The hash of them.</summary>
    public required byte[] RowsHash { get; init; }

    /// <summary>How many are older than the chain.</summary>
    public required long UnchainedRows { get; init; }

    /// <summary>The hash of them.</summary>
    public required byte[] UnchainedHash { get; init; }

    /// <summary>The hash of <c>audit.tombstone_part</c>.</summary>
    public required byte[] PartsHash { get; init; }

    /// <summary>The hash of <c>audit.tombstone_ledger</c>.</summary>
    public required byte[] LedgerHash { get; init; }

    /// <summary>The SHA-256 of the archive's manifest.</summary>
    public required byte[] ManifestHash { get; init; }

    /// <summary>The number of a checkpoint that covers its blocks; 0 without blocks.</summary>
    public required long Checkpoint { get; init; }

    /// <summary>How long events were to be kept.</summary>
    public required string Retention { get; init; }

    /// <summary>Who dropped it.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>What is signed.</summary>
    public string Text() => string.Create(CultureInfo.InvariantCulture, $"{Spec}\n{Origin}\n{Partition}\n{From}\n{To}\n{RetiredAtMicroseconds}\n")
        + string.Create(CultureInfo.InvariantCulture, $"{Rows}\n{Hex(RowsHash)}\n{UnchainedRows}\n{Hex(UnchainedHash)}\n{Hex(PartsHash)}\n{Hex(LedgerHash)}\n")
        + string.Create(CultureInfo.InvariantCulture, $"{Hex(ManifestHash)}\n{Checkpoint}\n{Retention}\n{By}\n{Reason}\n");

    /// <summary>A text of somebody as one line of a note: without control characters, never empty.</summary>
    public static string Line(string text)
    {
        var line = string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)).Trim();
        return line.Length == 0 ? "-" : line;
    }

    /// <summary>Reads what <see cref="Text"/> writes, and nothing else; null when it is not that.</summary>
    public static Tombstone? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length != Lines + 1)
            return null;
        try
        {
            var tombstone = new Tombstone
            {
                Origin = lines[1],
                Partition = lines[2],
                From = Number(lines[3]),
                To = Number(lines[4]),
                RetiredAtMicroseconds = Number(lines[5]),
                Rows = Number(lines[6]),
                RowsHash = Convert.FromHexString(lines[7]),
                UnchainedRows = Number(lines[8]),
                UnchainedHash = Convert.FromHexString(lines[9]),
                PartsHash = Convert.FromHexString(lines[10]),
                LedgerHash = Convert.FromHexString(lines[11]),
                ManifestHash = Convert.FromHexString(lines[12]),
                Checkpoint = Number(lines[13]),
                Retention = lines[14],
                By = lines[15],
                Reason = lines[16],
            };
            return tombstone.Text() == text ? tombstone : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}

using System.Globalization;
using System.Text;

namespace AuditStream.Core.Chain;

/// <summary>Where all chains of a store ended at one time.</summary>
/// <remarks>
/// <code>
/// auditstream-checkpoint/1
/// name of the pipeline
/// number, from 1 on without gaps
/// when, microseconds since the Unix epoch by the store's clock
/// per shard, in their order: shard, number and hash of its last block, with a space between
/// </code>
/// </remarks>
/// <param name="Origin">The name of the pipeline.</param>
/// <param name="Number">From 1 on.</param>
/// <param name="MadeAtMicroseconds">When.</param>
/// <param name="Heads">Where each chain ended, by shard.</param>
public sealed record Checkpoint(string Origin, long Number, long MadeAtMicroseconds, IReadOnlyList<ChainHead> Heads)
{
    /// <summary>The first line of <see cref="Text"/>.</summary>
    public const string Spec = "auditstream-checkpoint/1";

    private const int LinesBeforeHeads = 4;

    /// <summary>What is signed.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Spec}\n{Origin}\n{Number}\n{MadeAtMicroseconds}\n");
        foreach (var head in Heads)
            text.Append(CultureInfo.InvariantCulture, $"{head.Shard} {head.Number} {Convert.ToHexStringLower(head.Hash)}\n");
        return text.ToString();
    }

    /// <summary>Reads what <see cref="Text"/> writes, and nothing else; null when it is not that.</summary>
    public static Checkpoint? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length <= LinesBeforeHeads || lines[0] != Spec)
            return null;
        try
        {
            var heads = lines[LinesBeforeHeads..^1].Select(line => line.Split(' ')).Select(parts => new ChainHead(
                int.Parse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                long.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture), Convert.FromHexString(parts[2]))).ToList();
            var checkpoint = new Checkpoint(lines[1], long.Parse(lines[2], NumberStyles.None, CultureInfo.InvariantCulture),
                long.Parse(lines[3], NumberStyles.None, CultureInfo.InvariantCulture), heads);
            return checkpoint.Text() == text ? checkpoint : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}

using AuditStream.Core.Chain;

namespace AuditStream.Core.Tests.Chain;

public sealed class TombstoneTests
{
    private static readonly Tombstone tombstone = new()
    {
        Origin = "shop", Partition = "event_20240101", From = 1_704_067_200_000, To = 1_706_745_600_000, RetiredAtMicroseconds = 1_800_000_000_000_000, Rows = 50,
        RowsHash = Hash(1), UnchainedRows = 3, UnchainedHash = Hash(2), PartsHash = Hash(3), LedgerHash = Hash(4), ManifestHash = Hash(5), Checkpoint = 7,
        Retention = "7 years", By = "ann", Reason = "its time is over",
    };

    [Fact]
    public void Reads_what_it_writes_and_nothing_else()
    {
        var text = tombstone.Text();
        text.Split('\n').Length.ShouldBe(18);
        Tombstone.Parse(text).ShouldNotBeNull().Text().ShouldBe(text);
        foreach (var (part, other) in new[] { ("auditstream-tombstone/1", "auditstream-tombstone/2"), ("\n50\n", "\n050\n"), ("\n50\n", "\n+50\n"), ("\n0101", "\n0X01"), ("\n7\n", "\n\n") })
        {
            text.ShouldContain(part);
            Tombstone.Parse(text.Replace(part, other, StringComparison.Ordinal)).ShouldBeNull(other);
        }
        Tombstone.Parse(text + "more\n").ShouldBeNull();
        Tombstone.Parse(text[..^1]).ShouldBeNull();
        Tombstone.Parse("").ShouldBeNull();
    }

    [Fact]
    public void What_somebody_says_is_one_line()
    {
        Tombstone.Line("a\nb\r\tc ").ShouldBe("a b  c");
        Tombstone.Line(" \n").ShouldBe("-");
        var note = tombstone with { Reason = Tombstone.Line("x\n\n— forged AAAA") };
        Tombstone.Parse(note.Text()).ShouldNotBeNull().Reason.ShouldBe("x  — forged AAAA");
    }

    private static byte[] Hash(byte value) => [.. Enumerable.Repeat(value, MerkleTree.HashBytes)];
}

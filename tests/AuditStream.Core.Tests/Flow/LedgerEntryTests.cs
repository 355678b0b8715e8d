using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Flow;

public sealed class LedgerEntryTests
{
    [Fact]
    public void Sums_read_back_as_they_were_written()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var entry = Drawn(new Random(seed));
            var read = LedgerEntry.Read(entry.ToBytes()).ShouldNotBeNull($"seed {seed}");
            read.ToString().ShouldBe(entry.ToString(), $"seed {seed}");
            foreach (var reason in Enum.GetValues<SkipReason>())
                read.SkippedFor(reason).ShouldBe(entry.SkippedFor(reason), $"seed {seed}, {reason}");
        }
    }

    [Fact]
    public void The_bytes_stay_as_they_are()
    {
        var entry = new LedgerEntry();
        for (var i = 0; i < 3; i++)
            entry.Consume();
        entry.Emit(events: 2, forwards: 1);
        entry.DeadLetter();
        entry.Skip(SkipReason.Heartbeat);
        Convert.ToHexString(entry.ToBytes()).ShouldBe(
            "0000000000000003" + "0000000000000001" + "0000000000000001" + "0000000000000002" + "0000000000000001" + "01" + "02" + "0000000000000001");
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0000000000000003000000000000000100000000000000010000000000000002000000000000000101")]
    [InlineData("000000000000000300000000000000010000000000000001000000000000000200000000000000010000")]
    [InlineData("0000000000000003000000000000000100000000000000010000000000000002000000000000000101FE0000000000000001")]
    public void What_is_no_sums_is_not_read(string hex) => LedgerEntry.Read(Convert.FromHexString(hex)).ShouldBeNull();

    private static LedgerEntry Drawn(Random random)
    {
        var entry = new LedgerEntry();
        var reasons = Enum.GetValues<SkipReason>();
        for (var record = random.Next(50); record > 0; record--)
        {
            entry.Consume();
            switch (random.Next(4))
            {
                case 0:
                    entry.Skip(reasons[random.Next(reasons.Length)]);
                    break;
                case 1:
                    entry.DeadLetter();
                    break;
                default:
                    entry.Emit(random.Next(1, 4), random.Next(2));
                    break;
            }
        }
        return entry;
    }
}

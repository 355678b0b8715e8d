using System.Text;
using AuditStream.Streams.Tasks;

namespace AuditStream.Streams.Tests.Tasks;

/// <summary>The bytes of a task's record.</summary>
public sealed class TaskRecordTests
{
    [Fact]
    public void A_record_reads_back_what_was_written()
    {
        var bytes = new TaskRecord("audit-c0ffee-1", "ledger"u8.ToArray()).ToBytes();
        TaskRecord.TryParse(bytes, out var record).ShouldBeTrue();
        record.Owner.ShouldBe("audit-c0ffee-1");
        record.Ledger.ToArray().ShouldBe("ledger"u8.ToArray());
        Convert.ToHexString(bytes).ShouldBe("010E61756469742D6330666665652D316C6564676572");
    }

    [Fact]
    public void An_owner_without_transactions_and_without_a_ledger_is_two_bytes()
    {
        var bytes = new TaskRecord("", default).ToBytes();
        bytes.ShouldBe([1, 0]);
        TaskRecord.TryParse(bytes, out var record).ShouldBeTrue();
        record.Owner.ShouldBeEmpty();
        record.Ledger.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("0200")]
    [InlineData("0105616263")]
    public void What_is_no_record_of_this_version_is_not_read(string hex) =>
        TaskRecord.TryParse(Convert.FromHexString(hex), out _).ShouldBeFalse();

    [Fact]
    public void The_key_is_the_tasks_name() =>
        Encoding.UTF8.GetString(TaskRecord.Key(new TaskId(TaskId.Normalize, "shop.orders-2", 3))).ShouldBe("normalize:shop.orders-2-3");

    [Fact]
    public void The_longest_names_that_settings_allow_fit()
    {
        var owner = $"{new string('a', 180)}-{new string('p', 40)}-images-64";
        TaskRecord.TryParse(new TaskRecord(owner, default).ToBytes(), out var record).ShouldBeTrue();
        record.Owner.ShouldBe(owner);
    }
}

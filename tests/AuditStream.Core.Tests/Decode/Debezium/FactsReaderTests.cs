using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode.Debezium;

public sealed class FactsReaderTests
{
    [Theory]
    [InlineData("\"ts_ms\":1700000000001,\"ts_us\":1700000000001002", 1_700_000_000_001_002, 6, OccurredFrom.Commit)]
    [InlineData("\"ts_ms\":1700000000001", 1_700_000_000_001_000, 3, OccurredFrom.Commit)]
    [InlineData("\"ts_ms\":\"1700000000001\"", 1_700_000_000_001_000, 3, OccurredFrom.Commit)]
    [InlineData("\"ts_us\":0,\"ts_ms\":1700000000001", 1_700_000_000_001_000, 3, OccurredFrom.Commit)]
    [InlineData("\"ts_ms\":0", 1_700_000_000_777_000, 3, OccurredFrom.Capture)]
    [InlineData("\"ts_ms\":-1", 1_700_000_000_777_000, 3, OccurredFrom.Capture)]
    [InlineData("\"ts_ms\":null", 1_700_000_000_777_000, 3, OccurredFrom.Capture)]
    [InlineData("\"other\":1", 1_700_000_000_777_000, 3, OccurredFrom.Capture)]
    [InlineData("\"ts_ms\":253402300799999", 253_402_300_799_999_000, 3, OccurredFrom.Commit)]
    public void The_commit_time_comes_first_and_no_time_is_0_or_minus_1(string time, long microseconds, int digits, OccurredFrom from)
    {
        var facts = Given.Change(Given.Record(Given.Envelope("c", after: "{\"a\":1}", source: Given.Source(time: time)))).Facts;
        (facts.OccurredAtMicroseconds, facts.OccurredAtDigits, facts.OccurredFrom).ShouldBe((microseconds, digits, from));
    }

    [Fact]
    public void Without_any_other_clock_the_records_counts()
    {
        var record = Given.Envelope("c", after: "{\"a\":1}", source: Given.Source(time: "\"ts_ms\":0"))
            .Replace("\"ts_ms\":1700000000777", "\"ts_ms\":0", StringComparison.Ordinal);
        var facts = Given.Change(Given.Record(record)).Facts;
        (facts.OccurredAtMicroseconds, facts.OccurredFrom).ShouldBe((Given.RecordTimestamp * 1_000, OccurredFrom.Record));
    }

    [Theory]
    [InlineData("\"ts_ms\":-2")]
    [InlineData("\"ts_us\":-5000000")]
    [InlineData("\"ts_ms\":253402300800000")]
    [InlineData("\"ts_ms\":9223372036854775807")]
    public void A_time_that_no_id_can_hold_is_refused(string time) =>
        Given.Rejection(Given.Record(Given.Envelope("c", after: "{\"a\":1}", source: Given.Source(time: time)))).Code
            .ShouldBe(RejectionCode.TimeOutOfRange);

    [Fact]
    public void A_snapshots_clock_is_that_of_reading()
    {
        var facts = Given.Change(Given.Record(Given.Envelope("r", after: "{\"a\":1}", source: Given.Source(snapshot: "first")))).Facts;
        (facts.OccurredAtMicroseconds, facts.OccurredFrom).ShouldBe((1_700_000_000_001_000, OccurredFrom.Capture));
        facts.TransactionId.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("postgresql", "\"txId\":571,\"lsn\":34415840", "571:53195829", "34415840", "571")]
    [InlineData("postgresql", "\"txId\":null,\"lsn\":-9223372036854776000", "571:53195829", "", "571")]
    [InlineData("postgresql", "\"lsn\":null", null, "", "")]
    [InlineData("mysql", "\"file\":\"mysql-bin.000003\",\"pos\":16209369,\"row\":0,\"gtid\":null", "file=mysql-bin.000003,pos=16209220",
        "mysql-bin.000003:16209369:0", "file=mysql-bin.000003,pos=16209220")]
    [InlineData("mysql", "\"file\":\"f.1\",\"pos\":5,\"row\":2,\"gtid\":\"0e4d5dcd-1:10\"", "0e4d5dcd-1:10", "f.1:5:2", "0e4d5dcd-1:10")]
    [InlineData("mariadb", "\"gtid\":\"0-1-270\"", null, "0-1-270", "0-1-270")]
    [InlineData("sqlserver", "\"commit_lsn\":\"0000002b:0000030a:0003\",\"change_lsn\":\"0000002b:0000030a:0002\",\"event_serial_no\":\"2\"", null,
        "0000002b:0000030a:0003|0000002b:0000030a:0002|2", "0000002b:0000030a:0003")]
    [InlineData(
        "oracle", "\"txId\":\"04001a009f060000\",\"scn\":\"3705954\",\"commit_scn\":\"3638537\"", null, "3638537:3705954", "04001a009f060000")]
    [InlineData("mongodb", "\"ts_ms\":1739321992000,\"ord\":28,\"lsid\":\"x\",\"txnNumber\":4", null, "1739321992000:28", "x:4")]
    public void Position_and_transaction_are_those_of_the_engine(string connector, string fields, string? transaction, string position, string id)
    {
        var source = $"{{\"connector\":\"{connector}\",\"name\":\"p\",\"db\":\"d\",\"table\":\"t\",\"snapshot\":false,{fields}}}";
        var block = transaction is null ? "null" : $"{{\"id\":\"{transaction}\",\"total_order\":\"12\",\"data_collection_order\":1}}";
        var facts = Given.Change(Given.Record(Given.Envelope("c", after: "{\"a\":1}", source: source, transaction: block))).Facts;
        Given.Text(facts.Position).ShouldBe(position);
        Given.Text(facts.TransactionId).ShouldBe(id);
        facts.TransactionOrder.ShouldBe(transaction is null ? 0 : 12);
    }

    [Fact]
    public void The_records_place_is_kept()
    {
        var facts = Given.Change(Given.Record(Given.Envelope("c", after: "{\"a\":1}"))).Facts;
        (facts.Topic, facts.Partition, facts.Offset, facts.TimestampMilliseconds).ShouldBe(("p.s.t", 3, 42L, Given.RecordTimestamp));
    }
}

using System.Globalization;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Dms;

public sealed class MetadataReaderTests
{
    private const string Row = "{\"id\":1}";

    [Fact]
    public void Transaction_details_are_read()
    {
        var facts = DmsRecord.Change(DmsRecord.Data("update", Row, more: DmsRecord.Details)).Facts;
        Text(facts.TransactionId).ShouldBe("1141");
        facts.TransactionOrder.ShouldBe(3);
        Text(facts.Position).ShouldBe("00000002/7C0073F8.2");
        Time(facts).ShouldBe("2025-06-15T10:00:00.123456 6 Commit");
    }

    [Theory]
    [InlineData("1141", "1141")]
    [InlineData("9324410911751", "9324410911751")]
    [InlineData("\"8590392498\"", "8590392498")]
    [InlineData("\"a\\u0041\"", "aA")]
    [InlineData("null", "")]
    [InlineData("\"\"", "")]
    public void A_transactions_id_is_a_text_whatever_its_form(string id, string expected) =>
        Text(DmsRecord.Change(DmsRecord.Data("insert", Row, more: $",\"transaction-id\":{id}")).Facts.TransactionId).ShouldBe(expected);

    [Fact]
    public void A_transactions_id_is_there_without_the_other_details()
    {
        var facts = DmsRecord.Change(DmsRecord.Data("insert", Row, more: ",\"transaction-id\":8590392498")).Facts;
        Text(facts.TransactionId).ShouldBe("8590392498");
        facts.TransactionOrder.ShouldBe(0);
        facts.Position.IsEmpty.ShouldBeTrue();
        Time(facts).ShouldBe("2025-06-15T10:00:01.500000 3 Capture");
    }

    [Fact]
    public void Without_a_transactions_id_there_is_none() =>
        DmsRecord.Change(DmsRecord.Data("insert", Row)).Facts.TransactionId.IsEmpty.ShouldBeTrue();

    [Theory]
    [InlineData("2022-03-14T14:17:40Z", "2022-03-14T14:17:40.000000 0 Commit")]
    [InlineData("2022-03-14T14:17:40.1Z", "2022-03-14T14:17:40.100000 3 Commit")]
    [InlineData("2022-03-14T14:17:40.123Z", "2022-03-14T14:17:40.123000 3 Commit")]
    [InlineData("2022-03-14T14:17:40.1234Z", "2022-03-14T14:17:40.123400 6 Commit")]
    [InlineData("2022-03-14T14:17:40.123456789Z", "2022-03-14T14:17:40.123456 6 Commit")]
    [InlineData("2022-03-14T14:17:40+02:00", "2022-03-14T12:17:40.000000 0 Commit")]
    [InlineData("1970-01-01T00:00:00.000000Z", "1970-01-01T00:00:00.000000 6 Commit")]
    public void The_commits_time_keeps_its_precision(string time, string expected) =>
        Time(DmsRecord.Change(DmsRecord.Data("insert", Row, more: $",\"commit-timestamp\":\"{time}\"")).Facts).ShouldBe(expected);

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    public void A_commit_time_that_is_not_given_leaves_that_of_the_capture(string time) =>
        Time(DmsRecord.Change(DmsRecord.Data("insert", Row, more: $",\"commit-timestamp\":{time}")).Facts)
            .ShouldBe("2025-06-15T10:00:01.500000 3 Capture");

    [Fact]
    public void A_loads_time_is_that_of_reading()
    {
        var facts = DmsRecord.Change(DmsRecord.Data("load", Row, more: DmsRecord.Details)).Facts;
        Time(facts).ShouldBe("2025-06-15T10:00:01.500000 3 Capture");
        facts.TransactionId.IsEmpty.ShouldBeTrue();
        facts.TransactionOrder.ShouldBe(0);
    }

    [Theory]
    [InlineData("\"commit-timestamp\":\"yesterday\"", RejectionCode.InvalidMember, "commit-timestamp of metadata is no time")]
    [InlineData("\"commit-timestamp\":\"2022-02-30T00:00:00Z\"", RejectionCode.InvalidMember, "commit-timestamp of metadata is no time")]
    [InlineData("\"commit-timestamp\":\"2022-03-14T14:17:40\"", RejectionCode.InvalidMember, "commit-timestamp of metadata is no time")]
    [InlineData("\"commit-timestamp\":1710000000", RejectionCode.InvalidMember, "commit-timestamp of metadata is no string")]
    [InlineData("\"commit-timestamp\":\"1969-12-31T23:59:59Z\"", RejectionCode.TimeOutOfRange, "1970 to 9999")]
    [InlineData("\"commit-timestamp\":\"+10000-01-01T00:00:00Z\"", RejectionCode.TimeOutOfRange, "1970 to 9999")]
    [InlineData("\"transaction-id\":{\"a\":1}", RejectionCode.InvalidMember, "transaction-id of metadata is no string")]
    [InlineData("\"transaction-id\":true", RejectionCode.InvalidMember, "transaction-id of metadata is no string")]
    [InlineData("\"transaction-record-id\":-1", RejectionCode.InvalidMember, "transaction-record-id of metadata is no whole number")]
    [InlineData("\"transaction-record-id\":1.5", RejectionCode.InvalidMember, "transaction-record-id of metadata is no whole number")]
    [InlineData("\"transaction-record-id\":\"x\"", RejectionCode.InvalidMember, "transaction-record-id of metadata is no whole number")]
    [InlineData("\"stream-position\":[]", RejectionCode.InvalidMember, "stream-position of metadata is no string")]
    public void A_member_of_another_form_is_refused_without_its_value(string member, RejectionCode code, string message)
    {
        var value = $"{{\"data\":{Row},\"metadata\":{DmsRecord.Metadata("insert", "," + member)}}}";
        var rejection = DmsRecord.Rejection(value);
        rejection.Code.ShouldBe(code);
        rejection.Message.ShouldContain(message);
        rejection.Message.ShouldNotContain(member[(member.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        rejection.ByteOffset.ShouldBe(value.IndexOf(member, StringComparison.Ordinal) + member.IndexOf(':', StringComparison.Ordinal) + 1);
    }

    private static string Time(ChangeFacts facts) =>
        DateTimeOffset.UnixEpoch.AddMicroseconds(facts.OccurredAtMicroseconds).ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture)
        + $" {facts.OccurredAtDigits} {facts.OccurredFrom}";
}

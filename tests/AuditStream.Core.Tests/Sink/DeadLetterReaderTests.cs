using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Sink;

namespace AuditStream.Core.Tests.Sink;

public sealed class DeadLetterReaderTests
{
    private static readonly RecordHeader[] ours =
    [
        Header(DeadLetterHeaders.Reason, "truncated-json"), Header(DeadLetterHeaders.Message, "The value ends early."),
        Header(DeadLetterHeaders.Topic, "shop.public.orders"), Header(DeadLetterHeaders.Partition, "3"), Header(DeadLetterHeaders.Offset, "99"),
        Header(DeadLetterHeaders.Timestamp, "1749981600200"), Header(DeadLetterHeaders.Stage, "normalize"), Header(DeadLetterHeaders.Attempt, "1"),
    ];

    [Fact]
    public void A_dead_letter_is_read_back_whole()
    {
        var row = Read([Header("trace", "\u0001"), new RecordHeader("empty", null), .. ours]);
        row.Stage.ShouldBe("normalize");
        row.Reason.ShouldBe("truncated-json");
        row.Message.ShouldBe("The value ends early.");
        row.Topic.ShouldBe("shop.public.orders");
        row.Partition.ShouldBe(3);
        row.Offset.ShouldBe(99);
        row.TimestampMilliseconds.ShouldBe(1_749_981_600_200);
        row.Key.ShouldBe([1, 2]);
        row.Value.ShouldBe([0xff, 0x00]);
        row.HeadersJson.ShouldBe("""[["trace","AQ=="],["empty",null]]""");
    }

    [Fact]
    public void A_record_that_was_a_dead_letter_before_keeps_its_old_headers_as_its_own()
    {
        RecordHeader[] older =
        [
            Header(DeadLetterHeaders.Reason, "not-json"), Header(DeadLetterHeaders.Topic, "older"), Header(DeadLetterHeaders.Offset, "1"),
        ];
        var row = Read([.. older, .. ours]);
        row.Reason.ShouldBe("truncated-json");
        row.Topic.ShouldBe("shop.public.orders");
        row.Offset.ShouldBe(99);
        row.HeadersJson.ShouldBe("""[["auditstream-reason","bm90LWpzb24="],["auditstream-topic","b2xkZXI="],["auditstream-offset","MQ=="]]""");
    }

    [Fact]
    public void Keys_and_values_may_be_missing()
    {
        var row = DeadLetterReader.Read(Record(ours) with { Key = null, Value = null }, out _).ShouldNotBeNull();
        row.Key.ShouldBeNull();
        row.Value.ShouldBeNull();
        row.HeadersJson.ShouldBe("[]");
    }

    [Theory]
    [InlineData(DeadLetterHeaders.Reason, null)]
    [InlineData(DeadLetterHeaders.Topic, null)]
    [InlineData(DeadLetterHeaders.Stage, null)]
    [InlineData(DeadLetterHeaders.Partition, null)]
    [InlineData(DeadLetterHeaders.Partition, "-1")]
    [InlineData(DeadLetterHeaders.Partition, "2147483648")]
    [InlineData(DeadLetterHeaders.Offset, "12x")]
    [InlineData(DeadLetterHeaders.Timestamp, "")]
    public void A_header_that_is_missing_or_broken_is_named(string name, string? value)
    {
        var instead = value is null ? new RecordHeader("x", null) : Header(name, value);
        RecordHeader[] headers = [.. ours.Select(header => header.Name == name ? instead : header)];
        DeadLetterReader.Read(Record(headers), out var rejection).ShouldBeNull();
        rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.InvalidHeader);
        rejection.Message.ShouldContain(name);
    }

    [Fact]
    public void What_the_sink_refuses_becomes_a_row_too()
    {
        var row = DeadLetterReader.OfRefused(Record([Header("a\"b", "x")]), new Rejection(RejectionCode.NotAnEvent, "No.", ByteOffset: -1));
        row.Stage.ShouldBe("sink");
        row.Reason.ShouldBe("not-an-event");
        row.Topic.ShouldBe("audit.events.dlq");
        row.Partition.ShouldBe(4);
        row.Offset.ShouldBe(12);
        row.HeadersJson.ShouldBe("""[["a\"b","eA=="]]""");
    }

    private static DeadLetterRow Read(RecordHeader[] headers)
    {
        var row = DeadLetterReader.Read(Record(headers), out var rejection);
        rejection.ShouldBeNull();
        return row.ShouldNotBeNull();
    }

    private static RawRecord Record(RecordHeader[] headers) => new()
    {
        Topic = "audit.events.dlq", Partition = 4, Offset = 12, TimestampMilliseconds = 5,
        Key = new byte[] { 1, 2 }, Value = new byte[] { 0xff, 0x00 }, Headers = headers,
    };

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}

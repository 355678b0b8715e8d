using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Tests.Loop;

public sealed class DeadLetterOutputTests
{
    [Fact]
    public void A_message_of_any_length_leaves_the_dead_letter_small()
    {
        var message = string.Concat(Enumerable.Repeat("x\U0001F600", 100_000));
        var written = Message(message);
        Encoding.UTF8.GetByteCount(written).ShouldBeLessThan(8_000);
        message.ShouldStartWith(written[..^1]);
        written.ShouldEndWith("…");
        written.ShouldNotContain('\uFFFD');
    }

    [Fact]
    public void A_message_of_an_ordinary_length_stays_as_it_is() => Message("The value is not JSON.").ShouldBe("The value is not JSON.");

    private static string Message(string message)
    {
        var work = new LastRecord();
        var record = new RawRecord { Topic = "raw", Partition = 0, Offset = 0, TimestampMilliseconds = 0, Headers = [] };
        new DeadLetterOutput("letters", "normalize").Write(work, record, new Rejection(RejectionCode.NotJson, message, ByteOffset: -1));
        return work.Headers.Single(header => header.Name == DeadLetterHeaders.Message).Text;
    }

    private sealed class LastRecord : IUnitOfWork
    {
        internal List<(string Name, string Text)> Headers { get; } = [];

        public void Open()
        {
        }

        public void Produce(in OutgoingRecord record) =>
            Headers.AddRange(record.Headers.Select(header => (header.Name, Encoding.UTF8.GetString(header.Value.GetValueOrDefault().Span))));

        public void Commit(IReadOnlyCollection<PartitionOffset> offsets, GroupMembership membership)
        {
        }

        public void Abort()
        {
        }

        public void Dispose()
        {
        }
    }
}

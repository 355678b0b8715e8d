using System.Text;
using AuditStream.Streams.Topics;

namespace AuditStream.Streams.Tests.Topics;

public sealed class RowPartitionTests
{
    // The values that Kafka's own tests expect of its murmur2.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void A_row_goes_where_the_Java_client_would_send_it(string address, int hash) =>
        RowPartition.Of(Encoding.UTF8.GetBytes(address), 1_000).ShouldBe((hash & 0x7FFFFFFF) % 1_000);
}

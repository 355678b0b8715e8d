using System.Buffers;
using System.Text;
using AuditStream.Core.Archive;

namespace AuditStream.Core.Tests.Archive;

public sealed class ArchiveLineTests
{
    private static readonly byte[] hash = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];

    [Theory]
    [InlineData("""{"a":-0.0,"b":1e131071,"a":"\u0000\ud800","c":"ä€😀</script>"}""")]
    [InlineData("""{ "spaces" : [ 1 , 2 ] }""")]
    [InlineData("{\n  \"lines\": true\r\n}")]
    public void A_body_comes_back_byte_for_byte(string body)
    {
        foreach (var block in new long?[] { 4, null })
        {
            var row = new ArchivedRow(-1, block, long.MaxValue, 1, hash, hash, Encoding.UTF8.GetBytes(body));
            var line = Line(row);
            line.Count(value => value == '\n').ShouldBe(1);
            ArchiveLine.TryRead(line.AsMemory(0, line.Length - 1), out var read).ShouldBeTrue();
            Encoding.UTF8.GetString(read.Body.Span).ShouldBe(body);
            (read.Shard, read.Block, read.StreamOffset, read.FactScheme).ShouldBe((row.Shard, row.Block, row.StreamOffset, row.FactScheme));
            read.FactHash.ShouldBe(hash);
            read.EventUid.ShouldBe(hash);
        }
    }

    [Fact]
    public void The_form_is_the_one_that_the_page_shows() =>
        Encoding.UTF8.GetString(Line(new ArchivedRow(0, 4, 65, 1, hash, hash, "{}"u8.ToArray()))).ShouldBe(
            "{\"shard\":0,\"block\":4,\"stream_offset\":65,\"fact_scheme\":1,\"fact_hash\":\"" + Convert.ToHexStringLower(hash)
                + "\",\"event_uid\":\"" + Convert.ToHexStringLower(hash) + "\",\"body\":{}}\n");

    [Fact]
    public void What_is_no_line_is_not_read()
    {
        var line = Encoding.UTF8.GetString(Line(new ArchivedRow(0, 4, 65, 1, hash, hash, "{}"u8.ToArray()))).TrimEnd();
        string[] others =
        [
            "", "[]", "{}", line[..^1], line + "}", line + " ", line.Replace("\"shard\":0", "\"shard\":\"0\"", StringComparison.Ordinal),
            line.Replace("\"block\":4", "\"block\":4.5", StringComparison.Ordinal), line.Replace("\"shard\"", "\"shards\"", StringComparison.Ordinal),
            line.Replace("\"fact_hash\":\"00", "\"fact_hash\":\"0", StringComparison.Ordinal), line.Replace("\"fact_hash\":\"00", "\"fact_hash\":\"", StringComparison.Ordinal),
            line.Replace(",\"body\":{}", "", StringComparison.Ordinal), line.Replace("{}", "{", StringComparison.Ordinal),
        ];
        foreach (var other in others)
            ArchiveLine.TryRead(Encoding.UTF8.GetBytes(other), out _).ShouldBeFalse(other);
        ArchiveLine.TryRead(Encoding.UTF8.GetBytes(line), out _).ShouldBeTrue();
    }

    private static byte[] Line(in ArchivedRow row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ArchiveLine.Write(row, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}

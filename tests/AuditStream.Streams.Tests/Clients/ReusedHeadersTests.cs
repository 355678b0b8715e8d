using AuditStream.Core.Flow;
using AuditStream.Streams.Clients;

namespace AuditStream.Streams.Tests.Clients;

public sealed class ReusedHeadersTests
{
    [Fact]
    public void Each_filling_shows_exactly_its_own_headers()
    {
        var reused = new ReusedHeaders();
        Shown(reused, [new("a", "1"u8.ToArray()), new("b", Value: null), new("a", "22"u8.ToArray())]).ShouldBe(["a=1", "b=null", "a=22"]);
        Shown(reused, [new("c", Array.Empty<byte>())]).ShouldBe(["c="]);
        Shown(reused, [new("x", "2"u8.ToArray()), new("y", "1"u8.ToArray()), new("z", Value: null)]).ShouldBe(["x=2", "y=1", "z=null"]);
        reused.Fill([]).ShouldBeNull();
    }

    [Fact]
    public void More_headers_than_are_kept_are_made_anew()
    {
        var many = Enumerable.Range(0, 40).Select(number => new RecordHeader($"h{number}", "v"u8.ToArray())).ToArray();
        Shown(new ReusedHeaders(), many).Count.ShouldBe(40);
    }

    [Fact]
    public void Arrays_have_exact_lengths_and_the_same_length_uses_the_same_array()
    {
        var arrays = new ExactArrays();
        var first = arrays.Copy("abc"u8.ToArray());
        first.ShouldBe("abc"u8.ToArray());
        arrays.Copy("xyz"u8.ToArray()).ShouldBeSameAs(first);
        arrays.Copy(default(ReadOnlyMemory<byte>?)).ShouldBeNull();
        arrays.Copy(new byte[ExactArrays.MaxPooledBytes + 1]).ShouldNotBeNull().Length.ShouldBe(ExactArrays.MaxPooledBytes + 1);
    }

    private static List<string> Shown(ReusedHeaders reused, RecordHeader[] headers) =>
        [.. reused.Fill(headers).ShouldNotBeNull().BackingList.Select(header =>
            $"{header.Key}={(header.GetValueBytes() is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : "null")}")];
}

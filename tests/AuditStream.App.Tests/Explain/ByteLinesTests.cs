using System.Text;
using AuditStream.App.Explain;

namespace AuditStream.App.Tests.Explain;

public sealed class ByteLinesTests
{
    [Fact]
    public void Both_line_ends_and_a_last_line_without_one_are_read() => Lines("a\r\nb\n\nc"u8).ShouldBe(["a", "b", "", "c"]);

    [Fact]
    public void A_byte_order_mark_is_left_out() => Lines([0xEF, 0xBB, 0xBF, (byte)'a', (byte)'\n', 0xEF, 0xBB, 0xBF]).ShouldBe(["a", "\ufeff"]);

    [Fact]
    public void Bytes_that_are_not_utf8_stay_as_they_are()
    {
        using var input = new MemoryStream([0xFF, 0x00, (byte)'\n', 0xC3]);
        var lines = new ByteLines(input);
        lines.Read().ShouldBe([0xFF, 0x00]);
        lines.Read().ShouldBe([0xC3]);
        lines.Read().ShouldBeNull();
        lines.Read().ShouldBeNull();
    }

    [Fact]
    public void A_line_of_five_megabytes_is_one_line()
    {
        var line = new string('x', 5_000_000);
        Lines(Encoding.UTF8.GetBytes($"a\n{line}\nb\n")).ShouldBe(["a", line, "b"]);
    }

    [Fact]
    public void Utf16_is_said() =>
        Should.Throw<InvalidDataException>(() => Lines(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("{}\n")).ToArray()))
            .Message.ShouldContain("UTF-16");

    private static List<string> Lines(ReadOnlySpan<byte> text)
    {
        using var input = new MemoryStream(text.ToArray());
        var lines = new ByteLines(input);
        var read = new List<string>();
        while (lines.Read() is { } line)
            read.Add(Encoding.UTF8.GetString(line));
        return read;
    }
}

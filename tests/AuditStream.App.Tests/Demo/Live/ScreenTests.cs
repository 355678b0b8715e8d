using AuditStream.Demo.Live;
using Spectre.Console;

namespace AuditStream.App.Tests.Demo.Live;

public sealed class ScreenTests
{
    private const string Enter = "\u001b[?1049h\u001b[?25l";
    private const string Leave = "\u001b[0m\u001b[?25h\u001b[?1049l";

    [Fact]
    public void The_terminal_is_left_as_it_was_whatever_happened_between()
    {
        using var output = new StringWriter();
        Should.Throw<InvalidOperationException>(() =>
        {
            using var screen = new Screen(output, ColorSystem.Standard);
            screen.Draw(new Text("a"), 80, 24);
            throw new InvalidOperationException();
        });
        output.ToString().ShouldStartWith(Enter);
        output.ToString().ShouldEndWith(Leave);
    }

    [Fact]
    public void A_frame_is_drawn_over_the_one_before_and_a_new_size_clears_it()
    {
        using var output = new StringWriter();
        using var screen = new Screen(output, ColorSystem.NoColors);
        Drawn(output, screen, "a\nb", 80).ShouldBe("\u001b[?2026h\u001b[2J\u001b[Ha\u001b[K\r\nb\u001b[K\u001b[J\u001b[?2026l");
        Drawn(output, screen, "c", 80).ShouldBe("\u001b[?2026h\u001b[Hc\u001b[K\u001b[J\u001b[?2026l");
        Drawn(output, screen, "c", 81).ShouldContain("\u001b[2J");
    }

    private static string Drawn(StringWriter output, Screen screen, string text, int columns)
    {
        output.GetStringBuilder().Clear();
        screen.Draw(new Text(text), columns, rows: 24);
        return output.ToString();
    }
}

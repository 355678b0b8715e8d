using AuditStream.App.Explain;

namespace AuditStream.App.Tests.Explain;

public sealed class PageStyleTests
{
    [Fact]
    public void What_is_no_terminal_is_plain_unless_colour_is_asked_for()
    {
        PageStyle.Of(TextWriter.Null, ColourUse.Auto, Nothing).ShouldBe(new PageStyle(PageStyle.DefaultColumns, IsColoured: false));
        PageStyle.Of(TextWriter.Null, ColourUse.Always, name => name == "NO_COLOR" ? "1" : null).IsColoured.ShouldBeTrue();
        PageStyle.Of(TextWriter.Null, ColourUse.Never, Nothing).IsColoured.ShouldBeFalse();
    }

    [Theory]
    [InlineData("80", 80)]
    [InlineData("200", 200)]
    [InlineData("3", 40)]
    [InlineData("wide", PageStyle.DefaultColumns)]
    public void The_environment_may_tell_the_width(string told, int columns) =>
        PageStyle.Of(TextWriter.Null, ColourUse.Auto, name => name == "COLUMNS" ? told : null).Columns.ShouldBe(columns);

    private static string? Nothing(string name) => null;
}

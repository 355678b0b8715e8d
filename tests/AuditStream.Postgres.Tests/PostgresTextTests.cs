namespace AuditStream.Postgres.Tests;

public sealed class PostgresTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain Ünïcode €", "plain Ünïcode €")]
    [InlineData("😀", "😀")]
    [InlineData("\0", "\\u0000")]
    [InlineData("a\0😀\0", "a\\u0000😀\\u0000")]
    [InlineData("\uD83D", "\\ud83d")]
    [InlineData("\uDE00\uD83D", "\\ude00\\ud83d")]
    [InlineData("\uD83D\uD83D\uDE00", "\\ud83d😀")]
    [InlineData("\\u0000", "\\u0000")]
    public void What_text_cannot_hold_is_written_as_json_writes_it(string given, string stored) => PostgresText.Storable(given).ShouldBe(stored);

    [Fact]
    public void What_text_can_hold_is_not_copied()
    {
        var text = new string('x', 10);
        PostgresText.Storable(text).ShouldBeSameAs(text);
    }
}

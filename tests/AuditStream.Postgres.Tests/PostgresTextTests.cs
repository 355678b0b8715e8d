namespace AuditStream.Postgres.Tests;

public sealed class PostgresTextTests
{
    // A fact and not a theory: half a surrogate pair does not survive as an argument of an attribute.
    [Fact]
    public void What_text_cannot_hold_is_written_as_json_writes_it()
    {
        (string Given, string Stored)[] cases =
        [
            ("", ""), ("plain Ünïcode €", "plain Ünïcode €"), ("😀", "😀"), ("\0", "\\u0000"), ("a\0😀\0", "a\\u0000😀\\u0000"),
            ("\uD83D", "\\ud83d"), ("\uDE00\uD83D", "\\ude00\\ud83d"), ("\uD83D\uD83D\uDE00", "\\ud83d😀"), ("\\u0000", "\\u0000"),
        ];
        foreach (var (given, stored) in cases)
            PostgresText.Storable(given).ShouldBe(stored);
    }

    [Fact]
    public void What_text_can_hold_is_not_copied()
    {
        var text = new string('x', 10);
        PostgresText.Storable(text).ShouldBeSameAs(text);
    }
}

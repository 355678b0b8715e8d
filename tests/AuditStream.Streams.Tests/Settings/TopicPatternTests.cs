using AuditStream.Streams.Settings;

namespace AuditStream.Streams.Tests.Settings;

public sealed class TopicPatternTests
{
    [Theory]
    [InlineData(@"shop\.\w+", @"\w")]
    [InlineData(@"shop-\d{2}", @"\d")]
    [InlineData(@"(?i)shop", "(?")]
    [InlineData(@"shop\.(?:a|b)", "(?")]
    [InlineData(@"shop\..*?", "*?")]
    [InlineData(@"shop\.[\w.-]+", @"\w inside of [ ]")]
    [InlineData(@"shop\.[a\-z]", @"\- inside of [ ]")]
    [InlineData(@"\p{L}+", @"\p")]
    public void What_the_client_does_not_know_is_named(string pattern, string named) =>
        TopicPattern.Problem(pattern).ShouldNotBeNull().ShouldStartWith($"has {named}, ");

    [Theory]
    [InlineData(@"^app\..*")]
    [InlineData(@"(bank|shop)\.public\.[a-z_]+")]
    [InlineData(@"[]a]x?")]
    [InlineData(@"[^]a]{2,3}")]
    [InlineData(@"topic\$?")]
    public void What_the_client_knows_passes(string pattern) => TopicPattern.Problem(pattern).ShouldBeNull();

    [Theory]
    [InlineData(@"^app\..*", "app.x", true)]
    [InlineData("app", "app2", false)]
    [InlineData("a|app", "app", true)]
    [InlineData("app$", "app", true)]
    public void The_whole_name_is_matched(string pattern, string topic, bool matches) => TopicPattern.Matches(pattern, topic).ShouldBe(matches);
}

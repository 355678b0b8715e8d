using AuditStream.Core.Decode;

namespace AuditStream.Core.Tests.Decode;

public sealed class WildcardTests
{
    [Theory]
    [InlineData("public.orders", "public.orders", true)]
    [InlineData("public.orders", "public.orders2", false)]
    [InlineData("public.*", "public.orders", true)]
    [InlineData("*", "", true)]
    [InlineData("*.orders", "public.orders", true)]
    [InlineData("p*c.o*s", "public.orders", true)]
    [InlineData("p*c.o*s", "public.order", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("*a*b*", "xxbxxaxx", false)]
    [InlineData("Public.*", "public.orders", false)]
    [InlineData("public.orders", "", false)]
    [InlineData("**", "anything", true)]
    [InlineData("a.b", "axb", false)]
    [InlineData("[a]*", "[a]b", true)]
    public void Matches_as_a_person_expects(string pattern, string text, bool expected)
        => Wildcard.Matches(pattern, text).ShouldBe(expected);

    [Fact]
    public void A_pattern_made_to_take_long_does_not()
        => Wildcard.Matches(string.Concat(Enumerable.Repeat("*a", 128)), new string('a', 127) + new string('b', 100_000)).ShouldBeFalse();

    [Theory]
    [InlineData("Public.*ERS", "public.orders", true)]
    [InlineData("public.grÖsse", "PUBLIC.GRöSSE", true)]
    [InlineData("public.order", "PUBLIC.ORDERS", false)]
    public void Matches_in_letters_of_any_case_when_asked_to(string pattern, string text, bool expected)
        => Wildcard.Matches(pattern, text, ignoreCase: true).ShouldBe(expected);
}

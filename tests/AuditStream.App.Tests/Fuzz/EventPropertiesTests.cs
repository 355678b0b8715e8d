using System.Text;
using AuditStream.Fuzz;

namespace AuditStream.App.Tests.Fuzz;

public sealed class EventPropertiesTests
{
    [Theory]
    [InlineData("{\"a\":1,\"b\":[1.50,\"\\u0001\\n\\\"\"]}", null)]
    [InlineData("{\"b\":1,\"a\":1}", "members out of order, or twice")]
    [InlineData("{\"a\":1,\"a\":1}", "members out of order, or twice")]
    [InlineData("{\"a\": 1}", "white space, or another way of escaping")]
    [InlineData("{\"a\":\"\\u0041\"}", "white space, or another way of escaping")]
    [InlineData("{\"after\":{\"v\":\"\\u0000\"}}", "a value with U+0000")]
    public void A_text_that_is_not_canonical_is_found(string text, string? fault) =>
        CanonicalJson.FaultOf(Encoding.UTF8.GetBytes(text)).ShouldBe(fault);

    [Theory]
    [InlineData("1.50", "15e-1", true)]
    [InlineData("\"a,b\"", "\"b,a\"", true)]
    [InlineData("1.5", "1.51", false)]
    [InlineData("0", "-0", false)]
    [InlineData("\"a\"", "\"b\"", false)]
    public void Values_may_be_equal_in_other_words(string left, string right, bool may) => LooseEquality.MayBeEqual(left, right).ShouldBe(may);

    [Theory]
    [InlineData("\"changed\":[\"v\"]", "\"changed\":[]", "changed")]
    [InlineData("\"new\":\"b\"", "\"new\":\"c\"", "changed")]
    [InlineData("\"operation\":\"update\"", "\"operation\":\"delete\"", "changed")]
    [InlineData("\"spec\":\"auditstream/1\"", "\"spec\":\"auditstream/2\"", "read-back")]
    [InlineData("\"after\":{", "\"after\": {", "canonical")]
    public void An_event_that_is_not_true_is_found(string text, string by, string property)
    {
        var corpus = Corpus.Read(withShared: false);
        var pipelines = new Pipelines(corpus.Schemas, boundsTime: false);
        var record = corpus.Records.First(one => one.Value.GetValueOrDefault().Span.IndexOf("\"specversion\""u8) >= 0);
        pipelines.Check(record).ShouldBeNull();
        var made = pipelines.Last.ShouldNotBeNull().Events.ShouldHaveSingleItem();
        var value = Encoding.UTF8.GetString(made.Value);
        value.ShouldContain(text);
        var untrue = made with { Value = Encoding.UTF8.GetBytes(value.Replace(text, by, StringComparison.Ordinal)) };
        pipelines.Properties.Check(untrue, isGuarded: false).ShouldNotBeNull().Property.ShouldBe(property);
    }
}

using System.Text.Json;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Properties;
using FsCheck;
using FsCheck.Fluent;

namespace AuditStream.Core.Tests.Decode.Values;

public sealed class NestedWriterTests
{
    // Few letters and long beginnings, so that names begin alike; of the last three the order of bytes is not that of code units.
    private static readonly Gen<string> Names =
        from start in Gen.Elements("", "", "common-beginning-", new string('p', 70))
        from count in Gen.Choose(0, 9)
        from letters in Gen.ArrayOf(Gen.Elements("a", "b", "\uffee", "\ue000", "\ud834\udd1e"), count)
        select start + string.Concat(letters);

    [Fact]
    public void Members_of_a_large_object_stand_in_the_order_of_code_units() => Forall.Of(
        Gen.Choose(0, 300).SelectMany(count => Gen.ArrayOf(Names, count)).Select(names => names.Distinct(StringComparer.Ordinal).ToArray()),
        names => Forall.Shorter(names), count: 40,
        names =>
        {
            var written = Given.Untyped($"{{\"z\":0,{string.Join(',', names.Select(name => $"{MadeJson.Quote(name)}:1"))}{(names.Length > 0 ? "," : "")}\"c\":0}}");
            JsonSerializer.Deserialize<JsonElement>(written).EnumerateObject().Select(member => member.Name)
                .ShouldBe(names.Append("c").Append("z").Order(StringComparer.Ordinal));
        });

    [Theory]
    [InlineData("a")]
    [InlineData("a-name-of-more-than-eight-bytes")]
    [InlineData("eight000")]
    public void A_name_that_a_large_object_has_twice_is_found(string name)
    {
        var others = string.Join(',', Enumerable.Range(0, 100).Select(index => $"\"{name}{99 - index}\":1"));
        Given.Untyped($"{{\"{name}\":1,{others},\"{name}\":2}}").ShouldStartWith("{\"$bytes\":");
        Given.Untyped($"{{{others},\"{name}\":2}}").ShouldStartWith($"{{\"{name}\":2,");
    }
}

using System.Xml.Linq;
using AuditStream.App.Configuration;

namespace AuditStream.App.Tests.Configuration;

public sealed class ConfigurationCatalogTests
{
    [Fact]
    public void Every_key_has_a_doc_line() =>
        ConfigurationCatalog.All.Where(key => !key.Doc.EndsWith('.') || key.Doc.Length < 15).Select(key => key.Path).ShouldBeEmpty();

    [Fact]
    public void Keys_are_unique() => ConfigurationCatalog.All.Select(key => key.Path).ShouldBeUnique();

    [Theory]
    [InlineData("Streams:Threads", "a whole number from 1 to 64", "1")]
    [InlineData("Roles", "a list: one of normalize, images, sink", "normalize, sink")]
    [InlineData("Sources:[n]:Tables:{schema.table}:ReplicaIdentity", "one of auto, full, key, index", "")]
    [InlineData("Kafka:Client:{librdkafka name}", "by name: a text", "")]
    public void A_key_says_its_type_and_default(string path, string type, string defaultText)
    {
        var key = ConfigurationCatalog.All.Single(candidate => candidate.Path == path);
        key.Type.ShouldBe(type);
        key.Default.ShouldBe(defaultText);
    }

    [Fact]
    public void The_default_in_every_doc_comment_is_the_default_of_the_setting()
    {
        var members = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "auditstream.xml")).Descendants("member");
        var stated = members.Where(member => member.Element("value") is not null)
            .ToDictionary(member => (string?)member.Attribute("name") ?? "", member => string.Join(' ', (member.Element("value")?.Value ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        stated.Count.ShouldBeGreaterThan(30);
        foreach (var (name, text) in stated)
        {
            var type = typeof(AuditStreamOptions).Assembly.GetType(name[2..name.LastIndexOf('.')]).ShouldNotBeNull();
            var property = type.GetProperty(name[(name.LastIndexOf('.') + 1)..]).ShouldNotBeNull();
            var value = property.GetValue(Activator.CreateInstance(type));
            var actual = value is System.Collections.IDictionary ? "" : EffectiveSettings.Text(value);
            (string.IsNullOrEmpty(actual) ? "none" : actual).ShouldBe(text, name);
        }
    }
}

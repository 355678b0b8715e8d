using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Fuzz;

namespace AuditStream.App.Tests.Fuzz;

public sealed class HiddenValuesTests
{
    private const string Open =
        "{\"after\":{\"id\":12345678,\"name\":\"secret-1234\"},\"changes\":[{\"field\":\"id\",\"new\":12345678},{\"field\":\"name\",\"new\":\"secret-1234\"}],"
        + "\"key\":{\"id\":\"12345678\"}}";

    private const string Protection = "\"protection\":{\"fields\":[{\"action\":\"mask\",\"field\":\"name\"}],\"policy\":\"1\"}";

    [Theory]
    [InlineData("{\"after\":{\"id\":12345678,\"name\":\"***\"},", "", "", false)]
    [InlineData("{\"after\":{\"id\":12345678,\"name\":\"***\"},\"source\":{\"position\":\"of secret-1234\"},", "", "", true)]
    [InlineData("{\"after\":{\"id\":12345678,\"secret-1234\":1},", "", "", true)]
    [InlineData("{", "{\"key\":\"secret-1234\"}", "", true)]
    [InlineData("{", "", "secret-1234", true)]
    [InlineData("{", "", "secret", false)]
    public void A_hidden_value_is_found_wherever_it_stands(string value, string key, string header, bool leaks) =>
        (HiddenValues.Check(Event(Open), Event($"{value}{Protection}}}", key, header)) is not null).ShouldBe(leaks);

    [Fact]
    public void What_the_record_tells_elsewhere_too_is_no_secret() =>
        HiddenValues.Check(Event(Open.Replace("\"id\":12345678", "\"id\":\"secret-1234\"", StringComparison.Ordinal)), Event($"{{{Protection}}}", "", "secret-1234"))
            .ShouldBeNull();

    [Fact]
    public void Without_protection_nothing_is_hidden() => HiddenValues.Check(Event(Open), Event(Open)).ShouldBeNull();

    private static CopiedEvent Event(string value, string key = "", string header = "") => new(
        Guid.Empty, 0, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), [new RecordHeader("h", Encoding.UTF8.GetBytes(header))]);
}

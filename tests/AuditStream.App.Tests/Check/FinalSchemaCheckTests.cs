using AuditStream.App.Check;
using AuditStream.App.Configuration;
using AuditStream.App.Tests.Schemas;
using AuditStream.Core.Check;

namespace AuditStream.App.Tests.Check;

public sealed class FinalSchemaCheckTests : IDisposable
{
    private const string NotThere = "{\"error_code\":40401,\"message\":\"none\"}";
    private readonly MadeRegistry registry = new();

    public void Dispose() => registry.Dispose();

    [Theory]
    [InlineData("200 {\"id\":4}", true, Severity.Ok, "final-schema", "id 4")]
    [InlineData("404 " + NotThere + "|404 " + NotThere, true, Severity.Ok, "final-schema", "a run registers it")]
    [InlineData("404 " + NotThere + "|200 {\"is_compatible\":true}", true, Severity.Ok, "final-schema", "a run registers it")]
    [InlineData("404 " + NotThere + "|200 {\"is_compatible\":false}", true, Severity.Error, "final-schema-refused", "compatibility")]
    [InlineData("404 " + NotThere, false, Severity.Error, "final-schema-missing", "Final:RegisterSchema is false")]
    [InlineData("403 ", true, Severity.Error, "final-schema-refused", "SchemaRegistry:User")]
    [InlineData("503 ", true, Severity.Error, "final-schema-refused", "status 503")]
    public async Task It_tells_whether_a_run_would_get_an_id(string answers, bool registers, Severity severity, string code, string what)
    {
        foreach (var answer in answers.Split('|'))
            registry.Answers.Enqueue((int.Parse(answer[..3], System.Globalization.CultureInfo.InvariantCulture), answer[4..]));
        var options = new AuditStreamOptions();
        (options.Final.Format, options.Final.RegisterSchema, options.SchemaRegistry.Url) = (EventFormat.Avro, registers, registry.Url);
        var finding = await new FinalSchemaCheck(options).RunAsync(CancellationToken.None);
        (finding.Severity, finding.Code).ShouldBe((severity, code));
        finding.Subject.ShouldBe("audit.events-value");
        finding.What.ShouldContain(what);
        registry.Asked.ShouldNotContain(asked => asked.EndsWith("/versions", StringComparison.Ordinal), "a check registers nothing");
        registry.Answers.ShouldBeEmpty();
    }
}

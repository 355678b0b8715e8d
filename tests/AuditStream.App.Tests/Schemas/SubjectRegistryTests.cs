using System.Text.Json;
using AuditStream.App.Configuration;
using AuditStream.App.Schemas;
using AuditStream.Core.Emit;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Schemas;

public sealed class SubjectRegistryTests : IDisposable
{
    private const string Subject = "audit.events-value";
    private readonly MadeRegistry made = new();

    public void Dispose() => made.Dispose();

    [Fact]
    public async Task Each_question_has_its_address_and_carries_the_schema()
    {
        made.Answer = (200, "{\"id\":7}");
        using var registry = new SubjectRegistry(new SchemaRegistryOptions { Url = $"{made.Url}/apis/ccompat/v7/", User = "me" }, "a b/c-value");
        (await registry.LookUpAsync("\"int\"", CancellationToken.None)).ShouldBe(new SubjectAnswer(SubjectAnswerKind.Yes, 7, ""));
        (await registry.RegisterAsync("\"int\"", CancellationToken.None)).Id.ShouldBe(7);
        made.Answer = (200, "{\"is_compatible\":true}");
        (await registry.MayFollowAsync("\"int\"", CancellationToken.None)).Kind.ShouldBe(SubjectAnswerKind.Yes);
        made.Asked.Select(asked => asked.Split(' ')[0]).ShouldBe(
        [
            "/apis/ccompat/v7/subjects/a%20b%2Fc-value", "/apis/ccompat/v7/subjects/a%20b%2Fc-value/versions",
            "/apis/ccompat/v7/compatibility/subjects/a%20b%2Fc-value/versions/latest",
        ]);
        made.Asked.ShouldAllBe(asked => asked.Contains(" Basic ", StringComparison.Ordinal));
        made.Bodies.ShouldAllBe(body => body == "{\"schema\":\"\\u0022int\\u0022\",\"schemaType\":\"AVRO\"}");
    }

    [Theory]
    [InlineData(404, "{\"error_code\":40401}", SubjectAnswerKind.NotThere, "under audit.events-value")]
    [InlineData(404, "{\"error_code\":40402}", SubjectAnswerKind.NotThere, "under audit.events-value")]
    [InlineData(404, "{\"error_code\":40403}", SubjectAnswerKind.NotThere, "under audit.events-value")]
    [InlineData(404, "<html/>", SubjectAnswerKind.NotNow, "SchemaRegistry:Url")]
    [InlineData(200, "<html/>", SubjectAnswerKind.NotNow, "SchemaRegistry:Url")]
    [InlineData(200, "{}", SubjectAnswerKind.NotNow, "SchemaRegistry:Url")]
    [InlineData(200, "{\"is_compatible\":false}", SubjectAnswerKind.Refused, "rule of compatibility")]
    [InlineData(409, "{\"error_code\":409,\"message\":\"Incompatible.\"}", SubjectAnswerKind.Refused, "status 409, Incompatible.")]
    [InlineData(422, "{\"error_code\":42201,\"message\":\"No schema\"}", SubjectAnswerKind.Refused, "status 422, No schema.")]
    [InlineData(403, "", SubjectAnswerKind.Refused, "SchemaRegistry:User")]
    [InlineData(401, "", SubjectAnswerKind.Refused, "SchemaRegistry:User")]
    [InlineData(500, "", SubjectAnswerKind.NotNow, "status 500")]
    [InlineData(429, "", SubjectAnswerKind.NotNow, "status 429")]
    public async Task What_is_no_yes_says_why(int status, string body, SubjectAnswerKind kind, string reason)
    {
        made.Answer = (status, body);
        using var registry = new SubjectRegistry(new SchemaRegistryOptions { Url = made.Url }, Subject);
        var answer = await registry.RegisterAsync("\"int\"", CancellationToken.None);
        answer.Kind.ShouldBe(kind, answer.Reason);
        answer.Reason.ShouldContain(reason);
        answer.Reason.ShouldContain(made.Url);
    }

    [Fact]
    public async Task A_registry_that_is_not_there_may_come()
    {
        made.Dispose();
        using var registry = new SubjectRegistry(new SchemaRegistryOptions { Url = made.Url }, Subject);
        (await registry.LookUpAsync("\"int\"", CancellationToken.None)).Kind.ShouldBe(SubjectAnswerKind.NotNow);
    }

    [RealRegistryFact]
    public async Task A_real_registry_takes_the_events_schema_once_and_refuses_what_does_not_follow_it()
    {
        await using var real = await SchemaRegistry.StartNewAsync();
        var options = new SchemaRegistryOptions { Url = real.Url };
        using var registry = new SubjectRegistry(options, Subject);
        (await registry.LookUpAsync(EventSchema.Text, CancellationToken.None)).Kind.ShouldBe(SubjectAnswerKind.NotThere);
        (await registry.MayFollowAsync(EventSchema.Text, CancellationToken.None)).Kind.ShouldBe(SubjectAnswerKind.NotThere);
        var first = await registry.RegisterAsync(EventSchema.Text, CancellationToken.None);
        first.Kind.ShouldBe(SubjectAnswerKind.Yes, first.Reason);
        (await registry.RegisterAsync(EventSchema.Text, CancellationToken.None)).ShouldBe(first, "the same schema is the same version");
        (await registry.LookUpAsync(EventSchema.Text, CancellationToken.None)).ShouldBe(first);
        (await registry.MayFollowAsync(EventSchema.Text, CancellationToken.None)).Kind.ShouldBe(SubjectAnswerKind.Yes);

        await real.PutAsync("config", JsonSerializer.Serialize(new { compatibility = "BACKWARD" }));
        (await registry.MayFollowAsync("\"string\"", CancellationToken.None)).Kind.ShouldBe(SubjectAnswerKind.Refused);
        (await registry.RegisterAsync("\"string\"", CancellationToken.None)).Kind.ShouldBe(SubjectAnswerKind.Refused);
    }
}

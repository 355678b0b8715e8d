using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Health;
using AuditStream.App.Hosting;
using AuditStream.App.Tests.Schemas;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.App.Tests.Hosting;

public sealed class FinalSchemaTests : IDisposable
{
    private const string NotThere = "{\"error_code\":40401,\"message\":\"none\"}";
    private readonly MadeRegistry registry = new();
    private readonly AuditStreamOptions options = new();
    private readonly Readiness readiness = new();

    public FinalSchemaTests()
    {
        options.Final.Format = EventFormat.Avro;
        options.SchemaRegistry.Url = registry.Url;
    }

    public void Dispose() => registry.Dispose();

    [Fact]
    public async Task A_schema_that_is_there_is_used_and_not_registered()
    {
        registry.Answer = (200, "{\"id\":9}");
        (await PassAsync()).Id.ShouldBe(9);
        registry.Asked.ShouldBe(["/subjects/audit.events-value"]);
    }

    [Fact]
    public async Task A_schema_that_is_not_there_is_registered()
    {
        registry.Answers.Enqueue((404, NotThere));
        registry.Answers.Enqueue((200, "{\"id\":3}"));
        (await PassAsync()).Id.ShouldBe(3);
        registry.Asked.ShouldBe(["/subjects/audit.events-value", "/subjects/audit.events-value/versions"]);
    }

    [Fact]
    public async Task Without_registering_a_schema_that_is_not_there_ends_the_start_and_says_what_to_do()
    {
        options.Final.RegisterSchema = false;
        registry.Answer = (404, NotThere);
        var failure = await Should.ThrowAsync<FinalSchemaException>(PassAsync);
        failure.ExitCode.ShouldBe(ExitCode.FoundWrong);
        failure.Message.ShouldContain("Final:RegisterSchema");
        registry.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_registry_that_refuses_ends_the_start_at_once()
    {
        registry.Answers.Enqueue((404, "{\"error_code\":40403}"));
        registry.Answer = (409, "{\"error_code\":409,\"message\":\"Incompatible\"}");
        var failure = await Should.ThrowAsync<FinalSchemaException>(PassAsync);
        failure.ExitCode.ShouldBe(ExitCode.FoundWrong);
        failure.Message.ShouldContain("Incompatible");
        registry.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_registry_that_is_away_is_waited_for()
    {
        registry.Answers.Enqueue((503, ""));
        registry.Answers.Enqueue((503, ""));
        registry.Answer = (200, "{\"id\":9}");
        (await PassAsync()).Id.ShouldBe(9);
        readiness.IsReady.ShouldBeTrue();
    }

    [Fact]
    public async Task A_registry_that_stays_away_is_not_waited_for_without_end()
    {
        registry.Answer = (503, "");
        var failure = await Should.ThrowAsync<FinalSchemaException>(PassAsync);
        failure.ExitCode.ShouldBe(ExitCode.NotReachable);
        failure.Message.ShouldContain("120 s");
        registry.Asked.Count.ShouldBe(121);
        readiness.IsReady.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_writes_no_Avro_asks_nobody()
    {
        options.Final.Format = EventFormat.Json;
        (await PassAsync()).Id.ShouldBeNull();
        options.Final.Format = EventFormat.Avro;
        options.Roles = [ServiceRole.Sink];
        (await PassAsync()).Id.ShouldBeNull();
        registry.Asked.ShouldBeEmpty();
    }

    private async Task<FinalSchema> PassAsync()
    {
        var schema = new FinalSchema(options, readiness, new PassingTime(), NullLogger<FinalSchema>.Instance);
        await schema.PassAsync(CancellationToken.None);
        return schema;
    }
}

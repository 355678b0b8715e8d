using System.Globalization;
using System.Text;
using AuditStream.App.Configuration;
using AuditStream.App.Schemas;
using AuditStream.Core.Decode.Avro;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Schemas;

public sealed class HttpSchemasTests : IDisposable
{
    private const string NotThere = "{\"error_code\":40403,\"message\":\"Schema not found\"}";

    private static readonly SchemaId Seven = new(SchemaIdKind.Confluent, 7);
    private readonly MadeRegistry registry = new();
    private readonly MovedTime time = new();

    public void Dispose() => registry.Dispose();

    [Fact]
    public void A_schema_is_asked_for_once_and_kept()
    {
        using var schemas = Schemas();
        for (var round = 0; round < 3; round++)
        {
            var answer = schemas.Find(Seven);
            answer.Kind.ShouldBe(SchemaAnswerKind.Found);
            Encoding.UTF8.GetString(answer.Schema.Span).ShouldBe("\"int\"");
            time.Move(TimeSpan.FromDays(1));
        }
        registry.Asked.ShouldBe(["/schemas/ids/7"]);
    }

    [Fact]
    public void User_and_password_go_along()
    {
        using var schemas = Schemas(new() { User = "me", Password = "käse" });
        schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.Found);
        registry.Asked.ShouldBe([$"/schemas/ids/7 Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("me:käse"))}"]);
    }

    [Theory]
    [InlineData(SchemaIdKind.Confluent, ApicurioIds.Global, "/apis/ccompat/v7/schemas/ids/7")]
    [InlineData(SchemaIdKind.Apicurio, ApicurioIds.Global, "/apis/registry/v2/ids/globalIds/7")]
    [InlineData(SchemaIdKind.Apicurio, ApicurioIds.Content, "/apis/registry/v2/ids/contentIds/7")]
    [InlineData(SchemaIdKind.ConfluentGuid, ApicurioIds.Global, "/apis/ccompat/v7/schemas/guids/00000000-0000-0000-0000-000000000007")]
    [InlineData(SchemaIdKind.ApicurioGlobal, ApicurioIds.Content, "/apis/registry/v2/ids/globalIds/7")]
    [InlineData(SchemaIdKind.ApicurioContent, ApicurioIds.Global, "/apis/registry/v2/ids/contentIds/7")]
    public void Each_numbering_has_its_address(SchemaIdKind kind, ApicurioIds ids, string path)
    {
        using var schemas = Schemas(new() { ApicurioIds = ids }, "/apis/ccompat/v7/");
        schemas.Find(new SchemaId(kind, 7));
        registry.Asked.ShouldBe([path]);
    }

    [Fact]
    public void An_id_is_unknown_when_the_registry_has_said_so_three_times_and_is_asked_for_again_later()
    {
        using var schemas = Schemas();
        registry.Answer = (404, NotThere);
        schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.NotNow);
        schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.NotNow);
        for (var round = 0; round < 3; round++)
            schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.Unknown);
        registry.Asked.Count.ShouldBe(3);
        time.Move(TimeSpan.FromSeconds(31));
        schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.Unknown);
        registry.Asked.Count.ShouldBe(4);
        time.Move(TimeSpan.FromSeconds(31));
        registry.Answer = (200, "{\"schema\":\"\\\"int\\\"\"}");
        schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.Found);
    }

    [Fact]
    public void A_registry_that_has_just_begun_to_answer_is_not_believed_that_an_id_is_unknown()
    {
        using var schemas = Schemas(settle: TimeSpan.FromSeconds(15));
        registry.Answer = (404, NotThere);
        for (var ask = 0; ask < 10; ask++)
            schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.NotNow);
        time.Move(TimeSpan.FromSeconds(16));
        schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.Unknown);

        registry.Answer = (503, "");
        time.Move(TimeSpan.FromSeconds(31));
        schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.NotNow);
        time.Move(TimeSpan.FromSeconds(2));
        registry.Answer = (404, NotThere);
        schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.NotNow, "it has come back, and may be reading its schemas");
        registry.Answer = (200, "{\"schema\":\"\\\"int\\\"\"}");
        schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.Found);
    }

    [Theory]
    [InlineData(404, "<html>nothing here</html>", "SchemaRegistry:Url")]
    [InlineData(404, "{\"error_code\":404,\"name\":\"NotFoundException\"}", "SchemaRegistry:Url")]
    [InlineData(200, "<html>Please sign in</html>", "SchemaRegistry:Url")]
    [InlineData(200, "{\"status\":\"UP\"}", "SchemaRegistry:Url")]
    [InlineData(200, "", "SchemaRegistry:Url")]
    [InlineData(401, "", "SchemaRegistry:User")]
    [InlineData(403, "", "SchemaRegistry:User")]
    [InlineData(500, "", "status 500")]
    [InlineData(429, "", "status 429")]
    public void What_is_no_answer_to_the_question_is_no_answer_yet(int status, string body, string reason)
    {
        using var schemas = Schemas();
        registry.Answer = (status, body);
        var answer = schemas.Find(Seven);
        answer.Kind.ShouldBe(SchemaAnswerKind.NotNow);
        answer.Reason.ShouldContain(reason);
        registry.Answer = (200, "{\"schema\":\"\\\"int\\\"\"}");
        schemas.Find(Seven).Reason.ShouldBe(answer.Reason, "it rests for a second");
        time.Move(TimeSpan.FromSeconds(2));
        schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.Found);
        registry.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public void A_registry_that_is_not_there_is_no_answer_yet_and_its_address_is_named()
    {
        registry.Dispose();
        using var schemas = Schemas();
        var answer = schemas.Find(Seven);
        answer.Kind.ShouldBe(SchemaAnswerKind.NotNow);
        answer.Reason.ShouldContain(registry.Url);
    }

    [Fact]
    public void A_schema_of_another_kind_is_not_supported_and_kept_as_that()
    {
        using var schemas = Schemas();
        registry.Answer = (200, "{\"schema\":\"{}\",\"schemaType\":\"JSON\"}");
        schemas.Find(Seven).Reason.ShouldBe("Schema 7 is of type JSON; Avro alone is read.");
        schemas.Find(Seven).Kind.ShouldBe(SchemaAnswerKind.Unsupported);
        registry.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public void A_registry_that_knows_no_UUIDs_is_no_reason_to_wait()
    {
        using var schemas = Schemas();
        registry.Answer = (404, "{\"error_code\":0,\"message\":\"Could not find resource\"}");
        var answer = schemas.Find(new SchemaId(SchemaIdKind.ConfluentGuid, 7));
        answer.Kind.ShouldBe(SchemaAnswerKind.Unsupported);
        answer.Reason.ShouldContain("00000000-0000-0000-0000-000000000007");
    }

    [Fact]
    public void What_a_schema_refers_to_is_fetched_too_each_once_and_before_what_needs_it()
    {
        using var schemas = Schemas();
        registry.Answers.Enqueue((200, Schema("\\\"c\\\"", ("b x", 2), ("a", 1))));
        registry.Answers.Enqueue((200, Schema("\\\"b\\\"", ("a", 1))));
        registry.Answers.Enqueue((200, Schema("\\\"a\\\"")));
        var answer = schemas.Find(Seven);
        answer.Kind.ShouldBe(SchemaAnswerKind.Found);
        answer.References.Select(text => Encoding.UTF8.GetString(text.Span)).ShouldBe(["\"a\"", "\"b\""]);
        registry.Asked.ShouldBe(["/schemas/ids/7", "/subjects/b%20x/versions/2", "/subjects/a/versions/1"]);
        schemas.Find(Seven).References.Count.ShouldBe(2);
        registry.Asked.Count.ShouldBe(3);
    }

    [Fact]
    public void A_schema_that_refers_to_itself_ends_and_one_that_is_not_there_is_asked_for_again()
    {
        using var schemas = Schemas();
        registry.Answer = (200, Schema("\\\"a\\\"", ("a", 1)));
        schemas.Find(Seven).References.Count.ShouldBe(1);
        registry.Answers.Enqueue((200, Schema("\\\"a\\\"", ("gone", 1))));
        registry.Answers.Enqueue((404, "{\"error_code\":40402}"));
        var eight = new SchemaId(SchemaIdKind.Confluent, 8);
        var answer = schemas.Find(eight);
        answer.Kind.ShouldBe(SchemaAnswerKind.NotNow);
        answer.Reason.ShouldContain("version 1 of gone");
        time.Move(TimeSpan.FromSeconds(2));
        schemas.Find(eight).Kind.ShouldBe(SchemaAnswerKind.Found);
    }

    [Fact]
    public void A_schema_that_refers_to_too_many_is_not_read()
    {
        using var schemas = Schemas();
        registry.Answers.Enqueue((200, Schema("\\\"a\\\"", [.. Enumerable.Range(1, 101).Select(version => ("a", version))])));
        registry.Answer = (200, Schema("\\\"a\\\""));
        schemas.Find(Seven).Reason.ShouldContain("more than 100");
    }

    [RealRegistryFact]
    public async Task A_record_whose_schema_refers_to_another_is_read_by_way_of_a_real_registry()
    {
        const string Value = "{\"type\":\"record\",\"name\":\"Value\",\"namespace\":\"n\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"}]}";
        const string Envelope = "{\"type\":\"record\",\"name\":\"Envelope\",\"namespace\":\"n\",\"fields\":[{\"name\":\"after\",\"type\":\"n.Value\"}]}";
        await using var real = await SchemaRegistry.StartNewAsync();
        await real.RegisterAsync("row", Value);
        var id = await real.RegisterAsync("t-value", Envelope, ("n.Value", "row", 1));
        using var schemas = new HttpSchemas(new() { Url = real.Url }, time);
        var answer = schemas.Find(new SchemaId(SchemaIdKind.Confluent, (UInt128)id));
        answer.Kind.ShouldBe(SchemaAnswerKind.Found, answer.Reason);
        Encoding.UTF8.GetString(answer.References.ShouldHaveSingleItem().Span).ShouldBe(Value);
        schemas.Find(new SchemaId(SchemaIdKind.ConfluentGuid, 1)).Kind.ShouldBe(SchemaAnswerKind.Unsupported, "this registry has no UUIDs");
    }

    [RealRegistryFact]
    public async Task A_real_registry_answers_by_each_numbering_and_may_go_and_come_back()
    {
        await using var real = await SchemaRegistry.StartNewAsync();
        var first = await real.RegisterAsync("a-value", "{\"type\":\"string\"}");
        (await real.RegisterAsync("b-value", "{\"type\":\"string\"}")).ShouldBe(first, "one text has one content id");
        using var schemas = new HttpSchemas(new() { Url = real.Url }, time);
        schemas.Find(new SchemaId(SchemaIdKind.Confluent, (UInt128)first)).Kind.ShouldBe(SchemaAnswerKind.Found);
        Encoding.UTF8.GetString(schemas.Find(new SchemaId(SchemaIdKind.ApicurioContent, (UInt128)first)).Schema.Span).ShouldBe("{\"type\":\"string\"}");
        // The second artifact has the same text, and a global id of its own.
        schemas.Find(new SchemaId(SchemaIdKind.Apicurio, (UInt128)(first + 1))).Kind.ShouldBe(SchemaAnswerKind.Found);
        foreach (var kind in new[] { SchemaIdKind.Confluent, SchemaIdKind.ApicurioGlobal, SchemaIdKind.ApicurioContent })
        {
            for (var ask = 1; ask < HttpSchemas.AsksBeforeUnknown; ask++)
                schemas.Find(new SchemaId(kind, 99)).Kind.ShouldBe(SchemaAnswerKind.NotNow);
            schemas.Find(new SchemaId(kind, 99)).Kind.ShouldBe(SchemaAnswerKind.Unknown);
        }

        await real.StopAsync();
        schemas.Find(new SchemaId(SchemaIdKind.Confluent, (UInt128)first)).Kind.ShouldBe(SchemaAnswerKind.Found, "what is known needs no registry");
        schemas.Find(new SchemaId(SchemaIdKind.Confluent, 2)).Kind.ShouldBe(SchemaAnswerKind.NotNow);
        await real.StartAsync();
        var long2 = await real.RegisterAsync("c-value", "{\"type\":\"long\"}");
        time.Move(TimeSpan.FromSeconds(2));
        using var others = new HttpSchemas(new() { Url = real.Url }, time);
        Encoding.UTF8.GetString(others.Find(new SchemaId(SchemaIdKind.Confluent, (UInt128)long2)).Schema.Span).ShouldBe("{\"type\":\"long\"}");
    }

    private static string Schema(string text, params IEnumerable<(string Subject, int Version)> references)
    {
        var list = references.Select(other => string.Create(
            CultureInfo.InvariantCulture, $"{{\"name\":\"n\",\"subject\":\"{other.Subject}\",\"version\":{other.Version}}}"));
        return $"{{\"schema\":\"{text}\",\"references\":[{string.Join(',', list)}]}}";
    }

    private HttpSchemas Schemas(SchemaRegistryOptions? options = null, string path = "", TimeSpan settle = default)
    {
        options ??= new();
        options.Url = registry.Url + path;
        return new HttpSchemas(options, time, settle);
    }
}

using System.Text;
using AuditStream.App.Schemas;
using AuditStream.Core.Decode.Avro;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Schemas;

public sealed class FileSchemasTests : IDisposable
{
    private static readonly SchemaId Seven = new(SchemaIdKind.Confluent, 7);
    private readonly TemporaryFolder folder = new("schemas");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_schema_is_found_in_the_file_of_its_id()
    {
        File.WriteAllText(Path.Combine(folder.Path, "7.json"), "{\"schema\":\"\\\"int\\\"\",\"references\":[]}");
        var answer = new FileSchemas(folder.Path).Find(Seven);
        answer.Kind.ShouldBe(SchemaAnswerKind.Found);
        Encoding.UTF8.GetString(answer.Schema.Span).ShouldBe("\"int\"");
    }

    [Fact]
    public void An_id_without_a_file_is_unknown()
    {
        var answer = new FileSchemas(folder.Path).Find(Seven);
        answer.Kind.ShouldBe(SchemaAnswerKind.Unknown);
        answer.Reason.ShouldContain("7.json does not exist");
    }

    [Fact]
    public void What_a_schema_refers_to_is_found_where_a_registry_has_it()
    {
        File.WriteAllText(Path.Combine(folder.Path, "7.json"),
            "{\"schema\":\"\\\"a.B\\\"\",\"references\":[{\"name\":\"a.B\",\"subject\":\"t/../b\",\"version\":2}]}");
        var schemas = new FileSchemas(folder.Path);
        schemas.Find(Seven).Reason.ShouldContain("version 2 of t/../b");
        var versions = Directory.CreateDirectory(Path.Combine(folder.Path, "subjects", "t%2F%2E%2E%2Fb", "versions")).FullName;
        File.WriteAllText(Path.Combine(versions, "2.json"), "{\"subject\":\"t/../b\",\"version\":2,\"id\":3,\"schema\":\"\\\"int\\\"\"}");
        var answer = schemas.Find(Seven);
        answer.Kind.ShouldBe(SchemaAnswerKind.Found, answer.Reason);
        Encoding.UTF8.GetString(answer.References.ShouldHaveSingleItem().Span).ShouldBe("\"int\"");
    }

    [Theory]
    [InlineData("{\"schema\":\"{}\",\"schemaType\":\"PROTOBUF\"}", "Schema 7 is of type PROTOBUF; Avro alone is read.")]
    [InlineData("{\"type\":\"int\"}", "an object with a member schema")]
    [InlineData("{\"schema\":{}}", "an object with a member schema")]
    [InlineData("no json", "an object with a member schema")]
    [InlineData("null", "an object with a member schema")]
    [InlineData("{\"schema\":\"{}\",\"references\":[null]}", "for a schema that schema 7 refers to is not what a registry answers")]
    public void What_is_no_avro_schema_of_its_own_is_not_read(string text, string reason)
    {
        File.WriteAllText(Path.Combine(folder.Path, "7.json"), text);
        var answer = new FileSchemas(folder.Path).Find(Seven);
        answer.Kind.ShouldBe(SchemaAnswerKind.Unsupported);
        answer.Reason.ShouldContain(reason);
    }
}

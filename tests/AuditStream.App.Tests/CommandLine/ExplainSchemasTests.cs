using System.Text.Json.Nodes;
using AuditStream.App.CommandLine;
using AuditStream.Testing;

namespace AuditStream.App.Tests.CommandLine;

public sealed class ExplainSchemasTests
{
    // A heartbeat, {"ts_ms":1}, with schema 1.
    private const string Heartbeat =
        "{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"timestamp\":0,\"key_b64\":null,\"value_b64\":\"AAAAAAEC\",\"headers\":[]}";
    private const string Schema =
        "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"H\\\",\\\"fields\\\":[{\\\"name\\\":\\\"ts_ms\\\",\\\"type\\\":\\\"long\\\"}]}\"}";

    [Fact]
    public async Task An_avro_record_is_read_with_the_schema_of_the_folder()
    {
        using var folder = new TemporaryFolder("schemas");
        File.WriteAllText(folder.At("1.json"), Schema);
        using var file = new TemporaryFile(Heartbeat);
        var run = await CommandLineRun.OfAsync("explain", "--json", "--schemas", folder.Path, file.Path);
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.TrimEnd().ShouldBe("{\"n\":1,\"outcome\":\"skip\",\"reason\":\"heartbeat\",\"events\":[]}");
    }

    [Fact]
    public async Task An_avro_record_without_its_schema_is_rejected_with_the_id_that_is_missing()
    {
        using var folder = new TemporaryFolder("schemas");
        using var file = new TemporaryFile(Heartbeat);
        var run = await CommandLineRun.OfAsync("explain", "--schemas", folder.Path, file.Path);
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain("reject unknown-schema");
        run.Output.ShouldContain("There is no schema 1");
    }

    [Fact]
    public async Task A_folder_that_is_none_is_a_usage_error()
    {
        var run = await CommandLineRun.OfAsync("explain", "--schemas", "/no/such/folder", "-");
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("/no/such/folder is no folder");
    }

    [CapturedAvroFact]
    public async Task Every_captured_avro_message_is_an_event_or_a_skip()
    {
        var folder = CapturedAvroFactAttribute.Folder ?? "";
        var run = await CommandLineRun.OfAsync("explain", "--json", "--schemas", Path.Combine(folder, "schemas"), Path.Combine(folder, "messages.jsonl"));
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        var lines = run.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line).ShouldNotBeNull()).ToArray();
        lines.Length.ShouldBe(62);
        lines.GroupBy(line => $"{line["outcome"]} {line["reason"]}", StringComparer.Ordinal).Select(group => $"{group.Key}: {group.Count()}")
            .Order(StringComparer.Ordinal).ShouldBe(["event : 45", "skip bookkeeping: 7", "skip heartbeat: 3", "skip tombstone: 7"]);
    }
}

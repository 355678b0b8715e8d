using System.Text;
using AuditStream.Core.Check;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Tests.Check;

public sealed class SourceSurveyTests
{
    private const string Control = """
        {"control":{"table-def":{"columns":{"id":{"type":"INT32"},"name":{"type":"STRING"}},"primary-key":["id","branch"]}},
         "metadata":{"operation":"create-table","record-type":"control","partition-key-type":"task-id","schema-name":"public","table-name":"foo",
         "timestamp":"2024-07-29T00:30:47.266581Z"}}
        """;

    private const string DmsUpdate = """
        {"data":{"id":1,"name":"x"},"metadata":{"operation":"update","record-type":"data","partition-key-type":"schema-table","schema-name":"public",
         "table-name":"foo","timestamp":"2024-07-29T00:59:07.686557Z","transaction-id":5}}
        """;

    [Fact]
    public void A_dms_table_without_a_configured_key_gets_the_lines_to_add_from_its_control_record()
    {
        var finding = Survey(new DecodeSettings { Sources = [new() { TopicPattern = "other" }, new() { TopicPattern = "dms", Name = "bank" }] }, Control, DmsUpdate)
            .Single(finding => finding.Code == "key-not-configured");
        finding.Severity.ShouldBe(Severity.Error);
        finding.Subject.ShouldBe("public.foo");
        finding.Mend.ShouldNotBeNull().ShouldStartWith("Sources:1:Tables:public.foo:Key=id,branch ");
        finding.Mend.ShouldContain("\"public.foo\": { \"Key\": [\"id\", \"branch\"] }");
    }

    [Fact]
    public void What_a_dms_task_leaves_out_is_named_with_the_setting_of_the_endpoint()
    {
        var findings = Survey(new DecodeSettings(), DmsUpdate);
        findings.Where(finding => finding.Severity != Severity.Ok).Select(finding => finding.Code)
            .ShouldBe(["dms-source-without-name", "no-key", "no-before-image", "weak-identity", "null-and-empty-left-out"]);
        findings.Single(finding => finding.Code == "dms-source-without-name").Severity.ShouldBe(Severity.Error);
        findings.Single(finding => finding.Code == "weak-identity").Mend.ShouldNotBeNull().ShouldContain("IncludeTransactionDetails=true");
        findings.Single(finding => finding.Code == "no-before-image").Mend.ShouldNotBeNull().ShouldContain("BeforeImageSettings");
        findings.Single(finding => finding.Code == "null-and-empty-left-out").Mend.ShouldNotBeNull().ShouldContain("Sources:0:IncludeNullAndEmpty=true");
    }

    [Fact]
    public void An_actor_that_is_configured_and_never_there_is_told()
    {
        var source = new SourceSettings { Name = "bank", ActorColumns = ["changed_by"] };
        var finding = Survey(new DecodeSettings { Sources = [source] }, DmsUpdate).Single(finding => finding.Code == "actor-not-seen");
        finding.Subject.ShouldBe("public.foo");
        finding.What.ShouldContain("changed_by");
        finding.Mend.ShouldNotBeNull().ShouldContain("Sources:0:ActorColumns");
        Survey(new DecodeSettings { Sources = [source with { ActorColumns = ["changed_by", "name"] }] }, DmsUpdate)
            .ShouldNotContain(other => other.Code == "actor-not-seen");
    }

    [Fact]
    public void A_dms_task_that_loses_nothing_has_no_warning()
    {
        const string Update = """
            {"before-image":{"id":1,"name":"w"},"data":{"id":1,"name":"x"},"metadata":{"operation":"update","record-type":"data",
             "partition-key-type":"schema-table","schema-name":"public","table-name":"foo","timestamp":"2024-07-29T00:59:07.686557Z",
             "commit-timestamp":"2024-07-29T00:59:07.1Z","transaction-id":5,"transaction-record-id":1,"stream-position":"1.2"}}
            """;
        var source = new SourceSettings
        {
            Name = "bank",
            IncludeNullAndEmpty = true,
            ReplicaIdentity = ReplicaIdentity.Full,
            Tables = new Dictionary<string, TableSettings> { ["public.foo"] = new() { Key = ["id"] } },
        };
        Survey(new DecodeSettings { Sources = [source] }, Update).Select(finding => finding.Code).ShouldBe(["table-seen"]);
    }

    [Fact]
    public void A_debezium_update_without_the_old_row_gets_the_statement_that_mends_it()
    {
        var findings = Survey(new DecodeSettings(), Debezium("u", "null"));
        findings.Single(finding => finding.Code == "no-before-image").Mend.ShouldNotBeNull().ShouldStartWith("ALTER TABLE public.items REPLICA IDENTITY FULL;");
        findings.Select(finding => finding.Code).ShouldContain("no-transaction-metadata");
        findings.Select(finding => finding.Code).ShouldContain("no-types");
    }

    [Fact]
    public void A_configured_key_column_that_no_record_has_is_an_error_with_the_columns_there_are()
    {
        var tables = new Dictionary<string, TableSettings> { ["public.foo"] = new() { Key = ["ident"] } };
        var finding = Survey(new DecodeSettings { Sources = [new() { Name = "bank", Tables = tables }] }, DmsUpdate).Single(finding => finding.Code == "key-column-missing");
        finding.Severity.ShouldBe(Severity.Error);
        finding.Subject.ShouldBe("Sources:0:Tables:public.foo:Key");
        finding.What.ShouldContain("ident is not in the records, which have id, name");
    }

    [Fact]
    public void A_delete_whose_old_row_is_no_more_than_its_key_is_a_warning()
    {
        const string Old = """{"id":1,"name":"x"}""";
        var delete = Debezium("d", Old, after: "null");
        Survey(new DecodeSettings(), delete, Debezium("u", Old)).Single(finding => finding.Code == "no-before-image").What
            .ShouldBe("1 of 2 updates and deletes have no full before-image.");
        var source = new SourceSettings { ReplicaIdentity = ReplicaIdentity.Full };
        Survey(new DecodeSettings { Sources = [source] }, delete).ShouldAllBe(finding => finding.Code != "no-before-image");
    }

    [Fact]
    public void A_column_of_a_deleted_row_may_be_null_or_default()
    {
        const string Columns = """
            "fields":[{"type":"int32","optional":false,"field":"id"},{"type":"string","optional":true,"field":"name"},
            {"type":"string","optional":true,"default":"gold","field":"level"}]
            """;
        var source = """{"type":"struct","optional":false,"field":"source","fields":[]}""";
        var delete = Debezium("d", """{"id":1,"name":"x","level":"gold"}""", after: "null");
        var record = $$"""
            {"schema":{"type":"struct","optional":false,"name":"items.Envelope","fields":[{"type":"struct","optional":true,"name":"items.Value","field":"before",{{Columns}}},
             {"type":"struct","optional":true,"name":"items.Value","field":"after",{{Columns}}},{{source}},{"type":"string","optional":false,"field":"op"},
             {"type":"int64","optional":true,"field":"ts_ms"}]},"payload":{{delete}}}
            """;
        var whole = new DecodeSettings { Sources = [new() { ReplicaIdentity = ReplicaIdentity.Full }] };
        string.Join('\n', Survey(whole, record)).ShouldContain("NULL and the default cannot be told apart in level.");
        const string Wal2Json = """
            {"action":"D","schema":"public","table":"items","identity":[{"name":"id","type":"integer","value":1},{"name":"price","type":"numeric","value":null}]}
            """;
        string.Join('\n', Survey(whole, Wal2Json)).ShouldContain("numeric-data-types-as-string=true");
    }

    [Fact]
    public void A_source_that_gets_no_topic_is_a_warning()
    {
        var settings = new DecodeSettings { Sources = [new() { TopicPattern = "app.*" }, new() { TopicPattern = @"app\.a" }, new() { TopicPattern = "ap" }, new()] };
        var findings = new SourceSurvey(settings, new ProtectSettings(), schemaSource: null).SourcesWithoutTopic(["app.a", "app.b"]);
        findings.Select(finding => (finding.Code, finding.Subject)).ShouldBe([("source-matches-nothing", "Sources:1"), ("source-matches-nothing", "Sources:2")]);
        findings[1].Mend.ShouldNotBeNull().ShouldContain("The raw topics are app.a, app.b.");
    }

    [Fact]
    public void Tables_and_rules_that_nothing_matches_and_patterns_that_overlap_are_warnings()
    {
        var settings = new DecodeSettings
        {
            Sources =
            [
                new() { TopicPattern = "d.*", Tables = new Dictionary<string, TableSettings> { ["public.fo"] = new(), ["public.items"] = new() } },
                new() { TopicPattern = "dms" },
            ],
        };
        var survey = new SourceSurvey(settings, new ProtectSettings
        {
            Rules =
            [
                new() { Table = "public.items", Column = "IBAN", Action = FieldAction.Mask },
                new() { Table = "public.items", Column = "NAME", Action = FieldAction.Mask },
                new() { Table = "message", Column = "content", Action = FieldAction.Drop },
                new() { Table = "*", Column = "no_such_column", Action = FieldAction.Keep },
            ],
        }, schemaSource: null);
        survey.Look(Record(Debezium("c", "null")));
        var findings = survey.Findings(nowMilliseconds: 0);
        findings.Single(finding => finding.Code == "table-not-seen").Subject.ShouldBe("Sources:0:Tables:public.fo");
        findings.Where(finding => finding.Code == "rule-matches-nothing").Select(finding => finding.Subject).ShouldBe(["Protect:Rules:0", "Protect:Rules:3"]);
        findings.Single(finding => finding.Code == "sources-overlap").What.ShouldContain("Sources:0 and Sources:1");
    }

    [Fact]
    public void Records_whose_schema_cannot_be_told_are_an_error_and_not_looked_at()
    {
        var survey = new SourceSurvey(new DecodeSettings(), new ProtectSettings(), new NoSchemaNow());
        survey.Look(new RawRecord { Topic = "avro", Partition = 0, Offset = 0, TimestampMilliseconds = 0, Value = new byte[] { 0, 0, 0, 0, 7, 2 }, Headers = [] });
        var finding = survey.Findings(nowMilliseconds: 0).ShouldHaveSingleItem();
        (finding.Severity, finding.Code).ShouldBe((Severity.Error, "schema-not-told"));
        finding.What.ShouldBe("1 of 1 records could not be looked at: The registry is away.");
    }

    [Fact]
    public void Refused_records_and_clocks_that_run_ahead_are_warnings_without_a_value()
    {
        var survey = new SourceSurvey(new DecodeSettings(), new ProtectSettings(), schemaSource: null);
        survey.Look(Record("swordfish", timestampMilliseconds: 200_000));
        survey.Look(Record(Debezium("c", "null")));
        var findings = survey.Findings(nowMilliseconds: 100_000);
        var refused = findings.Single(finding => finding.Code == "records-refused");
        refused.What.ShouldStartWith("1 of 2 records that were looked at are refused, the first at partition 3, offset 7: not-json.");
        findings.ShouldAllBe(finding => !finding.ToString().Contains("swordfish"));
        findings.Single(finding => finding.Code == "records-from-the-future").What.ShouldContain("100 s ahead");
    }

    private sealed class NoSchemaNow : ISchemaSource
    {
        public SchemaAnswer Find(SchemaId id) => SchemaAnswer.NotNow("The registry is away.");
    }

    private static IReadOnlyList<Finding> Survey(DecodeSettings settings, params string[] values)
    {
        var survey = new SourceSurvey(settings, new ProtectSettings(), schemaSource: null);
        foreach (var value in values)
            survey.Look(Record(value));
        return survey.Findings(nowMilliseconds: 0);
    }

    private static RawRecord Record(string value, long timestampMilliseconds = 0) =>
        new() { Topic = "dms", Partition = 3, Offset = 7, TimestampMilliseconds = timestampMilliseconds, Value = Encoding.UTF8.GetBytes(value), Headers = [] };

    private static string Debezium(string op, string before, string after = """{"id":1,"name":"x"}""") =>
        $$"""
        {"before":{{before}},"after":{{after}},"source":{"version":"3.5","connector":"postgresql","name":"items","ts_ms":1767225600000,
         "snapshot":"false","db":"shop","schema":"public","table":"items","txId":5,"lsn":1000},"transaction":null,"op":"{{op}}","ts_ms":1767225600007}
        """;
}

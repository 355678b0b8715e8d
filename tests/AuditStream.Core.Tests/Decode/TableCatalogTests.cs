using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode;

public sealed class TableCatalogTests
{
    [Theory]
    [InlineData("s", "awsdms_ddl_audit", SkipReason.Bookkeeping)]
    [InlineData("any", "debezium_signal", SkipReason.Bookkeeping)]
    [InlineData("debezium", "signal", SkipReason.Bookkeeping)]
    [InlineData("s", "dbz_heartbeat", SkipReason.Bookkeeping)]
    [InlineData("S", "LOG_MINING_FLUSH", SkipReason.Bookkeeping)]
    [InlineData("GG", "GG_HEARTBEAT_SEED", SkipReason.Bookkeeping)]
    [InlineData("maxwell", "positions", SkipReason.Bookkeeping)]
    [InlineData("s", "signal", SkipReason.None)]
    [InlineData("s", "my_awsdms_", SkipReason.None)]
    [InlineData("debezium", "orders", SkipReason.None)]
    public void Tables_of_the_tools_are_skipped_unless_configured_otherwise(string schema, string table, SkipReason skip) =>
        Decode(schema, table, new SourceSettings()).Skip.ShouldBe(skip);

    [Theory]
    [InlineData("s.t", SkipReason.SkippedTable)]
    [InlineData("t", SkipReason.SkippedTable)]
    [InlineData("*.t", SkipReason.SkippedTable)]
    [InlineData("s.*", SkipReason.SkippedTable)]
    [InlineData("*", SkipReason.SkippedTable)]
    [InlineData("S.T", SkipReason.None)]
    [InlineData("s", SkipReason.None)]
    [InlineData("t.s", SkipReason.None)]
    public void Patterns_are_of_the_whole_name_or_of_the_tables_alone(string pattern, SkipReason skip) =>
        Decode("s", "t", new SourceSettings { SkippedTables = ["x", pattern] }).Skip.ShouldBe(skip);

    [Fact]
    public void A_list_of_ones_own_takes_the_place_of_the_default()
    {
        Decode("s", "awsdms_status", new SourceSettings { SkippedTables = ["s.t"] }).Skip.ShouldBe(SkipReason.None);
        Decode("s", "awsdms_status", new SourceSettings { SkippedTables = ["s.t", "*.awsdms_status"] }).Skip.ShouldBe(SkipReason.Bookkeeping);
    }

    [Fact]
    public void What_belongs_to_no_table_is_not_skipped()
    {
        var message = Given.Record(Given.Envelope("m", rest: ",\"message\":{\"prefix\":\"x\",\"content\":\"YQ==\"}",
            source: Given.Source().Replace("\"table\":\"t\"", "\"table\":\"\"", StringComparison.Ordinal)));
        Given.Change(message, new DecodeSettings { Sources = [new SourceSettings { SkippedTables = ["*"] }] }).Facts.Operation.ShouldBe(ChangeOperation.Message);
    }

    [Fact]
    public void The_engine_is_the_records_own_and_else_that_of_configuration()
    {
        var settings = new DecodeSettings { Sources = [new SourceSettings { Engine = "oracle" }] };
        Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":1}")), settings).Facts.Table.Engine.ShouldBe("postgresql");
        var maxwell = "{\"database\":\"d\",\"table\":\"t\",\"type\":\"INSERT\",\"isDdl\":false,\"es\":1700000000000,\"ts\":1,\"id\":1,\"data\":[{\"id\":\"1\"}]}";
        Given.Change(Given.Record(maxwell), settings).Facts.Table.Engine.ShouldBe("oracle");
        Given.Change(Given.Record(maxwell)).Facts.Table.Engine.ShouldBeNull();
    }

    [Fact]
    public void The_engine_of_flat_rows_says_whether_a_name_of_the_topic_is_a_schema()
    {
        var row = Given.Record("{\"id\":1,\"__op\":\"c\"}", "{\"id\":1}");
        Given.Change(row, new DecodeSettings { Sources = [new SourceSettings { Engine = "mysql" }] }).Facts.Table.Database.ShouldBe("s");
        Given.Change(row).Facts.Table.Schema.ShouldBe("s");
    }

    [Fact]
    public void A_key_of_the_source_is_that_of_every_table_without_one_of_its_own()
    {
        var settings = new DecodeSettings
        {
            Sources = [new SourceSettings { Key = ["id"], Tables = new Dictionary<string, TableSettings> { ["s.u"] = new() { Key = ["other"] } } }],
        };
        string Row(string table) => $"{{\"type\":\"INSERT\",\"schema\":\"s\",\"table\":\"{table}\",\"record\":{{\"id\":1,\"other\":2}},\"old_record\":null}}";
        Given.Change(Given.Record(Row("t")), settings).Key.Layout.Names.ShouldBe(["id"]);
        Given.Change(Given.Record(Row("u")), settings).Key.Layout.Names.ShouldBe(["other"]);
    }

    private static DecodeResult Decode(string schema, string table, SourceSettings settings)
    {
        var source = Given.Source().Replace("\"schema\":\"s\",\"table\":\"t\"", $"\"schema\":\"{schema}\",\"table\":\"{table}\"", StringComparison.Ordinal);
        return Given.Decode(Given.Record(Given.Envelope("c", after: "{\"id\":1}", source: source)), new DecodeSettings { Sources = [settings] });
    }
}

using AuditStream.Core.Decode;

namespace AuditStream.Core.Tests.Decode.Debezium;

public sealed class ControlReaderTests
{
    [Fact]
    public void The_end_of_a_transaction_carries_the_sources_counts()
    {
        var record = Given.Record(
            "{\"status\":\"END\",\"id\":\"571:53195832\",\"ts_ms\":1486500577691,\"event_count\":2,\"data_collections\":"
            + "[{\"event_count\":1,\"data_collection\":\"s1.a\"},{\"data_collection\":\"s2.a\",\"event_count\":1}]}");
        var change = Given.Change(record);
        change.Facts.Operation.ShouldBe(ChangeOperation.Transaction);
        Given.Text(change.Facts.TransactionId).ShouldBe("571");
        (change.Facts.OccurredAtMicroseconds, change.Facts.OccurredFrom).ShouldBe((1_486_500_577_691_000, OccurredFrom.Commit));
        Given.Text(change.Facts.Detail).ShouldBe(
            "{\"data_collections\":[{\"data_collection\":\"s1.a\",\"event_count\":1},"
            + "{\"data_collection\":\"s2.a\",\"event_count\":1}],\"event_count\":2}");
        (change.Facts.Table.Source, change.Facts.Table.Table).ShouldBe(("p.s", null));
        change.Facts.Identity.ShouldBe(IdentityStrength.Strong);
    }

    [Fact]
    public void The_end_of_a_transaction_with_messages_is_the_same_when_a_restarted_connector_sends_it_again()
    {
        static string End(string address) => Given.Text(Given.Change(Given.Record(
            "{\"status\":\"END\",\"id\":\"571:53195832\",\"ts_ms\":1486500577691,\"event_count\":3,\"data_collections\":["
            + $"{{\"data_collection\":\"io.debezium.Monitor$LogicalDecodingMessageId@{address}\",\"event_count\":1}},"
            + $"{{\"data_collection\":\"s.t\",\"event_count\":1}},{{\"data_collection\":\"io.debezium.Monitor$LogicalDecodingMessageId@{address}0\",\"event_count\":1}}]}}"))
            .DeliveredAfter);
        End("7143ded5").ShouldBe(End("1b"));
        End("7143ded5").ShouldStartWith("{\"data_collections\":[{\"data_collection\":\"io.debezium.Monitor$LogicalDecodingMessageId\",\"event_count\":1},");
    }

    [Theory]
    [InlineData("0e4d5dcd-b2d0-11ed:10", "0e4d5dcd-b2d0-11ed:10")]
    [InlineData("0-11-929", "0-11-929")]
    [InlineData("file=mysql-bin.000003,pos=16209220", "file=mysql-bin.000003,pos=16209220")]
    [InlineData("0000002b:0000030a:0003", "0000002b:0000030a:0003")]
    [InlineData("5.6.641", "5.6.641")]
    [InlineData("571", "571")]
    public void A_markers_id_is_cut_for_PostgreSQL_only(string id, string expected)
    {
        var change = Given.Change(Given.Record($"{{\"status\":\"END\",\"id\":\"{id}\",\"event_count\":0,\"data_collections\":[],\"ts_ms\":5}}"));
        Given.Text(change.Facts.TransactionId).ShouldBe(expected);
    }

    [Fact]
    public void A_logical_message_keeps_its_content()
    {
        var source = Given.Source().Replace("\"schema\":\"s\",\"table\":\"t\"", "\"schema\":\"\",\"table\":\"\"", StringComparison.Ordinal);
        var change = Given.Change(Given.Record($"{{\"op\":\"m\",\"source\":{source},\"message\":{{\"prefix\":\"foo\",\"content\":\"Ymfy\"}}}}"));
        change.Facts.Operation.ShouldBe(ChangeOperation.Message);
        Given.Text(change.Facts.Detail).ShouldBe("{\"content\":\"Ymfy\",\"prefix\":\"foo\"}");
        (change.Facts.Table.Database, change.Facts.Table.Schema, change.Facts.Table.Table).ShouldBe(("d", null, null));
        Given.Text(change.Facts.TransactionId).ShouldBe("77");
        Given.Text(change.DeliveredAfter).ShouldBe("{\"prefix\":\"foo\",\"content\":\"Ymfy\"}");
    }

    [Fact]
    public void A_message_that_a_transform_made_an_insert_of_is_a_message()
    {
        var source = Given.Source().Replace("\"table\":\"t\"", "\"table\":\"\"", StringComparison.Ordinal);
        var change = Given.Change(Given.Record($"{{\"op\":\"c\",\"source\":{source},\"after\":{{\"b\":1, \"a\":2}},\"ts_ms\":9}}"));
        change.Facts.Operation.ShouldBe(ChangeOperation.Message);
        Given.Text(change.Facts.Detail).ShouldBe("{\"decoded\":{\"a\":2,\"b\":1}}");
        change.After.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void A_change_of_definition_is_an_event_of_its_table()
    {
        var source = "{\"connector\":\"mysql\",\"name\":\"p\",\"ts_ms\":1651535750218,\"snapshot\":\"false\",\"db\":\"inventory\","
            + "\"table\":\"customers\",\"file\":\"mysql-bin.000003\",\"pos\":570,\"row\":0}";
        var change = Given.Change(Given.Record(
            $"{{\"source\":{source},\"ts_ms\":1,\"databaseName\":\"inventory\",\"schemaName\":null,\"ddl\":\"ALTER TABLE customers\","
            + "\"tableChanges\":[{\"type\":\"ALTER\",\"id\":\"x\"}]}", "{\"databaseName\":\"inventory\"}"));
        change.Facts.Operation.ShouldBe(ChangeOperation.Schema);
        (change.Facts.Table.Database, change.Facts.Table.Schema, change.Facts.Table.Table).ShouldBe(("inventory", null, "customers"));
        Given.Text(change.Facts.Position).ShouldBe("mysql-bin.000003:570:0");
        Given.Text(change.Facts.Detail).ShouldBe(
            "{\"databaseName\":\"inventory\",\"ddl\":\"ALTER TABLE customers\",\"tableChanges\":[{\"id\":\"x\",\"type\":\"ALTER\"}]}");
        (change.Facts.OccurredAtMicroseconds, change.Facts.Identity).ShouldBe((1_651_535_750_218_000, IdentityStrength.Strong));
        change.Key.IsPresent.ShouldBeFalse();
    }
}

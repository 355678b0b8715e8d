using AuditStream.Core.Decode;

namespace AuditStream.Core.Tests.Decode.Debezium.Flat;

public sealed class FlatNamesTests
{
    [Theory]
    [InlineData("accounts", null, null, "accounts", "accounts", null, NameOrigin.Topic)]
    [InlineData("bank.accounts", null, null, "bank", "accounts", "bank", NameOrigin.Topic)]
    [InlineData("dev.bank.accounts", null, null, "dev", "accounts", "bank", NameOrigin.Topic)]
    [InlineData("dev.db.bank.accounts", null, null, "dev.db", "accounts", "bank", NameOrigin.Topic)]
    [InlineData("accounts", null, "bank", "accounts", "accounts", "bank", NameOrigin.Topic)]
    [InlineData("raw-bank-accounts", "raw-(?<schema>\\w+)-(?<table>\\w+)", null, "raw-bank-accounts", "accounts", "bank", NameOrigin.Configuration)]
    [InlineData("raw-accounts", "raw-(?<table>\\w+)", "bank", "raw-accounts", "accounts", "bank", NameOrigin.Configuration)]
    public void A_row_that_names_no_table_has_that_of_configuration_else_of_the_topic(
        string topic, string? pattern, string? schema, string source, string table, string? tableSchema, NameOrigin origin)
    {
        var named = Table(topic, "\"__op\":\"c\"", new SourceSettings { TopicPattern = pattern, Schema = schema });
        (named.Source, named.Database, named.Schema, named.Table, named.TableFrom).ShouldBe((source, null, tableSchema, table, origin));
    }

    [Fact]
    public void A_row_that_names_its_table_is_believed_and_what_it_leaves_out_comes_from_configuration()
    {
        var settings = new SourceSettings { TopicPattern = "(?<database>\\w+)\\.(?<schema>\\w+)\\.(?<table>\\w+)", Schema = "unused" };
        var table = Table("a.b.c", "\"__table\":\"t\",\"__schema\":\"s\",\"__db\":\"d\"", settings);
        (table.Database, table.Schema, table.Table, table.TableFrom).ShouldBe(("d", "s", "t", NameOrigin.Record));
        table = Table("a.b.c", "\"__table\":\"t\"", settings);
        (table.Database, table.Schema, table.Table, table.TableFrom).ShouldBe(("a", "b", "t", NameOrigin.Configuration));
        table = Table("a.b.c", "\"__table\":\"t\"", new SourceSettings());
        (table.Database, table.Schema, table.Table, table.TableFrom).ShouldBe((null, null, "t", NameOrigin.Record));
    }

    [Fact]
    public void Engines_without_schemas_have_the_database_in_its_place()
    {
        var table = Table("dev.shop.orders", "\"__deleted\":\"false\",\"__file\":\"f\",\"__pos\":5", new SourceSettings());
        (table.Database, table.Schema, table.Table, table.TableFrom).ShouldBe(("shop", null, "orders", NameOrigin.Topic));
    }

    private static TableReference Table(string topic, string added, SourceSettings settings)
    {
        var record = Given.Record($"{{\"id\":1,{added}}}", "{\"id\":1}") with { Topic = topic };
        return Given.Change(record, new DecodeSettings { Sources = [settings] }).Facts.Table;
    }
}

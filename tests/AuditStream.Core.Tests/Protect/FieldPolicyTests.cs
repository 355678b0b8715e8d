using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Tests.Protect;

public sealed class FieldPolicyTests
{
    // Python: hmac.new(bytes(range(32)), the layout in FieldPolicy's remarks for shop, public, orders, id, "42" with quotes, sha256)
    private const string HashOf42 = "\"keyed-hash:ZAgAFkVEtLKWyurabtw9_RgGXrq9ruoIg-S3spYFZwE\"";

    private static readonly string[] before = ["\"Ann\"", "42", "\"old\"", "\"1.00\""];
    private static readonly string[] after = ["\"Ann\"", "42", "null", "\"2.00\""];

    [Fact]
    public void Without_rules_the_images_pass_untouched()
    {
        var change = Update();
        var result = Policy().Apply(MadeChange.Diff(change, "note", "total"));
        result.Before.ShouldBeSameAs(change.Before);
        result.After.ShouldBeSameAs(change.After);
        result.Key.ShouldBeSameAs(change.Key);
        result.Protection.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_table_that_no_rule_reaches_passes_untouched()
    {
        var change = Update();
        var result = Policy(("public.customers", "*", FieldAction.Drop)).Apply(MadeChange.Diff(change));
        result.After.ShouldBeSameAs(change.After);
        result.Protection.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Drop_takes_the_values_and_leaves_the_difference()
    {
        var result = Policy(("public.orders", "total", FieldAction.Drop)).Apply(MadeChange.Diff(Update(), "total"));
        Cells(result, result.Before).ShouldBe(["\"Ann\"", "42", "\"old\"", "Absent"]);
        Cells(result, result.After).ShouldBe(["\"Ann\"", "42", "null", "Absent"]);
        result.Differences[3].ShouldBe(FieldDifference.Changed);
        Protection(result).ShouldBe("""{"fields":[{"action":"drop","field":"total"}],"policy":"7"}""");
    }

    [Fact]
    public void A_rule_that_hides_does_so_in_letters_of_any_case_and_one_that_keeps_does_not()
    {
        var hiding = Policy(("PUBLIC.Orders", "Note", FieldAction.Mask)).Apply(MadeChange.Diff(Update(), "note"));
        Cells(hiding, hiding.After)[2].ShouldBe("\"***\"");
        var keeping = Policy(("PUBLIC.Orders", "Note", FieldAction.Keep), ("*", "note", FieldAction.Mask))
            .Apply(MadeChange.Diff(Update(), "note"));
        Cells(keeping, keeping.After)[2].ShouldBe("\"***\"");
    }

    [Fact]
    public void A_rule_that_hides_the_id_of_a_document_hides_it_in_the_key()
    {
        var table = new TableReference
        {
            Kind = "debezium", Engine = "mongodb", Source = "shop", Incarnation = 1, Database = "shopdb", Schema = null, Table = "orders",
        };
        var change = MadeChange.Of(
            table, MadeChange.Layout(("_id", ColumnType.Untyped)), MadeChange.OrderKey, ChangeOperation.Insert, before: null,
            ["\"ann@example.org\""], ["\"ann@example.org\""]);
        var result = Policy(("shopdb.orders", "_id", FieldAction.Mask)).Apply(MadeChange.Diff(change));
        Cells(result, result.After).ShouldBe(["\"***\""]);
        Cells(result, result.Key)[0].ShouldStartWith("\"keyed-hash:");
    }

    [Fact]
    public void Mask_hides_null_as_well_as_values()
    {
        var result = Policy(("public.orders", "note", FieldAction.Mask)).Apply(MadeChange.Diff(Update(), "note"));
        Cells(result, result.Before)[2].ShouldBe("\"***\"");
        Cells(result, result.After)[2].ShouldBe("\"***\"");
    }

    [Theory]
    [InlineData(MadeChange.Absent, "Absent")]
    [InlineData(MadeChange.Unavailable, "Unavailable")]
    public void Mask_does_not_pretend_to_know_what_was_not_delivered(string cell, string expected)
    {
        var change = MadeChange.Of(ChangeOperation.Update, before, ["\"Ann\"", "42", cell, "\"2.00\""], ["\"42\""]);
        var result = Policy(("public.orders", "note", FieldAction.Mask)).Apply(MadeChange.Diff(change));
        Cells(result, result.After)[2].ShouldBe(expected);
    }

    [Fact]
    public void Mask_hides_that_a_value_was_ambiguous_or_encoded()
    {
        var change = Update();
        change.After.Values[2] = change.After.Values[0] with { Traits = ValueTraits.Ambiguous | ValueTraits.Encoded };
        var result = Policy(("public.orders", "note", FieldAction.Mask)).Apply(MadeChange.Diff(change));
        result.After.Values[2].Traits.ShouldBe(ValueTraits.None);
    }

    [Theory]
    [InlineData(FieldAction.Drop)]
    [InlineData(FieldAction.Mask)]
    public void A_protected_key_column_becomes_one_keyed_hash_in_keys_and_images(FieldAction action)
    {
        var change = Update();
        MadeChange.Fill(change, change.PreviousKey, MadeChange.OrderKey, ["\"41\""]);
        var result = Policy(("public.orders", "id", action)).Apply(MadeChange.Diff(change, "total"));
        Cells(result, result.Key).ShouldBe([HashOf42]);
        Cells(result, result.Before)[1].ShouldBe(HashOf42);
        Cells(result, result.After)[1].ShouldBe(HashOf42);
        Cells(result, result.PreviousKey)[0].ShouldNotBe(HashOf42);
        Protection(result).ShouldBe("""{"fields":[{"action":"keyed_hash","field":"id"}],"policy":"7"}""");
    }

    [Fact]
    public void A_configured_key_column_is_hashed_even_where_the_record_has_no_key()
    {
        var table = new TableReference
        {
            Kind = "debezium", Engine = null, Source = "shop", Incarnation = 1, Database = null, Schema = "public", Table = "orders",
            ConfiguredKey = ["id"],
        };
        var change = MadeChange.Of(table, MadeChange.OrderColumns, MadeChange.OrderKey, ChangeOperation.Update, before, after, key: null);
        var result = Policy(("*", "id", FieldAction.Mask)).Apply(MadeChange.Diff(change));
        Cells(result, result.After)[1].ShouldBe(HashOf42);
        result.Key.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void Equal_keys_of_two_tables_do_not_look_equal()
    {
        var policy = Policy(("*", "id", FieldAction.Mask));
        var other = MadeChange.Of(
            MadeChange.Table("invoices"), MadeChange.OrderColumns, MadeChange.OrderKey, ChangeOperation.Update, before, after, ["\"42\""]);
        var result = policy.Apply(MadeChange.Diff(other));
        Cells(result, result.Key)[0].ShouldNotBe(HashOf42);
    }

    [Fact]
    public void The_first_rule_that_matches_decides()
    {
        var result = Policy(
            ("public.*", "total", FieldAction.Keep), ("*.orders", "t*", FieldAction.Drop), ("*", "customer", FieldAction.Mask))
            .Apply(MadeChange.Diff(Update()));
        Cells(result, result.After).ShouldBe(["\"***\"", "42", "null", "\"2.00\""]);
    }

    [Fact]
    public void A_table_without_schema_is_named_by_its_database()
    {
        var change = MadeChange.Of(
            MadeChange.Table("orders", schema: null, database: "shopdb"), MadeChange.OrderColumns, MadeChange.OrderKey, ChangeOperation.Update,
            before, after, ["\"42\""]);
        var result = Policy(("shopdb.orders", "note", FieldAction.Drop)).Apply(MadeChange.Diff(change));
        Cells(result, result.After)[2].ShouldBe("Absent");
    }

    [Fact]
    public void What_one_change_needed_does_not_stay_for_the_next()
    {
        var policy = Policy(("public.orders", "note", FieldAction.Drop));
        policy.Apply(MadeChange.Diff(Update()));
        var other = MadeChange.Of(
            MadeChange.Table("invoices"), MadeChange.OrderColumns, MadeChange.OrderKey, ChangeOperation.Update, before, after, ["\"42\""]);
        policy.Apply(MadeChange.Diff(other)).After.ShouldBeSameAs(other.After);
        var again = policy.Apply(MadeChange.Diff(Update()));
        Cells(again, again.After)[2].ShouldBe("Absent");
    }

    [Fact]
    public void An_image_that_is_not_there_stays_away()
    {
        var change = MadeChange.Of(ChangeOperation.Insert, before: null, after, ["\"42\""]);
        var result = Policy(("public.orders", "note", FieldAction.Mask)).Apply(MadeChange.Diff(change));
        result.Before.IsPresent.ShouldBeFalse();
        result.NextKey.IsPresent.ShouldBeFalse();
    }

    [Theory]
    [InlineData(FieldAction.Keep, """{"content":"AAEC","prefix":"audit"}""", "")]
    [InlineData(FieldAction.Drop, """{"prefix":"audit"}""", """{"fields":[{"action":"drop","field":"content"}],"policy":"7"}""")]
    [InlineData(FieldAction.Mask, """{"content":"***","prefix":"audit"}""", """{"fields":[{"action":"mask","field":"content"}],"policy":"7"}""")]
    public void The_content_of_messages_follows_the_rule_for_message(FieldAction action, string detail, string protection)
    {
        var change = MadeChange.WithoutRow(ChangeOperation.Message);
        change.Facts.Detail = """{"content":"AAEC","prefix":"audit"}"""u8.ToArray();
        var result = Policy(("message", "content", action)).Apply(MadeChange.Diff(change));
        Encoding.UTF8.GetString(result.Detail.Span).ShouldBe(detail);
        Protection(result).ShouldBe(protection);
    }

    [Fact]
    public void Content_that_a_transform_has_decoded_is_hidden_too()
    {
        var change = MadeChange.WithoutRow(ChangeOperation.Message);
        change.Facts.Detail = """{"decoded":{"actor":["bob"]}}"""u8.ToArray();
        Encoding.UTF8.GetString(Policy(("*", "*", FieldAction.Drop)).Apply(MadeChange.Diff(change)).Detail.Span).ShouldBe("{}");
    }

    [Fact]
    public void Content_nested_as_deep_as_it_may_be_is_hidden_too()
    {
        var change = MadeChange.WithoutRow(ChangeOperation.Message);
        change.Facts.Detail = Encoding.UTF8.GetBytes($"{{\"decoded\":{new string('[', 1_200)}{new string(']', 1_200)},\"prefix\":\"p\"}}");
        var result = Policy(("*", "*", FieldAction.Mask)).Apply(MadeChange.Diff(change));
        Encoding.UTF8.GetString(result.Detail.Span).ShouldBe("""{"decoded":"***","prefix":"p"}""");
    }

    [Fact]
    public void Schema_and_transaction_details_pass_every_rule()
    {
        foreach (var operation in new[] { ChangeOperation.Schema, ChangeOperation.Transaction })
        {
            var change = MadeChange.WithoutRow(operation);
            change.Facts.Detail = """{"content":"x"}"""u8.ToArray();
            Encoding.UTF8.GetString(Policy(("*", "*", FieldAction.Drop)).Apply(MadeChange.Diff(change)).Detail.Span).ShouldBe("""{"content":"x"}""");
        }
    }

    [Fact]
    public void Settings_that_cannot_be_meant_are_refused()
    {
        Should.Throw<ArgumentException>(() => Policy(("*", "*", FieldAction.KeyedHash)));
        Should.Throw<ArgumentException>(() => Policy(("", "*", FieldAction.Drop)));
        Should.Throw<ArgumentException>(() => Policy(("*", new string('x', ProtectRule.MaximumPatternCharacters + 1), FieldAction.Drop)));
        var rule = new ProtectRule { Table = "*", Column = "*", Action = FieldAction.Keep };
        var many = Enumerable.Repeat(rule, ProtectSettings.MaximumRules + 1).ToArray();
        Should.Throw<ArgumentException>(() => new FieldPolicy(new ProtectSettings { Rules = many }, MadeKey.Key));
    }

    [Theory]
    [InlineData("none.*")]
    [InlineData("*")]
    public void Applying_a_decided_policy_allocates_nothing(string table)
    {
        var policy = Policy((table, "total", FieldAction.Mask), (table, "id", FieldAction.Mask));
        var diff = MadeChange.Diff(Update(), "total");
        var start = diff.Change.Scratch.Length;
        policy.Apply(diff);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            diff.Change.Scratch.Truncate(start);
            policy.Apply(diff);
        }
        (GC.GetAllocatedBytesForCurrentThread() - allocated).ShouldBeLessThan(1_000);
    }

    private static FieldPolicy Policy(params (string Table, string Column, FieldAction Action)[] rules) => new(
        new ProtectSettings
        {
            Version = "7",
            Rules = [.. rules.Select(rule => new ProtectRule { Table = rule.Table, Column = rule.Column, Action = rule.Action })],
        },
        MadeKey.Key);

    private static RowChange Update() => MadeChange.Of(ChangeOperation.Update, before, after, ["\"42\""]);

    private static string Protection(ProtectedDiff diff) => Encoding.UTF8.GetString(diff.Protection.Span);

    private static string[] Cells(ProtectedDiff diff, RowImage image)
    {
        var cells = new string[image.Values.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            var value = image.Values[i];
            cells[i] = value.Kind is ValueKind.Known or ValueKind.Null ? Encoding.UTF8.GetString(diff.TextOf(value)) : value.Kind.ToString();
        }
        return cells;
    }
}

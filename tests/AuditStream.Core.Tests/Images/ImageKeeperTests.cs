using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Images;
using AuditStream.Core.Protect;
using AuditStream.Core.Tests.Decode.Wal2Json;

namespace AuditStream.Core.Tests.Images;

public sealed class ImageKeeperTests
{
    private const string Withheld = "\"__debezium_unavailable_value\"";

    [Fact]
    public void An_update_without_before_image_is_compared_with_the_row_as_it_was()
    {
        var histories = new Histories();
        Histories.Before(histories.Envelope("c", "{\"id\":1,\"v\":\"a\",\"w\":1}")).ShouldBe("none none -");
        var update = histories.Envelope("u", "{\"id\":1,\"v\":\"b\",\"w\":1}");
        Histories.Before(update).ShouldBe("full state {\"id\":1,\"v\":\"a\",\"w\":1}");
        Histories.Changed(update).ShouldBe("all v");
        update.GetProperty("changes").GetRawText().ShouldBe("[{\"field\":\"v\",\"new\":\"b\",\"old\":\"a\"}]");
        Histories.Changed(histories.Envelope("u", "{\"id\":1,\"v\":\"b\",\"w\":1}")).ShouldBe("all");
        Histories.Changed(histories.Envelope("u", "{\"id\":1,\"v\":\"b\",\"w\":null}")).ShouldBe("all w");
    }

    [Fact]
    public void Without_a_store_nothing_is_known()
    {
        var histories = new Histories(store: null);
        histories.Envelope("c", "{\"id\":1,\"v\":\"a\"}");
        var update = histories.Envelope("u", "{\"id\":1,\"v\":\"b\"}");
        (Histories.Before(update), Histories.Changed(update)).ShouldBe(("none none -", null));
    }

    [Fact]
    public void Ids_and_fact_hashes_do_not_depend_on_state()
    {
        var (with, without) = (new Histories(), new Histories(store: null));
        string[] rows = ["{\"id\":1,\"v\":\"a\"}", $"{{\"id\":1,\"v\":{Withheld}}}", "{\"id\":1,\"v\":\"\"}"];
        foreach (var (op, row) in new[] { "c", "u", "d" }.Zip(rows))
        {
            var (one, other) = (with.Envelope(op, row), without.Envelope(op, row));
            one.GetProperty("event_id").GetString().ShouldBe(other.GetProperty("event_id").GetString());
            one.GetProperty("key").GetRawText().ShouldBe(other.GetProperty("key").GetRawText());
        }
    }

    [Fact]
    public void A_delete_that_sends_its_key_only_shows_the_row_that_went_and_ends_it()
    {
        var histories = new Histories();
        histories.Envelope("c", "{\"id\":1,\"v\":\"a\"}");
        var delete = histories.Envelope("d", "{\"id\":1,\"v\":\"\"}");
        (Histories.Before(delete), Histories.Changed(delete)).ShouldBe(("full state {\"id\":1,\"v\":\"a\"}", "all id v"));
        Histories.Before(histories.Envelope("d", "{\"id\":1,\"v\":\"\"}")).ShouldBe("key record {\"id\":1}");
    }

    [Fact]
    public void A_null_value_that_is_a_delete_shows_the_row_that_went()
    {
        var histories = new Histories();
        histories.Record("{\"id\":1,\"v\":\"a\",\"__op\":\"c\"}");
        Histories.Changed(histories.Record("{\"id\":1,\"v\":\"b\",\"__op\":\"u\"}")).ShouldBe("all v");
        Histories.Before(histories.Record(value: null)).ShouldBe("full state {\"id\":1,\"v\":\"b\"}");
    }

    [Fact]
    public void A_withheld_value_is_filled_and_never_a_change()
    {
        var histories = new Histories();
        histories.Envelope("c", "{\"id\":1,\"big\":\"long\",\"v\":1}");
        var update = histories.Envelope("u", $"{{\"id\":1,\"big\":{Withheld},\"v\":2}}");
        update.GetProperty("after").GetRawText().ShouldBe("{\"big\":\"long\",\"id\":1,\"v\":2}");
        update.GetProperty("images").TryGetProperty("unavailable", out _).ShouldBeFalse();
        (Histories.Changed(update), update.GetProperty("images").GetProperty("after").GetString()).ShouldBe(("all v", "full"));
        Histories.Before(histories.Envelope("u", "{\"id\":1,\"big\":\"x\",\"v\":2}")).ShouldBe("full state {\"big\":\"long\",\"id\":1,\"v\":2}");
    }

    [Fact]
    public void A_withheld_value_that_is_not_kept_stays_unknown()
    {
        var histories = new Histories();
        histories.Envelope("u", $"{{\"id\":1,\"big\":{Withheld},\"v\":1}}");
        var update = histories.Envelope("u", $"{{\"id\":1,\"big\":{Withheld},\"v\":2}}");
        Histories.Before(update).ShouldBe("partial state {\"id\":1,\"v\":1}");
        update.GetProperty("images").GetProperty("unavailable").GetRawText().ShouldBe("[\"big\"]");
        Histories.Changed(update).ShouldBe("all v");
        Histories.Changed(histories.Envelope("u", "{\"id\":1,\"big\":\"x\",\"v\":3}")).ShouldBe("at_least v");
    }

    [Fact]
    public void An_image_of_the_future_is_neither_used_nor_replaced_nor_removed()
    {
        var histories = new Histories();
        histories.Envelope("c", "{\"id\":1,\"v\":\"new\"}", at: 10);
        Histories.Before(histories.Envelope("u", "{\"id\":1,\"v\":\"old\"}", at: 5)).ShouldBe("none none -");
        Histories.Before(histories.Envelope("u", "{\"id\":1,\"v\":\"same\"}", at: 10)).ShouldBe("none none -");
        Histories.Before(histories.Envelope("d", "{\"id\":1,\"v\":\"\"}", at: 6)).ShouldBe("key record {\"id\":1}");
        histories.Envelope("t", row: null, key: "null", at: 7);
        Histories.Before(histories.Envelope("u", "{\"id\":1,\"v\":\"x\"}", at: 11)).ShouldBe("full state {\"id\":1,\"v\":\"new\"}");
    }

    [Fact]
    public void A_row_that_is_read_is_a_baseline_and_replaces_no_image_that_a_change_made()
    {
        var histories = new Histories();
        Histories.Before(histories.Envelope("r", "{\"id\":1,\"v\":\"read\"}")).ShouldBe("none none -");
        Histories.Before(histories.Envelope("u", "{\"id\":1,\"v\":\"changed\"}")).ShouldBe("full state {\"id\":1,\"v\":\"read\"}");
        histories.Envelope("r", "{\"id\":1,\"v\":\"read\"}", partition: 0, at: 900);
        Histories.Before(histories.Envelope("u", "{\"id\":1,\"v\":\"x\"}", at: 20)).ShouldBe("full state {\"id\":1,\"v\":\"changed\"}");
    }

    [Fact]
    public void A_key_change_ends_the_row_under_its_old_key_and_what_it_leaves_out_is_not_known_under_the_new_one()
    {
        var histories = new Histories();
        histories.Envelope("c", "{\"id\":1,\"big\":\"long\",\"v\":1}");
        var delete = histories.Envelope("d", "{\"id\":1,\"big\":\"\",\"v\":0}", headers: [("__debezium.newkey", "{\"id\":2}")]);
        Histories.Before(delete).ShouldBe("full state {\"big\":\"long\",\"id\":1,\"v\":1}");
        var insert = histories.Envelope(
            "c", $"{{\"id\":2,\"big\":{Withheld},\"v\":1}}", "{\"id\":2}", [("__debezium.oldkey", "{\"id\":1}")], partition: 0);
        Histories.Before(insert).ShouldBe("none none -");
        insert.GetProperty("images").GetProperty("unavailable").GetRawText().ShouldBe("[\"big\"]");
        var update = histories.Envelope("u", $"{{\"id\":2,\"big\":{Withheld},\"v\":2}}", "{\"id\":2}", partition: 0);
        Histories.Before(update).ShouldBe("partial state {\"id\":2,\"v\":1}");
        Histories.Before(histories.Envelope("u", "{\"id\":1,\"big\":\"x\",\"v\":5}")).ShouldBe("none none -");
    }

    [Fact]
    public void What_a_key_change_leaves_out_is_not_taken_from_another_row()
    {
        var histories = new Histories();
        histories.Envelope("c", "{\"id\":1,\"big\":\"of one\",\"v\":1}");
        histories.Envelope("c", "{\"id\":2,\"big\":\"of two\",\"v\":1}", "{\"id\":2}", partition: 0);
        histories.Envelope("c", $"{{\"id\":3,\"big\":{Withheld},\"v\":1}}", "{\"id\":3}", [("__debezium.oldkey", "{\"id\":1}")], partition: 1);
        Histories.Before(histories.Envelope("u", $"{{\"id\":3,\"big\":{Withheld},\"v\":2}}", "{\"id\":3}", partition: 1))
            .ShouldBe("partial state {\"id\":3,\"v\":1}");
    }

    [Fact]
    public void A_truncate_ends_all_rows_of_its_table()
    {
        var histories = new Histories();
        histories.Envelope("c", "{\"id\":1,\"v\":1}");
        histories.Envelope("c", "{\"id\":2,\"v\":1}", "{\"id\":2}");
        histories.Envelope("t", row: null, key: "null");
        Histories.Before(histories.Envelope("u", "{\"id\":1,\"v\":2}")).ShouldBe("none none -");
        Histories.Before(histories.Envelope("u", "{\"id\":2,\"v\":2}", "{\"id\":2}")).ShouldBe("none none -");
    }

    [Fact]
    public void A_column_that_came_since_is_not_in_an_older_image_and_one_that_went_is_no_change()
    {
        var histories = new Histories();
        histories.Envelope("c", "{\"id\":1,\"gone\":1,\"v\":1}");
        var update = histories.Envelope("u", "{\"id\":1,\"came\":5,\"v\":2}");
        (Histories.Before(update), Histories.Changed(update)).ShouldBe(("partial state {\"id\":1,\"v\":1}", "at_least v"));
        Histories.Changed(histories.Envelope("u", "{\"id\":1,\"came\":6,\"v\":2}")).ShouldBe("all came");
    }

    [Fact]
    public void Of_a_record_that_leaves_columns_out_only_what_it_holds_is_known_from_then_on()
    {
        var histories = new Histories();
        histories.Record(Dms("insert", "{\"id\":1,\"a\":1,\"b\":2}"), key: null);
        var update = histories.Record(Dms("update", "{\"id\":1,\"a\":5}"), key: null);
        (Histories.Before(update), Histories.Changed(update)).ShouldBe(("partial state {\"a\":1,\"b\":2,\"id\":1}", "at_least a"));
        update = histories.Record(Dms("update", "{\"id\":1,\"a\":5,\"b\":9}"), key: null);
        (Histories.Before(update), Histories.Changed(update)).ShouldBe(("partial state {\"a\":5,\"id\":1}", null));
        var delete = histories.Record(Dms("delete", "{\"id\":1}"), key: null);
        Histories.Before(delete).ShouldBe("partial state {\"a\":5,\"b\":9,\"id\":1}");
    }

    [Fact]
    public void An_update_that_moved_its_row_takes_nothing_from_the_old_key_and_ends_it()
    {
        var histories = new Histories();
        histories.Record(Dms("insert", "{\"id\":1,\"a\":1}"), key: null);
        var update = histories.Record(Dms("update", "{\"id\":2,\"a\":1}", before: "{\"id\":1}"), key: null);
        update.GetProperty("previous_key").GetRawText().ShouldBe("{\"id\":\"1\"}");
        Histories.Before(update).ShouldBe("key record {\"id\":1}");
        Histories.Before(histories.Record(Dms("delete", "{\"id\":2}"), key: null)).ShouldBe("partial state {\"a\":1,\"id\":2}");
        Histories.Before(histories.Record(Dms("delete", "{\"id\":1}"), key: null)).ShouldBe("key record {\"id\":1}");
    }

    [Fact]
    public void A_change_that_could_not_be_read_makes_the_images_of_its_topic_old()
    {
        var histories = new Histories();
        histories.Envelope("c", "{\"id\":1,\"v\":1}");
        histories.Unreadable();
        Histories.Before(histories.Envelope("u", "{\"id\":1,\"v\":3}")).ShouldBe("none none -");
        Histories.Before(histories.Envelope("u", "{\"id\":1,\"v\":4}")).ShouldBe("full state {\"id\":1,\"v\":3}");
        histories.Envelope("r", "{\"id\":2,\"v\":1}", "{\"id\":2}");
        Histories.Before(histories.Envelope("u", "{\"id\":2,\"v\":2}", "{\"id\":2}")).ShouldBe("none none -");
    }

    [Fact]
    public void What_was_forgotten_is_not_known_and_no_row_that_is_read_takes_its_place()
    {
        var histories = Histories.WithRoomFor(bytes: 550);
        foreach (var id in new[] { 1, 2, 3 })
            histories.Envelope("c", $"{{\"id\":{id},\"v\":1}}", $"{{\"id\":{id}}}");
        histories.Envelope("d", "{\"id\":1,\"v\":0}");
        histories.Envelope("r", "{\"id\":3,\"v\":0}", "{\"id\":3}");
        Histories.Before(histories.Envelope("u", "{\"id\":3,\"v\":2}", "{\"id\":3}")).ShouldBe("none none -");
        Histories.Before(histories.Envelope("u", "{\"id\":3,\"v\":3}", "{\"id\":3}")).ShouldBe("full state {\"id\":3,\"v\":2}");
        Histories.Before(histories.Envelope("u", "{\"id\":2,\"v\":2}", "{\"id\":2}")).ShouldBe("full state {\"id\":2,\"v\":1}");
    }

    [Fact]
    public void A_row_that_may_lack_what_the_source_left_out_is_not_the_whole_row()
    {
        const string Big = "{\"name\":\"big\",\"type\":\"text\",\"value\":\"B\"}";
        var histories = new Histories();
        histories.Record(Wal2JsonRecord.Action("I", $"{Wal2JsonRecord.Columns[..^1]},{Big}]"));
        var update = histories.Record(Wal2JsonRecord.Action("U", Wal2JsonRecord.Columns.Replace("\"a\"", "\"b\"", StringComparison.Ordinal)));
        // What was left out is unchanged.
        (Histories.Before(update), Histories.Changed(update)).ShouldBe(("partial state {\"id\":1,\"v\":\"a\"}", "all v"));
        var delete = histories.Record(Wal2JsonRecord.Action("D", identity: Wal2JsonRecord.Id));
        (Histories.Before(delete), Histories.Changed(delete)).ShouldBe(("partial state {\"id\":1,\"v\":\"b\"}", "at_least id v"));
    }

    [Fact]
    public void Changes_of_one_record_follow_each_other()
    {
        var keeper = new ImageKeeper(new ImageBuffer(new MemoryImageStore()));
        keeper.Apply(Change(ChangeOperation.Insert, "\"a\""), ofRecord: 0);
        keeper.Apply(Change(ChangeOperation.Update, "\"b\""), ofRecord: 1);
        var last = Change(ChangeOperation.Update, "\"c\"");
        keeper.Apply(last, ofRecord: 2);
        Decode.Debezium.Given.Show(last, last.Before).ShouldBe("full customer=\"Ann\" id=42 note=\"b\" total=\"1\"");
        var again = Change(ChangeOperation.Update, "\"b\"");
        keeper.Apply(again, ofRecord: 1);
        again.Before.IsPresent.ShouldBeFalse();
    }

    // The image stayed in the changelog, and came back with the next restore that had room for it.
    [Fact]
    public void The_delete_of_a_row_that_found_no_room_ends_its_image_in_the_changelog()
    {
        var images = new ImageBuffer(new MemoryImageStore(new ImageMemory(maxBytes: 0)));
        var keeper = new ImageKeeper(images);
        keeper.Apply(Change(ChangeOperation.Insert, "\"a\""), ofRecord: 0);
        images.Commit();
        images.Store.HasForgotten.ShouldBeTrue();
        keeper.Apply(Change(ChangeOperation.Delete, "\"a\""), ofRecord: 1);
        images.Changes.ShouldHaveSingleItem().Value.ShouldBeNull();
    }

    // Values that were withheld add up to more than any record holds, and the changelog refused the image: its task stopped.
    [Fact]
    public void An_image_that_no_message_can_hold_is_not_kept()
    {
        var images = new ImageBuffer(new MemoryImageStore());
        var keeper = new ImageKeeper(images, maxMessageBytes: 2_000);
        var large = $"\"{new string('x', 1_200)}\"";
        var places = 0;
        void Apply(string customer, string note) => keeper.Apply(Change(ChangeOperation.Update, note, customer), places++);
        Apply(large, "\"a\"");
        images.Changes.ShouldHaveSingleItem().Value.ShouldNotBeNull();
        Apply(MadeChange.Unavailable, large);
        images.Changes.ShouldHaveSingleItem().Value.ShouldBeNull();
        Apply(MadeChange.Unavailable, "\"a\"");
        images.Changes.ShouldHaveSingleItem().Value.ShouldNotBeNull().Length.ShouldBeLessThan(1_200);
    }

    [Fact]
    public void The_policy_reaches_what_comes_from_state()
    {
        var rules = new[]
        {
            new ProtectRule { Table = "s.t", Column = "secret", Action = FieldAction.Mask },
            new ProtectRule { Table = "s.t", Column = "hidden", Action = FieldAction.Drop },
        };
        var histories = new Histories(new MemoryImageStore(), rules);
        histories.Envelope("c", "{\"id\":1,\"hidden\":\"h1\",\"secret\":\"s1\"}");
        var update = histories.Envelope("u", "{\"id\":1,\"hidden\":\"h2\",\"secret\":\"s2\"}");
        Histories.Before(update).ShouldBe("full state {\"id\":1,\"secret\":\"***\"}");
        Histories.Changed(update).ShouldBe("all hidden secret");
        update.GetRawText().ShouldNotContain("s1");
        update.GetRawText().ShouldNotContain("h1");
    }

    [Fact]
    public void Fields_of_a_document_come_and_go()
    {
        var histories = new Histories();
        string Document(string op, string after) =>
            $"{{\"before\":null,\"after\":{JsonSerializer.Serialize(after)},\"source\":{{\"connector\":\"mongodb\",\"name\":\"m\",\"db\":\"d\",\"collection\":\"c\","
            + $"\"ts_ms\":1700000000000,\"ord\":1}},\"op\":\"{op}\"}}";
        histories.Record(Document("c", "{\"_id\":1,\"a\":1,\"gone\":2}"), "{\"id\":\"1\"}");
        var update = histories.Record(Document("u", "{\"_id\":1,\"a\":1,\"came\":3}"), "{\"id\":\"1\"}");
        Histories.Changed(update).ShouldBe("all came gone");
        Histories.Changed(histories.Record(Document("u", "{\"_id\":1,\"a\":2,\"came\":3}"), "{\"id\":\"1\"}")).ShouldBe("all a");
    }

    [Fact]
    public void A_whole_before_image_of_the_record_is_taken_before_any_other()
    {
        var histories = new Histories();
        histories.Envelope("c", "{\"id\":1,\"v\":\"kept\"}");
        var update = histories.Record(Decode.Debezium.Given.Envelope("u", before: "{\"id\":1,\"v\":\"sent\"}", after: "{\"id\":1,\"v\":\"x\"}"));
        Histories.Before(update).ShouldBe("full record {\"id\":1,\"v\":\"sent\"}");
    }

    private static RowChange Change(ChangeOperation operation, string note, string customer = "\"Ann\"")
    {
        var table = new TableReference
        {
            Kind = "debezium", Engine = null, Source = "shop", Incarnation = 1, Database = null, Schema = "s", Table = "t", KeepsImages = true,
        };
        string[] row = [customer, "42", note, "\"1\""];
        var isDelete = operation == ChangeOperation.Delete;
        return MadeChange.Of(
            table, MadeChange.OrderColumns, MadeChange.OrderKey, operation, before: isDelete ? row : null, after: isDelete ? null : row, ["\"42\""]);
    }

    private static string Dms(string operation, string data, string? before = null) =>
        $"{{\"data\":{data},{(before is null ? "" : $"\"before-image\":{before},")}\"metadata\":{{\"timestamp\":\"2024-01-01T00:00:00Z\",\"record-type\":\"data\",\"operation\":\"{operation}\",\"schema-name\":\"s\",\"table-name\":\"t\"}}}}";
}

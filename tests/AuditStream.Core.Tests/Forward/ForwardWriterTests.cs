using System.Reflection;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Flow;
using AuditStream.Core.Forward;
using AuditStream.Core.Images;
using AuditStream.Core.Protect;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Images;

namespace AuditStream.Core.Tests.Forward;

/// <summary>What travels to the tasks that keep images: whole, and without what the policy hides.</summary>
public sealed class ForwardWriterTests
{
    private static readonly ProtectRule[] Rules =
    [
        new() { Table = "s.t", Column = "masked", Action = FieldAction.Mask },
        new() { Table = "s.t", Column = "dropped", Action = FieldAction.Drop },
    ];

    // A fact that is added to a change must be added to what travels as well: this finds one that was forgotten.
    [Fact]
    public void Everything_that_is_known_of_a_change_arrives()
    {
        var change = MadeChange.Of(Table(), MadeChange.OrderColumns, MadeChange.OrderKey, ChangeOperation.Update,
            ["\"Ann\"", "42", "null", MadeChange.Absent], ["\"Bob\"", "43", MadeChange.Unavailable, "\"7.50\""], ["\"43\""]);
        MadeChange.Fill(change, change.PreviousKey, MadeChange.OrderKey, ["\"42\""]);
        MadeChange.Fill(change, change.NextKey, MadeChange.OrderKey, ["\"44\""]);
        change.MayHaveOtherColumns = change.MayLackColumns = true;
        change.After.Values[0] = change.After.Values[0] with { Traits = ValueTraits.Ambiguous | ValueTraits.Encoded | ValueTraits.Retyped };
        Fill(change.Facts);
        var read = Travel(change);

        foreach (var property in Properties<ChangeFacts>().Where(property => property.Name is not (nameof(ChangeFacts.Table) or nameof(ChangeFacts.Detail))))
            Show(property.GetValue(read.Facts)).ShouldBe(Show(property.GetValue(change.Facts)), property.Name);
        string[] forDecodersOnly = [nameof(TableReference.ActorColumns), nameof(TableReference.ActorHeaders)];
        foreach (var property in Properties<TableReference>().Where(property => !forDecodersOnly.Contains(property.Name)))
            Show(property.GetValue(read.Facts.Table)).ShouldBe(Show(property.GetValue(change.Facts.Table)), property.Name);
        string[] notNeeded = [nameof(RowChange.Coordinate), nameof(RowChange.DeliveredBefore), nameof(RowChange.DeliveredAfter)];
        string[] buffers = [nameof(RowChange.RecordValue), nameof(RowChange.RecordKey), nameof(RowChange.Scratch), nameof(RowChange.Facts)];
        foreach (var property in Properties<RowChange>().Where(property => !notNeeded.Contains(property.Name) && !buffers.Contains(property.Name)))
        {
            if (property.GetValue(change) is RowImage sent && property.GetValue(read) is RowImage came)
                ShowImage(read, came).ShouldBe(ShowImage(change, sent), property.Name);
            else
                property.GetValue(read).ShouldBe(property.GetValue(change), property.Name);
        }
    }

    [Fact]
    public void What_the_policy_hides_travels_and_is_kept_as_a_hash_and_still_tells_that_it_changed()
    {
        var histories = new Histories(new MemoryImageStore(), Rules);
        histories.Envelope("c", "{\"id\":1,\"dropped\":\"first secret\",\"masked\":\"first mask\",\"v\":\"shown\"}");
        var update = histories.Envelope("u", "{\"id\":1,\"dropped\":\"second secret\",\"masked\":\"first mask\",\"v\":\"shown\"}");
        Histories.Changed(update).ShouldBe("all dropped");
        Histories.Changed(histories.Envelope("u", "{\"id\":1,\"dropped\":\"second secret\",\"masked\":null,\"v\":\"shown\"}")).ShouldBe("all masked");
        Histories.Changed(histories.Envelope("u", "{\"id\":1,\"dropped\":\"second secret\",\"masked\":null,\"v\":\"shown\"}")).ShouldBe("all");

        var seen = histories.Run.Seen.ToString();
        seen.ShouldContain("shown");
        seen.ShouldNotContain("first");
        seen.ShouldNotContain("second");
        seen.ShouldContain("keyed-hash:");
    }

    [Fact]
    public void A_hidden_key_travels_as_the_hash_that_stands_in_its_event()
    {
        var histories = new Histories(new MemoryImageStore(), new ProtectRule { Table = "s.t", Column = "id", Action = FieldAction.Drop });
        histories.Envelope("c", "{\"id\":4711,\"v\":1}", "{\"id\":4711}");
        var update = histories.Envelope("u", "{\"id\":4711,\"v\":2}", "{\"id\":4711}");
        (Histories.Changed(update), update.GetProperty("key").GetProperty("id").GetString()!.StartsWith("keyed-hash:", StringComparison.Ordinal)).ShouldBe(("all v", true));
        histories.Run.Seen.ToString().ShouldNotContain("4711");
    }

    [Fact]
    public void Equal_hidden_values_of_two_rows_do_not_show()
    {
        var histories = new Histories(new MemoryImageStore(), Rules);
        histories.Envelope("c", "{\"id\":1,\"masked\":\"same\"}");
        histories.Envelope("c", "{\"id\":2,\"masked\":\"same\"}", "{\"id\":2}");
        var hashes = histories.Run.Seen.ToString().Split("keyed-hash:").Skip(1).Select(rest => rest[..43]).ToList();
        hashes.Distinct().Count().ShouldBe(2, "one for each row: on its way and kept");
        hashes.Count.ShouldBe(4);
    }

    [Fact]
    public void Hidden_numbers_and_times_that_are_written_otherwise_are_no_change()
    {
        var histories = new Histories(new MemoryImageStore(), Rules);
        histories.Envelope("c", "{\"id\":1,\"masked\":1.50}");
        Histories.Changed(histories.Envelope("u", "{\"id\":1,\"masked\":15e-1}")).ShouldBe("all");
        Histories.Changed(histories.Envelope("u", "{\"id\":1,\"masked\":1.51}")).ShouldBe("all masked");
    }

    [Fact]
    public void A_policy_that_shows_again_what_was_hidden_shows_no_hash_and_claims_no_change()
    {
        var (hiding, showing) = (Histories.Settings(Rules), Histories.Settings());
        var run = new ForwardedRun(hiding);
        run.Process(Record("c", "{\"id\":1,\"masked\":\"a\",\"v\":1}", at: 1));
        // On its way before the policy changed.
        var late = Json(run.Take(run.Forward(Record("u", "{\"id\":1,\"masked\":\"b\",\"v\":2}", at: 2)), showing));
        (Histories.Changed(late), late.GetProperty("after").GetRawText()).ShouldBe(("all masked v", "{\"id\":1,\"masked\":\"***\",\"v\":2}"));
        late.GetProperty("protection").GetRawText().ShouldContain("\"field\":\"masked\"");
        // Kept before the policy changed.
        var next = Json(run.Take(new ForwardedRun(showing).Forward(Record("u", "{\"id\":1,\"masked\":\"b\",\"v\":3}", at: 3)), showing));
        (Histories.Before(next), Histories.Changed(next)).ShouldBe(("partial state {\"id\":1,\"v\":2}", "at_least v"));
    }

    [Fact]
    public void A_change_that_is_too_large_to_travel_becomes_an_event_at_once_and_ends_its_image()
    {
        var run = new ForwardedRun(Histories.Settings() with { Emit = new() { MaxEventBytes = 2_000 } });
        run.Process(Record("c", "{\"id\":1,\"v\":1}", at: 1));
        var output = run.Forward(Record("u", $"{{\"id\":1,\"v\":\"{new string('x', 3_000)}\"}}", at: 2));
        (output.Events.Count, output.Messages.Count(message => message.IsChange)).ShouldBe((1, 0));
        run.Take(output);
        Histories.Before(Json(run.Process(Record("u", "{\"id\":1,\"v\":3}", at: 3)))).ShouldBe("none none -");
    }

    [Theory]
    [InlineData("customer", FieldAction.Mask)]
    [InlineData("customer", FieldAction.Drop)]
    [InlineData("id", FieldAction.Drop)]
    [InlineData("$actor", FieldAction.Mask)]
    public void Who_did_it_is_hidden_on_its_way_with_its_column(string hidden, FieldAction action)
    {
        var policy = new FieldPolicy(new ProtectSettings { Rules = [new() { Table = "*", Column = hidden, Action = action }] }, MadeKey.Key);
        var change = MadeChange.Of(Table(), MadeChange.OrderColumns, MadeChange.OrderKey, ChangeOperation.Insert,
            before: null, ["\"Ann\"", "42", "null", "\"1\""], ["\"42\""]);
        change.Facts.Actor = (hidden == "id" ? "42"u8 : "Ann"u8).ToArray();
        change.Facts.ActorColumn = hidden == "id" ? "id" : "customer";
        var writer = new ForwardWriter(policy, maxBytes: 100_000);
        writer.TryAdd(change, place: 0).ShouldBeTrue();
        if (hidden != "$actor")
            Encoding.Latin1.GetString(writer[0].Value.Span).ShouldNotContain(hidden == "id" ? "42" : "Ann");
        var reader = new ForwardReader();
        reader.TryRead(Message(writer[0].Value)).ShouldBeTrue();
        Protected(policy, reader.Change).ShouldBe(Protected(policy, change));
    }

    [Fact]
    public void A_key_change_reaches_the_tasks_of_both_keys()
    {
        var writer = new ForwardWriter(new FieldPolicy(new ProtectSettings(), MadeKey.Key), maxBytes: 100_000);
        var change = MadeChange.Of(Table(), MadeChange.OrderColumns, MadeChange.OrderKey, ChangeOperation.Update,
            before: null, ["\"Ann\"", "2", "null", "\"1\""], ["\"2\""]);
        MadeChange.Fill(change, change.PreviousKey, MadeChange.OrderKey, ["\"1\""]);
        writer.TryAdd(change, place: 0).ShouldBeTrue();
        Enumerable.Range(0, writer.Count).Select(message => (Encoding.UTF8.GetString(writer[message].Address.Span), writer[message].IsChange)).ShouldBe(
        [
            ("[\"shop\",2,\"db\",null,\"orders\",{\"id\":\"1\"}]", false),
            ("[\"shop\",2,\"db\",null,\"orders\",{\"id\":\"2\"}]", true),
        ]);
    }

    [Fact]
    public void Bytes_that_are_no_message_are_told()
    {
        var reader = new ForwardReader();
        var change = MadeChange.Of(Table(), MadeChange.OrderColumns, MadeChange.OrderKey, ChangeOperation.Insert,
            before: null, ["\"Ann\"", "2", "null", "\"1\""], ["\"2\""]);
        var whole = Packed(change).ToArray();
        reader.TryRead(Message(whole)).ShouldBeTrue();
        for (var length = 0; length < whole.Length; length++)
            reader.TryRead(Message(whole[..length])).ShouldBeFalse($"cut after {length} bytes");
        reader.TryRead(Message((byte[])[.. whole, 0])).ShouldBeFalse();
        reader.TryRead(Message((byte[])[2, .. whole[1..]])).ShouldBeFalse();
        var random = new Random(4711);
        for (var round = 0; round < 20_000; round++)
        {
            var broken = whole.ToArray();
            for (var fault = random.Next(1, 4); fault > 0; fault--)
                broken[random.Next(2, broken.Length)] = (byte)random.Next(256);
            // Whatever comes of it, nothing is thrown.
            reader.TryRead(Message(broken));
        }
    }

    private static TableReference Table() => new()
    {
        Kind = "dms", Engine = "mysql", Source = "shop", Incarnation = 2, Database = "db", Schema = null, Table = "orders", TableFrom = NameOrigin.Topic,
        ReplicaIdentity = ReplicaIdentity.Index, KeepsImages = true, ConfiguredKey = ["id", "k"],
    };

    private static (string Actor, string Protection, string Row) Protected(FieldPolicy policy, RowChange change)
    {
        var diff = policy.Apply(new Differ().Compare(change));
        var row = string.Join(' ', diff.After.Values.ToArray().Select(value => $"{value.Kind}/{value.Traits}/{Encoding.UTF8.GetString(diff.TextOf(value))}"));
        return (Encoding.UTF8.GetString(diff.Actor.Span), Encoding.UTF8.GetString(diff.Protection.Span), row);
    }

    private static RowChange Travel(RowChange change)
    {
        var reader = new ForwardReader();
        reader.TryRead(Message(Packed(change))).ShouldBeTrue();
        return reader.Change;
    }

    private static ReadOnlyMemory<byte> Packed(RowChange change)
    {
        var writer = new ForwardWriter(new FieldPolicy(new ProtectSettings(), MadeKey.Key), maxBytes: 100_000);
        writer.TryAdd(change, place: 3).ShouldBeTrue();
        return writer[writer.Count - 1].Value;
    }

    private static RawRecord Message(ReadOnlyMemory<byte> value) =>
        new() { Topic = "t", Partition = 0, Offset = 0, TimestampMilliseconds = 0, Key = Array.Empty<byte>(), Value = value, Headers = [] };

    private static RawRecord Record(string op, string row, long at) =>
        Given.Record(Given.Envelope(op, before: null, after: row, source: Given.Source(lsn: "77")), "{\"id\":1}", []) with { Offset = at };

    private static JsonElement Json(List<byte[]> events) => JsonSerializer.Deserialize<JsonElement>(events.ShouldHaveSingleItem());

    // Every fact gets a value of its own that is not its default.
    private static void Fill(ChangeFacts facts)
    {
        var next = 1;
        foreach (var property in Properties<ChangeFacts>())
        {
            object? value = property.GetValue(facts) switch
            {
                ReadOnlyMemory<byte> => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(property.Name)),
                string => property.Name,
                long => 1_000L + next++,
                int when property.Name != nameof(ChangeFacts.OccurredAtDigits) => next++,
                _ => null,
            };
            if (value is not null && property.CanWrite)
                property.SetValue(facts, value);
        }
        facts.ActorColumn = "customer";
        facts.Identity = IdentityStrength.Medium;
        facts.OccurredFrom = OccurredFrom.Capture;
        facts.Operation = ChangeOperation.Update;
        facts.OccurredAtDigits = 3;
        for (var i = 0; i < facts.EventUid.Length; i++)
            (facts.EventUid[i], facts.FactHash[i]) = ((byte)(i + 1), (byte)(i + 101));
    }

    private static IEnumerable<PropertyInfo> Properties<T>() => typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static string Show(object? value) => value switch
    {
        ReadOnlyMemory<byte> memory => Convert.ToHexString(memory.Span),
        byte[] bytes => Convert.ToHexString(bytes),
        IEnumerable<string> names => string.Join(',', names),
        _ => value?.ToString() ?? "null",
    };

    private static string ShowImage(RowChange change, RowImage image)
    {
        var text = new StringBuilder(image.Extent.ToString());
        for (var column = 0; image.IsPresent && column < image.Layout.Count; column++)
        {
            var value = image.Values[column];
            text.Append($" {image.Layout.Names[column]}:{image.Layout.Types[column]}={value.Kind}/{value.Traits}/{Encoding.UTF8.GetString(change.TextOf(value))}");
        }
        return text.ToString();
    }
}

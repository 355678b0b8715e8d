using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Tests.Decode.Canal;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Decode.Dms;
using AuditStream.Core.Tests.Decode.DynamoDb;
using AuditStream.Core.Tests.Decode.Maxwell;
using AuditStream.Core.Tests.Decode.Wal2Json;
using AuditStream.Core.Tests.Properties;

namespace AuditStream.Core.Tests.Decode;

/// <summary>Records of a megabyte that are made to be slow: deep, wide, escaped, unfinished, in every place of every dialect.</summary>
public sealed class HostileRecordTests
{
    private const int Size = 1_000_000;

    /// <summary>What a record may take, in milliseconds for each <see cref="Size"/>.</summary>
    private const double MaxMilliseconds = 50;

    /// <summary>How many times as much is let pass: other load of the machine makes memory slow, whatever clock is looked at. What is sorted or searched in
    /// the wrong way takes more than that.</summary>
    private const double Leeway = 3;

    /// <summary>The code may not be compiled for speed yet, or a collection may have come between: the least of so many times counts.</summary>
    private const int Attempts = 8;

    /// <summary>How many places a form is tried in: all of them over all forms.</summary>
    private const int PlacesOfShape = 5;

    /// <summary>What a record may allocate, in bytes for each of its own.</summary>
    private const int MaxAllocatedTimes = 80;

    /// <summary>False where the product was built for a debugger: then no time says anything.</summary>
    private static readonly bool isOptimized =
        typeof(Normalizer).Assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };

    private const string ShortString = "\"x\"";

    private static readonly (string Name, Func<string> Make)[] Shapes =
    [
        ("deep arrays", () => Repeat("[") + Repeat("]")),
        ("deep objects", () => Repeat("{\"a\":", parts: 5) + "1" + Repeat("}", parts: 5)),
        ("deep and unfinished", () => Repeat("[{\"a\":", parts: 1)),
        ("many members", () => $"{{{Many(index => $"\"m{index}\":{index}")}}}"),
        ("many members, the other way round", () => $"{{{Many(index => $"\"m{9_999_999 - index}\":{index}")}}}"),
        ("one member many times", () => $"{{{Many(_ => "\"m\":1")}}}"),
        ("many escaped names", () => $"{{{Many(index => $"\"\\u006d{index}\":1")}}}"),
        ("many empty objects", () => $"[{Many(_ => "{}")}]"),
        ("many numbers", () => $"[{Many(index => $"{index}.50e-3")}]"),
        ("a long text", () => $"\"{Repeat("x", parts: 1)}\""),
        ("a long escaped text", () => $"\"{Repeat("\\u0041", parts: 1)}\""),
        ("a long text of quotes", () => $"\"{Repeat("\\\"", parts: 1)}\""),
        ("a text of JSON", () => $"\"{Repeat("[", parts: 2)}{Repeat("]", parts: 2)}\""),
        ("a long number", () => Repeat("7", parts: 1)),
        ("a number with a long fraction", () => "0." + Repeat("7", parts: 1)),
        ("blanks", () => Repeat(" \n", parts: 1) + ShortString),
        ("an unfinished text", () => "\"" + Repeat("\\\\", parts: 1)),
        ("bytes that are no text", () => Repeat("\u0001", parts: 1)),
    ];

    private static readonly (string Name, Func<string, RawRecord> Make)[] Places =
    [
        ("alone", shape => Given.Record(shape)),
        ("a key", shape => Given.Record(Given.Envelope("c", after: "{\"id\":1}"), $"{{\"id\":{shape}}}")),
        ("a header", shape => Given.Record(Given.Envelope("d", "{\"id\":1}"), "{\"id\":1}", ("__debezium.newkey", shape))),
        ("a column", shape => Given.Record(Given.Envelope("c", after: $"{{\"v\":{shape}}}"))),
        ("a row", shape => Given.Record(Given.Envelope("u", "{\"id\":1}", shape))),
        ("both rows", shape => Given.Record(Given.Envelope("u", $"{{\"v\":{shape}}}", $"{{\"v\":{shape}}}"))),
        ("a JSON column", shape => Given.Record(Typed("\"type\":\"string\",\"name\":\"io.debezium.data.Json\"", shape))),
        ("a decimal column", shape => Given.Record(Typed("\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\"", shape))),
        ("an array column", shape => Given.Record(Typed("\"type\":\"array\",\"items\":{\"type\":\"int64\"}", shape))),
        ("a schema", shape => Given.Record($"{{\"schema\":{{\"type\":\"struct\",\"fields\":[{shape}]}},\"payload\":{Given.Envelope("c", after: "{\"id\":1}")}}}")),
        ("a source", shape => Given.Record(Given.Envelope("c", after: "{\"id\":1}", source: Given.Source(more: $",\"more\":{shape}")))),
        ("an unwrapped row", shape => Given.Record($"{{\"v\":{shape},\"__op\":\"c\",\"__table\":\"t\"}}")),
        ("a document", shape => Given.Record(Given.Envelope(
            "c", after: MadeJson.Quote($"{{\"v\":{shape}}}"), source: "{\"connector\":\"mongodb\",\"name\":\"p\",\"ts_ms\":5,\"db\":\"d\",\"collection\":\"c\",\"ord\":2}"))),
        ("DMS", shape => DmsRecord.Data("update", $"{{\"v\":{shape}}}", ",\"before-image\":{\"v\":1}")),
        ("Maxwell", shape => Given.Record(MaxwellRecord.Row("update", $"{{\"id\":1,\"v\":{shape}}}", ",\"old\":{\"v\":1}"))),
        ("Canal", shape => Given.Record(CanalRecord.Message("UPDATE", $"[{{\"id\":\"1\",\"v\":{shape}}}]", "[{\"v\":null}]"))),
        ("wal2json 2", shape => Given.Record(Wal2JsonRecord.Action("I", $"[{{\"name\":\"v\",\"type\":\"json\",\"value\":{shape}}}]"))),
        ("wal2json 1", shape => Given.Record(Wal2JsonRecord.Transaction("\"xid\":7,", Wal2JsonRecord.Insert1, shape))),
        ("DynamoDB", shape => Given.Record(Item.Streamed("INSERT", after: Item.With("v", $"{{\"M\":{{\"a\":{{\"L\":[{shape}]}}}}}}")))),
        ("a wrapper", shape => Given.Record($"{{\"Records\":[{{\"eventSource\":\"aws:kinesis\",\"kinesis\":{{\"data\":{shape}}}}}]}}")),
    ];

    [Fact]
    public void A_megabyte_in_any_form_and_place_takes_little_time_and_memory()
    {
        var slow = new List<string>();
        for (var index = 0; index < Shapes.Length; index++)
        {
            var (shape, make) = Shapes[index];
            var text = make();
            for (var turn = 0; turn < PlacesOfShape; turn++)
            {
                var place = Places[(index + (turn * Places.Length / PlacesOfShape)) % Places.Length];
                var record = place.Make(text);
                var (milliseconds, bytes) = Measure(record);
                var size = (record.Value?.Length ?? 0) + (record.Key?.Length ?? 0) + record.Headers.Sum(header => header.Value?.Length ?? 0);
                if (isOptimized && milliseconds > Leeway * MaxMilliseconds * size / Size)
                    slow.Add(string.Create(CultureInfo.InvariantCulture, $"{shape} as {place.Name}: {milliseconds:f1} ms for {size} bytes"));
                bytes.ShouldBeLessThan((long)MaxAllocatedTimes * size, $"{shape} as {place.Name}");
            }
        }

        slow.ShouldBeEmpty();
    }

    /// <summary>What a normalizer that knows nothing yet takes.</summary>
    private static (double Milliseconds, long Bytes) Measure(in RawRecord record)
    {
        var output = new NoEvents();
        var least = (Milliseconds: double.MaxValue, Bytes: long.MaxValue);
        for (var attempt = 0; attempt < (isOptimized ? Attempts : 1) && least.Milliseconds > MaxMilliseconds; attempt++)
        {
            var normalizer = MadeEvent.Normalizer(WrittenRows.Source);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = ThreadClock.Milliseconds;
            normalizer.Process(record, output);
            least.Milliseconds = Math.Min(least.Milliseconds, ThreadClock.Milliseconds - started);
            least.Bytes = Math.Min(least.Bytes, GC.GetAllocatedBytesForCurrentThread() - allocated);
        }

        return least;
    }

    private sealed class NoEvents : IAuditEventOutput
    {
        public void Emit(Core.Emit.AuditEvent auditEvent)
        {
        }
    }

    private static string Typed(string field, string value) =>
        Given.WithSchema($"{{{field},\"field\":\"v\"}}", Given.Envelope("c", after: $"{{\"v\":{value}}}"));

    private static string Repeat(string text, int parts = 2) => new StringBuilder().Insert(0, text, Size / parts / text.Length).ToString();

    private static string Many(Func<int, string> entry)
    {
        var text = new StringBuilder(Size + 100);
        for (var index = 0; text.Length < Size; index++)
            text.Append(index == 0 ? "" : ",").Append(entry(index));
        return text.ToString();
    }
}

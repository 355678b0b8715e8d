using System.Globalization;
using System.Text;
using AuditStream.Core.Flow;

namespace AuditStream.Bench;

/// <summary>Debezium JSON update records of a realistic shape, each with its own ids, values, position and time; the same on every run.</summary>
internal static class BenchRecords
{
    private const string KeySchema =
        """{"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"}],"optional":false,"name":"shop.public.orders.Key"}""";

    private static readonly string[] states = ["new", "paid", "sent", "back"];
    private static readonly string[] cities = ["Köln", "Wien", "Oslo", "Łódź", "Porto", "Gent"];

    /// <summary>About 500 bytes: 8 columns, both images whole.</summary>
    public static RawRecord[] Small(int count) => Make(count, seed: 1, SmallRow, schema: null);

    /// <summary>About 1.15 kB: 20 columns, both images whole.</summary>
    public static RawRecord[] Large(int count) => Make(count, seed: 2, LargeRow, schema: null);

    /// <summary>The rows of <see cref="Small"/> with the Connect schema that the JSON converter sends along.</summary>
    public static RawRecord[] SmallWithSchema(int count) => Make(count, seed: 1, SmallRow, schema: SmallSchema());

    private static RawRecord[] Make(int count, int seed, Func<Random, int, bool, string> row, string? schema)
    {
        var random = new Random(seed);
        var records = new RawRecord[count];
        for (var i = 0; i < count; i++)
        {
            var id = random.Next(1_000_000, 9_999_999);
            var shared = random.Next();
            var before = row(new Random(shared), id, false);
            var after = row(new Random(shared), id, true);
            var time = 1_749_981_600_000 + (7L * i);
            var position = 24_023_128L + (312L * i);
            var payload = Join($$"""
                {"before":{{before}},"after":{{after}},
                "source":{"version":"3.5.0.Final","connector":"postgresql","name":"shop","ts_ms":{{time}},"snapshot":"false","db":"shop",
                "sequence":"[null,\"{{position}}\"]","schema":"public","table":"orders","txId":{{571 + (i / 3)}},"lsn":{{position}},"xmin":null},
                "transaction":null,"op":"u","ts_ms":{{time + 90}}}
                """);
            var key = Join($$"""{"id":{{id}}}""");
            records[i] = new RawRecord
            {
                Topic = "shop.public.orders", Partition = 0, Offset = i, TimestampMilliseconds = time + 120, Headers = [],
                Key = Encoding.UTF8.GetBytes(schema is null ? key : Join($$"""{"schema":{{KeySchema}},"payload":{{key}}}""")),
                Value = Encoding.UTF8.GetBytes(schema is null ? payload : Join($$"""{"schema":{{schema}},"payload":{{payload}}}""")),
            };
        }
        return records;
    }

    private static string SmallRow(Random random, int id, bool isAfter)
    {
        var (customer, sku, quantity, cents) = (random.Next(100_000), random.Next(1_000), random.Next(1, 99), random.Next(100, 99_999));
        var state = random.Next(states.Length);
        return Join($$"""
            {"id":{{id}},"customer":{{customer}},"sku":"A-{{sku}}","count":{{quantity}},"price":"{{cents / 100}}.{{cents % 100:00}}",
            "state":"{{states[isAfter ? (state + 1) % states.Length : state]}}","note":null,"rev":{{random.Next(100) + (isAfter ? 1 : 0)}}}
            """);
    }

    private static string LargeRow(Random random, int id, bool isAfter)
    {
        var small = SmallRow(random, id, isAfter)[..^1];
        var city = cities[random.Next(cities.Length)];
        return Join($$"""
            {{small}},"currency":"EUR","first_name":"Ann{{random.Next(100)}}",
            "last_name":"Karlsson-{{random.Next(1_000)}}","city":"{{city}}","zip":"{{random.Next(10_000, 99_999)}}",
            "mail":"user{{random.Next(1_000_000)}}@example.org","vip":{{(random.Next(2) == 0 ? "true" : "false")}},
            "made_at":{{1_749_900_000_000_000 + random.NextInt64(80_000_000_000)}},"sent_at":null,
            "street":"Lange Reihe {{random.Next(1, 200)}}, Hinterhof, 3. Stock","phone":"+49 40 {{random.Next(1_000_000, 9_999_999)}}",
            "extra":"{\"gift\": {{(isAfter ? "true" : "false")}}, \"wrap\": \"blue paper\"}"}
            """);
    }

    private static string SmallSchema()
    {
        const string row = """
            "type":"struct","fields":[{"type":"int32","optional":false,"field":"id"},{"type":"int32","optional":false,"field":"customer"},
            {"type":"string","optional":false,"field":"sku"},{"type":"int32","optional":false,"field":"count"},
            {"type":"string","optional":false,"field":"price"},{"type":"string","optional":false,"field":"state"},
            {"type":"string","optional":true,"field":"note"},{"type":"int32","optional":false,"default":0,"field":"rev"}],
            "optional":true,"name":"shop.public.orders.Value"
            """;
        const string source = """
            {"type":"struct","fields":[{"type":"string","optional":false,"field":"version"},
            {"type":"string","optional":false,"field":"connector"},{"type":"string","optional":false,"field":"name"},
            {"type":"int64","optional":false,"field":"ts_ms"},{"type":"string","optional":true,"name":"io.debezium.data.Enum","version":1,
            "parameters":{"allowed":"true,first,first_in_data_collection,last_in_data_collection,last,false,incremental"},
            "default":"false","field":"snapshot"},{"type":"string","optional":false,"field":"db"},
            {"type":"string","optional":true,"field":"sequence"},{"type":"string","optional":false,"field":"schema"},
            {"type":"string","optional":false,"field":"table"},{"type":"int64","optional":true,"field":"txId"},
            {"type":"int64","optional":true,"field":"lsn"},{"type":"int64","optional":true,"field":"xmin"}],
            "optional":false,"name":"io.debezium.connector.postgresql.Source","version":1,"field":"source"}
            """;
        const string transaction = """
            {"type":"struct","fields":[{"type":"string","optional":false,"field":"id"},{"type":"int64","optional":false,"field":"total_order"},
            {"type":"int64","optional":false,"field":"data_collection_order"}],
            "optional":true,"name":"event.block","version":1,"field":"transaction"}
            """;
        return Join($$"""
            {"type":"struct","fields":[{{{row}},"field":"before"},{{{row}},"field":"after"},{{source}},{{transaction}},
            {"type":"string","optional":false,"field":"op"},{"type":"int64","optional":true,"field":"ts_ms"}],
            "optional":false,"name":"shop.public.orders.Envelope","version":2}
            """);
    }

    /// <summary>JSON that is written over several lines here, on one line.</summary>
    private static string Join(FormattableString json) => json.ToString(CultureInfo.InvariantCulture).ReplaceLineEndings("");
}

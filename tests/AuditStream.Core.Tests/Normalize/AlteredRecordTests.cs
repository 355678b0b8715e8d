using System.Text;
using System.Text.Json;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Tests.Normalize;

/// <summary>Captured messages with bytes changed, taken out, doubled and cut off: whatever arrives, a record has one outcome, nothing is
/// thrown, and what is emitted keeps all promises of an event. Every run takes the same alterations.</summary>
public sealed class AlteredRecordTests
{
    private const int AlterationsPerRecord = 40;

    public static TheoryData<string> Captures => Capture.Files;

    [Theory]
    [MemberData(nameof(Captures))]
    public void Altered_records_have_one_outcome_and_their_events_keep_all_promises(string capture)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.PathOf("schemas/audit-event/auditstream-1.schema.json")));
        var check = new EventChecker(schema.RootElement);
        var normalizer = new Normalizer(new NormalizerSettings
        {
            Protect = new ProtectSettings { Rules = [new ProtectRule { Table = "*", Column = "*d*", Action = FieldAction.Mask }] },
            IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0",
        });
        var random = new Random(4_711);
        var counts = new int[3];
        foreach (var record in Capture.Read(capture).Take(150))
        {
            for (var i = 0; i < AlterationsPerRecord; i++)
            {
                var altered = record with
                {
                    Key = record.Key is { } key && random.Next(4) == 0 ? Alter(key, random) : record.Key,
                    Value = record.Value is { } value ? Alter(value, random) : null,
                };
                var outcome = normalizer.Process(altered, check);
                counts[(int)outcome.Kind]++;
                (outcome.Kind == OutcomeKind.Emitted).ShouldBe(outcome.Events > 0);
                (outcome.Kind == OutcomeKind.Rejected).ShouldBe(outcome.Rejection is not null);
                (outcome.Kind == OutcomeKind.Skipped).ShouldBe(outcome.Skip != SkipReason.None);
            }
        }
        counts[(int)OutcomeKind.Emitted].ShouldBeGreaterThan(50);
        counts[(int)OutcomeKind.Rejected].ShouldBeGreaterThan(50);
    }

    // Found by altering: the detail had the member twice, too.
    [Fact]
    public void A_message_that_has_a_member_twice_gives_it_once()
    {
        var output = new CollectingOutput();
        var value = """
            {"op":"m","ts_ms":1749981605163,"source":{"connector":"postgresql","name":"shop","ts_ms":1749981605123,"db":"shopdb","lsn":24024688},
            "message":{"prefix":"a","content":"AA==","prefix":"b"}}
            """;
        var normalizer = new Normalizer(new NormalizerSettings { IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0" });
        normalizer.Process(
            new RawRecord
            {
                Topic = "shop.message", Partition = 0, Offset = 0, TimestampMilliseconds = 1_749_981_605_200, Headers = [],
                Value = Encoding.UTF8.GetBytes(value),
            },
            output).Kind.ShouldBe(OutcomeKind.Emitted);
        Encoding.UTF8.GetString(output.Values.ShouldHaveSingleItem()).ShouldStartWith("""{"detail":{"content":"AA==","prefix":"b"},""");
    }

    private static ReadOnlyMemory<byte> Alter(ReadOnlyMemory<byte> bytes, Random random)
    {
        var altered = bytes.ToArray().ToList();
        for (var times = random.Next(1, 4); times > 0 && altered.Count > 0; times--)
        {
            var at = random.Next(altered.Count);
            switch (random.Next(6))
            {
                case 0:
                    altered[at] = (byte)random.Next(256);
                    break;
                case 1:
                    altered[at] = (byte)"\"\\{}[]:,0-.eEtfnu \u0001"[random.Next(19)];
                    break;
                case 2:
                    altered.RemoveRange(at, Math.Min(random.Next(1, 8), altered.Count - at));
                    break;
                case 3:
                    altered.InsertRange(at, altered.GetRange(at, Math.Min(random.Next(1, 40), altered.Count - at)));
                    break;
                case 4:
                    altered[at] = (byte)('0' + random.Next(10));
                    break;
                default:
                    if (random.Next(8) == 0)
                        altered.RemoveRange(at, altered.Count - at);
                    break;
            }
        }
        return altered.ToArray();
    }
}

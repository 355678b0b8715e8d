using System.Text.Json;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Tests.Normalize;

/// <summary>Takes every message that was captured from a real connector through the whole core and looks at each event: it keeps the schema,
/// is canonical, can be read back by the sink, and comes out the same a second time.</summary>
public sealed class CapturedRecordTests
{
    public static TheoryData<string> Captures => Capture.Files;

    [Theory]
    [MemberData(nameof(Captures))]
    public void Every_captured_record_gives_events_that_keep_all_promises(string capture)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.PathOf("schemas/audit-event/auditstream-1.schema.json")));
        var check = new EventChecker(schema.RootElement);
        var (first, second) = (new Normalizer(Settings(rules: [])), new Normalizer(Settings(rules: [])));
        var events = 0;
        foreach (var record in Capture.Read(capture))
        {
            check.Expected = null;
            var outcome = first.Process(record, check);
            outcome.Rejection.ShouldBeNull($"{record.Topic} {record.Partition} {record.Offset}");
            events += outcome.Events;
            check.Expected = check.Last;
            second.Process(record, check).Events.ShouldBe(outcome.Events);
        }
        events.ShouldBeGreaterThan(10);
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void A_policy_that_masks_everything_lets_no_value_out_and_leaves_id_and_facts_alone(string capture)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.PathOf("schemas/audit-event/auditstream-1.schema.json")));
        var (open, closed) = (new EventChecker(schema.RootElement), new EventChecker(schema.RootElement));
        var everything = new ProtectRule { Table = "*", Column = "*", Action = FieldAction.Mask };
        var (normalizer, masking) = (new Normalizer(Settings(rules: [])), new Normalizer(Settings(rules: [everything])));
        foreach (var record in Capture.Read(capture))
        {
            var outcome = normalizer.Process(record, open);
            masking.Process(record, closed).Events.ShouldBe(outcome.Events);
            if (outcome.Events == 0)
                continue;
            closed.LastRow.EventId.ShouldBe(open.LastRow.EventId);
            closed.LastRow.FactHash.ShouldBe(open.LastRow.FactHash);
            closed.LastRow.Changed.ShouldBe(open.LastRow.Changed);
            using var value = JsonDocument.Parse(closed.LastRow.Body);
            foreach (var image in new[] { "before", "after", "key", "previous_key", "next_key" })
            {
                if (value.RootElement.TryGetProperty(image, out var members) && members.ValueKind == JsonValueKind.Object)
                    members.EnumerateObject().Select(member => member.Value.GetString() ?? "").ShouldAllBe(text => IsHidden(text));
            }
        }
    }

    private static bool IsHidden(string text) => text == "***" || text.StartsWith("keyed-hash:", StringComparison.Ordinal);

    private static NormalizerSettings Settings(ProtectRule[] rules) => new()
    {
        Protect = new ProtectSettings { Rules = rules }, IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0",
    };
}

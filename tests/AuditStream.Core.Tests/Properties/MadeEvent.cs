using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;
using AuditStream.Core.Sink;

namespace AuditStream.Core.Tests.Properties;

/// <summary>The one event of a record, in every form in which it is seen.</summary>
internal sealed class MadeEvent : IAuditEventOutput
{
    private static readonly AuditRowReader reader = new(MadeKey.Key.Fingerprint);
    private readonly List<string> headers = [];
    private AuditRow? row;

    /// <summary>The event's JSON.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The Kafka key's JSON.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Everything that leaves: value, key and headers, a line each.</summary>
    public string Everything => string.Join('\n', [Text, Key, .. headers]);

    /// <summary>The event's JSON, parsed.</summary>
    public JsonElement Root => JsonSerializer.Deserialize<JsonElement>(Text);

    /// <summary>What the sink reads.</summary>
    public AuditRow Row => row.ShouldNotBeNull();

    /// <summary>Makes the event of a record, which must be one.</summary>
    public static MadeEvent Of(Normalizer normalizer, in RawRecord record)
    {
        var made = new MadeEvent();
        var outcome = normalizer.Process(record, made);
        outcome.Rejection.ShouldBeNull();
        (outcome.Kind, outcome.Events).ShouldBe((OutcomeKind.Emitted, 1));
        return made;
    }

    public static Normalizer Normalizer(SourceSettings source, params ProtectRule[] rules) => new(new NormalizerSettings
    {
        IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0",
        Decode = new DecodeSettings { Sources = [source] }, Protect = new ProtectSettings { Rules = rules },
    });

    public void Emit(AuditEvent auditEvent)
    {
        Text = Encoding.UTF8.GetString(auditEvent.Value.Span);
        Key = Encoding.UTF8.GetString(auditEvent.Key.Span);
        headers.AddRange(auditEvent.Headers.Select(header => $"{header.Name}: {Encoding.UTF8.GetString(header.Value.GetValueOrDefault().Span)}"));
        row = reader.Read(
            new RawRecord
            {
                Topic = "audit.events", Partition = 0, Offset = 0, TimestampMilliseconds = auditEvent.TimestampMilliseconds,
                Key = auditEvent.Key, Value = auditEvent.Value, Headers = [.. auditEvent.Headers],
            },
            out var rejection);
        rejection.ShouldBeNull();
    }
}

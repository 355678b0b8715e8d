using System.Text;
using System.Text.Json;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Sink;

namespace AuditStream.Core.Tests.Normalize;

/// <summary>Looks at every event: it keeps the schema, is canonical, and the sink can read it back.</summary>
internal sealed class EventChecker(JsonElement schema) : IAuditEventOutput
{
    private readonly AuditRowReader reader = new(MadeKey.Key.Fingerprint);

    public string? Expected { get; set; }

    public string? Last { get; private set; }

    public AuditRow LastRow { get; private set; } = null!; // Set by Emit before it is read.

    public void Emit(AuditEvent auditEvent)
    {
        var text = Encoding.UTF8.GetString(auditEvent.Value.Span);
        Last = text + Encoding.UTF8.GetString(auditEvent.Key.Span);
        if (Expected is not null)
            Last.ShouldBe(Expected);
        using var value = JsonDocument.Parse(auditEvent.Value);
        JsonSchemaValidator.Errors(schema, value.RootElement).ShouldBeEmpty(text);
        CanonicalForm.Check(value.RootElement, text);
        var row = reader.Read(
            new RawRecord
            {
                Topic = "audit.events", Partition = 0, Offset = 0, TimestampMilliseconds = auditEvent.TimestampMilliseconds,
                Key = auditEvent.Key, Value = auditEvent.Value, Headers = auditEvent.Headers,
            },
            out var rejection);
        rejection.ShouldBeNull(text);
        LastRow = row.ShouldNotBeNull();
    }
}

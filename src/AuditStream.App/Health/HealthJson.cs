using System.Buffers;
using System.Text.Json;

namespace AuditStream.App.Health;

/// <summary>The answer of <c>/health/ready</c>: <c>{"status":"ready"|"not-ready","checks":[{"name","ready","reason"?}]}</c>.</summary>
public static class HealthJson
{
    /// <summary>Writes the state as UTF-8 JSON.</summary>
    public static byte[] Write(Readiness readiness)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, readiness.IsReady ? "ready"u8 : "not-ready"u8);
            writer.WriteStartArray("checks"u8);
            foreach (var check in readiness.Checks)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, check.Name);
                writer.WriteBoolean("ready"u8, check.IsReady);
                if (check.Reason is not null)
                    writer.WriteString("reason"u8, check.Reason);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}

using System.Text;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Tests.Decode.Avro;

/// <summary>What becomes of a datum.</summary>
internal static class AvroText
{
    public static AvroSchema Schema(string schema)
    {
        var parsed = new AvroSchemaParser().Parse(Encoding.UTF8.GetBytes(schema), out var reason);
        reason.ShouldBe("");
        return parsed.ShouldNotBeNull();
    }

    public static string Of(string schema, AvroWriter datum)
    {
        var text = new ByteWriter();
        new AvroTranscoder().Write(datum.ToArray(), 0, Schema(schema), text).ShouldBeNull();
        return Encoding.UTF8.GetString(text.Written);
    }

    public static (RejectionCode Code, long Offset) Refused(string schema, AvroWriter datum)
    {
        var rejection = new AvroTranscoder().Write(datum.ToArray(), 0, Schema(schema), new ByteWriter()).ShouldNotBeNull();
        return (rejection.Code, rejection.ByteOffset);
    }
}

using AuditStream.Core.Decode;

namespace AuditStream.App.Explain;

/// <summary>Says in words what a record was recognised as.</summary>
internal static class RecognitionText
{
    /// <summary>Form and framing; empty when there is no value.</summary>
    public static string Of(in Recognition recognised)
    {
        var form = recognised.Form switch
        {
            RecordForm.DebeziumEnvelope => "Debezium",
            RecordForm.DebeziumCloudEvent => "Debezium, as a CloudEvent",
            RecordForm.DebeziumFlatRow => "Debezium, a flat row out of its envelope",
            RecordForm.Dms => "AWS DMS",
            RecordForm.DmsCsv => "AWS DMS on S3, as configured",
            RecordForm.DynamoDb => "DynamoDB",
            RecordForm.AwsEnvelope => "records in a wrapper of AWS",
            RecordForm.Trigger => "a trigger's or a webhook's payload",
            RecordForm.ActivityStream => "a database activity stream",
            RecordForm.Maxwell => "Maxwell",
            RecordForm.Canal => "Canal, a flat message",
            RecordForm.Wal2Json => "wal2json",
            RecordForm.GoldenGate => "Oracle GoldenGate",
            _ => "",
        };
        var framing = recognised.Framing switch
        {
            RecordFraming.Json when recognised.Form != RecordForm.Unknown => "JSON without schema (values as the connector wrote them)",
            RecordFraming.ConnectJson => "JSON with its Connect schema",
            RecordFraming.Avro => recognised.Schema is { } schema ? $"Avro, schema {schema}" : "Avro",
            RecordFraming.Csv => "lines of values without types (all are texts)",
            _ => "",
        };
        return form.Length > 0 && framing.Length > 0 ? $"{form}; {framing}" : form + framing;
    }
}

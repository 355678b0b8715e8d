using AuditStream.Core.Decode.Avro;

namespace AuditStream.Core.Decode;

/// <summary>What a record was recognised as. Not part of any event: for the person who asks why.</summary>
/// <param name="Framing">In which bytes it is written.</param>
/// <param name="Schema">Which schema of a registry it was written with; null without.</param>
/// <param name="Form">Which form it has.</param>
public readonly record struct Recognition(RecordFraming Framing, SchemaId? Schema, RecordForm Form);

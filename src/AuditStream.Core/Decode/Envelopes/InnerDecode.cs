using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Envelopes;

/// <summary>Reads a record that stood in another one, by the rules of its own topic.</summary>
internal delegate DecodeResult InnerDecode(in RawRecord record, TopicState topic);

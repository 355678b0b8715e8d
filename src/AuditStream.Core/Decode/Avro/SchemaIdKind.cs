namespace AuditStream.Core.Decode.Avro;

/// <summary>Which of a registry's numberings an id belongs to.</summary>
public enum SchemaIdKind : byte
{
    /// <summary>No id.</summary>
    None,

    /// <summary>The id of Confluent's framing, 32 bits: the one of <c>GET /schemas/ids/{id}</c>.</summary>
    Confluent,

    /// <summary>The id of Apicurio's own framing, 64 bits: a global id or a content id, as its converter was configured.</summary>
    Apicurio,

    /// <summary>Apicurio's id of one version of one artifact, in a header.</summary>
    ApicurioGlobal,

    /// <summary>Apicurio's id of a text, in a header.</summary>
    ApicurioContent,

    /// <summary>The UUID of a schema version in an AWS Glue registry.</summary>
    Glue,

    /// <summary>The UUID by which Confluent's newer serializers name a schema in a header: the one of <c>GET /schemas/guids/{id}</c>.</summary>
    ConfluentGuid,
}

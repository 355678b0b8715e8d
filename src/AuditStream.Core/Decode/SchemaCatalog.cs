using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Decode.Connect;

namespace AuditStream.Core.Decode;

/// <summary>The schemas of values and keys: by their text where the record carries it, by id where it names one.</summary>
internal sealed class SchemaCatalog
{
    /// <summary>Makes a catalog.</summary>
    /// <param name="source">Where schemas of an id come from; null when none is configured.</param>
    public SchemaCatalog(ISchemaSource? source) => Avro = new AvroReader(source);

    /// <summary>Schemas by their text.</summary>
    public ConnectSchemaCache Connect { get; } = new();

    /// <summary>The reader of records that name a schema by its id.</summary>
    public AvroReader Avro { get; }
}

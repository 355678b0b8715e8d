using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Tests.Normalize;

namespace AuditStream.Core.Tests.Parity;

/// <summary>A tool and a form in which it writes a history.</summary>
/// <param name="Name">Its name in the table of limits.</param>
/// <param name="Write">Writes a history as its records, in the order of the log.</param>
internal sealed record Dialect(string Name, Func<MadeHistory, IEnumerable<RawRecord>> Write)
{
    /// <summary>What configuration says about the source.</summary>
    public SourceSettings Settings { get; init; } = new();

    /// <summary>The schemas of its records; null when they need none.</summary>
    public ISchemaSource? Schemas { get; init; }

    /// <summary>The events that the product makes of a history's records, a line each.</summary>
    public List<string> Events(MadeHistory history)
    {
        var settings = new NormalizerSettings
        {
            Decode = new DecodeSettings { Sources = [Settings with { Name = "shop" }] },
            IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0",
        };
        var normalizer = new Normalizer(settings, Schemas);
        var output = new CollectingOutput();
        foreach (var record in Write(history))
            normalizer.Process(record, output).Rejection.ShouldBeNull(Name);
        return output.Values.ConvertAll(value => EventText.Of(EventText.Reduce(value)));
    }

    public override string ToString() => Name;
}

using AuditStream.Core.Decode.Avro;

namespace AuditStream.App.Schemas;

/// <summary>Asks another source again when it cannot tell now: for work that is done once and has nothing else to do meanwhile.</summary>
internal sealed class PatientSchemas : ISchemaSource
{
    /// <summary>How often one schema is asked for.</summary>
    public const int MaxAsks = 6;

    private static readonly TimeSpan BetweenAsks = TimeSpan.FromMilliseconds(300);

    private readonly ISchemaSource source;
    private readonly CancellationToken cancellationToken;

    /// <summary>Makes it.</summary>
    /// <param name="source">Who is asked.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public PatientSchemas(ISchemaSource source, CancellationToken cancellationToken)
    {
        this.source = source;
        this.cancellationToken = cancellationToken;
    }

    /// <inheritdoc/>
    public SchemaAnswer Find(SchemaId id)
    {
        var answer = source.Find(id);
        for (var asks = 1; asks < MaxAsks && answer.Kind == SchemaAnswerKind.NotNow; asks++)
        {
            if (cancellationToken.WaitHandle.WaitOne(BetweenAsks))
                break;
            answer = source.Find(id);
        }

        return answer;
    }
}

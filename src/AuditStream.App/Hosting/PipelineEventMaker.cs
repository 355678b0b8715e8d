using AuditStream.App.Configuration;
using AuditStream.App.Schemas;
using AuditStream.Core.Account;
using AuditStream.Core.Emit;
using AuditStream.Core.Identity;
using AuditStream.Streams;
using AuditStream.Streams.Clients;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Hosting;

/// <summary>Makes what writes the pipeline's own events, for verbs and services alike.</summary>
public static class PipelineEventMaker
{
    /// <summary>Makes what sends notes to the final topic; nothing connects yet.</summary>
    public static IAuditNotes Notes(AuditStreamOptions options, IdentityKey identityKey, ILoggerFactory loggers, TimeProvider time)
    {
        var settings = EdgeSettings.Streams(options);
        return new AuditNotes(
            settings,
            new KafkaClientFactory(settings, authentication: null, loggers),
            async cancellationToken => Of(options, identityKey, await SchemaIdAsync(options, cancellationToken).ConfigureAwait(false)),
            loggers,
            time);
    }

    /// <summary>Makes a maker of events.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="identityKey">The key of ids and hashes.</param>
    /// <param name="schemaId">The id of the events' Avro schema; null when the final topic holds JSON.</param>
    public static PipelineEvents Of(AuditStreamOptions options, IdentityKey identityKey, int? schemaId)
    {
        var settings = CoreSettings.Normalizer(options, identityKey);
        return new PipelineEvents(settings with { Emit = settings.Emit with { AvroSchemaId = schemaId } }, options.ApplicationId);
    }

    // Only looked up: who registers it is the service.
    private static async Task<int?> SchemaIdAsync(AuditStreamOptions options, CancellationToken cancellationToken)
    {
        if (options.Final.Format != EventFormat.Avro)
            return null;
        using var registry = new SubjectRegistry(options.SchemaRegistry, SubjectRegistry.OfValues(options.Final.Topic));
        var answer = await registry.LookUpAsync(EventSchema.Text, cancellationToken).ConfigureAwait(false);
        return answer.Kind == SubjectAnswerKind.Yes
            ? answer.Id
            : throw new AuditNoteException($"The schema of events is not known, so no note can be written: {answer.Reason}");
    }
}

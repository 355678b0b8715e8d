using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.App.Schemas;
using AuditStream.Core.Check;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Identity;
using AuditStream.Postgres;
using AuditStream.RocksDb;
using AuditStream.Streams.Check;

namespace AuditStream.App.Check;

/// <summary>Tries everything that a run of this configuration needs, edge by edge, and changes nothing.</summary>
/// <param name="options">Checked options.</param>
/// <param name="time">This machine's clock.</param>
/// <param name="progress">Told what is tried now.</param>
public sealed class CheckRun(AuditStreamOptions options, TimeProvider time, Action<string> progress)
{
    private const CheckSection Configuration = CheckSection.Configuration;

    /// <summary>The findings, as they are made.</summary>
    public async IAsyncEnumerable<Finding> RunAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (normalizes, sinks) = (options.Roles.Contains(ServiceRole.Normalize), options.Roles.Contains(ServiceRole.Sink));
        yield return Finding.Ok(Configuration, "configuration", options.ApplicationId,
            $"is valid; this process would be {string.Join(" and ", options.Roles.Select(role => WireName.Of(role)))}.");
        var (key, keyFinding) = LoadKey();
        yield return keyFinding;
        if (options.Roles.Contains(ServiceRole.Images) && options.Images.Store == ImageStoreKind.Rocksdb)
            yield return RowImages();
        progress($"asking Kafka at {options.Kafka.BootstrapServers}");
        using var kafka = new KafkaCheck(EdgeSettings.Streams(options), normalizes, sinks, options.Roles.Contains(ServiceRole.Images));
        await foreach (var finding in OnOtherThread(kafka.Run(cancellationToken)).WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return finding;
        if (sinks)
        {
            progress("asking PostgreSQL");
            await using var store = new StoreDiagnosis(EdgeSettings.Writer(options), time);
            await foreach (var finding in store.RunAsync(key?.Fingerprint, cancellationToken).ConfigureAwait(false))
                yield return finding;
        }
        if (normalizes && options.SchemaRegistry.Url is not null)
        {
            progress("asking the schema registry");
            yield return await Task.Run(Registry, cancellationToken).ConfigureAwait(false);
            if (options.Final.Format == EventFormat.Avro)
                yield return await new FinalSchemaCheck(options).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        if (normalizes && kafka.RawTopics.Count > 0)
        {
            progress($"looking at records of {kafka.RawTopics.Count} raw topics");
            foreach (var finding in await LookAsync(kafka, cancellationToken).ConfigureAwait(false))
                yield return finding;
        }
    }

    private (IdentityKey? Key, Finding Finding) LoadKey()
    {
        try
        {
            var key = IdentityKeyStore.Load(options.Identity);
            return (key, Finding.Ok(Configuration, "identity-key-there", key.Fingerprint, "is the configured identity key."));
        }
        catch (ConfigurationException exception)
        {
            var problem = exception.Problems[0];
            return (null, Finding.Error(Configuration, "identity-key-missing", problem.Key, $"{problem.Message}.", "The key decides every event's id; a run refuses to start.",
                "Identity:KeyFile=<the file>, or Identity:Key in a variable; for a new store: auditstream migrate"));
        }
    }

    // The folder is not taken: a run may have it.
    private Finding RowImages() => RocksDbLibrary.IsThere
        ? Finding.Ok(Configuration, "row-images-on-disk", "Images:Store", $"row images are kept in {options.Images.Directory}; librocksdb is there.")
        : Finding.Error(Configuration, "librocksdb-missing", "Images:Store", $"is rocksdb, and {RocksDbLibrary.HowToInstall}.",
            "Row images cannot be kept on disk; a run refuses to start.", "install librocksdb, or Images:Store=memory");

    private async Task<IReadOnlyList<Finding>> LookAsync(KafkaCheck kafka, CancellationToken cancellationToken)
    {
        var settings = CoreSettings.Normalizer(options, new IdentityKey(new byte[IdentityKey.MinimumBytes]));
        using var registry = options.SchemaRegistry.Url is null ? null : new HttpSchemas(options.SchemaRegistry, time);
        var survey = new SourceSurvey(settings.Decode, settings.Protect, registry is null ? null : new PatientSchemas(registry, cancellationToken));
        var count = await Task.Run(() => kafka.LookAtRecords(survey, cancellationToken), cancellationToken).ConfigureAwait(false);
        var summary = Finding.Ok(CheckSection.Sources, "records-looked-at", "raw topics", FormattableString.Invariant(
            $"looked at {count} records: of each partition the first {KafkaCheck.FirstRecords} and the newest {KafkaCheck.NewestRecords}, for at most {KafkaCheck.LookSeconds} s. What is not among them was not seen."));
        return [summary, .. survey.SourcesWithoutTopic(kafka.RawTopics), .. survey.Findings(time.GetUtcNow().ToUnixTimeMilliseconds())];
    }

    // Any id will do: a registry that does not know it has answered.
    private Finding Registry()
    {
        using var registry = new HttpSchemas(options.SchemaRegistry, time);
        var id = new SchemaId(SchemaIdKind.Confluent, 1);
        var answer = registry.Find(id);
        for (var asks = 1; asks < HttpSchemas.AsksBeforeUnknown && answer.Kind == SchemaAnswerKind.NotNow; asks++)
            answer = registry.Find(id);
        return answer.Kind == SchemaAnswerKind.NotNow
            ? Finding.Error(CheckSection.Sources, "registry-not-read", "SchemaRegistry:Url", answer.Reason,
                "Partitions with Avro records wait until the registry tells their schemas.", "SchemaRegistry:Url, SchemaRegistry:User and SchemaRegistry:Password, or the registry itself")
            : Finding.Ok(CheckSection.Sources, "registry", "SchemaRegistry:Url", "the schema registry answers.");
    }

    // The Kafka client blocks its caller.
    private static async IAsyncEnumerable<Finding> OnOtherThread(IEnumerable<Finding> findings)
    {
        using var next = findings.GetEnumerator();
        while (await Task.Run(next.MoveNext).ConfigureAwait(false))
            yield return next.Current;
    }
}

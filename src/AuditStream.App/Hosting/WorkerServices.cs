using AuditStream.App.Configuration;
using AuditStream.App.Schemas;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Identity;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Core.Sink;
using AuditStream.Postgres;
using AuditStream.RocksDb;
using AuditStream.Streams;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Hosting;

/// <summary>Registers the workers of the configured roles and what they are made of.</summary>
public static class WorkerServices
{
    /// <summary>Adds them.</summary>
    public static void Add(IServiceCollection services, AuditStreamOptions options)
    {
        services.AddSingleton(EdgeSettings.Streams(options));
        services.AddSingleton<IClientFactory>(provider => new KafkaClientFactory(
            provider.GetRequiredService<StreamsSettings>(), authentication: null, provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<FinalSchema>();
        if (options.SchemaRegistry.Url is not null)
            services.AddSingleton<ISchemaSource>(provider =>
                new HttpSchemas(options.SchemaRegistry, provider.GetRequiredService<TimeProvider>(), HttpSchemas.SettleTime));
        if (options.Roles.Contains(ServiceRole.Normalize))
            AddNormalize(services, options);
        if (options.Roles.Contains(ServiceRole.Images))
            AddImages(services, options);
        if (options.Roles.Contains(ServiceRole.Sink))
            AddSink(services, options);
    }

    private static void AddNormalize(IServiceCollection services, AuditStreamOptions options)
    {
        services.AddSingleton<IStreamWorker>(provider =>
        {
            var settings = CoreSettings.Normalizer(options, provider.GetRequiredService<IdentityKey>());
            var schemas = provider.GetService<ISchemaSource>();
            var finalSchema = provider.GetRequiredService<FinalSchema>();
            return new NormalizeWorker(
                provider.GetRequiredService<StreamsSettings>(),
                provider.GetRequiredService<IClientFactory>(),
                _ => new Normalizer(
                    settings with { Emit = settings.Emit with { AvroSchemaId = finalSchema.Id } }, schemas, forwardsChanges: CoreSettings.KeepsImages(options)),
                () => PipelineEventMaker.Of(options, provider.GetRequiredService<IdentityKey>(), finalSchema.Id),
                provider.GetRequiredService<StreamsMetrics>(),
                provider.GetRequiredService<ILoggerFactory>(),
                provider.GetRequiredService<TimeProvider>());
        });
    }

    // All tasks of the process share the memory, or the folder.
    private static void AddImages(IServiceCollection services, AuditStreamOptions options)
    {
        if (options.Images.Store == ImageStoreKind.Rocksdb)
            services.AddSingleton(provider => TakeFolder(options, provider));
        services.AddSingleton<IStreamWorker>(provider =>
        {
            var settings = CoreSettings.Normalizer(options, provider.GetRequiredService<IdentityKey>());
            var finalSchema = provider.GetRequiredService<FinalSchema>();
            var memory = new ImageMemory(options.Images.MaxBytes);
            var folder = provider.GetService<ImageFolder>();
            return new ImagesWorker(
                provider.GetRequiredService<StreamsSettings>(),
                provider.GetRequiredService<IClientFactory>(),
                task => new ImageProcessor(
                    settings with { Emit = settings.Emit with { AvroSchemaId = finalSchema.Id } },
                    folder?.Store(task.SubTopology, task.Partition) ?? new MemoryImageStore(memory)),
                () => PipelineEventMaker.Of(options, provider.GetRequiredService<IdentityKey>(), finalSchema.Id),
                provider.GetRequiredService<StreamsMetrics>(),
                provider.GetRequiredService<ILoggerFactory>(),
                provider.GetRequiredService<TimeProvider>());
        });
    }

    private static ImageFolder TakeFolder(AuditStreamOptions options, IServiceProvider provider)
    {
        if (!RocksDbLibrary.IsThere)
            throw new ConfigurationException([new("Images:Store", $"is rocksdb, and {RocksDbLibrary.HowToInstall}")]);
        try
        {
            return ImageFolder.Take(
                EdgeSettings.RowImages(options), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ImageFolder>>());
        }
        catch (ImageFolderException exception)
        {
            throw new ConfigurationException([new("Images:Directory", exception.Message)]);
        }
    }

    private static void AddSink(IServiceCollection services, AuditStreamOptions options)
    {
        services.AddSingleton<StoreMetrics>();
        services.AddHostedService<StoreWatch>();
        services.AddSingleton(provider => new CheckpointTopic(
            provider.GetRequiredService<StreamsSettings>(), provider.GetRequiredService<IClientFactory>(), options.Checkpoint.Topic,
            provider.GetRequiredService<ILogger<CheckpointTopic>>()));
        services.AddSingleton<Func<IAuditStore>>(provider => () => CreateStore(provider, options));
        services.AddSingleton<IStreamWorker>(provider => new SinkWorker(
            provider.GetRequiredService<StreamsSettings>(),
            provider.GetRequiredService<IClientFactory>(),
            provider.GetRequiredService<IdentityKey>().Fingerprint,
            provider.GetRequiredService<Func<IAuditStore>>(),
            provider.GetRequiredService<StreamsMetrics>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ISchemaSource>()));
    }

    /// <summary>Makes the store that the sink writes to; nothing connects yet.</summary>
    public static IAuditStore CreateStore(IServiceProvider provider, AuditStreamOptions options) => new PostgresAuditStore(
        EdgeSettings.Writer(options),
        options.Final.Topic,
        provider.GetRequiredService<StoreMetrics>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<PostgresAuditStore>>());
}
